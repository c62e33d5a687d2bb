/** Makes the devices a Factory begins with, one at a time, from their number (see fleet-layout.ts). */
import { DAY, HOUR } from '../clock';
import type { Seed } from '../random';
import { Device, type Histories, type Presence } from './device';
import type { Condition, FleetLayout } from './fleet-layout';
import { appsOf, buildPlan, HARDWARE, INTEL, platformOf, RASPBERRY } from './target-layout';
import { lmpVersion, targetName, type TargetCatalog } from './target-catalog';

/** How long a device that holds an update back does so, at least. */
export const HOLD_LEAST = 3 * HOUR;

/** What the maker needs to know. */
export interface MakerSettings {
  readonly seed: Seed;
  readonly layout: FleetLayout;
  readonly catalog: TargetCatalog;
  readonly epoch: number;
  readonly checkInMs: number;
  readonly updateMs: number;
  readonly histories: Histories;
  /** The apps that a group's configuration names. */
  readonly groupApps: (group: string) => string | undefined;
}

/** The parts of a device that filters need, cheap to make. */
export interface DeviceSketch {
  readonly index: number;
  readonly group: string | null;
  readonly hardware: string;
  readonly tag: string;
  readonly isProd: boolean;
  readonly condition: Condition;
  /** The apps that its own configuration names. */
  readonly ownApps: string | undefined;
}

/** A device that has a tag of its own to follow, and one production device in five. */
export function sketch(
  settings: Pick<MakerSettings, 'seed' | 'layout'>,
  index: number,
  seed = settings.seed.child(index),
): DeviceSketch {
  const { layout } = settings;
  const condition = layout.condition(index);
  const kind = layout.kind(index);
  if (kind === 'device') {
    const hardware = RASPBERRY.id;
    return { index, group: null, hardware, tag: 'devel', isProd: false, condition, ownApps: 'shellhttpd' };
  }
  const hardware = kind === 'gateway' || kind === 'kiosk' ? INTEL.id : RASPBERRY.id;
  const roll = seed.fraction('tag');
  const tag = roll < 0.58 ? 'main' : roll < 0.9 || hardware === RASPBERRY.id ? 'stable' : 'devel';
  const groups = [null, 'field', 'lab', 'stores', 'field', 'stores'] as const;
  return {
    index,
    group: groups[seed.below(groups.length, 'group')] ?? null,
    hardware,
    tag,
    isProd: tag === 'stable' && seed.fraction('production') < 0.5,
    condition,
    ownApps: index % 20 === 3 ? 'shellhttpd,mosquitto' : undefined,
  };
}

function stepsBehind(condition: Condition, seed: Seed): number {
  switch (condition) {
    case 'updating':
    case 'failed':
    case 'held':
    case 'offline-days':
      return 1;
    case 'offline-weeks':
      return 2 + seed.below(3, 'steps behind');
    default:
      return 0;
  }
}

/** Whether and when a device checks in. */
export function presenceOf(
  condition: Condition,
  seed: Seed,
  settings: Pick<MakerSettings, 'epoch' | 'checkInMs'>,
): Presence {
  const { epoch, checkInMs } = settings;
  const ago = (least: number, most: number): number =>
    epoch - Math.round(least + (most - least) * seed.fraction('last seen'));
  switch (condition) {
    case 'never-seen':
      return { kind: 'never' };
    case 'offline-hours':
    case 'pending':
      return { kind: 'offline', lastSeen: ago(5 * HOUR, 20 * HOUR) };
    case 'offline-days':
      return { kind: 'offline', lastSeen: ago(2 * DAY, 9 * DAY) };
    case 'offline-weeks':
      return { kind: 'offline', lastSeen: ago(20 * DAY, 90 * DAY) };
    default:
      return { kind: 'online', phase: seed.below(checkInMs, 'phase') };
  }
}

/** When the update began that is going on in the beginning. */
export function firstUpdateStart(seed: Seed, { epoch, updateMs }: Pick<MakerSettings, 'epoch' | 'updateMs'>): number {
  return epoch - Math.round(updateMs * seed.fraction('progress') * 0.9);
}

/** The version that a device runs in the beginning; 0: none. */
export function versionOf(catalog: TargetCatalog, plan: DeviceSketch, seed: Seed): number {
  if (plan.condition === 'never-seen') {
    return 0;
  }
  const versions = catalog.versionsFor(plan.tag, plan.hardware);
  const behind = stepsBehind(plan.condition, seed) + (plan.isProd && plan.group !== 'field' ? 1 : 0);
  return versions[Math.max(0, versions.length - 1 - behind)] ?? 0;
}

/** Makes the device at a place. */
export function makeDevice(settings: MakerSettings, index: number): Device {
  const { layout, catalog, epoch } = settings;
  const seed = settings.seed.child(index);
  const plan = sketch(settings, index, seed);
  const seen = plan.condition !== 'never-seen';
  const version = versionOf(catalog, plan, seed);
  const target = version === 0 ? '' : targetName(plan.hardware, version);
  const hardware = HARDWARE.find(({ id }) => id === plan.hardware) ?? RASPBERRY;
  const wanted = plan.ownApps ?? (plan.group === null ? undefined : settings.groupApps(plan.group));
  const offered = version === 0 ? [] : appsOf(version);
  const names = wanted?.split(',');
  return new Device({
    seed,
    uuid: layout.uuid(index),
    name: layout.name(index),
    owner: layout.owner(index),
    group: plan.group,
    hardware: plan.hardware,
    isProd: plan.isProd,
    createdAt: epoch - Math.round((30 + 600 * seed.fraction('created')) * DAY),
    presence: presenceOf(plan.condition, seed, settings),
    presetTag: plan.tag,
    presetApps: undefined,
    tag: seen ? plan.tag : undefined,
    apps: offered.filter((app) => names?.includes(app) ?? true),
    wantedApps: names,
    target,
    version,
    ostree: version === 0 ? '' : catalog.ostreeHash(version, hardware),
    lmpVersion: version === 0 ? '' : lmpVersion(platformOf(version)),
    epoch,
    unhealthy: plan.condition === 'unhealthy',
    ownApps: plan.ownApps,
    calm: plan.condition !== 'updating' && plan.condition !== 'failed',
    holdUntil: plan.condition === 'held' ? epoch + HOLD_LEAST + seed.below(5 * HOUR, 'hold') : 0,
    histories: settings.histories,
  });
}

/** Whether going from one build's target to another's changes the operating system. */
export function osChanges(from: number, to: number): boolean {
  return from === 0 || platformOf(from) !== platformOf(to) || buildPlan(to).kind === 'platform';
}
