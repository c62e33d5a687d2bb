/** A simulated device: what the service knows about it, and what it keeps to itself (its preset, its key, its plans). */
import type { Seed } from '../random';
import type { ConfigEntry, ConfigHistory } from './config-history';
import type { DeviceKey } from './device-key';
import type { TestRecord } from './remote-action';
import { isRunning, type UpdateFailure, type UpdateRun } from './update-run';

/** Whether and when it checks in. */
export type Presence =
  | { readonly kind: 'online'; readonly phase: number }
  | { readonly kind: 'offline'; readonly lastSeen: number }
  | { readonly kind: 'never' };

/** A report on the health of its apps (docs/api.md §2.1.6), as it is answered. */
export interface AppsState {
  readonly ostree: string;
  readonly deviceTime: string;
  readonly apps: Readonly<Record<string, unknown>>;
}

/** The sets that a device has taken, the most general first. */
export interface RunningConfig {
  readonly factory: ConfigEntry | undefined;
  readonly group: ConfigEntry | undefined;
  readonly own: ConfigEntry | 'as it began' | undefined;
}

/** What is built only when somebody looks closely. */
export interface Histories {
  config(device: Device): ConfigHistory;
  updates(device: Device): UpdateRun[];
  appsStates(device: Device): AppsState[];
  tests(device: Device): TestRecord[];
  key(device: Device): DeviceKey | undefined;
}

/** What a device starts from. */
export interface DeviceStart {
  readonly seed: Seed;
  readonly uuid: string;
  readonly name: string;
  readonly owner: string;
  readonly group: string | null;
  readonly hardware: string;
  readonly isProd: boolean;
  readonly createdAt: number;
  readonly presence: Presence;
  /** What registration wrote into its `sota.toml`. */
  readonly presetTag: string | undefined;
  readonly presetApps: string | undefined;
  readonly tag: string | undefined;
  readonly apps: readonly string[];
  readonly wantedApps: readonly string[] | undefined;
  readonly target: string;
  readonly version: number;
  readonly ostree: string;
  readonly lmpVersion: string;
  readonly epoch: number;
  readonly unhealthy: boolean;
  /** The apps that its own configuration names in the beginning. */
  readonly ownApps: string | undefined;
  /** No update is running or has failed: its history need not be made to know its state. */
  readonly calm: boolean;
  /** No update begins before this. */
  readonly holdUntil: number;
  readonly histories: Histories;
}

/** Memoizes a part that is made on demand. */
function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

export class Device {
  readonly seed: Seed;
  readonly uuid: string;
  readonly hardware: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly presetTag: string | undefined;
  readonly presetApps: string | undefined;
  readonly epoch: number;
  name: string;
  owner: string;
  group: string | null;
  isProd: boolean;
  presence: Presence;
  tag: string | undefined;
  apps: readonly string[];
  target: string;
  version: number;
  ostree: string;
  lmpVersion: string;
  unhealthy: boolean;
  holdUntil: number;
  updatedAt: number;
  updatedBy: string;
  /** Given when somebody registered it; the emulator has no private key for it then. */
  publicKey: string | undefined;
  /** The apps that its configuration names; undefined: all of the target's. */
  wantedApps: readonly string[] | undefined;
  /** Targets that failed here and are not tried again. */
  readonly rejected = new Set<string>();
  readonly actionsRun = new Set<string>();
  /** The sets that it runs with; undefined while that is what it began with. */
  running: RunningConfig | undefined;
  /** Why the newest configuration could not be taken, and which that was. */
  configError: { readonly entry: ConfigEntry; readonly message: string } | undefined;
  failNext: UpdateFailure | undefined;
  /** Up to when everything that this device should notice has been noticed. */
  evaluatedTo: number;
  /** Up to when ended updates have had their effect. */
  finishedTo: number;
  /** The last check-in that was forced. */
  forcedSeen = 0;
  /** Moments that ask for an evaluation at the next check-in. */
  wakes: number[] = [];
  /** Whether it differs from what it would be made as again. */
  dirty = false;
  readonly #calm: boolean;
  readonly #ownApps: string | undefined;
  #configMade = false;
  #updatesMade = false;
  readonly #config: () => ConfigHistory;
  readonly #updates: () => UpdateRun[];
  readonly #appsStates: () => AppsState[];
  readonly #tests: () => TestRecord[];
  readonly #key: () => DeviceKey | undefined;

  constructor(start: DeviceStart) {
    this.seed = start.seed;
    this.uuid = start.uuid;
    this.name = start.name;
    this.owner = start.owner;
    this.group = start.group;
    this.hardware = start.hardware;
    this.isProd = start.isProd;
    this.createdAt = start.createdAt;
    this.createdBy = start.owner;
    this.updatedAt = start.createdAt;
    this.updatedBy = start.owner;
    this.presence = start.presence;
    this.presetTag = start.presetTag;
    this.presetApps = start.presetApps;
    this.tag = start.tag;
    this.apps = start.apps;
    this.wantedApps = start.wantedApps;
    this.target = start.target;
    this.version = start.version;
    this.ostree = start.ostree;
    this.lmpVersion = start.lmpVersion;
    this.epoch = start.epoch;
    this.unhealthy = start.unhealthy;
    this.holdUntil = start.holdUntil;
    this.evaluatedTo = start.epoch;
    this.finishedTo = start.epoch;
    this.#calm = start.calm;
    this.#ownApps = start.ownApps;
    this.#config = lazily(() => {
      this.#configMade = true;
      return start.histories.config(this);
    });
    this.#updates = lazily(() => {
      this.#updatesMade = true;
      return start.histories.updates(this);
    });
    this.#appsStates = lazily(() => start.histories.appsStates(this));
    this.#tests = lazily(() => start.histories.tests(this));
    this.#key = lazily(() => start.histories.key(this));
  }

  /** Its own configuration, newest first. */
  get config(): ConfigHistory {
    return this.#config();
  }

  /**
   * The apps that its own configuration names, as long as nobody has looked at that: it is what it began with then, and need not be
   * made to be followed.
   */
  get unseenConfig(): { readonly apps: string | undefined } | undefined {
    return this.#configMade ? undefined : { apps: this.#ownApps };
  }

  /** Its updates, newest first. */
  get updates(): UpdateRun[] {
    return this.#updates();
  }

  /** Its reports on apps, newest first. */
  get appsStates(): AppsState[] {
    return this.#appsStates();
  }

  /** Its tests, newest first. */
  get tests(): TestRecord[] {
    return this.#tests();
  }

  /** Its key pair; undefined when it never connected, or when somebody else holds the private half. */
  get key(): DeviceKey | undefined {
    return this.#key();
  }

  /** Makes its reports while it still is as it was: they are made from what it is. Its configuration does not depend on that. */
  rememberPast(): void {
    this.#updates();
    this.#appsStates();
  }

  /** Goes away, or comes back. All of its past is made from when it was seen. */
  appear(presence: Presence): void {
    this.rememberPast();
    this.#config();
    this.#tests();
    this.presence = presence;
  }

  /** The entry that it runs with. */
  get activeConfig(): ConfigEntry | undefined {
    return this.config.applied;
  }

  /** The newest update; undefined also when its history was not made and tells nothing. */
  get newestUpdate(): UpdateRun | undefined {
    return this.#calm && !this.#updatesMade ? undefined : this.updates[0];
  }

  /** The update in progress. */
  runningUpdate(now: number): UpdateRun | undefined {
    const newest = this.newestUpdate;
    return newest !== undefined && isRunning(newest, now) ? newest : undefined;
  }

  /** Asks for an evaluation at the first check-in from then on. */
  wake(time: number): void {
    this.wakes.push(time);
  }

  /** Notes who changed it. */
  touch(user: string, now: number): void {
    this.updatedAt = now;
    this.updatedBy = user;
    this.dirty = true;
  }

  /** The first of its regular check-ins from a time on. */
  tickFrom(time: number, period: number): number {
    const phase = this.presence.kind === 'online' ? this.presence.phase : 0;
    return lastTick(time - 1, this.epoch + phase, period) + period;
  }

  /** When it was last seen; undefined: never. */
  lastSeen(now: number, period: number): number | undefined {
    const regular = lastSeen(this.presence, this.epoch, now, period);
    return this.forcedSeen === 0 ? regular : Math.max(regular ?? 0, this.forcedSeen);
  }
}

/** The last of a series of moments up to a time. */
function lastTick(time: number, origin: number, period: number): number {
  return origin + Math.floor((time - origin) / period) * period;
}

/** When a device was last seen, if nobody made it check in; undefined: never. */
export function lastSeen(presence: Presence, epoch: number, now: number, period: number): number | undefined {
  switch (presence.kind) {
    case 'never':
      return undefined;
    case 'offline':
      return presence.lastSeen;
    case 'online':
      return lastTick(now, epoch + presence.phase, period);
  }
}
