import { canSendBack, type ConfigChange, type ConfigEntry, type ConfigScope } from '../model/config';
import { changesBetween, entryKey, findEntry, type FileChange } from '../model/configHistory';
import type { Write } from './configWrites';

/** What somebody else did between our look at a configuration and a write of ours, which replaced it. */
export interface Overwritten {
  readonly scope: ConfigScope;
  /** Their entries, newest first; never empty. */
  readonly entries: readonly [ConfigEntry, ...ConfigEntry[]];
  /** What of it is no longer in force; never empty. Files have the names that they have now. */
  readonly changes: readonly FileChange[];
  /**
   * Takes the loss back, and may be sent without asking: the write was not about the text that is lost, and the user has agreed to
   * the write a moment ago. undefined: the user is to decide.
   */
  readonly completion?: Completion | undefined;
}

/** A write that completes another one. */
export interface Completion {
  readonly change: ConfigChange;
  /** The device; undefined: the one that has the name. */
  readonly uuid: string | undefined;
  /** The newest entry of when the loss was found. */
  readonly seen: ConfigEntry;
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
  /** When it was sent, in milliseconds since the epoch. */
  readonly at: number;
}

/** Milliseconds after a write in which what belongs to it needs no new word of the user. */
const COMPLETED_MS = 60_000;

/**
 * Looks in a history that was read after a write for entries between ours and the one that we had read: the service has no
 * compare-and-swap (docs/api.md §4.1), so afterwards is when one can tell.
 *
 * @param entries newest first
 * @param uuid of the device that they are of
 * @returns what was lost: that which can be taken back without asking apart from the rest; `unknown` where our entry is not
 *   there to tell by
 */
export function findOverwritten<Change>(
  sent: SentWrite<Change>,
  entries: readonly ConfigEntry[],
  uuid: string | undefined,
): readonly Overwritten[] | 'unknown' {
  const { scope, write, change, seen, at } = sent;
  const ours = placeOfOurs(sent, entries);
  if (ours < 0) {
    return 'unknown';
  }
  const below = entries.slice(ours + 1);
  const read = seen === undefined ? undefined : findEntry(below, entryKey(seen));
  const between = read === undefined ? below : below.slice(0, below.indexOf(read));
  const [newest, ...older] = between.filter((entry) => write.isFirstStep?.(entry, change) !== true);
  const [present] = entries;
  if (newest === undefined || present === undefined) {
    return [];
  }
  const now = new Map(present.files.map((file) => [file.name, file]));
  const lost = changesBetween(seen?.files ?? [], newest.files)
    .map((theirs): FileChange => {
      const name = write.nameAfter?.(theirs.name, change) ?? theirs.name;
      return { ...theirs, name, after: theirs.after && { ...theirs.after, name } };
    })
    .filter(({ name, after }) => changesBetween(listOf(now.get(name)), listOf(after)).length > 0);
  const of = (changes: readonly FileChange[], completion?: Completion): Overwritten[] =>
    changes.length === 0 ? [] : [{ scope, entries: [newest, ...older], changes, completion }];
  const completions = new Map<FileChange, Completion>();
  for (const one of Date.now() - at < COMPLETED_MS ? lost : []) {
    const completing = write.completedBy?.(one, change);
    // In place of a secret that the service keeps, it shows what is not its value.
    if (completing !== undefined && canSendBack(scope, [completing.file])) {
      completions.set(one, { change: completing, uuid, seen: present });
    }
  }
  return [
    ...of(lost.filter((one) => !completions.has(one))),
    ...[...completions].flatMap(([one, completion]) => of([one], completion)),
  ];
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

const listOf = <T>(value: T | undefined): T[] => (value === undefined ? [] : [value]);
