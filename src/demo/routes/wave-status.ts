/** How far a wave has come (docs/api.md §2.6, WaveStatus). */
import { HOUR, isoOffset } from '../clock';
import { WAVE_UNSCHEDULED_ARE_OLDER } from '../inferred';
import type { Call } from '../router';
import type { Device } from '../world/device';
import type { Factory } from '../world/factory';
import { reaches, type Wave } from '../world/waves';

/** `offline-threshold` is in hours (docs/api.md §2.4). */
export function offlineThreshold(call: Call): number {
  const hours = Number(call.query.get('offline-threshold') ?? '4');
  return (Number.isFinite(hours) && hours > 0 ? hours : 4) * HOUR;
}

/** Version → devices, as `targets` of a status; newest first. */
export function targetCounts(versions: ReadonlyMap<number, number>, isOrphan: (version: number) => boolean): object[] {
  return [...versions]
    .sort(([a], [b]) => b - a)
    .map(([version, devices]) => ({ version, devices, 'is-orphan': isOrphan(version) }));
}

function countVersions(devices: readonly Pick<Device, 'version'>[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { version } of devices) {
    if (version > 0) {
      counts.set(version, (counts.get(version) ?? 0) + 1);
    }
  }
  return counts;
}

/** A group, and the devices of it that count: production devices that follow the tag of the wave. */
interface GroupDevices {
  /** `''`: devices of no group. */
  readonly name: string;
  readonly devices: readonly Device[];
  /** When the wave was first rolled out to the group itself; undefined: it was not. */
  readonly rolledOutAt: number | undefined;
}

function groupStatus(call: Call, factory: Factory, wave: Wave, { name, devices, rolledOutAt }: GroupDevices): object {
  const since = call.now - offlineThreshold(call);
  const count = (fits: (device: Device) => boolean): number => devices.filter(fits).length;
  return {
    name,
    'rollout-at': rolledOutAt === undefined ? '' : isoOffset(rolledOutAt),
    'devices-total': devices.length,
    'devices-online': count((device) => (device.lastSeen(call.now, factory.checkInMs) ?? 0) >= since),
    'devices-on-wave-version': count(({ version }) => version === wave.version),
    'devices-on-newer-version': count(({ version }) => version > wave.version),
    'devices-on-older-version': count(({ version }) => version < wave.version),
    'devices-scheduled-for-update': count((device) => device.version < wave.version && reaches(wave, device, call.now)),
    targets: targetCounts(countVersions(devices), (version) => !factory.isProductionVersion(wave.tag, version)),
  };
}

/** The groups that the wave was rolled out to, in that order; a group that is deleted meanwhile has no devices. */
function rolloutGroups(factory: Factory, wave: Wave, byGroup: ReadonlyMap<string, Device[]>): GroupDevices[] {
  const found = new Map<string, GroupDevices>();
  for (const { group, at } of wave.rollouts) {
    const name = factory.groups.all().find(({ id }) => id === group?.id)?.name;
    if (name !== undefined && !found.has(name)) {
      found.set(name, { name, devices: byGroup.get(name) ?? [], rolledOutAt: at });
    }
  }
  return [...found.values()].sort((a, b) => (a.rolledOutAt ?? 0) - (b.rolledOutAt ?? 0));
}

/** All other groups that have such devices, by name, and last those of no group. */
function otherGroups(rolledOut: readonly GroupDevices[], byGroup: ReadonlyMap<string, Device[]>): GroupDevices[] {
  const names = [...byGroup.keys()].filter((name) => !rolledOut.some((group) => group.name === name)).sort();
  const named = [...names.filter((name) => name !== ''), ...names.filter((name) => name === '')];
  return named.map((name) => ({ name, devices: byGroup.get(name) ?? [], rolledOutAt: undefined }));
}

/** `version` is a number here. What the numbers mean is in the help of the CLI (docs/api.md §2.6). */
export function waveStatus(call: Call, factory: Factory, wave: Wave): object {
  const devices = factory.productionDevices(wave.tag, call.now);
  const byGroup = groupBy(devices, (device) => device.group ?? '');
  const rolledOut = rolloutGroups(factory, wave, byGroup);
  const counted = wave.status === 'active' ? rolledOut.flatMap((group) => group.devices) : devices;
  const older = devices.filter(({ version }) => version < wave.version);
  const scheduled = older.filter((device) => reaches(wave, device, call.now)).length;
  const show = (group: GroupDevices): object => groupStatus(call, factory, wave, group);
  return {
    name: wave.name,
    version: wave.version,
    tag: wave.tag,
    status: wave.status,
    'created-at': isoOffset(wave.createdAt),
    'finished-at': wave.finished === undefined ? '' : isoOffset(wave.finished.at),
    'total-devices': devices.length,
    'updated-devices': counted.filter(({ version }) => version >= wave.version).length,
    'scheduled-devices': scheduled,
    'unscheduled-devices': WAVE_UNSCHEDULED_ARE_OLDER ? older.length - scheduled : devices.length - scheduled,
    'rollout-groups': rolledOut.map(show),
    'other-groups': otherGroups(rolledOut, byGroup).map(show),
  };
}

/** Items by a key, in the order of their first appearance. */
function groupBy<K, T>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [item]);
    } else {
      group.push(item);
    }
  }
  return groups;
}
