import type { FactoryClient } from '../api/client';
import type { ConfigScope } from '../model/config';
import type { Device } from '../model/device';
import type { FleetStatus } from '../model/fleetStatus';
import { LastUsed } from '../model/lastUsed';
import { newestOf, versionsWithApp, type AppVersions, type NewestTargets } from '../model/newestTargets';
import type { Target } from '../model/target';
import { Emitter } from './emitter';
import type { Fleet } from './fleet';
import type { TargetList } from './targetList';

/** Milliseconds for which an answer will do. */
const MAX_AGE_MS = 5 * 60_000;
/** Milliseconds after a failure before it is tried again. */
const RETRY_MS = 60_000;

/** Targets and devices that are kept, beside the status. */
const MOST_KEPT = 500;

/** A tag that devices can follow. */
export interface KnownTag {
  readonly tag: string;
  /** Version of its newest target; undefined where it has none. */
  readonly newest: number | undefined;
}

export interface KnownTags {
  readonly tags: readonly KnownTag[];
  /** Every tag of every target is there; else only those that devices follow. */
  readonly complete: boolean;
}

interface TagInUse extends KnownTag {
  /** Names of the device groups with devices that follow it. */
  readonly groups: readonly string[];
}

interface Answer<T> {
  /** Undefined after a failure. */
  readonly value: T | undefined;
  readonly at: number;
}

/**
 * What update settings are completed and checked with: tags, and the apps of their newest targets. The list of all
 * targets, which can be tens of megabytes, is used where a view has loaded it and never asked for; without it the small
 * answers do, a status and one version. Nothing here rejects: what cannot be had is unknown, and asked again a minute
 * later at the earliest.
 */
export class UpdateFacts {
  private readonly client: FactoryClient;
  private readonly factory: string;
  private readonly fleet: Fleet;
  private readonly targets: TargetList;
  private readonly answers = new LastUsed<Answer<unknown>>(MOST_KEPT);
  private readonly running = new Map<string, Promise<unknown>>();
  private readonly changed = new Emitter<undefined>();
  /** Told when more is known. */
  readonly onDidChange = this.changed.event;

  constructor(client: FactoryClient, factory: string, fleet: Fleet, targets: TargetList) {
    this.client = client;
    this.factory = factory;
    this.fleet = fleet;
    this.targets = targets;
    targets.onDidChange(() => this.changed.fire(undefined));
  }

  /** @returns the tags as far as known without asking; undefined where nothing is */
  knownTags(): KnownTags | undefined {
    const { fetchedAt, tags } = this.targets.state;
    if (fetchedAt !== undefined) {
      return {
        tags: tags.filter(({ tag }) => tag !== '').map(({ tag, versions }) => ({ tag, newest: versions[0]?.version })),
        complete: true,
      };
    }
    const inUse = this.knownInUse();
    return inUse && { tags: inUse, complete: false };
  }

  /** The tags; asks for the Factory's status where there is no list of targets. */
  async tags(): Promise<KnownTags | undefined> {
    if (this.targets.state.fetchedAt === undefined) {
      await this.inUse();
    }
    return this.knownTags();
  }

  /** @returns `none` where the tag certainly has no target; undefined where that is not known without asking */
  knownNewest(tag: string): NewestTargets | 'none' | undefined {
    const { fetchedAt, tags } = this.targets.state;
    if (fetchedAt !== undefined) {
      const found = tags.find((candidate) => candidate.tag === tag);
      return (found && newestOf(found)) ?? 'none';
    }
    const version = this.knownInUse()?.find((candidate) => candidate.tag === tag)?.newest;
    const targets =
      version === undefined ? undefined : (this.known(versionKey(version)) as readonly Target[] | undefined);
    const fitting = targets?.filter((target) => target.tags.includes(tag));
    return version === undefined || fitting === undefined || fitting.length === 0
      ? undefined
      : { tag, version, targets: fitting };
  }

  /** The newest targets of a tag; asks for the status and one version where there is no list of targets. */
  async newest(tag: string): Promise<NewestTargets | 'none' | undefined> {
    if (this.targets.state.fetchedAt === undefined) {
      const version = (await this.inUse())?.find((candidate) => candidate.tag === tag)?.newest;
      if (version !== undefined) {
        await this.ask(versionKey(version), () => this.client.listTargets(this.factory, undefined, version));
      }
    }
    return this.knownNewest(tag);
  }

  /**
   * Whether a target has a tag. What is known is asked first, the list of all targets last.
   *
   * @param scope whose devices' own tags count as known
   * @returns undefined where it cannot be found out now
   */
  async hasTargets(tag: string, scope?: ConfigScope): Promise<boolean | undefined> {
    if (scope?.kind === 'device' && this.knownDevice(scope.device)?.tag === tag) {
      return true;
    }
    const isListed = () => this.targets.state.tags.some((known) => known.tag === tag && known.versions.length > 0);
    if (isListed() || (await this.inUse())?.some((known) => known.tag === tag && known.newest !== undefined) === true) {
      return true;
    }
    // A build may have made it since.
    if (Date.now() - (this.targets.state.fetchedAt ?? 0) > MAX_AGE_MS) {
      await this.targets.refresh();
    }
    const { fetchedAt, error } = this.targets.state;
    return isListed() || (fetchedAt === undefined || error !== undefined ? undefined : false);
  }

  /** @returns the tags that the devices of a group follow, as far as known without asking */
  knownTagsOfGroup(group: string): readonly string[] | undefined {
    return this.knownInUse()
      ?.filter(({ groups }) => groups.includes(group))
      .map(({ tag }) => tag);
  }

  async tagsOfGroup(group: string): Promise<readonly string[] | undefined> {
    await this.inUse();
    return this.knownTagsOfGroup(group);
  }

  /** @returns a device as far as known without asking */
  knownDevice(name: string): Device | undefined {
    return this.fleet.find(name) ?? (this.known(deviceKey(name)) as Device | undefined);
  }

  async device(name: string): Promise<Device | undefined> {
    if (this.fleet.find(name) === undefined) {
      await this.ask(deviceKey(name), () => this.client.getDevice(this.factory, name));
    }
    return this.knownDevice(name);
  }

  /** @returns the hardware ids of a target by name; undefined where the list of all targets is not there */
  hardwareOf(target: string): readonly string[] | undefined {
    return this.targets.state.targets.find(({ name }) => name === target)?.hardwareIds;
  }

  /** @returns for each tag in which versions an app is; undefined where the list of all targets is not there */
  versionsOf(app: string): AppVersions[] | undefined {
    const { fetchedAt, tags } = this.targets.state;
    return fetchedAt === undefined ? undefined : versionsWithApp(tags, app);
  }

  private inUse(): Promise<readonly TagInUse[] | undefined> {
    return this.ask(STATUS, () => this.askStatus());
  }

  /** The counts that the Devices view may show, too. */
  private async askStatus(): Promise<readonly TagInUse[]> {
    const { status } = this.fleet;
    const { fetchedAt } = status.state;
    if (fetchedAt === undefined || Date.now() - fetchedAt > MAX_AGE_MS) {
      await status.refresh();
    }
    const { tags, error } = status.state;
    if (status.state.fetchedAt === undefined) {
      throw error;
    }
    return tagsInUse(tags);
  }

  private knownInUse(): readonly TagInUse[] | undefined {
    return this.known(STATUS) as readonly TagInUse[] | undefined;
  }

  private known(key: string): unknown {
    return this.answers.get(key)?.value;
  }

  private async ask<T>(key: string, fetch: () => Promise<T>): Promise<T | undefined> {
    const before = this.answers.get(key) as Answer<T> | undefined;
    if (before !== undefined && Date.now() - before.at < (before.value === undefined ? RETRY_MS : MAX_AGE_MS)) {
      return before.value;
    }
    let running = this.running.get(key) as Promise<T | undefined> | undefined;
    if (running === undefined) {
      running = fetch()
        // A failure does not make unknown what was known.
        .catch(() => before?.value)
        .then((value) => {
          this.answers.set(key, { value, at: Date.now() });
          this.running.delete(key);
          if (value !== undefined && JSON.stringify(value) !== JSON.stringify(before?.value)) {
            this.changed.fire(undefined);
          }
          return value;
        });
      this.running.set(key, running);
    }
    return running;
  }
}

/** @returns the tags that devices follow, in production or not; a missing version is not told apart from none */
function tagsInUse(status: FleetStatus): TagInUse[] {
  const found = new Map<string, { newest: number; readonly groups: Set<string> }>();
  for (const { tag, latestVersion, groups } of status) {
    const known = found.get(tag) ?? { newest: 0, groups: new Set<string>() };
    known.newest = Math.max(known.newest, latestVersion);
    groups.forEach(({ name }) => known.groups.add(name));
    found.set(tag, known);
  }
  return [...found]
    .filter(([tag]) => tag !== '')
    .map(([tag, { newest, groups }]) => ({ tag, newest: newest > 0 ? newest : undefined, groups: [...groups] }));
}

const STATUS = 'status';
const versionKey = (version: number): string => `version ${version}`;
const deviceKey = (name: string): string => `device ${name}`;
