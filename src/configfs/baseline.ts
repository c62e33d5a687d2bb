import { entryOfFile, type ConfigFile, type ConfigScope } from '../model/config';
import { entryKey, findEntry, type EntryKey } from '../model/configHistory';
import { isUnreadable } from '../model/secrecy';
import { parseTime } from '../model/device';
import type { ConfigSnapshot } from '../store/configStore';
import type { ConfigAddress } from './address';
import type { Meant } from './identityGuard';
import { hashOf, normalHashOf } from './text';

/** What an editor last read of a file, without the text itself. Kept across restarts: a restored tab reads nothing. */
export interface Baseline {
  /** Hash of the value; null for a new file that is not on the server. */
  readonly hash: string | null;
  /** Hash of the value as an editor shows it, without byte order mark and with one kind of line end. */
  readonly normalHash?: string;
  /** Milliseconds since the epoch. */
  readonly mtime: number;
  /** Bytes. */
  readonly size: number;
  /** Newest entry of the configuration when it was read; of the device with the uuid for certain, where there is one. */
  readonly entry?: EntryKey;
  /** The device that it is of for certain. */
  readonly uuid?: string;
  /** Id of the group that lists knew by the name when it was first read. */
  readonly group?: number;
  /** The configuration had no entry then. */
  readonly isEmpty?: boolean;
  readonly unencrypted?: boolean;
  readonly onChanged?: readonly string[];
  /** The value can only be read by the device; the editor shows a page about that. */
  readonly encrypted?: boolean;
  /** Seen deleted on the server. */
  readonly gone?: boolean;
}

/** @returns which device or group an editor's text is for */
export const meantOf = ({ uuid, entry, group, isEmpty }: Baseline): Meant => ({ uuid, entry, group, isEmpty });

/** @returns what a baseline keeps of which device or group it is for */
export function keptOf({ uuid, entry, group, isEmpty }: Meant): Pick<Baseline, 'uuid' | 'entry' | 'group' | 'isEmpty'> {
  return {
    ...(entry === undefined ? {} : { entry }),
    ...(uuid === undefined ? {} : { uuid }),
    ...(group === undefined ? {} : { group }),
    ...(isEmpty === true ? { isEmpty } : {}),
  };
}

/**
 * @param previous what was last read of the file
 * @param isProven whether the snapshot is known to be of the device or group that the previous one was of
 * @returns a file as it was read
 */
export function baselineOf(
  scope: ConfigScope,
  previous: Baseline | undefined,
  snapshot: ConfigSnapshot,
  file: ConfigFile,
  isProven = false,
): Baseline {
  const hash = hashOf(file.value);
  const written = parseTime(entryOfFile(snapshot.entries, file.name)?.createdAt) ?? snapshot.fetchedAt;
  const mtime =
    previous === undefined ? written : previous.hash === hash ? previous.mtime : Math.max(written, previous.mtime + 1);
  const uuid = previous?.uuid ?? snapshot.uuid;
  const [newest] = snapshot.entries;
  // By name alone, the configuration may be that of another device or group by now.
  const isSame =
    isProven ||
    previous === undefined ||
    (uuid !== undefined && snapshot.uuid === uuid) ||
    (previous.entry === undefined ? previous.isEmpty !== true : leadsBackTo(snapshot, previous.entry));
  const entry = newest === undefined || newest.createdAt === '' || !isSame ? previous?.entry : entryKey(newest);
  return {
    hash,
    normalHash: normalHashOf(file.value),
    mtime,
    size: Buffer.byteLength(file.value, 'utf8'),
    unencrypted: file.unencrypted,
    ...(isUnreadable(scope, file) ? { encrypted: true } : {}),
    ...(file.onChanged === undefined ? {} : { onChanged: file.onChanged }),
    ...keptOf({
      entry,
      uuid,
      group: previous === undefined ? snapshot.group : previous.group,
      isEmpty: entry === undefined && (previous?.isEmpty ?? newest === undefined),
    }),
  };
}

const leadsBackTo = ({ entries }: ConfigSnapshot, entry: EntryKey | undefined): boolean =>
  entry !== undefined && findEntry(entries, entry) !== undefined;

/** @returns whether an editor with this text shows what was read */
export function isShown(base: Baseline, text: string): boolean {
  if (base.hash === null) {
    return text === '';
  }
  // The page in place of an encrypted value cannot be edited.
  return base.encrypted === true || base.normalHash === undefined || base.normalHash === normalHashOf(text);
}

export interface Baselines {
  get(address: ConfigAddress): Baseline | undefined;
  set(address: ConfigAddress, baseline: Baseline): void;
  delete(address: ConfigAddress): void;
  /** Every address that has a baseline. */
  addresses(): ConfigAddress[];
}

/** What keeps a value by key, as VS Code's Memento does. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const KEY = 'foundries.openFiles';
/** Lists those that an earlier version kept, whose addresses do not tell every server; absent before this version kept any. */
const FORMER_KEY = 'foundries.formerOpenFiles';
/** Files that are kept beside those that are open: a search reads every file of a folder. */
const MOST = 500;

/** Baselines in a memory that outlives the window. */
export class StoredBaselines implements Baselines {
  private readonly memory: Memory;
  private readonly format: (address: ConfigAddress) => string;
  private readonly isOpen: (address: ConfigAddress) => boolean;
  private readonly known = new Map<string, { address: ConfigAddress; baseline: Baseline }>();
  private readonly former: Set<string>;
  /** How many are stored; -1: none ever were. */
  private formerCount: number;

  /** @param isOpen whether an editor shows the file, also one that was not looked at yet: without its base a save is a conflict */
  constructor(
    memory: Memory,
    format: (address: ConfigAddress) => string,
    parse: (text: string) => ConfigAddress | undefined,
    isOpen: (address: ConfigAddress) => boolean = () => false,
  ) {
    this.memory = memory;
    this.format = format;
    this.isOpen = isOpen;
    const stored = memory.get(KEY);
    for (const [text, baseline] of typeof stored === 'object' && stored !== null ? Object.entries(stored) : []) {
      const address = parse(text);
      if (address !== undefined && isBaseline(baseline)) {
        this.known.set(text, { address, baseline: withKey(baseline) });
      }
    }
    const former = memory.get(FORMER_KEY);
    this.formerCount = Array.isArray(former) ? former.length : -1;
    this.former = new Set(Array.isArray(former) ? (former as string[]) : this.known.keys());
  }

  /** @returns whether it was opened in an earlier version, and not read since: it may be of any server on its host */
  isFormer(address: ConfigAddress): boolean {
    return this.former.has(this.format(address));
  }

  get(address: ConfigAddress): Baseline | undefined {
    return this.known.get(this.format(address))?.baseline;
  }

  set(address: ConfigAddress, baseline: Baseline): void {
    const text = this.format(address);
    if (this.known.get(text)?.baseline.hash !== baseline.hash) {
      this.former.delete(text);
    }
    this.known.delete(text);
    this.known.set(text, { address, baseline });
    this.evict(text);
    this.write();
  }

  delete(address: ConfigAddress): void {
    const text = this.format(address);
    this.former.delete(text);
    if (this.known.delete(text)) {
      this.write();
    }
  }

  addresses(): ConfigAddress[] {
    return [...this.known.values()].map(({ address }) => address);
  }

  /** Forgets the oldest, but none that is open, nor the one that was just set. */
  private evict(newest: string): void {
    let spare = this.known.size - MOST;
    for (const [text, { address }] of spare > 0 ? [...this.known] : []) {
      if (spare > 0 && text !== newest && !this.isOpen(address)) {
        this.known.delete(text);
        spare -= 1;
      }
    }
  }

  private write(): void {
    void this.memory.update(KEY, Object.fromEntries([...this.known].map(([text, { baseline }]) => [text, baseline])));
    if (this.former.size !== this.formerCount) {
      this.formerCount = this.former.size;
      void this.memory.update(FORMER_KEY, [...this.former]);
    }
  }
}

/** An entry that was kept by its time alone, as before, finds nothing: times have whole seconds. */
function withKey({ entry, ...baseline }: Baseline): Baseline {
  const { at, digest } = (entry ?? {}) as Partial<Record<string, unknown>>;
  return typeof at === 'string' && typeof digest === 'string' ? { ...baseline, entry: { at, digest } } : baseline;
}

function isBaseline(value: unknown): value is Baseline {
  const { hash, mtime, size } = (value ?? {}) as Record<string, unknown>;
  return (hash === null || typeof hash === 'string') && typeof mtime === 'number' && typeof size === 'number';
}
