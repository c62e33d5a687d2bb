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

/** A report on the health of its apps (foundries-api.md §2.1.6), as it is answered. */
export interface AppsState {
  readonly ostree: string;
  readonly deviceTime: string;
  readonly apps: Readonly<Record<string, unknown>>;
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
  isWave = false;
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
  /** Why the newest configuration could not be taken. */
  configError: string | undefined;
  /** What lies in `/var/run/secrets`: file name → text. */
  secrets: ReadonlyMap<string, string> | undefined;
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
    this.#config = lazily(() => start.histories.config(this));
    this.#updates = lazily(() => start.histories.updates(this));
    this.#appsStates = lazily(() => start.histories.appsStates(this));
    this.#tests = lazily(() => start.histories.tests(this));
    this.#key = lazily(() => start.histories.key(this));
  }

  /** Its own configuration, newest first. */
  get config(): ConfigHistory {
    return this.#config();
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

  /** Makes its histories while it still is as it was: they are made from what it is. */
  rememberPast(): void {
    this.#updates();
    this.#appsStates();
    this.#config();
  }

  /** The entry that it runs with. */
  get activeConfig(): ConfigEntry | undefined {
    return this.config.applied;
  }

  /** The update in progress. */
  runningUpdate(now: number): UpdateRun | undefined {
    const newest = this.updates[0];
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

  /** The last of its regular check-ins up to a time. */
  tickUpTo(time: number, period: number): number {
    const phase = this.presence.kind === 'online' ? this.presence.phase : 0;
    return this.epoch + phase + Math.floor((time - this.epoch - phase) / period) * period;
  }

  /** The first of its regular check-ins from a time on. */
  tickFrom(time: number, period: number): number {
    return this.tickUpTo(time - 1, period) + period;
  }

  /** When it was last seen; undefined: never. */
  lastSeen(now: number, period: number): number | undefined {
    switch (this.presence.kind) {
      case 'never':
        return this.forcedSeen === 0 ? undefined : this.forcedSeen;
      case 'offline':
        return Math.max(this.presence.lastSeen, this.forcedSeen);
      case 'online':
        return Math.max(this.tickUpTo(now, period), this.forcedSeen);
    }
  }
}
