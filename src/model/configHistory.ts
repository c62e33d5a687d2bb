import { createHash } from 'node:crypto';
import {
  canSendBack,
  fileNamed,
  isEncrypted,
  sameFile,
  type ConfigEntry,
  type ConfigFile,
  type ConfigScope,
} from './config';

/** The service keeps this many entries of each configuration (docs/api.md §3.3). */
export const HISTORY_KEPT = 10;

/** What of a file is another than before. */
export type FileAspect = 'value' | 'handler' | 'encryption';

/** What happened to one file between two sets of files. */
export interface FileChange {
  readonly name: string;
  readonly kind: 'added' | 'changed' | 'removed';
  /** What changed; for a file that came or went it is everything. */
  readonly aspects: readonly FileAspect[];
  readonly before: ConfigFile | undefined;
  readonly after: ConfigFile | undefined;
}

/** An entry of a history with what it changed. */
export interface HistoryStep {
  readonly entry: ConfigEntry;
  /** The entry before it; undefined for the oldest. */
  readonly before: ConfigEntry | undefined;
  /** What the entry changed; undefined where the entry before it is no longer kept, so that nobody can tell. */
  readonly changes: readonly FileChange[] | undefined;
}

/** @returns how the second set of files differs from the first, by name */
export function changesBetween(before: readonly ConfigFile[], after: readonly ConfigFile[]): FileChange[] {
  const old = new Map(before.map((file) => [file.name, file]));
  const now = new Map(after.map((file) => [file.name, file]));
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort((a, b) => a.localeCompare(b))
    .flatMap((name): FileChange[] => {
      const change = { name, before: old.get(name), after: now.get(name) };
      if (change.before === undefined || change.after === undefined) {
        return [{ ...change, kind: change.before === undefined ? 'added' : 'removed', aspects: ['value'] }];
      }
      return sameFile(change.before, change.after)
        ? []
        : [{ ...change, kind: 'changed', aspects: aspectsOf(change.before, change.after) }];
    });
}

/**
 * @param entries newest first, as the service lists them
 * @param file only entries in which this file changed
 * @returns the history with what each entry changed, newest first
 */
export function historySteps(entries: readonly ConfigEntry[], file?: string): HistoryStep[] {
  return entries.flatMap((entry, place): HistoryStep[] => {
    const before = entries[place + 1];
    if (before === undefined && entries.length >= HISTORY_KEPT) {
      const isIn = file === undefined || entry.files.some(({ name }) => name === file);
      return isIn ? [{ entry, before, changes: undefined }] : [];
    }
    const all = changesBetween(before?.files ?? [], entry.files);
    const changes = file === undefined ? all : all.filter(({ name }) => name === file);
    return file !== undefined && changes.length === 0 ? [] : [{ entry, before, changes }];
  });
}

/** What finds an entry again: its time alone does not, two entries of one second have the same. */
export interface EntryKey {
  readonly at: string;
  readonly digest: string;
}

/** @returns what finds the entry again in a history that was read anew */
export function entryKey(entry: ConfigEntry): EntryKey {
  return { at: entry.createdAt, digest: digestOf(entry, entry.createdBy) };
}

/**
 * @returns the entry of that key; undefined where the service does not keep it any more. A key of an entry as the answer to
 *   a write shows it, which need not name the author (docs/api.md §2.2), finds that entry, too.
 */
export function findEntry(entries: readonly ConfigEntry[], key: EntryKey): ConfigEntry | undefined {
  return entries.find(
    (entry) =>
      entry.createdAt === key.at &&
      (digestOf(entry, entry.createdBy) === key.digest || digestOf(entry, undefined) === key.digest),
  );
}

/**
 * @returns whether a history leads back to another one: whether it holds the newest entry of that. Two histories of one
 *   device do, unless the service has dropped that entry since.
 */
export function leadsBack(entries: readonly ConfigEntry[], earlier: readonly ConfigEntry[]): boolean {
  const [newest] = earlier;
  return newest !== undefined && findEntry(entries, entryKey(newest)) !== undefined;
}

/** What entries are found by, worked out once: a configuration may be large, and entries never change. */
const digests = new WeakMap<ConfigEntry, Map<string | undefined, string>>();

function digestOf(entry: ConfigEntry, createdBy: string | undefined): string {
  const known = digests.get(entry) ?? new Map<string | undefined, string>();
  digests.set(entry, known);
  const digest = known.get(createdBy) ?? digestOfContent(entry, createdBy);
  known.set(createdBy, digest);
  return digest;
}

function digestOfContent({ reason, files }: ConfigEntry, createdBy: string | undefined): string {
  const parts = files.map(({ name, value, unencrypted, onChanged }) => [name, value, unencrypted, onChanged]);
  const text = JSON.stringify([createdBy ?? null, reason, parts]);
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 16);
}

/** @returns the file of that name in an entry; undefined where there is none */
export function fileOf(entry: ConfigEntry | undefined, name: string): ConfigFile | undefined {
  return entry && fileNamed(entry.files, name);
}

/**
 * @returns the entry that gave a file the value which it has in `entry`: the oldest of the unbroken run that ends there;
 *   undefined where the run reaches back to the oldest entry that is kept, so that it may be older still
 */
export function setBy(entries: readonly ConfigEntry[], entry: ConfigEntry, name: string): ConfigEntry | undefined {
  const value = fileOf(entry, name)?.value;
  const older = entries.slice(entries.indexOf(entry));
  const broken = older.findIndex((candidate) => fileOf(candidate, name)?.value !== value);
  if (broken < 0 && entries.length >= HISTORY_KEPT) {
    return undefined;
  }
  return broken < 0 ? older.at(-1) : older[broken - 1];
}

/** What is dangerous about putting old files back. */
export interface RestoreRisk {
  /** Files that only a device can read, if it still has the key that it had then (docs/api.md §5). */
  readonly encrypted: readonly string[];
  /** A device that changes its key encrypts its files anew and writes them itself: that was seen since. */
  readonly keyChanged: boolean;
  /** Files that make a device do something when their value changes (docs/api.md §4.5, §4.6). */
  readonly commands: readonly string[];
}

/**
 * @param entries the history, newest first
 * @param from the entry that files are taken from
 * @param changes what would change
 */
export function restoreRisk(
  entries: readonly ConfigEntry[],
  from: ConfigEntry,
  changes: readonly FileChange[],
): RestoreRisk {
  const files = changes.flatMap(({ after }) => (after === undefined ? [] : [after]));
  const since = historySteps(entries.slice(0, entries.indexOf(from) + 1));
  return {
    encrypted: files.filter(isEncrypted).map(({ name }) => name),
    keyChanged: since.some(
      ({ entry, before, changes: step }) =>
        before !== undefined &&
        entry.createdBy === undefined &&
        step?.some((change) => change.kind === 'changed' && change.after !== undefined && isEncrypted(change.after)) ===
          true,
    ),
    commands: files.map(({ name }) => name).filter((name) => /^(fioconfig-oneshot-|fio-rotate-certs$)/.test(name)),
  };
}

/** What a restore comes to. */
export interface Restorable {
  readonly changes: readonly FileChange[];
  /** Files that stay as they are, because what the service shows of them need not be what it keeps (`canSendBack`). */
  readonly kept: readonly string[];
}

/** @returns what can be done to bring files back to what they were, and what cannot */
export function restorable(scope: ConfigScope, now: readonly ConfigFile[], then: readonly ConfigFile[]): Restorable {
  const isKept = (file: ConfigFile) => !canSendBack(scope, [file]);
  return {
    changes: changesBetween(now, then).filter(({ after }) => after === undefined || !isKept(after)),
    kept: then.filter(isKept).map(({ name }) => name),
  };
}

/** @returns whether two sets hold the same files; their order does not count */
export function sameFiles(a: readonly ConfigFile[], b: readonly ConfigFile[]): boolean {
  return a.length === b.length && changesBetween(a, b).length === 0;
}

function aspectsOf(before: ConfigFile, after: ConfigFile): FileAspect[] {
  return [
    ...(before.value === after.value ? [] : ['value' as const]),
    ...(JSON.stringify(before.onChanged ?? []) === JSON.stringify(after.onChanged ?? []) ? [] : ['handler' as const]),
    ...(before.unencrypted === after.unencrypted ? [] : ['encryption' as const]),
  ];
}
