import { FactoryError } from '../api/errors';
import type { ConfigEntry, ConfigScope } from '../model/config';
import { entryKey, findEntry, leadsBack, type EntryKey } from '../model/configHistory';
import type { ConfigSnapshot, ConfigStore } from '../store/configStore';
import type { ConfigAddress } from './address';
import { SaveRefused, type DeviceFate } from './saveRefused';

/** A configuration that is to be changed. */
export interface Place {
  /** `host[:port]` of the API. */
  readonly host: string;
  readonly scope: ConfigScope;
  readonly file?: string;
}

/** Which device or group a change is for, as far as the user saw it when they decided. */
export interface Meant {
  /** undefined: nobody had told. */
  readonly uuid?: string | undefined;
  /** Newest entry of the configuration that was shown; of the device with the uuid for certain, where there is one. */
  readonly entry?: EntryKey | undefined;
  /** Id of the group that lists knew by the name when it was shown. */
  readonly group?: number | undefined;
  /** The configuration that was shown had no entry. */
  readonly isEmpty?: boolean | undefined;
}

/** A configuration file, and which device it is of as far as the user saw that when they decided. */
export type MeantFile = ConfigAddress & { readonly meant?: Meant | undefined };

/** What is known of the configuration right before a write. */
export interface Identity {
  /** The device to write to; undefined: the one that has the name, because nobody tells which one that is. */
  readonly uuid: string | undefined;
  /** Whether it is the one that was meant. */
  readonly isProven: boolean;
}

/** What telling devices apart needs of the world around it. */
export interface IdentityHost {
  /** Where the configuration is kept; undefined while nobody is signed in to its host. */
  configs(host: string, scope: ConfigScope): ConfigStore | undefined;
  /** The uuid of the device with the name, as lists told it. */
  knownUuid(host: string, scope: ConfigScope): string | undefined;
  /** Asks the service for the uuid of the device with the name. Throws FactoryError. */
  fetchUuid(host: string, scope: ConfigScope): Promise<string | undefined>;
  /** The id of the group with the name, as lists told it. */
  knownGroup?(host: string, scope: ConfigScope): number | undefined;
  /** Asks the service for the id of the group with the name; undefined where it does not tell. Throws FactoryError. */
  fetchGroup?(host: string, scope: ConfigScope): Promise<number | undefined>;
  /** Asks the service for the name of a device; undefined where it is no more. Throws FactoryError. */
  locate?(host: string, scope: ConfigScope, uuid: string): Promise<string | undefined>;
}

/**
 * To be asked when the user decides.
 *
 * @param uuid of the device whose row or text the user saw; without it, that of the configuration as it was shown, or of the
 *   device that lists know by the name
 */
export function meantAt(
  host: Pick<IdentityHost, 'configs' | 'knownUuid' | 'knownGroup'>,
  { host: server, scope }: Place,
  uuid?: string,
): Meant {
  const shown = host.configs(server, scope)?.peek(scope);
  const [newest] = shown?.entries ?? [];
  if (scope.kind !== 'device') {
    return shown === undefined ? { group: host.knownGroup?.(server, scope), isEmpty: false } : meantBy(shown);
  }
  const device = uuid ?? shown?.uuid ?? host.knownUuid(server, scope);
  // A uuid that a list told, and an entry that was read by name, need not be of one device.
  return device === shown?.uuid
    ? { uuid: device, entry: newest && entryKey(newest), isEmpty: shown !== undefined && newest === undefined }
    : { uuid: device };
}

/** @returns which group or Factory a configuration that was read by name is of, as far as it tells */
export function meantBy({ entries: [newest], group }: ConfigSnapshot): Meant {
  return { entry: newest && entryKey(newest), group, isEmpty: newest === undefined };
}

/**
 * Tells whether a configuration that was read by name is that of the device which was meant: a name may move to another
 * device, whose files may even be the same.
 *
 * A uuid is enough to write to no other device, but what the write is decided on has to be of that device, too, and the
 * name still its own, or the user would be told of another. That costs nothing where the history leads back to an entry of the
 * device; otherwise the configuration is read by uuid, and the two are compared. Without a uuid, the history has to lead back to
 * the entry that the user saw. Times alone prove nothing: they have whole seconds.
 *
 * The names of groups move as well, and a group is written to by its name. A configuration does not name the id of its group
 * (docs/api.md §2.2, §2.3): the id that lists knew is compared with that of now. Where none is known, the history has to lead back,
 * which proves less: two groups that a script has set up in one second have the same. A Factory has no other name.
 *
 * @param latest the history as it was read by name, right before the write
 * @throws {SaveRefused} `otherDevice`
 * @throws {FactoryError}
 */
export async function identify(
  host: IdentityHost,
  place: Place,
  meant: Meant,
  latest: readonly ConfigEntry[],
): Promise<Identity> {
  const { scope } = place;
  const { uuid, entry } = meant;
  if (scope.kind === 'factory') {
    return { uuid: undefined, isProven: true };
  }
  if (uuid === undefined || scope.kind === 'group') {
    return { uuid: undefined, isProven: (await isSameGroup(host, place, meant)) || leadsTo(latest, meant) };
  }
  const configs = host.configs(place.host, scope);
  const known = configs?.peek(scope);
  const isLed =
    (entry !== undefined && findEntry(latest, entry) !== undefined) ||
    (known?.uuid === uuid && leadsBack(latest, known.entries));
  if (configs === undefined || isLed) {
    configs?.prove(scope, uuid, latest);
    return { uuid, isProven: true };
  }
  const own = await configs.getOf(scope, uuid, 0).catch(async (error: unknown) => {
    throw await explainedByUuid(host, place, uuid, error, true);
  });
  const isOne =
    own.entries.length === 0 && latest.length === 0
      ? (await host.fetchUuid(place.host, scope)) === uuid
      : leadsBack(own.entries, latest) || leadsBack(latest, own.entries);
  if (!isOne) {
    throw await otherDevice(host, place, uuid, true);
  }
  configs.prove(scope, uuid, latest);
  return { uuid, isProven: true };
}

/** @returns whether a history leads back to what was seen; where nothing was seen, the name is all that was meant */
function leadsTo(latest: readonly ConfigEntry[], { entry, group, isEmpty }: Meant): boolean {
  return entry === undefined
    ? group === undefined && (isEmpty !== true || latest.length === 0)
    : findEntry(latest, entry) !== undefined;
}

/**
 * @returns whether the name leads to the group that was meant; false where nobody can tell
 * @throws {SaveRefused} `otherDevice`
 */
async function isSameGroup(host: IdentityHost, place: Place, { group }: Meant): Promise<boolean> {
  const now = group === undefined ? undefined : await host.fetchGroup?.(place.host, place.scope);
  if (now !== undefined && now !== group) {
    throw new SaveRefused('otherDevice', { file: '', ...place }, { device: { fate: 'unknown', isTaken: true } });
  }
  return now !== undefined;
}

/**
 * @param error of a change of a configuration that was read by name
 * @returns what to tell of it: that no device has the name is explained by what became of the one that was meant
 */
export async function explained(host: IdentityHost, place: Place, { uuid }: Meant, error: unknown): Promise<unknown> {
  if (uuid === undefined || place.scope.kind !== 'device' || !isNotFound(error)) {
    return error;
  }
  const refused = await otherDevice(host, place, uuid, false);
  return refused.details.device?.fate === 'unknown' ? error : refused;
}

/**
 * @param error of a request that addresses a device by its uuid
 * @param isTaken whether the name leads to a device
 * @returns what to tell of it: where there is no such device, it was deleted
 */
export async function explainedByUuid(
  host: IdentityHost,
  place: Place,
  uuid: string | undefined,
  error: unknown,
  isTaken = false,
): Promise<unknown> {
  if (uuid === undefined || place.scope.kind !== 'device' || !isNotFound(error)) {
    return error;
  }
  const isThere = await host.locate?.(place.host, place.scope, uuid).then(
    (name) => name !== undefined,
    () => true,
  );
  const device: DeviceFate = { fate: 'deleted', isTaken };
  return isThere === true ? error : new SaveRefused('otherDevice', { file: '', ...place }, { device });
}

/** @param isTaken whether another device has the name now */
async function otherDevice(host: IdentityHost, place: Place, uuid: string, isTaken: boolean): Promise<SaveRefused> {
  const device = await fateOf(host, place, uuid, isTaken);
  return new SaveRefused('otherDevice', { file: '', ...place }, { device });
}

async function fateOf(host: IdentityHost, place: Place, uuid: string, isTaken: boolean): Promise<DeviceFate> {
  const { scope } = place;
  const unknown: DeviceFate = { fate: 'unknown', isTaken };
  if (host.locate === undefined) {
    return unknown;
  }
  try {
    const name = await host.locate(place.host, scope, uuid);
    return name === undefined
      ? { fate: 'deleted', isTaken }
      : scope.kind === 'device' && name === scope.device
        ? unknown
        : { fate: 'renamed', name, isTaken };
  } catch {
    return unknown;
  }
}

const isNotFound = (error: unknown): boolean => error instanceof FactoryError && error.kind === 'notFound';
