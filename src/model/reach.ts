import type { Device } from './device';
import type { FleetStatus } from './fleetStatus';
import type { WaveStatus } from './waves';

/** How many devices a change concerns, each counted once; undefined where the service did not tell. */
export interface Reach {
  readonly devices: number | undefined;
  readonly production: number | undefined;
  readonly offline: number | undefined;
  /** Why something is missing. */
  readonly error: unknown;
}

/** Counts of the service contradict each other. */
export class CountsDisagree extends Error {}

/** There is more than is asked for. */
export class TooManyToCount extends Error {}

export const NO_DEVICES: Reach = { devices: 0, production: 0, offline: 0, error: undefined };

/** @returns nothing but why nobody can tell */
export const unknownReach = (error: unknown): Reach => ({
  devices: undefined,
  production: undefined,
  offline: undefined,
  error,
});

/** @returns the sum of counts of different devices; what one of them does not know, the sum does not know either */
export function sumOfReach(parts: readonly Reach[]): Reach {
  const add = (a: number | undefined, b: number | undefined) =>
    a === undefined || b === undefined ? undefined : a + b;
  return parts.reduce(
    (sum, part) => ({
      devices: add(sum.devices, part.devices),
      production: add(sum.production, part.production),
      offline: add(sum.offline, part.offline),
      error: sum.error ?? part.error,
    }),
    NO_DEVICES,
  );
}

/** @returns the devices that follow one of the tags: the service counts each device under its one tag (docs/api.md §2.4) */
export function reachOfTags(status: FleetStatus, tags: readonly string[], offlineAfterHours: number): Reach {
  const counted = new Set(tags);
  return sumOfReach(
    status
      .filter(({ tag }) => counted.has(tag))
      .map(({ devices, online, production }) => ({
        devices,
        production: production ? devices : 0,
        offline: offlineAfterHours > 0 ? devices - online : 0,
        error: undefined,
      })),
  );
}

/**
 * @param now milliseconds since the epoch
 * @param offlineAfterHours 0 or less: no device is offline
 */
export function reachOfDevices(
  devices: readonly Pick<Device, 'uuid' | 'production' | 'lastSeen'>[],
  now: number,
  offlineAfterHours: number,
): Reach {
  const each = [...new Map(devices.map((device) => [device.uuid, device])).values()];
  const since = now - offlineAfterHours * 3_600_000;
  return {
    devices: each.length,
    production: each.filter(({ production }) => production).length,
    offline: offlineAfterHours > 0 ? each.filter(({ lastSeen }) => (lastSeen ?? -Infinity) < since).length : 0,
    error: undefined,
  };
}

/** @returns the devices that a wave is for: all production devices with its tag (docs/api.md §2.6) */
export function reachOfWave({ devices, groups }: WaveStatus, offlineAfterHours: number): Reach {
  const grouped = groups.reduce((sum, group) => sum + group.devices, 0);
  const online = groups.reduce((sum, group) => sum + group.online, 0);
  return {
    devices,
    production: devices,
    // Groups that do not add up leave somebody out, or count somebody twice.
    offline: offlineAfterHours <= 0 ? 0 : grouped === devices ? devices - online : undefined,
    error: undefined,
  };
}
