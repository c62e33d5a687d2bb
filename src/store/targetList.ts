import type { FactoryClient } from '../api/client';
import type { FleetStatus } from '../model/fleetStatus';
import { FactoryError } from '../api/errors';
import { hasEnded } from '../model/build';
import { groupByTag, newestFirst, type TagOfTargets, type Target } from '../model/target';
import { asError, FetchedList, type Fetched } from './fetchedList';

interface Targets {
  /** Newest version first. */
  readonly targets: readonly Target[];
  readonly tags: readonly TagOfTargets[];
}

export type TargetListState = Fetched<Targets>;

/** Bytes of a list that may be fetched again and again. */
const SMALL = 256 * 1024;
/** Versions that are asked for in one look. */
const MOST_VERSIONS = 5;
/** Milliseconds before the list is read for a job that may not be asked about, at first and at last; each wait doubles. */
const FIRST_WAIT_MS = 60_000;
const LAST_WAIT_MS = 32 * 60_000;

/** The Factory's targets. */
export class TargetList extends FetchedList<Targets> {
  private readonly client: FactoryClient;
  private readonly factory: string;
  private readonly answered: { bytes: number };
  /** Builds that change targets, whose end nobody follows; when the list is read where they may not be asked about. */
  private readonly awaited = new Map<number, { readonly due: number; readonly wait: number }>();
  private readonly now: () => number;

  constructor(client: FactoryClient, factory: string, now: () => number = Date.now) {
    const answered = { bytes: 0 };
    super({ targets: [], tags: [] }, async (signal) => {
      const { targets, bytes } = await client.readTargets(factory, signal);
      answered.bytes = bytes;
      return { targets, tags: groupByTag(targets) };
    });
    this.client = client;
    this.factory = factory;
    this.answered = answered;
    this.now = now;
  }

  /**
   * Looks for what is new, for one who looks at the list all the time. There is no conditional request for the list, which
   * may be 25 MB in one answer (docs/api.md §6.3): only a small one is fetched anew. Of a large one only those
   * versions are asked for that the Factory's counts name and the list lacks, with `?version=`, which is little; what else
   * changes (tags, a version that no device could take, a target that is gone) is seen when somebody refreshes, or when a
   * job that does it was started here (`awaitJob`). Never rejects.
   *
   * @param failure why the counts are not those of now: nobody knows then what is new. Without the right to see devices
   *   there are none, which is no reason to give up
   */
  async lookForNew(status: FleetStatus, failure?: unknown): Promise<void> {
    if (this.state.fetchedAt === undefined || this.answered.bytes <= SMALL) {
      await this.refresh();
      return;
    }
    const { ended, due } = await this.awaitedJobs();
    if (ended.length > 0 || due.length > 0) {
      await this.jobsEnded(...ended);
      due.forEach((build) => this.waitOn(build));
      return;
    }
    const { client, factory } = this;
    await this.refreshBy(async () => {
      if (failure !== undefined && !(failure instanceof FactoryError && failure.kind === 'forbidden')) {
        throw asError(failure);
      }
      const { targets, tags } = this.state;
      const missing = missingVersions(targets, status).slice(0, MOST_VERSIONS);
      const answers = missing.map((version) => client.listTargets(factory, undefined, version));
      const found = (await Promise.all(answers)).flat();
      if (found.length === 0) {
        return { targets, tags };
      }
      const all = newestFirst([...found, ...targets]);
      return { targets: all, tags: groupByTag(all) };
    });
  }

  /** To be called for a job that changes targets and is not followed any more: who looks at the list sees what it did. */
  awaitJob(build: number): void {
    this.awaited.set(build, { due: this.now() + FIRST_WAIT_MS, wait: FIRST_WAIT_MS });
  }

  /** To be called when jobs that change targets have ended: reads all targets anew. Never rejects. */
  async jobsEnded(...builds: readonly number[]): Promise<void> {
    await this.readAgain();
    if (this.state.error === undefined) {
      builds.forEach((build) => this.awaited.delete(build));
    }
  }

  /** Reads all targets anew: what is on its way already may show the past. Never rejects. */
  async readAgain(): Promise<void> {
    await this.settled();
    await this.refresh();
  }

  /**
   * Jobs that were awaited and have ended. Whether one has that may not be asked about, nobody can tell: for those the list is
   * read a few times, ever more rarely.
   */
  private async awaitedJobs(): Promise<{ readonly ended: readonly number[]; readonly due: readonly number[] }> {
    const looks = [...this.awaited].map(async ([build, { due }]) => {
      try {
        return hasEnded(await this.client.getBuild(this.factory, build)) ? 'ended' : 'running';
      } catch (error) {
        const isRefused = error instanceof FactoryError && (error.kind === 'forbidden' || error.kind === 'notFound');
        return isRefused && this.now() >= due ? 'due' : 'running';
      }
    });
    const builds = [...this.awaited.keys()];
    const states = await Promise.all(looks);
    const those = (state: string) => builds.filter((_, at) => states[at] === state);
    return { ended: those('ended'), due: those('due') };
  }

  /** The list was read for a job that may not be asked about: when it is read next. */
  private waitOn(build: number): void {
    const wait = (this.awaited.get(build)?.wait ?? LAST_WAIT_MS) * 2;
    if (wait > LAST_WAIT_MS) {
      this.awaited.delete(build);
    } else {
      this.awaited.set(build, { due: this.now() + wait, wait });
    }
  }
}

/** Versions that devices run or could take and the list lacks, newest first; orphans are gone, not new. */
function missingVersions(targets: readonly Target[], status: FleetStatus): number[] {
  const newest = targets[0]?.version ?? 0;
  const named = status.flatMap(({ latestVersion, targets: run }) => [
    latestVersion,
    ...run.filter(({ orphan }) => !orphan).map(({ version }) => version),
  ]);
  // An older one that the list lacks is a target that is no more; it would be asked for again and again.
  return [...new Set(named)].filter((version) => version > newest).sort((a, b) => b - a);
}
