/** One Factory: its devices, groups, targets and configuration, and the changes that its devices have to notice. */
import { DAY, isoOffset } from '../clock';
import { UP_TO_DATE_INCLUDES_APPS } from '../inferred';
import type { Seed } from '../random';
import { Ci } from './ci';
import { ConfigHistory, type ConfigEntry } from './config-history';
import type { Device } from './device';
import { historiesFor, SHARED_AUTHOR, UPDATES_REASON, VPN_ADDRESSES, vpnPlace } from './device-histories';
import { checkInNow, settle, type Surroundings } from './device-life';
import { Fleet } from './fleet';
import { FleetLayout, GUIDE_DEVICE } from './fleet-layout';
import { Groups, type Group } from './groups';
import { plainFile, updateSettings, VPN_HANDLER } from './known-files';
import { TargetCatalog, type TargetRef } from './target-catalog';
import { mergedSettings, settingsTakeEffect } from './update-settings';
import { HARDWARE, RASPBERRY } from './target-layout';
import { Pki } from './pki';
import { signedTargets } from './tuf';
import { TufRoot } from './tuf-root';
import { reaches, Waves, type Reachable, type Wave } from './waves';

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
  /** Whether a container build is going on. */
  readonly building: boolean;
  /** Whether it holds the REST guide's device. */
  readonly withGuide: boolean;
}

/** A device that was deleted and may not come back (docs/api.md §2.1.3). */
export interface DeniedDevice {
  readonly uuid: string;
  readonly name: string;
  readonly owner: string;
}

/** What a device is counted and filtered by. */
export interface Glimpse {
  readonly tag: string | undefined;
  readonly version: number;
  readonly group: string | null;
  readonly isProd: boolean;
  readonly lastSeen: number | undefined;
}

/** A queue that device events are sent to (docs/api.md §2.4), as it is answered. */
export interface EventQueue {
  readonly label: string;
  readonly type: 'push' | 'pull';
  readonly 'push-url'?: string;
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
  readonly waves = new Waves();
  #tuf: TufRoot | undefined;
  readonly pki: Pki;
  readonly denied: DeniedDevice[] = [];
  readonly eventQueues: EventQueue[] = [
    { label: 'ops-hook', type: 'push', 'push-url': 'https://hooks.example.com/fio' },
  ];
  readonly checkInMs: number;
  readonly updateMs: number;
  readonly failureRate: number;
  /** Moments after which devices have something new to see, ascending. */
  readonly #changes: number[] = [];
  /** What may have changed about devices that nobody touched. */
  readonly #moving = new Set<'tags' | 'targets'>();

  constructor(readonly settings: FactorySettings) {
    const { seed, epoch } = settings;
    this.name = settings.name;
    this.seed = seed;
    this.epoch = epoch;
    this.checkInMs = settings.checkInMs;
    this.updateMs = settings.updateMs;
    this.failureRate = settings.failureRate;
    this.reposerverId = seed.uuid('reposerver');
    this.pki = new Pki(seed.child('pki'), settings.name);
    this.catalog = new TargetCatalog(seed.child('targets'), settings.name, epoch, settings.targets);
    this.ci = new Ci({
      factory: settings.name,
      seed: seed.child('ci'),
      catalog: this.catalog,
      epoch,
      builds: settings.builds,
      jobMs: settings.jobMs,
      building: settings.building,
      targetsChanged: (time) => this.noteChange(time, 'targets'),
    });
    this.config = this.#startConfig();
    this.#startGroups();
    this.#startWaves();
    this.fleet = this.#startFleet();
    if (settings.withGuide) {
      this.denied.push({ uuid: seed.uuid('denied'), name: 'old-sensor', owner: SHARED_AUTHOR });
    }
  }

  /** Made when somebody asks: its keys take longer than all the rest. */
  get tuf(): TufRoot {
    return (this.#tuf ??= new TufRoot(this.seed.child('tuf'), this.epoch));
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

  #startWaves(): void {
    const group = this.groups.get('field');
    if (this.settings.withGuide && group !== undefined) {
      const signed = (version: number, tag: string): Record<string, unknown> => {
        const targets = Object.fromEntries(
          [...this.catalog.ofVersion(version)].filter(([, target]) => target.custom.tags.includes(tag)),
        );
        return signedTargets(this.tuf.key('targets'), targets, version, this.epoch);
      };
      this.waves.begin(this.epoch, this.catalog.versionsFor('stable', RASPBERRY.id), group, signed);
    }
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
    const { checkInMs, updateMs } = settings;
    return new Fleet({ seed, layout, catalog, epoch, checkInMs, updateMs, histories, groupApps });
  }

  /** Notes that every device has something new to look at, and what that may change about devices. */
  noteChange(now: number, ...effects: ('tags' | 'targets')[]): void {
    for (const effect of effects) {
      this.#moving.add(effect);
    }
    // A device that checked in at this very moment did not see it yet.
    this.#changes.push(now + 1);
    this.fleet.changed();
  }

  /**
   * What counting and filtering need to know about a device. As long as nothing has happened that could move it, it is read off its
   * place instead of made.
   */
  glimpse(index: number, now: number): Glimpse {
    if (this.#isAsItBegan(index, now)) {
      const { columns } = this.fleet;
      return {
        tag: columns.tag(index),
        version: columns.version(index),
        group: columns.group(index),
        isProd: columns.isProd(index),
        lastSeen: columns.lastSeen(index, now),
      };
    }
    const device = this.device(index, now);
    const { tag, version, group, isProd } = device;
    return { tag, version, group, isProd, lastSeen: device.lastSeen(now, this.checkInMs) };
  }

  /** Whether a device runs what it ran in the beginning, for sure. */
  #isAsItBegan(index: number, now: number): boolean {
    const untouched = this.fleet.keptAt(index) === undefined && this.#moving.size === 0;
    return untouched && this.fleet.columns.isSteady(index, now);
  }

  /** The tag that a device reports. */
  tagAt(index: number, now: number): string | undefined {
    const untouched = this.fleet.keptAt(index) === undefined && !this.#moving.has('tags');
    return untouched ? this.fleet.columns.tag(index) : this.device(index, now).tag;
  }

  /** The target that a device runs; empty: none. */
  targetAt(index: number, now: number): string {
    return this.#isAsItBegan(index, now) ? this.fleet.columns.target(index) : this.device(index, now).target;
  }

  /** The group that a device is in. */
  groupAt(index: number): string | null {
    const kept = this.fleet.keptAt(index);
    return kept === undefined ? this.fleet.columns.group(index) : kept.group;
  }

  /** Whether a device takes production targets. */
  isProdAt(index: number): boolean {
    return this.fleet.keptAt(index)?.isProd ?? this.fleet.columns.isProd(index);
  }

  /** When a device was last seen; undefined: never. */
  lastSeenAt(index: number, now: number): number | undefined {
    const kept = this.fleet.keptAt(index);
    return kept === undefined ? this.fleet.columns.lastSeen(index, now) : kept.lastSeen(now, this.checkInMs);
  }

  /** Notes that a shared configuration was changed; only its update settings can move devices. */
  noteSharedConfig(before: ConfigEntry | undefined, after: ConfigEntry | undefined, now: number): void {
    const effect = (entry: ConfigEntry | undefined): string =>
      JSON.stringify([mergedSettings([entry]), settingsTakeEffect([entry])]);
    const same = effect(before) === effect(after);
    this.noteChange(now, ...(same ? [] : (['tags', 'targets'] as const)));
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
    if (device.isProd) {
      return this.waves.newestFor(device, time, (wave) => waveTarget(wave, device.hardware));
    }
    if (device.tag === undefined) {
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

  /** The place of a device named in a path: by name, or by UUID (docs/api.md §2.1.3). */
  indexOf(nameOrUuid: string, byUuid: boolean): number | undefined {
    return (byUuid ? undefined : this.fleet.indexOfName(nameOrUuid)) ?? this.fleet.indexOfUuid(nameOrUuid);
  }

  /** Whether a device runs what it should (docs/api.md §7, inferred). */
  isUpToDate(device: Device, now: number): boolean {
    if (device.target === '') {
      return false;
    }
    const newest = this.newestFor(device, now);
    return (newest === undefined || newest.version <= device.version) && this.#runsItsApps(device);
  }

  /** Whether a device runs just the apps of its target that it is configured for; those of a deleted target are not known. */
  #runsItsApps(device: Device): boolean {
    if (!UP_TO_DATE_INCLUDES_APPS || !this.catalog.has(device.target)) {
      return true;
    }
    const wanted = this.catalog.appNames(device.target).filter((app) => device.wantedApps?.includes(app) ?? true);
    return wanted.length === device.apps.length && wanted.every((app) => device.apps.includes(app));
  }

  /** Whether an active wave includes a device. */
  isInWave(device: Reachable, now: number): boolean {
    return this.waves.all().some((wave) => wave.status === 'active' && reaches(wave, device, now));
  }

  /** The production devices that follow a tag. */
  productionDevices(tag: string, now: number): Device[] {
    const { fleet } = this;
    return [...fleet.order('owner')]
      .filter((index) => this.isProdAt(index) && this.tagAt(index, now) === tag)
      .map((index) => this.device(index, now));
  }

  /** The devices that may have an address in the VPN: those that began with one, and those that were changed. */
  vpnDevices(now: number): Device[] {
    const { fleet } = this;
    const begun = Array.from({ length: VPN_ADDRESSES }, (_, place) => vpnPlace(place));
    const indices = new Set([
      ...begun.filter((index) => index < this.settings.devices),
      ...[...fleet.kept()].map(([index]) => index),
    ]);
    return [...indices].filter((index) => fleet.has(index)).map((index) => this.device(index, now));
  }

  /** The newest version of a tag over all hardware; 0 when it has none. */
  newestVersion(tag: string, now: number): number {
    return Math.max(0, ...HARDWARE.map(({ id }) => this.catalog.newest(tag, id, now)?.version ?? 0));
  }

  /** Whether a version still has a target with the tag; a device that runs another one runs an orphan. */
  hasVersion(tag: string, version: number): boolean {
    for (const [, target] of this.catalog.ofVersion(version)) {
      if (target.custom.tags.includes(tag)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a wave that is not canceled brought this version. */
  isProductionVersion(tag: string, version: number): boolean {
    return this.waves.all().some((wave) => wave.tag === tag && wave.version === version && wave.status !== 'canceled');
  }
}

/** The target of a wave for a hardware. */
function waveTarget(wave: Wave, hardware: string): string | undefined {
  const { signed } = wave.targets as { signed?: { targets?: Record<string, { custom?: { hardwareIds?: unknown } }> } };
  return Object.entries(signed?.targets ?? {}).find(([, target]) => {
    const ids = target.custom?.hardwareIds;
    return Array.isArray(ids) && ids.includes(hardware);
  })?.[0];
}

/** `change-meta` of whatever has one (docs/api.md §2.1.2). */
export function changeMeta(of: { createdBy: string; createdAt: number; updatedBy: string; updatedAt: number }): object {
  return {
    'created-by': of.createdBy,
    'created-at': isoOffset(of.createdAt),
    'updated-by': of.updatedBy,
    'updated-at': isoOffset(of.updatedAt),
  };
}
