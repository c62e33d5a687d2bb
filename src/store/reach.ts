import type { FactoryClient } from '../api/client';
import type { Presence } from '../api/status';
import type { ConfigScope } from '../model/config';
import type { Device } from '../model/device';
import {
  CountsDisagree,
  reachOfDevices,
  reachOfTags,
  sumOfReach,
  TooManyToCount,
  unknownReach,
  type Reach,
} from '../model/reach';
import type { Target } from '../model/target';
import { forMany } from './forMany';

/** How devices are counted. */
export interface Counting {
  /** 0 or less: no device is offline. */
  readonly offlineAfterHours: number;
  /** Ends the counting; what is not counted then has this as its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Nobody waits longer than this for numbers before a change. */
const PATIENCE_MS = 8000;
/** Targets whose devices are asked for, of those that are run. */
const MOST_TARGETS = 200;
/** Devices on the first page of a target, and on pages of more (docs/api.md §2.1.1); pages that are read. */
const FEW = 100;
const MANY = 1000;
const MOST_PAGES = 10;
/** Devices of a target whose names are kept. */
const NAMED = 100;

/** Devices that run a target. */
export interface RunningTarget {
  readonly target: string;
  readonly reach: Reach;
  /** As many as were asked for. */
  readonly names: readonly string[];
}

/** @returns aborted when the counting ends, or took longer than anybody waits */
export const patient = ({ signal }: Counting): AbortSignal => {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  return signal === undefined ? patience : AbortSignal.any([signal, patience]);
};

/** Counts the devices that a configuration reaches, with three small requests at once. Never rejects. */
export async function configurationReach(
  client: FactoryClient,
  scope: Exclude<ConfigScope, { kind: 'device' }>,
  counting: Counting,
): Promise<Reach> {
  const hours = counting.offlineAfterHours;
  const signal = patient(counting);
  const filter = { factory: scope.factory, ...(scope.kind === 'group' ? { group: scope.group } : {}) };
  const [devices, production, presence] = await Promise.allSettled([
    client.countDevices(filter, signal),
    client.countDevices({ ...filter, production: true }, signal),
    // Without a threshold no device is offline.
    hours > 0 ? client.getPresence(scope.factory, hours, signal) : Promise.resolve(undefined),
  ]);
  const total = devices.status === 'fulfilled' ? devices.value : undefined;
  const failed = [devices, production, presence].find((result) => result.status === 'rejected');
  return {
    devices: total,
    production: production.status === 'fulfilled' ? production.value : undefined,
    offline: presence.status === 'fulfilled' ? offlineIn(presence.value, scope, total) : undefined,
    error: failed?.reason as unknown,
  };
}

function offlineIn(
  presence: Presence | undefined,
  scope: Exclude<ConfigScope, { kind: 'device' }>,
  total: number | undefined,
): number | undefined {
  if (presence === undefined) {
    return 0;
  }
  const counted =
    scope.kind === 'factory' ? presence.all : (presence.groups.get(scope.group) ?? { devices: 0, online: 0 });
  // Two counts that do not agree tell nothing about a third.
  return counted.devices === total ? counted.devices - counted.online : undefined;
}

/** How the fleet is, or why nobody can tell. */
export type FleetCounts =
  | { readonly presence: Presence; readonly error?: undefined }
  | { readonly presence?: undefined; readonly error: unknown };

/** Asks how the fleet is, with one request. Never rejects. */
export async function fleetCounts(client: FactoryClient, factory: string, counting: Counting): Promise<FleetCounts> {
  try {
    return { presence: await client.getPresence(factory, counting.offlineAfterHours, patient(counting)) };
  } catch (error) {
    return { error };
  }
}

/** @returns the devices that follow one of the tags, from counts of the fleet */
export function tagsReach({ presence, error }: FleetCounts, tags: readonly string[], counting: Counting): Reach {
  return presence === undefined
    ? unknownReach(error)
    : presence.isWhole
      ? reachOfTags(presence.tags, tags, counting.offlineAfterHours)
      : unknownReach(new CountsDisagree());
}

/**
 * Counts the devices that run targets, each of which runs one. Only targets of versions that run, as the service counts
 * them, are asked for. Never rejects.
 *
 * @returns of each target that devices run, or of which it is not known, and of all together
 */
export async function runningReach(
  client: FactoryClient,
  factory: string,
  targets: readonly Target[],
  { presence, error }: FleetCounts,
  counting: Counting,
): Promise<{ readonly targets: readonly RunningTarget[]; readonly reach: Reach }> {
  if (presence === undefined) {
    return { targets: [], reach: unknownReach(error) };
  }
  const versions = new Set(presence.tags.flatMap((tag) => tag.targets.map(({ version }) => version)));
  const running = presence.isWhole ? targets.filter(({ version }) => versions.has(version)) : targets;
  const { signal } = counting;
  const answers = await forMany(
    running.slice(0, MOST_TARGETS),
    ({ name }) => devicesOf(client, { factory, target: name }, counting),
    signal === undefined ? {} : { signal },
  );
  const found = answers.map((answer): RunningTarget => {
    const target = answer.item.name;
    return answer.state === 'ok'
      ? {
          target,
          reach: answer.value.reach,
          names: answer.value.devices.slice(0, NAMED).map(({ name }) => name),
        }
      : { target, reach: unknownReach(answer.error ?? signal?.reason), names: [] };
  });
  const rest = running.length > MOST_TARGETS ? [unknownReach(new TooManyToCount())] : [];
  return {
    targets: found.filter(({ reach }) => reach.devices !== 0),
    reach: sumOfReach([...found.map(({ reach }) => reach), ...rest]),
  };
}

/**
 * Counts devices that are known by uuid, of those that a filter finds. Never rejects.
 *
 * @param uuids empty where the service did not tell them
 * @param devices how many there are
 */
export async function chosenReach(
  client: FactoryClient,
  filter: { readonly factory: string; readonly tag: string; readonly group?: string | undefined },
  { uuids, devices }: { readonly uuids: readonly string[]; readonly devices: number },
  counting: Counting,
): Promise<Reach> {
  const known: Reach = { devices, production: devices, offline: undefined, error: undefined };
  if (counting.offlineAfterHours <= 0) {
    return { ...known, offline: 0 };
  }
  if (uuids.length !== devices) {
    return known;
  }
  try {
    const found = await devicesOf(client, { ...filter, production: true }, counting);
    const wanted = new Set(uuids);
    const chosen = found.devices.filter(({ uuid }) => wanted.has(uuid));
    const { offline } = reachOfDevices(chosen, Date.now(), counting.offlineAfterHours);
    return chosen.length === devices ? { ...known, offline } : { ...known, error: found.reach.error };
  } catch (error) {
    return { ...known, error };
  }
}

/** Lists devices, and counts them; where there are more than are read, only all and those in production are counted. */
async function devicesOf(
  client: FactoryClient,
  filter: {
    readonly factory: string;
    readonly target?: string;
    readonly tag?: string;
    readonly group?: string | undefined;
    readonly production?: boolean;
  },
  { offlineAfterHours, signal }: Counting,
): Promise<{ readonly devices: readonly Device[]; readonly reach: Reach }> {
  const first = await client.listDevices({ ...filter, limit: FEW }, signal);
  if (first.nextPage === undefined && first.total === first.devices.length) {
    return { devices: first.devices, reach: reachOfDevices(first.devices, Date.now(), offlineAfterHours) };
  }
  let devices: readonly Device[] = [];
  let more: number | undefined = 1;
  for (let pages = 0; more !== undefined && pages < MOST_PAGES; pages++) {
    const page = await client.listDevices({ ...filter, limit: MANY, page: more }, signal);
    devices = [...devices, ...page.devices];
    more = page.nextPage;
  }
  const reach = reachOfDevices(devices, Date.now(), offlineAfterHours);
  if (more === undefined && reach.devices === first.total) {
    return { devices, reach };
  }
  const production = await client.countDevices({ ...filter, production: true }, signal);
  const error = more === undefined ? new CountsDisagree() : new TooManyToCount();
  return { devices, reach: { devices: first.total, production, offline: undefined, error } };
}
