import type { FactoryClient } from '../api/client';
import { hasEnded, type Build } from '../model/build';
import { withKnownStart } from '../model/buildTimes';
import { LastUsed } from '../model/lastUsed';
import { Emitter } from './emitter';

export interface BuildListState {
  /** Newest first. */
  readonly builds: readonly Build[];
  /** Builds that the service has. */
  readonly total: number;
  readonly hasMore: boolean;
  /** Milliseconds since the epoch; undefined before the first fetch. */
  readonly fetchedAt: number | undefined;
  /** Why the last fetch failed; undefined after a success. What was there before it stays. */
  readonly error: unknown;
}

const EMPTY: BuildListState = { builds: [], total: 0, hasMore: false, fetchedAt: undefined, error: undefined };
const PAGE = 25;
/** Builds that are fetched anew at once, however many are shown: older ones have long ended. */
const MOST_ANEW = 100;
const MOST_DETAILS = 1000;

/** The CI builds of a Factory, as many pages as were asked for. What is shown stays until something newer is in. */
export class BuildList {
  private readonly client: FactoryClient;
  private readonly factory: string;
  private current = EMPTY;
  private running: Promise<void> | undefined;
  /** Details of builds that were asked for: the list tells neither reasons, which do not change, nor when a build began. */
  private readonly details = new LastUsed<Build>(MOST_DETAILS);
  private readonly changed = new Emitter<BuildListState>();
  readonly onDidChange = this.changed.event;

  constructor(client: FactoryClient, factory: string) {
    this.client = client;
    this.factory = factory;
  }

  get state(): BuildListState {
    return this.current;
  }

  /** Whether a build that is shown has not ended. */
  get isBusy(): boolean {
    return this.current.builds.some((build) => !hasEnded(build));
  }

  /** Fetches the first page unless something is there or on its way. Never rejects: a failure is in the state. */
  async load(): Promise<BuildListState> {
    if (this.running === undefined && this.current.fetchedAt === undefined) {
      await this.refresh();
    } else {
      await this.running;
    }
    return this.current;
  }

  /** Fetches anew what is shown, or joins the fetch that is under way. Never rejects. */
  refresh(signal?: AbortSignal): Promise<void> {
    return this.once(async () => {
      const shown = this.current.builds;
      const limit = Math.min(MOST_ANEW, Math.max(PAGE, Math.ceil(shown.length / PAGE) * PAGE));
      const { builds, total, nextPage } = await this.client.listBuilds(this.factory, { page: 0, limit }, signal);
      const oldest = builds.at(-1)?.id ?? 0;
      const older = nextPage === undefined ? [] : shown.filter(({ id }) => id < oldest);
      this.set([...builds, ...older], total, Date.now());
    });
  }

  /** Fetches what comes after the builds that are shown. Never rejects. */
  loadMore(signal?: AbortSignal): Promise<void> {
    return this.once(async () => {
      const { builds: shown, fetchedAt } = this.current;
      // New builds move the pages: the one that the last shown build is on may hold what comes after it.
      const page = Math.floor(shown.length / PAGE);
      const { builds, total } = await this.client.listBuilds(this.factory, { page, limit: PAGE }, signal);
      const oldest = shown.at(-1)?.id ?? Number.POSITIVE_INFINITY;
      this.set([...shown, ...builds.filter(({ id }) => id < oldest)], total, fetchedAt);
    });
  }

  /**
   * Asks about one build, and shows what is heard in the list.
   *
   * @throws {FactoryError}
   */
  async look(id: number, signal?: AbortSignal): Promise<Build> {
    const build = await this.client.getBuild(this.factory, id, signal);
    this.heard(build);
    return build;
  }

  /** @returns the build as it was last seen; undefined where it was not */
  find(id: number): Build | undefined {
    return this.current.builds.find((build) => build.id === id);
  }

  /** Shows what was heard of a single build, where it is in the list or newer than what is there. */
  heard(build: Build): void {
    if (build.reason !== undefined) {
      this.details.set(String(build.id), build);
    }
    const { builds, total } = this.current;
    const at = builds.findIndex(({ id }) => id === build.id);
    const before = builds[at];
    const newest = builds[0]?.id;
    if (before === undefined && (newest === undefined || build.id !== newest + 1)) {
      return;
    }
    const known = this.withDetails(build, before);
    if (JSON.stringify(before) !== JSON.stringify(known)) {
      this.tell({
        ...this.current,
        builds: before === undefined ? [known, ...builds] : builds.with(at, known),
        total: before === undefined ? total + 1 : total,
      });
    }
  }

  /** @param before the build as it was last seen, which shows where it began again since */
  private withDetails(build: Build, before: Build | undefined): Build {
    const details = build.reason === undefined ? this.details.get(String(build.id)) : undefined;
    const known =
      details === undefined
        ? build
        : { ...withKnownStart(build, details), reason: details.reason, annotation: details.annotation };
    return before === undefined ? known : withKnownStart(known, before);
  }

  private set(builds: readonly Build[], total: number, fetchedAt: number | undefined): void {
    const before = new Map(this.current.builds.map((build) => [build.id, build]));
    this.tell({
      builds: builds.map((build) => this.withDetails(build, before.get(build.id))),
      total: Math.max(total, builds.length),
      hasMore: builds.length < total,
      fetchedAt,
      error: undefined,
    });
  }

  private tell(state: BuildListState): void {
    this.current = state;
    this.changed.fire(state);
  }

  private once(task: () => Promise<void>): Promise<void> {
    this.running ??= task()
      .catch((error: unknown) => this.tell({ ...this.current, error }))
      .finally(() => {
        this.running = undefined;
      });
    return this.running;
  }
}
