import { currentFile, sameOrAbsent, type ConfigChange, type ConfigEntry, type ConfigScope } from '../model/config';
import { changesBetween, entryKey, findEntry, leadsBack, type FileChange } from '../model/configHistory';
import type { Write } from './configWrites';

/** What somebody else did between our look at a configuration and a write of ours, which replaced it. */
export interface Overwritten {
  readonly scope: ConfigScope;
  /** Their entries, newest first; never empty. */
  readonly entries: readonly [ConfigEntry, ...ConfigEntry[]];
  /** What of it is no longer in force; never empty. Files have the names that they have now. */
  readonly changes: readonly FileChange[];
}

/** A write that was sent, and what it was decided on. */
export interface SentWrite<Change> {
  readonly scope: ConfigScope;
  readonly write: Write<Change>;
  readonly change: Change;
  /** The newest entry of right before the write; undefined where nothing was configured. */
  readonly seen: ConfigEntry | undefined;
  /** The entry as the answer to the write showed it; undefined where it did not. */
  readonly answer: ConfigEntry | undefined;
}

/** What a history shows of a write. */
export interface Found {
  /** undefined where nothing was lost that the user has to decide about. */
  readonly overwritten: Overwritten | undefined;
  /** What is to be sent, so that a change which the write was not about is in force again. */
  readonly mends: readonly Mend[];
}

/** Takes back the loss of a change to one file. */
export interface Mend {
  readonly change: ConfigChange;
  /** What is lost as long as that was not done. */
  readonly overwritten: Overwritten;
}

/**
 * Looks in a history that was read after a write for entries between ours and the one that we had read: the service has no
 * compare-and-swap (docs/api.md §4.1), so afterwards is when one can tell.
 *
 * @param entries newest first
 * @returns `unknown` where our entry is not there to tell by
 */
export function findOverwritten<Change>(sent: SentWrite<Change>, entries: readonly ConfigEntry[]): Found | 'unknown' {
  const { scope, write, change, seen } = sent;
  const ours = placeOfOurs(sent, entries);
  if (ours < 0) {
    return 'unknown';
  }
  const below = entries.slice(ours + 1);
  const read = seen === undefined ? undefined : findEntry(below, entryKey(seen));
  const between = read === undefined ? below : below.slice(0, below.indexOf(read));
  const [newest, ...older] = between.filter((entry) => write.isFirstStep?.(entry, change) !== true);
  if (newest === undefined) {
    return { overwritten: undefined, mends: [] };
  }
  const now = new Map(entries[0]?.files.map((file) => [file.name, file]));
  const lost = changesBetween(seen?.files ?? [], newest.files)
    .map((theirs): FileChange => {
      const name = write.nameAfter?.(theirs.name, change) ?? theirs.name;
      return { ...theirs, name, after: theirs.after && { ...theirs.after, name } };
    })
    .filter(({ name, after }) => changesBetween([now.get(name)].flatMap(present), [after].flatMap(present)).length > 0);
  const of = (changes: readonly FileChange[]): Overwritten => ({ scope, entries: [newest, ...older], changes });
  const mends = lost.flatMap((one) => {
    const mend = write.mend?.(one, change);
    return mend === undefined ? [] : [{ change: mend, overwritten: of([one]), lost: one }];
  });
  const rest = lost.filter((one) => mends.every((mend) => mend.lost !== one));
  return { overwritten: rest.length === 0 ? undefined : of(rest), mends };
}

/**
 * @param seen the history in which the loss was found
 * @param latest the history right before what takes it back
 * @returns what is to be sent; undefined where the file was written to since, which is newer than what was lost
 * @throws Error where the history is another one
 */
export function mended(
  { change }: Mend,
  seen: readonly ConfigEntry[],
  latest: readonly ConfigEntry[],
): ConfigChange | undefined {
  if (!leadsBack(latest, seen)) {
    throw new Error('the history is another one');
  }
  const { name } = change.file;
  return sameOrAbsent(currentFile(latest, name), currentFile(seen, name)) ? change : undefined;
}

/** @returns where our entry is; a negative number where it is not found */
function placeOfOurs<Change>(
  { write, change, seen, answer }: SentWrite<Change>,
  entries: readonly ConfigEntry[],
): number {
  const shown = answer === undefined ? undefined : findEntry(entries, entryKey(answer));
  if (shown !== undefined) {
    return entries.indexOf(shown);
  }
  const read = seen === undefined ? undefined : findEntry(entries, entryKey(seen));
  const since = read === undefined ? entries : entries.slice(0, entries.indexOf(read));
  // Ours came first of those that could be it: later ones build on it.
  return since.findLastIndex((entry) => write.isOurs(entry, change) && write.holds([entry], change));
}

const present = <T>(value: T | undefined): T[] => (value === undefined ? [] : [value]);
