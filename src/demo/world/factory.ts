/** One Factory: its devices, groups, targets and configuration, and the changes that its devices have to notice. */
import { DAY, isoOffset } from '../clock';
import type { Seed } from '../random';
import { Ci } from './ci';
import { ConfigHistory, type ConfigEntry } from './config-history';
import type { Device } from './device';
import { historiesFor, SHARED_AUTHOR, UPDATES_REASON } from './device-histories';
import { checkInNow, settle, type Surroundings } from './device-life';
import { Fleet } from './fleet';
import { FleetLayout, GUIDE_DEVICE } from './fleet-layout';
import { Groups, type Group } from './groups';
import { plainFile, updateSettings, VPN_HANDLER } from './known-files';
import { TargetCatalog, type TargetRef } from './target-catalog';
import { splitNames } from './update-settings';

/** How large a Factory is and how fast it lives. */
export interface FactorySettings {
  readonly name: string;
  readonly seed: Seed;
  readonly epoch: number;
  readonly devices: number;
  readonly targets: number;
  readonly builds: number;
  readonly checkInMs: number;
  readonly updateMs: number;
  readonly failureRate: number;
  readonly jobMs: number;
  /** Whether it holds the REST guide's device. */
  readonly withGuide: boolean;
}

/** A device that was deleted and may not come back (foundries-api.md §2.1.3). */
export interface DeniedDevice {
  readonly uuid: string;
  readonly name: string;
  readonly owner: string;
}

export class Factory implements Surroundings {
  readonly name: string;
  readonly seed: Seed;
  readonly epoch: number;
  readonly reposerverId: string;
  readonly fleet: Fleet;
  readonly groups = new Groups();
  readonly config: ConfigHistory;
  readonly catalog: TargetCatalog;
  readonly ci: Ci;
  readonly denied: DeniedDevice[] = [];
  readonly checkInMs: number;
  readonly updateMs: number;
  readonly failureRate: number;
  /** Moments after which devices have something new to see, ascending. */
  readonly #changes: number[] = [];

  constructor(readonly settings: FactorySettings) {
    const { seed, epoch } = settings;
    this.name = settings.name;
    this.seed = seed;
    this.epoch = epoch;
    this.checkInMs = settings.checkInMs;
    this.updateMs = settings.updateMs;
    this.failureRate = settings.failureRate;
    this.reposerverId = seed.uuid('reposerver');
    this.catalog = new TargetCatalog(seed.child('targets'), settings.name, epoch, settings.targets);
    this.ci = new Ci({
      factory: settings.name,
      seed: seed.child('ci'),
      catalog: this.catalog,
      epoch,
      builds: settings.builds,
      jobMs: settings.jobMs,
      building: settings.withGuide,
      targetsChanged: (time) => this.noteChange(time),
    });
    this.config = this.#startConfig();
    this.#startGroups();
    this.fleet = this.#startFleet();
    if (settings.withGuide) {
      this.denied.push({ uuid: seed.uuid('denied'), name: 'old-sensor', owner: SHARED_AUTHOR });
    }
  }

  #startConfig(): ConfigHistory {
    const region = plainFile('AWS_REGION', 'us-east-2');
    const key = Buffer.from(this.seed.hex(64, 'vpn'), 'hex').toString('base64');
    const vpn = `endpoint=vpn.example.com:5555\nserver_address=10.42.42.1\npubkey=${key}`;
    const common = { createdBy: SHARED_AUTHOR, appliedAt: null };
    return new ConfigHistory([
      {
        ...common,
        createdAt: this.epoch - 640 * DAY,
        reason: 'VPN server and region',
        files: [plainFile('wireguard-server', vpn, VPN_HANDLER), region],
      },
      { ...common, createdAt: this.epoch - 650 * DAY, reason: 'Region', files: [region] },
    ]);
  }

  #startGroups(): void {
    const at = this.epoch - 645 * DAY;
    const create = (
      name: string,
      description: string,
      ...entries: Omit<ConfigEntry, 'createdBy' | 'appliedAt'>[]
    ): void => {
      const config = new ConfigHistory(
        entries.map((entry) => ({ ...entry, createdBy: SHARED_AUTHOR, appliedAt: null })),
      );
      this.groups.create(name, description, SHARED_AUTHOR, at, config);
    };
    const value = '\n[pacman]\n  compose_apps = "shellhttpd"\n  docker_apps = "shellhttpd"\n';
    create('lab', 'Devices on the lab bench', {
      createdAt: at,
      reason: UPDATES_REASON,
      files: [updateSettings(value)],
    });
    create('field', '', {
      createdAt: at,
      reason: 'Where the telemetry goes',
      files: [plainFile('telemetry.json', '{\n  "endpoint": "https://telemetry.example.com/",\n  "interval": 60\n}\n')],
    });
    create('stores', 'Displays and kiosks in stores');
  }

  #startFleet(): Fleet {
    const { settings, catalog, epoch } = this;
    const seed = this.seed.child('devices');
    const layout = new FleetLayout(seed, settings.devices, settings.withGuide);
    const indexOf = (device: Device): number => layout.byUuid(device.uuid) ?? -1;
    const histories = historiesFor({
      catalog,
      epoch,
      updateMs: settings.updateMs,
      indexOf,
      conditionOf: (device) => layout.condition(indexOf(device)),
      ownAppsOf: (device) => this.fleet.sketchAt(indexOf(device)).ownApps,
      isGuide: (device) => settings.withGuide && device.uuid === GUIDE_DEVICE.uuid,
    });
    const groupApps = (group: string): string | undefined => (group === 'lab' ? 'shellhttpd' : undefined);
    return new Fleet({ seed, layout, catalog, epoch, checkInMs: settings.checkInMs, histories, groupApps });
  }

  /** Notes that every device has something new to look at. */
  noteChange(now: number): void {
    // A device that checked in at this very moment did not see it yet.
    this.#changes.push(now + 1);
    this.fleet.changed();
  }

  /** Whether everything that devices look at is still as it was in the beginning. */
  get isUnchanged(): boolean {
    return this.#changes.length === 0;
  }

  nextChange(after: number): number | undefined {
    const { length } = this.#changes;
    const last = this.#changes[length - 1];
    if (last === undefined || last <= after) {
      return undefined;
    }
    return this.#changes.find((time) => time > after);
  }

  sharedConfig(
    group: string | null,
    time: number,
  ): { factory: ConfigEntry | undefined; group: ConfigEntry | undefined } {
    const found: Group | undefined = group === null ? undefined : this.groups.get(group);
    return { factory: this.config.latestAt(time), group: found?.config.latestAt(time) };
  }

  newestFor(device: Device, time: number): TargetRef | undefined {
    if (device.isProd || device.tag === undefined) {
      // Production devices take only what a wave gives them.
      return undefined;
    }
    return this.catalog.newest(device.tag, device.hardware, time);
  }

  /** The device at a place, brought up to date. */
  device(index: number, now: number): Device {
    const device = this.fleet.at(index);
    settle(device, this, now);
    if (device.dirty) {
      this.fleet.keep(index, device);
    }
    return device;
  }

  /** Lets a device check in now. */
  checkIn(index: number, now: number): Device {
    const device = this.fleet.at(index);
    checkInNow(device, this, now);
    this.fleet.keep(index, device);
    return device;
  }

  /** The place of a device named in a path: by name, or by UUID (foundries-api.md §2.1.3). */
  indexOf(nameOrUuid: string, byUuid: boolean): number | undefined {
    return (byUuid ? undefined : this.fleet.indexOfName(nameOrUuid)) ?? this.fleet.indexOfUuid(nameOrUuid);
  }

  /** Whether a device runs what it should (foundries-api.md §7, inferred). */
  isUpToDate(device: Device, now: number): boolean {
    if (device.target === '') {
      return false;
    }
    const newest = device.isProd
      ? this.catalog.newest(device.tag ?? '', device.hardware, now)
      : this.newestFor(device, now);
    const wanted = device.wantedApps;
    const appsMatch =
      wanted === undefined ||
      splitNames(wanted.join()).every((app) => device.apps.includes(app) || !this.#offers(device, app));
    return (newest === undefined || newest.version <= device.version) && appsMatch;
  }

  #offers(device: Device, app: string): boolean {
    return this.catalog.get(device.target)?.custom.docker_compose_apps?.[app] !== undefined;
  }
}

/** `change-meta` of whatever has one (foundries-api.md §2.1.2). */
export function changeMeta(of: { createdBy: string; createdAt: number; updatedBy: string; updatedAt: number }): object {
  return {
    'created-by': of.createdBy,
    'created-at': isoOffset(of.createdAt),
    'updated-by': of.updatedBy,
    'updated-at': isoOffset(of.updatedAt),
  };
}
