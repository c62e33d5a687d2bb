/** The configuration of one device, one group or a whole Factory: complete sets of files, newest first (docs/api.md §4.1). */
import { isoOffset } from '../clock';
import { CONFIG_DATES_HAVE_ZONE } from '../inferred';

/** One file as it is sent and answered (docs/api.md §2.2). */
export interface ConfigFile {
  readonly name: string;
  readonly value: string;
  readonly unencrypted: boolean;
  readonly onChanged: readonly string[];
}

/** One complete set. */
export interface ConfigEntry {
  readonly createdAt: number;
  /** Absent when the device itself wrote it. */
  readonly createdBy?: string;
  readonly reason: string;
  readonly files: readonly ConfigFile[];
  /** When the device took it. Only devices have this. */
  appliedAt: number | null;
}

/** How many entries the service shows (docs/api.md §3.3). */
const KEPT = 10;

/** A history that only grows; {@link recent} is what the service keeps. */
export class ConfigHistory {
  /** Newest first, and all of them: devices that are brought up to date later need to know what was in force when. */
  readonly #entries: ConfigEntry[];

  constructor(entries: readonly ConfigEntry[] = []) {
    this.#entries = [...entries];
  }

  /** The ten newest entries, newest first. */
  recent(): readonly ConfigEntry[] {
    return this.#entries.slice(0, KEPT);
  }

  /** The set in force. */
  get latest(): ConfigEntry | undefined {
    return this.#entries[0];
  }

  /** The set that was in force at a time. */
  latestAt(time: number): ConfigEntry | undefined {
    return this.#entries.find((entry) => entry.createdAt <= time);
  }

  /** The newest set that the device took. */
  get applied(): ConfigEntry | undefined {
    return this.#entries.find((entry) => entry.appliedAt !== null);
  }

  add(entry: ConfigEntry): void {
    this.#entries.unshift(entry);
  }
}

/** The files after a PATCH: replaced by name where they stand, new ones at the end (docs/api.md §4.1; order inferred). */
export function mergeFiles(current: readonly ConfigFile[], given: readonly ConfigFile[]): ConfigFile[] {
  const byName = new Map(current.map((file) => [file.name, file]));
  for (const file of given) {
    byName.set(file.name, file);
  }
  return [...byName.values()];
}

/** The size that the limit of docs/api.md §3.3 is about. */
export function configSize(files: readonly ConfigFile[]): number {
  return files.reduce(
    (sum, file) =>
      sum + Buffer.byteLength(file.name) + Buffer.byteLength(file.value) + Buffer.byteLength(file.onChanged.join('')),
    0,
  );
}

function date(time: number): string {
  return CONFIG_DATES_HAVE_ZONE ? isoOffset(time) : isoOffset(time).slice(0, 19);
}

/** An entry as the API answers it (docs/api.md §2.2); `applied-at` only for devices. */
export function entryToWire(entry: ConfigEntry, ofDevice: boolean): Record<string, unknown> {
  return {
    'created-at': date(entry.createdAt),
    ...(ofDevice ? { 'applied-at': entry.appliedAt === null ? null : date(entry.appliedAt) } : {}),
    ...(entry.createdBy === undefined ? {} : { 'created-by': entry.createdBy }),
    reason: entry.reason,
    files: entry.files.map((file) => ({
      name: file.name,
      value: file.value,
      unencrypted: file.unencrypted,
      ...(file.onChanged.length === 0 ? {} : { 'on-changed': file.onChanged }),
    })),
  };
}
