/** The Factory at a glance (docs/api.md §2.4, FactoryStatus). */
import { json, type EmulatorResponse } from '../http';
import { remembered } from '../remembered';
import type { Call, Route } from '../router';
import type { Factory, Glimpse } from '../world/factory';
import { factoryOf } from './access';
import { offlineThreshold, targetCounts } from './wave-status';

/** Devices counted by what a status tells about them. */
class Tally {
  total = 0;
  online = 0;
  readonly versions = new Map<number, number>();

  add(version: number, isOnline: boolean): void {
    this.total += 1;
    this.online += isOnline ? 1 : 0;
    if (version > 0) {
      this.versions.set(version, (this.versions.get(version) ?? 0) + 1);
    }
  }
}

/** The devices of a tag, and of each group among them. */
interface TagTally {
  readonly all: Tally;
  readonly groups: Map<string, Tally>;
}

function getOrMake<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

/** The tags of one section of the status. */
class Section {
  readonly #tags = new Map<string, TagTally>();

  add({ tag, group, version }: Glimpse, isOnline: boolean): void {
    const tally = getOrMake(this.#tags, tag ?? '', () => ({ all: new Tally(), groups: new Map<string, Tally>() }));
    tally.all.add(version, isOnline);
    if (group !== null) {
      getOrMake(tally.groups, group, () => new Tally()).add(version, isOnline);
    }
  }

  toWire(latestOf: (tag: string) => number, isOrphan: (tag: string, version: number) => boolean): object[] {
    return sorted(this.#tags).map(([tag, { all, groups }]) => {
      const latest = latestOf(tag);
      const orphan = remembered((version: number) => isOrphan(tag, version));
      return {
        name: tag,
        ...counters(all, latest, orphan),
        'latest-target': latest,
        targets: targetCounts(all.versions, orphan),
        'device-groups': sorted(groups).map(([name, tally]) => ({ name, ...counters(tally, latest, orphan) })),
      };
    });
  }
}

function sorted<V>(map: ReadonlyMap<string, V>): [string, V][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

function counters(tally: Tally, latest: number, isOrphan: (version: number) => boolean): Record<string, number> {
  let orphans = 0;
  for (const [version, count] of tally.versions) {
    orphans += isOrphan(version) ? count : 0;
  }
  return {
    'devices-total': tally.total,
    'devices-online': tally.online,
    'devices-on-latest': tally.versions.get(latest) ?? 0,
    'devices-on-orphan': orphans,
  };
}

function status(call: Call): EmulatorResponse {
  const factory = factoryOf(call, 'devices:read');
  const { fleet } = factory;
  const since = call.now - offlineThreshold(call);
  const [ci, production, waves] = [new Section(), new Section(), new Section()];
  for (const index of fleet.order('owner')) {
    const device = factory.glimpse(index, call.now);
    const isOnline = (device.lastSeen ?? 0) >= since;
    (device.isProd ? production : ci).add(device, isOnline);
    if (device.isProd && factory.isInWave({ ...device, uuid: fleet.uuidAt(index) }, call.now)) {
      waves.add(device, isOnline);
    }
  }
  const brought = (tag: string, version: number): boolean => !factory.isProductionVersion(tag, version);
  return json({
    'total-devices': fleet.size,
    tags: ci.toWire(
      (tag) => factory.newestVersion(tag, call.now),
      (tag, version) => !factory.hasVersion(tag, version),
    ),
    'prod-tags': production.toWire((tag) => newestWave(factory, tag, 'complete'), brought),
    'wave-tags': waves.toWire((tag) => newestWave(factory, tag, 'active'), brought),
  });
}

function newestWave(factory: Factory, tag: string, wanted: 'active' | 'complete'): number {
  const fitting = factory.waves.all().filter((wave) => wave.tag === tag && wave.status === wanted);
  return Math.max(0, ...fitting.map(({ version }) => version));
}

export const statusRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/ota/factories/:factory/status/', handler: status },
];
