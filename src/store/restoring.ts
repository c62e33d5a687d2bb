import {
  CONFIG_LIMIT_BYTES,
  configSize,
  sameOrAbsent,
  type ConfigEntry,
  type ConfigFile,
  type ConfigReplacement,
  type ConfigScope,
} from '../model/config';
import { entryKey, fileOf, findEntry, sameFiles } from '../model/configHistory';
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

/** Looks whether the history that was read right before a write is still of what was meant; throws where it is not. */
type IsMeant = (latest: readonly ConfigEntry[]) => Promise<void>;

/**
 * Puts a whole set of files in the place of the one in force: one GET, and one POST if that makes a difference.
 *
 * @param seen the newest entry as the user saw it; undefined where nothing was configured
 * @param isMeant asked right before the write
 * @throws {ConfigMoved} where the newest entry is another one by now
 * @throws {FactoryError}
 */
export function restoreAll(
  configs: ConfigStore,
  scope: ConfigScope,
  set: ConfigReplacement,
  seen: ConfigEntry | undefined,
  isMeant: IsMeant = anyIsMeant,
): Promise<ConfigSnapshot> {
  return configs.replace(scope, async (entries) => {
    await isMeant(entries);
    const [latest] = entries;
    const isSame =
      latest === undefined || seen === undefined ? latest === seen : findEntry([latest], entryKey(seen)) !== undefined;
    if (!isSame) {
      throw new ConfigMoved(scope);
    }
    return sameFiles(latest?.files ?? [], set.files) ? undefined : set;
  });
}

/**
 * Puts one file as it was in force again, and leaves the others: one GET, and one PATCH if that makes a difference.
 *
 * @param seen the newest entry as the user saw it; undefined where nothing was configured
 * @param isMeant asked right before the write
 * @throws {ConfigMoved} where this file is another one by now, or the history another
 * @throws {ConfigTooLarge}
 * @throws {FactoryError}
 */
export function restoreOne(
  configs: ConfigStore,
  scope: ConfigScope,
  change: { readonly reason: string; readonly file: ConfigFile },
  seen: ConfigEntry | undefined,
  isMeant: IsMeant = anyIsMeant,
): Promise<ConfigSnapshot> {
  const { file } = change;
  return configs.update(scope, async (entries) => {
    await isMeant(entries);
    const [latest] = entries;
    const current = asSeen(scope, file.name, entries, seen);
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
 * @param isMeant asked right before the write
 * @throws {ConfigMoved} where this file is another one by now, or the history another
 * @throws {FactoryError}
 */
export function removeOne(
  configs: ConfigStore,
  scope: ConfigScope,
  removal: Removal,
  seen: ConfigEntry | undefined,
  isMeant: IsMeant = anyIsMeant,
): Promise<ConfigSnapshot> {
  return configs.remove(scope, async (entries) => {
    await isMeant(entries);
    return asSeen(scope, removal.name, entries, seen) === undefined ? undefined : removal;
  });
}

const anyIsMeant: IsMeant = () => Promise.resolve();

/** @returns the file as it is now, which is as the user saw it */
function asSeen(
  scope: ConfigScope,
  name: string,
  entries: readonly ConfigEntry[],
  seen: ConfigEntry | undefined,
): ConfigFile | undefined {
  const [current, expected] = [fileOf(entries[0], name), fileOf(seen, name)];
  // A history that does not lead back to what was seen may be that of another device, whose file only looks the same.
  const isLed = seen === undefined || findEntry(entries, entryKey(seen)) !== undefined;
  if (!isLed || !sameOrAbsent(current, expected)) {
    throw new ConfigMoved(scope);
  }
  return current;
}
