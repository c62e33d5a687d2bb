import { canSendBack, sameOrAbsent, type ConfigEntry, type ConfigFile, type ConfigReplacement } from '../model/config';
import {
  entryKey,
  fileOf,
  findEntry,
  restorable,
  sameFiles,
  type EntryKey,
  type FileChange,
} from '../model/configHistory';
import { changeFile, type Change, type ChangeHost } from './changeFile';
import type { Meant, Place } from './identityGuard';

/** The configuration was changed since the user decided about it. Nothing was sent. */
export class ConfigMoved extends Error {
  override readonly name = 'ConfigMoved';

  constructor() {
    super('the configuration has changed since');
  }
}

/** Some files were restored; then one could not be. */
export class RestoredPartly extends Error {
  override readonly name = 'RestoredPartly';

  constructor(
    readonly done: readonly string[],
    readonly left: readonly string[],
    override readonly cause: unknown,
  ) {
    super(`${done.length} files were restored, ${left.length} were not`);
  }
}

/** A configuration as the user saw it when they decided to put old files back. */
export interface SeenConfig {
  readonly place: Place;
  readonly meant: Meant;
  /** The newest entry; undefined where nothing was configured. */
  readonly newest: ConfigEntry | undefined;
}

/**
 * Puts a whole set of files in the place of the one in force: one GET, and one POST if that makes a difference. Where the
 * service keeps a secret among them, that is neither sent nor touched, and the others go one by one (`restoreFiles`).
 *
 * @throws {ConfigMoved} where the newest entry is another one by now
 * @throws {RestoredPartly} where files went one by one
 * @throws {SaveRefused} `otherDevice`, `signedOut`, `tooLarge`
 * @throws {FactoryError}
 */
export async function restoreAll(host: ChangeHost, seen: SeenConfig, set: ConfigReplacement): Promise<void> {
  const { place, newest } = seen;
  const { scope } = place;
  const files = newest?.files ?? [];
  if (!canSendBack(scope, [...set.files, ...files])) {
    const { changes } = restorable(scope, files, set.files);
    const latest = await host.configs(place.host, scope)?.getOf(scope, seen.meant.uuid, 0);
    refuseMoved(latest?.entries ?? [], newest);
    await restoreFiles(host, seen, changes, set.reason);
    return;
  }
  await changeFile(host, {
    ...changeOf(seen, ''),
    kind: 'replace',
    reason: set.reason,
    compare: (_current, latest) => {
      refuseMoved(latest, newest);
      return sameFiles(latest[0]?.files ?? [], set.files) ? 'done' : 'asSeen';
    },
    make: () => ({ kind: 'replace', files: set.files }),
  });
}

/**
 * Puts files one by one as they were, and takes out those that were not there; other files stay. Each is one GET and one write,
 * and each write of ours takes the place of the entry that the user saw: of a long row of files it would drop out of the history
 * (docs/api.md §3.3).
 *
 * @throws {ConfigMoved} where a file is another one by now, or the history another
 * @throws {RestoredPartly} where some are done
 * @throws {SaveRefused} `otherDevice`, `signedOut`, `tooLarge`
 * @throws {FactoryError}
 */
export async function restoreFiles(
  host: ChangeHost,
  seen: SeenConfig,
  changes: readonly FileChange[],
  reason: string,
): Promise<void> {
  // First what comes: so that nothing is missing in between.
  const ordered = [...changes.filter(({ after }) => after), ...changes.filter(({ after }) => after === undefined)];
  const names = ordered.map(({ name }) => name);
  let known = seen.newest && entryKey(seen.newest);
  for (const [at, { name, after }] of ordered.entries()) {
    try {
      known = await restoreOne(host, seen, { name, after, reason }, known);
    } catch (error) {
      throw at === 0 ? error : new RestoredPartly(names.slice(0, at), names.slice(at), error);
    }
  }
}

/** @returns the entry that the history leads back to from now on */
async function restoreOne(
  host: ChangeHost,
  seen: SeenConfig,
  { name, after: file, reason }: { name: string; after: ConfigFile | undefined; reason: string },
  known: EntryKey | undefined,
): Promise<EntryKey | undefined> {
  const expected = fileOf(seen.newest, name);
  const { after } = await changeFile(host, {
    ...changeOf(seen, name),
    // What was seen drops out of a long row, what was last written does not.
    meant: { ...seen.meant, entry: known ?? seen.meant.entry },
    kind: file === undefined ? 'remove' : 'put',
    reason,
    compare: (current, latest) => {
      // A history that does not lead back to what was seen may be that of another group, whose file only looks the same.
      if (known !== undefined && findEntry(latest, known) === undefined) {
        throw new ConfigMoved();
      }
      return sameOrAbsent(current, file) ? 'done' : sameOrAbsent(current, expected) ? 'asSeen' : 'changed';
    },
    make: () => (file === undefined ? { kind: 'remove' } : { kind: 'put', file }),
    ask: () => Promise.reject(new ConfigMoved()),
  });
  const [newest] = after.entries;
  // Accepted without being shown, an entry has no date to find it by.
  return newest === undefined || newest.createdAt === '' ? known : entryKey(newest);
}

const changeOf = (
  { place, meant, newest }: SeenConfig,
  file: string,
): Pick<Change, 'address' | 'meant' | 'wasThere'> => ({
  address: { ...place, file },
  meant,
  wasThere: fileOf(newest, file) !== undefined,
});

function refuseMoved(latest: readonly ConfigEntry[], seen: ConfigEntry | undefined): void {
  const [now] = latest;
  const isSame =
    now === undefined || seen === undefined ? now === seen : findEntry([now], entryKey(seen)) !== undefined;
  if (!isSame) {
    throw new ConfigMoved();
  }
}
