/** How far a wave has come (foundries-api.md §2.6, WaveStatus). */
import { HOUR, isoOffset } from '../clock';
import type { Call } from '../router';
import type { Device } from '../world/device';
import type { Factory } from '../world/factory';
import { reaches, type Wave } from '../world/waves';

/** `offline-threshold` is in hours (foundries-api.md §2.4). */
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

function groupStatus(call: Call, factory: Factory, wave: Wave, name: string, devices: readonly Device[]): object {
  const since = call.now - offlineThreshold(call);
  const rollout = wave.rollouts.find(({ group }) => (group?.name ?? '') === name);
  const count = (fits: (device: Device) => boolean): number => devices.filter(fits).length;
  return {
    name,
    'rollout-at': rollout === undefined ? '' : isoOffset(rollout.at),
    'devices-total': devices.length,
    'devices-online': count((device) => (device.lastSeen(call.now, factory.checkInMs) ?? 0) >= since),
    'devices-on-wave-version': count(({ version }) => version === wave.version),
    'devices-on-newer-version': count(({ version }) => version > wave.version),
    'devices-on-older-version': count(({ version }) => version < wave.version),
    'devices-scheduled-for-update': count((device) => device.version < wave.version && reaches(wave, device, call.now)),
    targets: targetCounts(countVersions(devices), (version) => !factory.isProductionVersion(wave.tag, version)),
  };
}

/** `version` is a number here. */
export function waveStatus(call: Call, factory: Factory, wave: Wave): object {
  const devices = factory.productionDevices(wave.tag, call.now);
  const byGroup = groupBy(devices, (device) => device.group ?? '');
  const rolledOut = (group: string): boolean =>
    (byGroup.get(group) ?? []).some((device) => reaches(wave, device, call.now));
  const groups = [...byGroup.keys()].sort();
  const show = (group: string): object => groupStatus(call, factory, wave, group, byGroup.get(group) ?? []);
  const updated = devices.filter(({ version }) => version >= wave.version).length;
  const scheduled = devices.filter((device) => device.version < wave.version && reaches(wave, device, call.now)).length;
  return {
    name: wave.name,
    version: wave.version,
    tag: wave.tag,
    status: wave.status,
    'created-at': isoOffset(wave.createdAt),
    'finished-at': wave.finishedAt === undefined ? '' : isoOffset(wave.finishedAt),
    'total-devices': devices.length,
    'updated-devices': updated,
    'scheduled-devices': scheduled,
    'unscheduled-devices': devices.length - updated - scheduled,
    'rollout-groups': groups.filter(rolledOut).map(show),
    'other-groups': groups.filter((group) => !rolledOut(group)).map(show),
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
