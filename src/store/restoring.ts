import {
  CONFIG_LIMIT_BYTES,
  canSendBack,
  configSize,
  sameOrAbsent,
  type ConfigEntry,
  type ConfigFile,
  type ConfigReplacement,
  type ConfigScope,
} from '../model/config';
import { entryKey, fileOf, findEntry, restorable, sameFiles } from '../model/configHistory';
import type { ConfigSnapshot, ConfigStore } from './configStore';
import type { Removal } from './configWrites';

/** The configuration was changed since the user decided about it. Nothing was sent. */
export class ConfigMoved extends Error {
  override readonly name = 'ConfigMoved';

  constructor(readonly scope: ConfigScope) {
    super('the configuration has changed since');
  }
}

/** The configuration would be larger than the service takes. Nothing was sent. */
export class ConfigTooLarge extends Error {
  override readonly name = 'ConfigTooLarge';

  constructor(
    readonly size: number,
    readonly limit: number,
  ) {
    super(`${size} of ${limit} bytes`);
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

/**
 * Puts a whole set of files in the place of the one in force: one GET, and one POST if that makes a difference. Where the
 * service keeps a secret among them, that is neither sent nor touched, and the others go one by one.
 *
 * @param seen the newest entry as the user saw it; undefined where nothing was configured
 * @throws {ConfigMoved} where the newest entry is another one by now
 * @throws {RestoredPartly} where files went one by one
 * @throws {FactoryError}
 */
export async function restoreAll(
  configs: ConfigStore,
  scope: ConfigScope,
  set: ConfigReplacement,
  seen: ConfigEntry | undefined,
): Promise<ConfigSnapshot> {
  if (canSendBack(scope, [...set.files, ...(seen?.files ?? [])])) {
    return configs.replace(scope, ([latest]) => {
      refuseMoved(scope, latest, seen);
      return sameFiles(latest?.files ?? [], set.files) ? undefined : set;
    });
  }
  let snapshot = await configs.get(scope, 0);
  refuseMoved(scope, snapshot.entries[0], seen);
  const all = restorable(scope, seen?.files ?? [], set.files).changes;
  // First what comes: so that nothing is missing in between.
  const changes = [...all.filter(({ after }) => after), ...all.filter(({ after }) => after === undefined)];
  const names = changes.map(({ name }) => name);
  const { reason } = set;
  for (const [place, { name, after }] of changes.entries()) {
    try {
      snapshot = await (after === undefined
        ? removeOne(configs, scope, { reason, name }, seen)
        : restoreOne(configs, scope, { reason, file: after }, seen));
    } catch (error) {
      throw place === 0 ? error : new RestoredPartly(names.slice(0, place), names.slice(place), error);
    }
  }
  return snapshot;
}

function refuseMoved(scope: ConfigScope, latest: ConfigEntry | undefined, seen: ConfigEntry | undefined): void {
  const isSame =
    latest === undefined || seen === undefined ? latest === seen : findEntry([latest], entryKey(seen)) !== undefined;
  if (!isSame) {
    throw new ConfigMoved(scope);
  }
}

/**
 * Puts one file as it was in force again, and leaves the others: one GET, and one PATCH if that makes a difference.
 *
 * @param seen the newest entry as the user saw it; undefined where nothing was configured
 * @throws {ConfigMoved} where this file is another one by now
 * @throws {ConfigTooLarge}
 * @throws {FactoryError}
 */
export function restoreOne(
  configs: ConfigStore,
  scope: ConfigScope,
  change: { readonly reason: string; readonly file: ConfigFile },
  seen: ConfigEntry | undefined,
): Promise<ConfigSnapshot> {
  const { file } = change;
  return configs.update(scope, ([latest]) => {
    const current = asSeen(scope, file.name, latest, seen);
    if (sameOrAbsent(current, file)) {
      return undefined;
    }
    const size = configSize(latest, file);
    if (size > CONFIG_LIMIT_BYTES) {
      throw new ConfigTooLarge(size, CONFIG_LIMIT_BYTES);
    }
    return change;
  });
}

/**
 * Removes one file, as `restoreOne` puts one back.
 *
 * @param seen the newest entry as the user saw it; undefined where nothing was configured
 * @throws {ConfigMoved} where this file is another one by now
 * @throws {FactoryError}
 */
export function removeOne(
  configs: ConfigStore,
  scope: ConfigScope,
  removal: Removal,
  seen: ConfigEntry | undefined,
): Promise<ConfigSnapshot> {
  return configs.remove(scope, ([latest]) =>
    asSeen(scope, removal.name, latest, seen) === undefined ? undefined : removal,
  );
}

/** @returns the file as it is now, which is as the user saw it */
function asSeen(
  scope: ConfigScope,
  name: string,
  latest: ConfigEntry | undefined,
  seen: ConfigEntry | undefined,
): ConfigFile | undefined {
  const [current, expected] = [fileOf(latest, name), fileOf(seen, name)];
  if (!sameOrAbsent(current, expected)) {
    throw new ConfigMoved(scope);
  }
  return current;
}
