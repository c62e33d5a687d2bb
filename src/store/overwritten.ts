import type { ConfigEntry, ConfigScope } from '../model/config';
import { changesBetween, entryKey, findEntry, type FileChange } from '../model/configHistory';
import type { Write } from './configWrites';

/** What somebody else did between our look at a configuration and a write of ours that replaced it as a whole. */
export interface Overwritten {
  readonly scope: ConfigScope;
  /** Their entries, newest first; never empty. */
  readonly entries: readonly [ConfigEntry, ...ConfigEntry[]];
  /** What of it is no longer in force; never empty. Files have the names that they have now. */
  readonly changes: readonly FileChange[];
}

/** A write of all files that was sent, and what it was decided on. */
export interface SentWhole<Change> {
  readonly scope: ConfigScope;
  readonly write: Write<Change>;
  readonly change: Change;
  /** The newest entry of right before the write; undefined where nothing was configured. */
  readonly seen: ConfigEntry | undefined;
}

/**
 * Looks in a history that was read after the write for entries between ours and the one that we had read: the service
 * has no compare-and-swap (foundries-api.md §4.1), so afterwards is when one can tell.
 *
 * @param entries newest first
 * @returns undefined where nothing was lost; `unknown` where our entry is not there to tell by
 */
export function findOverwritten<Change>(
  { scope, write, change, seen }: SentWhole<Change>,
  entries: readonly ConfigEntry[],
): Overwritten | 'unknown' | undefined {
  const ours = entries.findIndex((entry) => entry.reason === write.reasonOf(change) && write.holds([entry], change));
  if (ours < 0) {
    return 'unknown';
  }
  const below = entries.slice(ours + 1);
  const read = seen === undefined ? undefined : findEntry(below, entryKey(seen));
  const [newest, ...older] = read === undefined ? below : below.slice(0, below.indexOf(read));
  if (newest === undefined) {
    return undefined;
  }
  const now = new Map(entries[0]?.files.map((file) => [file.name, file]));
  const changes = changesBetween(seen?.files ?? [], newest.files)
    .map((theirs): FileChange => {
      const name = write.nameAfter?.(theirs.name, change) ?? theirs.name;
      return { ...theirs, name, after: theirs.after && { ...theirs.after, name } };
    })
    .filter(({ name, after }) => changesBetween([now.get(name)].flatMap(present), [after].flatMap(present)).length > 0);
  return changes.length === 0 ? undefined : { scope, entries: [newest, ...older], changes };
}

const present = <T>(value: T | undefined): T[] => (value === undefined ? [] : [value]);
