/** What a device has behind it when the world begins: configuration, updates, health reports, tests. Made when somebody looks. */
import { DAY, HOUR, MINUTE, SECOND } from '../clock';
import type { AppsState, Device, Histories } from './device';
import { ConfigHistory, mergeFiles, type ConfigEntry, type ConfigFile } from './config-history';
import { makeDeviceKey, type DeviceKey } from './device-key';
import { encryptValue } from './ecies';
import type { Condition } from './fleet-layout';
import { firstUpdateStart, osChanges } from './fleet-maker';
import { makeAppsState } from './apps-state';
import { plainFile, secretFile, REMOTE_ACTIONS, updateSettings, VPN_HANDLER } from './known-files';
import { USERS } from './people';
import { runAction, type TestRecord } from './remote-action';
import { targetName, type TargetCatalog } from './target-catalog';
import { planUpdate, type UpdateRun } from './update-run';

/** Reason of `fioctl devices config updates`, with its trailing blank (docs/api.md §4.4). */
export const UPDATES_REASON = 'Override aktualizr-lite update configuration ';

/** Where the histories come from. */
export interface HistorySettings {
  readonly catalog: TargetCatalog;
  readonly epoch: number;
  readonly updateMs: number;
  /** The number a device was made from. */
  readonly indexOf: (device: Device) => number;
  readonly conditionOf: (device: Device) => Condition;
  readonly ownAppsOf: (device: Device) => string | undefined;
  readonly isGuide: (device: Device) => boolean;
}

/** How many devices begin with an address in the VPN, at most. */
export const VPN_ADDRESSES = 200;

/** The places of these devices. */
export function vpnPlace(number: number): number {
  return 5 + 20 * number;
}

function initialFiles(device: Device, isGuide: boolean, index: number): ConfigFile[] {
  const publicKey = Buffer.from(device.seed.hex(64, 'wireguard'), 'hex').toString('base64');
  const number = (index - vpnPlace(0)) / 20;
  const hasAddress = Number.isInteger(number) && number >= 0 && number < VPN_ADDRESSES;
  const value = hasAddress ? `address=10.42.42.${2 + number}\npubkey=${publicKey}` : `enabled=0\n\npubkey=${publicKey}`;
  return [
    isGuide ? plainFile('wireguard-client', value, VPN_HANDLER) : plainFile('wireguard-client', value),
    plainFile(REMOTE_ACTIONS, 'diag,reboot'),
  ];
}

function changesOf(device: Device, settings: HistorySettings): { reason: string; file: ConfigFile }[] {
  if (settings.isGuide(device)) {
    return [
      { reason: UPDATES_REASON, file: updateSettings('\n[pacman]\n  compose_apps = "shellhttpd"\n') },
      { reason: 'API test', file: plainFile('app.config', '[page]\nurl = "https://foundries.io/"\n') },
    ];
  }
  const changes: { reason: string; file: ConfigFile }[] = [];
  const ownApps = settings.ownAppsOf(device);
  if (ownApps !== undefined) {
    const value = `\n[pacman]\n  compose_apps = "${ownApps}"\n  docker_apps = "${ownApps}"\n`;
    changes.push({ reason: UPDATES_REASON, file: updateSettings(value) });
  }
  const key = device.key;
  if (settings.indexOf(device) % 10 === 1 && key !== undefined) {
    const value = encryptValue(Buffer.from('MSG="Hello from fioctl"\n'), key.point, `${device.uuid} shellhttpd.conf`);
    changes.push({ reason: 'Greeting for visitors', file: secretFile('shellhttpd.conf', value) });
  }
  if (settings.conditionOf(device) === 'pending') {
    changes.push({ reason: 'New start page', file: plainFile('app.config', '[page]\nurl = "https://example.com/"\n') });
  }
  return changes;
}

function makeConfig(device: Device, settings: HistorySettings): ConfigHistory {
  if (device.presence.kind === 'never') {
    return new ConfigHistory();
  }
  const initial: ConfigEntry = {
    createdAt: device.createdAt + 41 * SECOND,
    reason: 'Set initial fioconfig device data',
    files: initialFiles(device, settings.isGuide(device), settings.indexOf(device)),
    appliedAt: device.createdAt + 42 * SECOND,
  };
  const entries = [initial];
  const changes = changesOf(device, settings);
  const lastSeen = device.presence.kind === 'offline' ? device.presence.lastSeen : settings.epoch;
  changes.forEach(({ reason, file }, place) => {
    const pending = settings.conditionOf(device) === 'pending' && place === changes.length - 1;
    const createdAt = pending
      ? lastSeen + HOUR
      : device.createdAt + Math.round(((lastSeen - device.createdAt) * (place + 1)) / (changes.length + 1));
    const files = mergeFiles(entries[0]?.files ?? [], [file]);
    const appliedAt = pending ? null : createdAt + 2 * MINUTE + device.seed.below(120, `applied ${place}`) * SECOND;
    entries.unshift({ createdAt, createdBy: device.createdBy, reason, files, appliedAt });
  });
  return new ConfigHistory(entries);
}

function makeUpdates(device: Device, settings: HistorySettings): UpdateRun[] {
  const { catalog, epoch, updateMs } = settings;
  const versions = catalog.versionsFor(device.tag ?? '', device.hardware);
  const current = versions.indexOf(device.version);
  const condition = settings.conditionOf(device);
  const runs: UpdateRun[] = [];
  const plan = (place: number, startedAt: number, failure?: 'download' | 'install'): void => {
    const version = versions[place] ?? 0;
    const from = versions[place - 1] ?? 0;
    runs.unshift(
      planUpdate({
        seed: device.seed.child(`update ${version}`),
        from: from === 0 ? '' : targetName(device.hardware, from),
        target: targetName(device.hardware, version),
        version,
        startedAt,
        duration: updateMs,
        osChanges: osChanges(from, version),
        reason: 'new Target is available',
        ...(failure === undefined ? {} : { failure }),
      }),
    );
  };
  const notAfter = device.presence.kind === 'offline' ? device.presence.lastSeen - updateMs : epoch - 2 * updateMs;
  for (let place = Math.max(0, current - 5); place <= current && current >= 0; place++) {
    const built = catalog.builtAt(versions[place] ?? 0) + 5 * MINUTE;
    const startedAt = Math.min(
      Math.max(built, device.createdAt + (place * DAY) / 24),
      notAfter - (current - place) * HOUR,
    );
    plan(place, Math.round(startedAt / 1000) * 1000);
  }
  if (condition === 'failed') {
    plan(current + 1, notAfter, device.seed.fraction('failure') < 0.5 ? 'download' : 'install');
    device.rejected.add(targetName(device.hardware, versions[current + 1] ?? 0));
  } else if (condition === 'updating') {
    plan(current + 1, firstUpdateStart(device.seed, settings));
  }
  return runs;
}

/** App → pinned URI, of a target. */
export function appUris(catalog: TargetCatalog, target: string): Map<string, string> {
  const apps = catalog.get(target)?.custom.docker_compose_apps ?? {};
  return new Map(Object.entries(apps).map(([app, { uri }]) => [app, uri]));
}

function makeAppsStates(device: Device, settings: HistorySettings): AppsState[] {
  if (device.target === '') {
    return [];
  }
  const uris = appUris(settings.catalog, device.target);
  const until = device.presence.kind === 'offline' ? device.presence.lastSeen : settings.epoch;
  const since = device.updates.find(({ target }) => target === device.target)?.finishedAt ?? until - DAY;
  const common = { seed: device.seed, ostree: device.ostree, uris, apps: device.apps };
  const start = { ...common, at: Math.min(since + MINUTE, until), upFor: '59 seconds' };
  const now = { ...common, at: until - 7 * MINUTE, upFor: '3 hours' };
  const ill = device.unhealthy ? device.apps.at(-1) : undefined;
  return [makeAppsState({ ...now, ...(ill === undefined ? {} : { unhealthy: ill }) }), makeAppsState(start)];
}

function makeTests(device: Device, settings: HistorySettings): TestRecord[] {
  if (settings.indexOf(device) % 4 !== 0 || device.presence.kind === 'never') {
    return [];
  }
  const until = device.presence.kind === 'offline' ? device.presence.lastSeen : settings.epoch;
  const at = until - Math.round((1 + 20 * device.seed.fraction('tested')) * HOUR);
  return [runAction('diag', `diag_${device.seed.base32(15, 'command')}`, at, ['diag', 'reboot'], device.name)];
}

/** The makers of histories for a Factory's devices. */
export function historiesFor(settings: HistorySettings): Histories {
  return {
    config: (device) => makeConfig(device, settings),
    updates: (device) => makeUpdates(device, settings),
    appsStates: (device) => makeAppsStates(device, settings),
    tests: (device) => makeTests(device, settings),
    key: (device): DeviceKey | undefined => (device.presence.kind === 'never' ? undefined : makeDeviceKey(device.uuid)),
  };
}

/** The one who made the entries of groups and of the Factory. */
export const SHARED_AUTHOR = USERS.ada.id;
