/**
 * What a device does by itself: checks in, takes its configuration, runs actions, follows targets (docs/api.md §4.2, §4.5, §7.1).
 *
 * Nothing runs in the background. A device is brought up to date when somebody looks at it, and then sees everything as it was at
 * each of its check-ins, so that it makes no difference when, or how often, it was looked at.
 */
import { BAD_VALUE_LEAVES_APPLIED_AT_NULL } from '../inferred';
import { makeAppsState } from './apps-state';
import type { ConfigEntry } from './config-history';
import type { Device } from './device';
import { appUris } from './device-histories';
import { decryptValue, UndecryptableError } from './ecies';
import { GUIDE_DEVICE } from './fleet-layout';
import { REMOTE_ACTIONS } from './known-files';
import { requestedAction, runAction } from './remote-action';
import { APPS_STATES_KEPT } from '../inferred';
import type { TargetCatalog, TargetRef } from './target-catalog';
import { isRunning, planUpdate, type UpdateFailure } from './update-run';
import { areServed, firstTag, mergedSettings, settingsTakeEffect, splitNames } from './update-settings';

/** What a device sees of its Factory. */
export interface Surroundings {
  readonly catalog: TargetCatalog;
  readonly checkInMs: number;
  readonly updateMs: number;
  readonly failureRate: number;
  /** The sets in force for the whole Factory and for a group, as of a time. */
  sharedConfig(
    group: string | null,
    time: number,
  ): { factory: ConfigEntry | undefined; group: ConfigEntry | undefined };
  /** The first change after a time of anything that every device looks at. */
  nextChange(after: number): number | undefined;
  /** The target that a device should run, as of a time. */
  newestFor(device: Device, time: number): TargetRef | undefined;
}

/** Brings a device up to date. */
export function settle(device: Device, around: Surroundings, now: number): void {
  if (device.presence.kind !== 'online') {
    return;
  }
  for (;;) {
    const finish = nextFinish(device);
    const checkIn = nextCheckIn(device, around);
    if (Math.min(finish, checkIn) > now) {
      return;
    }
    if (finish <= checkIn) {
      finishUpdate(device, around, finish);
    } else {
      checkInAt(device, around, checkIn);
    }
  }
}

/** A check-in out of turn, as `fioconfig check-in` and a poll of the updater make one. */
export function checkInNow(device: Device, around: Surroundings, now: number): void {
  settle(device, around, now);
  device.forcedSeen = now;
  device.dirty = true;
  evaluate(device, around, now);
}

/** The end of the update that has not been acted upon yet. */
function nextFinish(device: Device): number {
  const finish = device.newestUpdate?.finishedAt ?? 0;
  return finish > device.finishedTo ? finish : Infinity;
}

function nextCheckIn(device: Device, around: Surroundings): number {
  const change = around.nextChange(device.evaluatedTo) ?? Infinity;
  const hold = device.holdUntil > device.evaluatedTo ? device.holdUntil : Infinity;
  const moment = Math.min(change, hold, ...device.wakes);
  return moment === Infinity ? Infinity : device.tickFrom(Math.max(moment, device.evaluatedTo + 1), around.checkInMs);
}

function checkInAt(device: Device, around: Surroundings, time: number): void {
  evaluate(device, around, time);
  device.wakes = device.wakes.filter((wake) => wake > time);
}

function evaluate(device: Device, around: Surroundings, time: number): void {
  device.evaluatedTo = Math.max(device.evaluatedTo, time);
  takeConfig(device, around, time);
  followTarget(device, around, time);
}

/** Tries to decrypt what is meant for this device; one value that cannot be blocks the whole set (docs/api.md §4.2). */
function checkSecrets(device: Device, own: ConfigEntry): void {
  for (const file of own.files) {
    if (!file.unencrypted) {
      if (device.key === undefined) {
        throw new UndecryptableError('no private key');
      }
      decryptValue(file.value, device.key.scalar);
    }
  }
}

/** Whether the device can read its own set; says so on the device when it cannot. */
function canRead(device: Device, own: ConfigEntry | undefined, time: number): boolean {
  if (own?.appliedAt !== null) {
    device.configError = undefined;
    return true;
  }
  if (device.configError?.entry === own) {
    return false;
  }
  try {
    checkSecrets(device, own);
    device.configError = undefined;
    return true;
  } catch (error) {
    if (!(error instanceof UndecryptableError)) {
      throw error;
    }
    device.configError = { entry: own, message: error.message };
    if (!BAD_VALUE_LEAVES_APPLIED_AT_NULL) {
      own.appliedAt = time;
    }
    device.dirty = true;
    return false;
  }
}

function takeConfig(device: Device, around: Surroundings, time: number): void {
  const { unseenConfig } = device;
  if (unseenConfig !== undefined) {
    const shared = around.sharedConfig(device.group, time);
    const settings = mergedSettings([shared.factory, shared.group]);
    device.running = { ...shared, own: 'as it began' };
    if (unseenConfig.apps !== undefined || settingsTakeEffect([shared.factory, shared.group])) {
      follow(device, settings.tags, unseenConfig.apps ?? settings.composeApps);
    }
    return;
  }
  const own = device.config.latestAt(time);
  const shared = around.sharedConfig(device.group, time);
  const levels = [shared.factory, shared.group, own];
  if (!areServed(levels) || !canRead(device, own, time)) {
    return;
  }
  if (own?.appliedAt === null) {
    own.appliedAt = time;
    device.dirty = true;
  }
  device.running = { ...shared, own };
  if (settingsTakeEffect(levels)) {
    const settings = mergedSettings(levels);
    follow(device, settings.tags, settings.composeApps);
  }
  runActions(device, own, time);
}

/** Takes over the tag and the apps that the configuration names, or else those of registration. */
function follow(device: Device, tags: string | undefined, composeApps: string | undefined): void {
  const tag = tags === undefined ? device.presetTag : firstTag(tags);
  if (tag !== device.tag) {
    device.rememberPast();
    device.tag = tag;
    device.dirty = true;
  }
  const apps = composeApps ?? device.presetApps;
  device.wantedApps = apps === undefined ? undefined : splitNames(apps);
}

function runActions(device: Device, own: ConfigEntry | undefined, time: number): void {
  const allowed = splitNames(own?.files.find(({ name }) => name === REMOTE_ACTIONS)?.value ?? '');
  for (const file of own?.files ?? []) {
    const action = requestedAction(file);
    if (action !== undefined && !device.actionsRun.has(action.commandId)) {
      device.actionsRun.add(action.commandId);
      device.tests.unshift(runAction(action.name, action.commandId, time, allowed, device.name));
      device.dirty = true;
    }
  }
}

function appsFor(device: Device, offered: Iterable<string>): string[] {
  return [...offered].filter((app) => device.wantedApps?.includes(app) ?? true).sort();
}

function followTarget(device: Device, around: Surroundings, time: number): void {
  const newest = device.newestUpdate;
  if (time < device.holdUntil || (newest !== undefined && isRunning(newest, time))) {
    return;
  }
  const target = around.newestFor(device, time);
  if (target !== undefined && target.version > device.version && !device.rejected.has(target.name)) {
    startUpdate(device, around, target, time, 'new Target is available');
    return;
  }
  if (!around.catalog.has(device.target)) {
    // Nothing yet, or a target that was deleted since: there is nothing to be in step with.
    return;
  }
  const wanted = appsFor(device, around.catalog.appNames(device.target));
  if (wanted.join() !== [...device.apps].sort().join() && !device.rejected.has(wanted.join())) {
    startUpdate(device, around, { name: device.target, version: device.version }, time, 'apps are not in sync');
  }
}

/** Begins an update. The guide's device never fails by itself, so that what is shown with it works. */
function startUpdate(device: Device, around: Surroundings, target: TargetRef, time: number, reason: string): void {
  const seed = device.seed.child(`update ${target.version} ${time - device.epoch}`);
  const mayFail = device.uuid !== GUIDE_DEVICE.uuid;
  const failure: UpdateFailure | undefined =
    device.failNext ??
    (mayFail && seed.fraction('fails') < around.failureRate ? seed.pick(['download', 'install'], 'how') : undefined);
  device.failNext = undefined;
  const ostree = around.catalog.get(target.name)?.hashes.sha256;
  device.updates.unshift(
    planUpdate({
      seed,
      from: device.target,
      target: target.name,
      version: target.version,
      startedAt: time,
      duration: around.updateMs,
      osChanges: ostree !== device.ostree,
      reason,
      ...(failure === undefined ? {} : { failure }),
    }),
  );
  device.dirty = true;
}

function finishUpdate(device: Device, around: Surroundings, time: number): void {
  const update = device.updates[0];
  device.rememberPast();
  device.finishedTo = time;
  device.wake(time + 1);
  device.dirty = true;
  if (update === undefined) {
    return;
  }
  const target = around.catalog.get(update.target);
  const uris = appUris(around.catalog, update.target);
  const apps = appsFor(device, uris.keys());
  if (!update.succeeds || target === undefined) {
    device.rejected.add(update.target === device.target ? apps.join() : update.target);
    return;
  }
  device.target = update.target;
  device.version = update.version;
  device.ostree = target.hashes.sha256;
  device.lmpVersion = typeof target.custom['lmp-ver'] === 'string' ? target.custom['lmp-ver'] : '';
  device.apps = apps;
  device.unhealthy = false;
  const report = { seed: device.seed, ostree: device.ostree, uris, apps, at: time, upFor: '2 seconds' };
  device.appsStates.unshift(makeAppsState(report));
  device.appsStates.splice(APPS_STATES_KEPT);
}
