import type { FactoryClient } from '../api/client';
import type { ReportPage } from '../api/deviceReports';
import type { AppsReport } from '../model/apps';
import type { DeviceDetail } from '../model/deviceDetail';
import type { DeviceTest } from '../model/deviceTests';
import { greatest } from '../model/greatest';
import { LastUsed } from '../model/lastUsed';
import { ageAmong, fits, hardwareOf, versionOf, type TargetAge } from '../model/targetAge';
import type { Target } from '../model/target';
import type { FleetStatus } from '../model/fleetStatus';
import { outcomeOf, type DeviceUpdate, type UpdateEvent } from '../model/updates';
import type { Fleet } from './fleet';
import { FetchedList, type Fetched } from './fetchedList';
import type { TargetList } from './targetList';

/** Things that are kept, of all devices together: a whole device is tens of kilobytes. */
const MOST_KEPT = 100;
/** Builds whose targets are kept: they never change. */
const MOST_VERSIONS = 50;
/** Milliseconds in which lists that are known are believed to be complete. */
const RECENT_MS = 60_000;

export type ReportState<T> = Fetched<{ readonly value: T | undefined }>;

/** One thing that a device reported, fetched when it is first looked at. */
export class Report<T> extends FetchedList<{ readonly value: T | undefined }> {
  private readonly isOutdated: (fetchedAt: number) => boolean;
  private readonly isFinal: (value: T) => boolean;

  constructor(
    fetch: (signal?: AbortSignal) => Promise<T>,
    isOutdated: (fetchedAt: number) => boolean,
    isFinal: (value: T) => boolean = () => false,
  ) {
    super({ value: undefined }, async (signal) => ({ value: await fetch(signal) }));
    this.isOutdated = isOutdated;
    this.isFinal = isFinal;
  }

  /**
   * Fetches unless what is there is younger than so many milliseconds, or cannot change any more. Never rejects: a failure
   * is in the state, with what was there before.
   *
   * @param maxAgeMs less than 0: fetches in any case
   */
  async get(maxAgeMs: number): Promise<ReportState<T>> {
    const { value, fetchedAt, error } = this.state;
    const isGood =
      maxAgeMs >= 0 &&
      fetchedAt !== undefined &&
      error === undefined &&
      ((value !== undefined && this.isFinal(value)) ||
        (Date.now() - fetchedAt <= maxAgeMs && !this.isOutdated(fetchedAt)));
    if (!isGood) {
      await this.refresh();
    }
    return this.state;
  }
}

/** A list by page; as many pages as were asked for. */
export class PagedReport<T> extends Report<ReportPage<T>> {
  private readonly pages: { wanted: number };

  constructor(
    page: (page: number, signal?: AbortSignal) => Promise<ReportPage<T>>,
    idOf: (item: T) => string,
    isOutdated: (fetchedAt: number) => boolean,
  ) {
    const pages = { wanted: 1 };
    super(async (signal) => {
      let items: readonly T[] = [];
      let total = 0;
      let next: number | undefined = 1;
      while (next !== undefined && next <= pages.wanted) {
        const answer: ReportPage<T> = await page(next, signal);
        items = [...items, ...answer.items];
        ({ total, nextPage: next } = answer);
      }
      // Pages shift while one reads them.
      const distinct = [...new Map(items.map((item) => [idOf(item), item])).values()];
      return { items: distinct, total, nextPage: next };
    }, isOutdated);
    this.pages = pages;
  }

  /** Asks for one page more; those before it too, as they may have shifted. Never rejects. */
  async loadMore(): Promise<void> {
    if (this.state.value?.nextPage !== undefined) {
      this.pages.wanted += 1;
    }
    await this.refresh();
  }
}

/** What the devices of a Factory reported: fetched when somebody looks, once for all who look at the same time. */
export class DeviceReports {
  private readonly client: FactoryClient;
  private readonly factory: string;
  private readonly fleet: Fleet;
  private readonly targets: TargetList;
  private readonly kept = new LastUsed<unknown>(MOST_KEPT);
  private readonly versions = new LastUsed<Promise<Target[]>>(MOST_VERSIONS);
  private outdatedAt = Number.NEGATIVE_INFINITY;

  constructor(client: FactoryClient, factory: string, fleet: Fleet, targets: TargetList) {
    this.client = client;
    this.factory = factory;
    this.fleet = fleet;
    this.targets = targets;
  }

  /** What is there is asked for again when somebody looks next. */
  invalidate(): void {
    this.outdatedAt = Date.now();
  }

  detail(device: string): Report<DeviceDetail> {
    return this.keep(['detail', device], (isOutdated) => {
      return new Report((signal) => this.client.getDeviceDetail(this.factory, device, signal), isOutdated);
    });
  }

  updates(device: string): PagedReport<DeviceUpdate> {
    return this.keep(['updates', device], (isOutdated) => {
      const page = (number: number, signal?: AbortSignal) =>
        this.client.listUpdates(this.factory, device, number, signal);
      return new PagedReport(page, ({ id }) => id, isOutdated);
    });
  }

  /** What happened in an update; what has ended is asked for once. */
  events(device: string, update: string): Report<readonly UpdateEvent[]> {
    return this.keep(['events', device, update], (isOutdated) => {
      const fetch = (signal?: AbortSignal) => this.client.listUpdateEvents(this.factory, device, update, signal);
      return new Report(fetch, isOutdated, (events) => outcomeOf(events).final);
    });
  }

  tests(device: string): PagedReport<DeviceTest> {
    return this.keep(['tests', device], (isOutdated) => {
      const page = (number: number, signal?: AbortSignal) =>
        this.client.listTests(this.factory, device, number, signal);
      return new PagedReport(page, ({ id }) => id, isOutdated);
    });
  }

  /** A test with its results; what has ended is asked for once. */
  test(device: string, id: string): Report<DeviceTest> {
    return this.keep(['test', device, id], (isOutdated) => {
      const fetch = (signal?: AbortSignal) => this.client.getTest(this.factory, device, id, signal);
      return new Report(fetch, isOutdated, ({ completedAt }) => completedAt !== undefined);
    });
  }

  /** Newest first. */
  apps(device: string): Report<readonly AppsReport[]> {
    return this.keep(['apps', device], (isOutdated) => {
      return new Report((signal) => this.client.listAppsReports(this.factory, device, signal), isOutdated);
    });
  }

  /**
   * How old the target of a device is. Asks for the counts of the fleet and for one or two builds, not for every target,
   * of which there may be thousands; for all only where the newest build has nothing for the hardware. Targets that are
   * known already are taken at their word only while no count names a newer one.
   *
   * @throws {FactoryError}
   */
  async targetAge(device: {
    readonly target: string;
    readonly tag: string;
    readonly production: boolean;
  }): Promise<TargetAge> {
    const latest = ({ tags }: { readonly tags: FleetStatus }) =>
      greatest(
        tags
          .filter(({ tag, production }) => tag === device.tag && production === device.production)
          .map(({ latestVersion }) => latestVersion),
      ) ?? 0;
    // Production devices take what was rolled out to them, which targets themselves do not tell.
    if (!device.production && this.targets.state.fetchedAt !== undefined) {
      const isRecent = Date.now() - this.targets.state.fetchedAt < RECENT_MS;
      const status = isRecent ? this.fleet.status.state : await this.recentStatus();
      if (latest(status) > newestOf(this.targets, device.tag)) {
        await this.targets.lookForNew(status.tags);
      }
      if (latest(status) <= newestOf(this.targets, device.tag)) {
        return ageAmong(this.targets.state.targets, device);
      }
    }
    const status = await this.recentStatus();
    if (status.fetchedAt === undefined) {
      throw status.error;
    }
    const newestVersion = latest(status);
    const version = versionOf(device.target);
    const running = (version === undefined ? [] : await this.build(version)).find(({ name }) => name === device.target);
    if (newestVersion === 0) {
      return { running, newest: undefined, newestVersion: undefined, newer: undefined };
    }
    const hardware = hardwareOf(device.target, running);
    const fitting = (await this.build(newestVersion)).filter((target) => fits(target, hardware));
    const newest = fitting.find(({ tags }) => tags.includes(device.tag)) ?? fitting[0];
    if (newest === undefined && !device.production) {
      const { targets, fetchedAt, error } = await this.targets.load();
      if (fetchedAt === undefined) {
        throw error;
      }
      return ageAmong(targets, device);
    }
    return { running, newest, newestVersion, newer: version === newestVersion ? 0 : undefined };
  }

  /** The counts of the fleet; asked for anew where they are old. */
  private async recentStatus() {
    const { status } = this.fleet;
    const { fetchedAt } = await status.load();
    if (fetchedAt !== undefined && Date.now() - fetchedAt >= RECENT_MS) {
      await status.refresh();
    }
    return status.state;
  }

  private build(version: number): Promise<Target[]> {
    const key = String(version);
    let targets = this.versions.get(key);
    if (targets === undefined) {
      targets = this.client.listTargets(this.factory, undefined, version);
      this.versions.set(key, targets);
      targets.catch(() => this.versions.delete(key));
    }
    return targets;
  }

  /** @param what names the report; its first word its type */
  private keep<R>(what: readonly string[], make: (isOutdated: (fetchedAt: number) => boolean) => R): R {
    const key = JSON.stringify(what);
    const report = (this.kept.get(key) as R | undefined) ?? make((fetchedAt) => fetchedAt <= this.outdatedAt);
    this.kept.set(key, report);
    return report;
  }
}

/** @returns the newest version of a tag; 0 where it has none */
const newestOf = ({ state }: TargetList, tag: string): number =>
  state.targets.reduce((newest, { tags, version }) => (tags.includes(tag) ? Math.max(newest, version) : newest), 0);
