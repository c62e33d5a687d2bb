/** The Factory at a glance (foundries-api.md §2.4, FactoryStatus). */
import { json, type EmulatorResponse } from '../http';
import type { Call, Route } from '../router';
import type { Factory, Glimpse } from '../world/factory';
import { factoryOf } from './access';
import { groupBy, offlineThreshold, targetCounts } from './wave-status';

interface Measure {
  readonly latest: number;
  readonly isOrphan: (version: number) => boolean;
  readonly isOnline: (device: Glimpse) => boolean;
}

function counters(devices: readonly Glimpse[], measure: Measure): Record<string, number> {
  return {
    'devices-total': devices.length,
    'devices-online': devices.filter(measure.isOnline).length,
    'devices-on-latest': devices.filter(({ version }) => version > 0 && version === measure.latest).length,
    'devices-on-orphan': devices.filter(({ version }) => version > 0 && measure.isOrphan(version)).length,
  };
}

function tagStatus(name: string, devices: readonly Glimpse[], measure: Measure): object {
  const groups = groupBy(
    devices.filter(({ group }) => group !== null),
    ({ group }) => group ?? '',
  );
  return {
    name,
    ...counters(devices, measure),
    'latest-target': measure.latest,
    targets: targetCounts(devices, measure.isOrphan),
    'device-groups': [...groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([group, members]) => ({ name: group, ...counters(members, measure) })),
  };
}

function byTag(devices: readonly Glimpse[], measureOf: (tag: string) => Measure): object[] {
  return [...groupBy(devices, ({ tag }) => tag ?? '')]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([tag, members]) => tagStatus(tag, members, measureOf(tag)));
}

function status(call: Call): EmulatorResponse {
  const factory = factoryOf(call, 'devices:read');
  const since = call.now - offlineThreshold(call);
  const isOnline = ({ lastSeen }: Glimpse): boolean => (lastSeen ?? 0) >= since;
  const devices = factory.glimpses(call.now);
  const measure = (latest: number, isOrphan: (version: number) => boolean): Measure => ({
    latest,
    isOrphan: remembered(isOrphan),
    isOnline,
  });
  const ci = (tag: string): Measure =>
    measure(factory.newestVersion(tag, call.now), (version) => !factory.hasVersion(tag, version));
  const production = (tag: string): Measure =>
    measure(newestWave(factory, tag, 'complete'), (version) => !factory.isProductionVersion(tag, version));
  const waves = (tag: string): Measure =>
    measure(newestWave(factory, tag, 'active'), (version) => !factory.isProductionVersion(tag, version));
  return json({
    'total-devices': devices.length,
    tags: byTag(
      devices.filter((device) => !device.isProd),
      ci,
    ),
    'prod-tags': byTag(
      devices.filter((device) => device.isProd),
      production,
    ),
    'wave-tags': byTag(
      devices.filter((device) => factory.isInWave(device, call.now)),
      waves,
    ),
  });
}

/** Asks once per version: many devices run the same. */
function remembered(isOrphan: (version: number) => boolean): (version: number) => boolean {
  const answers = new Map<number, boolean>();
  return (version) => {
    const answer = answers.get(version) ?? isOrphan(version);
    answers.set(version, answer);
    return answer;
  };
}

function newestWave(factory: Factory, tag: string, wanted: 'active' | 'complete'): number {
  const fitting = factory.waves.all().filter((wave) => wave.tag === tag && wave.status === wanted);
  return Math.max(0, ...fitting.map(({ version }) => version));
}

export const statusRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/ota/factories/:factory/status/', handler: status },
];
