import { deviceState, type Device } from './device';

/** Which devices are wanted; what is not given does not matter. */
export interface DeviceFilter {
  /** A part of the name, in any case. */
  readonly name?: string | undefined;
  /** Only those of the user. */
  readonly mine?: boolean | undefined;
  /** Only production devices; `false`: only others. */
  readonly production?: boolean | undefined;
  readonly tag?: string | undefined;
  /** Name of a device group. */
  readonly group?: string | undefined;
  /** Version of the target that runs. */
  readonly version?: number | undefined;
  readonly presence?: 'online' | 'offline' | undefined;
}

/** The service's own order (by owner and name), by name, or by last contact. */
export type DeviceSort = 'server' | 'name' | 'nameDescending' | 'lastSeen' | 'lastSeenDescending';

export type DeviceGrouping = 'none' | 'group' | 'tag' | 'target' | 'status';

/** How the devices are shown. */
export interface DeviceArrangement {
  readonly filter: DeviceFilter;
  readonly sort: DeviceSort;
  readonly grouping: DeviceGrouping;
}

/** Everything, as the service has it. */
export const PLAIN: DeviceArrangement = { filter: {}, sort: 'server', grouping: 'none' };

/** What the service filters devices by; what is not given does not matter (docs/api.md §2.1.1). */
export interface ServedFilter {
  /** File-path style glob on the name. */
  readonly nameGlob?: string | undefined;
  /** Only devices of the caller. */
  readonly mine?: boolean | undefined;
  /** Only production devices; `false`: only others. */
  readonly production?: boolean | undefined;
  readonly tag?: string | undefined;
  /** Name of a device group. */
  readonly group?: string | undefined;
  /** Name of the target that runs; a glob where the service takes one. */
  readonly target?: string | undefined;
}

/** What is asked of the service, and what is left to do with its answer. */
export interface DeviceSelection extends ServedFilter {
  /** Asked for in the place of `target` where no device runs that. */
  readonly otherTarget?: string | undefined;
  readonly sort?: 'name' | '-name' | 'last_seen' | '-last_seen' | undefined;
  /** What the service cannot filter. */
  readonly presence?: 'online' | 'offline' | undefined;
  /** The service has no filter for devices without a tag, group or target: all are looked through. */
  readonly without?: 'tag' | 'group' | 'target' | undefined;
}

const SORTS = {
  server: undefined,
  name: 'name',
  nameDescending: '-name',
  lastSeen: 'last_seen',
  lastSeenDescending: '-last_seen',
} as const satisfies Readonly<Record<DeviceSort, DeviceSelection['sort']>>;

/**
 * @returns what to ask for. The service cannot filter by presence but sort by last contact: online devices come first in
 *   one direction, those that are offline in the other, so nothing but their pages is read.
 */
export function selectionOf(filter: DeviceFilter, sort: DeviceSort): DeviceSelection {
  const { name, version, presence, ...served } = filter;
  return {
    ...served,
    nameGlob: name === undefined ? undefined : nameGlob(name),
    ...(version === undefined ? {} : targetGlobs(version)),
    presence,
    sort: presence === undefined ? SORTS[sort] : presence === 'online' ? '-last_seen' : 'last_seen',
  };
}

/**
 * The glob on the name is the parameter that the CLI uses, and is case sensitive: a bracket expression takes both cases
 * of a letter, and makes the special characters plain (docs/api.md §2.1.1).
 *
 * @returns a glob for names that hold a text
 */
export function nameGlob(text: string): string {
  const letters = Array.from(text, (letter) => {
    const [lower, upper] = [letter.toLowerCase(), letter.toUpperCase()];
    const hasCases = lower !== upper && lower.length === 1 && upper.length === 1;
    return hasCases ? `[${lower}${upper}]` : '[*?'.includes(letter) ? `[${letter}]` : letter;
  });
  return `*${letters.join('')}*`;
}

/** Target names end in their version, or in version and tag where their build made targets for several (docs/api.md §6.1). */
const targetGlobs = (version: number) => ({ target: `*-${version}`, otherTarget: `*-lmp-${version}-*` });

/**
 * What the service did not filter.
 *
 * @param now milliseconds since the epoch
 * @returns `end` where no further device in the order of the selection can fit
 */
export function suits(
  device: Device,
  { presence, without }: DeviceSelection,
  now: number,
  offlineAfterHours: number,
): 'keep' | 'skip' | 'end' {
  if (presence !== undefined) {
    const state = deviceState(device, now, offlineAfterHours);
    const online = state !== 'offline' && state !== 'neverSeen';
    if (online !== (presence === 'online')) {
      return 'end';
    }
  }
  return without !== undefined && device[without] !== '' ? 'skip' : 'keep';
}

/** @returns whether something may be left out */
export function isFiltered(filter: DeviceFilter): boolean {
  return Object.values(filter).some((value) => value !== undefined);
}

const SORT_NAMES = Object.keys(SORTS);
const GROUPINGS: readonly string[] = ['none', 'group', 'tag', 'target', 'status'] satisfies DeviceGrouping[];

/**
 * Reads an arrangement that was stored, perhaps by another version.
 *
 * @returns what of it is understood
 */
export function arrangementOf(stored: unknown): DeviceArrangement {
  const { filter, sort, grouping } = record(stored);
  const { name, mine, production, tag, group, version, presence } = record(filter);
  return {
    filter: {
      name: typeof name === 'string' ? name : undefined,
      mine: mine === true ? true : undefined,
      production: typeof production === 'boolean' ? production : undefined,
      tag: typeof tag === 'string' ? tag : undefined,
      group: typeof group === 'string' ? group : undefined,
      version: typeof version === 'number' ? version : undefined,
      presence: presence === 'online' || presence === 'offline' ? presence : undefined,
    },
    sort: SORT_NAMES.includes(String(sort)) ? (sort as DeviceSort) : 'server',
    grouping: GROUPINGS.includes(String(grouping)) ? (grouping as DeviceGrouping) : 'none',
  };
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** @returns the same for equal selections */
export function selectionKey(selection: DeviceSelection): string {
  return JSON.stringify(
    Object.entries(selection)
      .filter(([, value]) => value !== undefined)
      .sort(),
  );
}
