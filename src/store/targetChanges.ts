import type { FactoryClient } from '../api/client';
import { asUnverified, FactoryError } from '../api/errors';
import type { JobReference } from '../api/targetChanges';
import { hasEnded, type Build } from '../model/build';
import { greatest } from '../model/greatest';
import type { JobUnderWay } from '../model/inProgress';
import type { Target } from '../model/target';
import { haveSameTags, planTags, type TagChange, type TagEdit, type TaggedTarget } from '../model/targetChanges';
import { asError } from './fetchedList';
import { forMany } from './forMany';
import type { TargetList } from './targetList';

/** Targets as the service has them now, and those that it has no more. */
interface Read {
  readonly targets: readonly Target[];
  readonly gone: readonly string[];
}

interface Planned {
  /** Names of targets that are no more. */
  readonly gone: readonly string[];
  /** Changes by others that are on their way; undefined where that cannot be told. */
  readonly underWay: readonly JobUnderWay[] | undefined;
  /** Why that cannot be told. */
  readonly jobsError?: unknown;
}

/** Changes of tags, worked out from what the service has. */
export interface TagPlan extends Planned {
  readonly targets: readonly TaggedTarget[];
  readonly edit: TagEdit;
  readonly changes: readonly TagChange[];
}

/** Targets that are to be pruned. */
export interface PrunePlan extends Planned {
  readonly targets: readonly Target[];
}

/** What became of a plan. */
export type PlanEnd<Plan> =
  | { readonly state: 'started'; readonly job: JobReference }
  /** Nothing was sent: meanwhile somebody changed the targets that it is about. */
  | { readonly state: 'changed'; readonly plan: Plan };

/** Name of the run, and of the trigger, of jobs that change targets (docs/api.md §2.5). */
export const UPDATE_TARGETS = 'UpdateTargets';
/** Versions that are asked for one by one; of more than that the whole list is less. */
const MOST_VERSIONS = 25;
/** Builds that are looked through for jobs under way. */
const BUILDS = 25;

/**
 * Changes of targets. The service takes full tag lists and has no compare-and-swap, so the targets are read right before,
 * and nothing is sent where they are not as they were when the change was shown.
 */
export class TargetChanges {
  private readonly client: FactoryClient;
  private readonly factory: string;
  private readonly list: TargetList;

  constructor(client: FactoryClient, factory: string, list: TargetList) {
    this.client = client;
    this.factory = factory;
    this.list = list;
  }

  /**
   * Works out new tags from what the targets have now.
   *
   * @throws {FactoryError}
   */
  async planTags(targets: readonly TaggedTarget[], edit: TagEdit): Promise<TagPlan> {
    const [read, jobs] = await Promise.all([this.read(targets), jobsUnderWay(this.client, this.factory)]);
    return { targets: read.targets, edit, changes: planTags(read.targets, edit), gone: read.gone, ...jobs };
  }

  /**
   * Looks what there is to prune.
   *
   * @throws {FactoryError}
   */
  async planPrune(targets: readonly TaggedTarget[]): Promise<PrunePlan> {
    const [read, jobs] = await Promise.all([this.read(targets), jobsUnderWay(this.client, this.factory)]);
    return { ...read, ...jobs };
  }

  /**
   * Starts the job that sets the planned tags: the request is the plan's to the byte.
   *
   * @throws {FactoryError} where no job was started, or nobody can tell
   */
  async sendTags(plan: TagPlan): Promise<PlanEnd<TagPlan>> {
    const now = await this.planTags(plan.targets, plan.edit);
    if (!isAsShown(plan, now)) {
      return { state: 'changed', plan: now };
    }
    return { state: 'started', job: await this.start(() => this.client.patchTargetTags(this.factory, plan.changes)) };
  }

  /**
   * Starts the job that deletes the planned targets.
   *
   * @throws {FactoryError} where no job was started, or nobody can tell
   */
  async sendPrune(plan: PrunePlan): Promise<PlanEnd<PrunePlan>> {
    const now = await this.planPrune(plan.targets);
    if (!isAsShown(plan, now)) {
      return { state: 'changed', plan: now };
    }
    return { state: 'started', job: await this.start(() => this.client.deleteTargets(this.factory, plan.targets)) };
  }

  /**
   * Looks whether targets have the tags that they were to get.
   *
   * @returns names of those that have others
   * @throws {FactoryError}
   */
  async notTagged(changes: readonly TagChange[]): Promise<readonly string[]> {
    const { targets } = await this.read(changes.map(({ name, version, after }) => ({ name, version, tags: after })));
    const now = new Map(targets.map(({ name, tags }) => [name, tags]));
    return changes.filter(({ name, after }) => !haveSameTags(now.get(name) ?? [], after)).map(({ name }) => name);
  }

  /**
   * Looks whether targets are gone.
   *
   * @returns names of those that are still there
   * @throws {FactoryError}
   */
  async notPruned(pruned: readonly TaggedTarget[]): Promise<readonly string[]> {
    return (await this.read(pruned)).targets.map(({ name }) => name);
  }

  private async read(wanted: readonly TaggedTarget[]): Promise<Read> {
    const versions = [...new Set(wanted.map(({ version }) => version))];
    const found = new Map((await this.ofVersions(versions)).map((target) => [target.name, target]));
    return {
      targets: wanted.flatMap(({ name }) => found.get(name) ?? []),
      gone: wanted.flatMap(({ name }) => (found.has(name) ? [] : [name])),
    };
  }

  private async ofVersions(versions: readonly number[]): Promise<readonly Target[]> {
    if (versions.length > MOST_VERSIONS) {
      await this.list.readAgain();
      const { targets, error } = this.list.state;
      if (error !== undefined) {
        throw asError(error);
      }
      return targets;
    }
    const answers = await forMany(versions, (version) => this.client.listTargets(this.factory, undefined, version), {
      stopsAt: () => true,
    });
    return answers.flatMap((answer) => {
      if (answer.state !== 'ok') {
        throw asError(answer.error);
      }
      return answer.value;
    });
  }

  /** Where the answer is lost, a job that is new since then is the one: a change is never sent twice. */
  private async start(send: () => Promise<JobReference>): Promise<JobReference> {
    const before = await jobsOf(this.client, this.factory).catch(() => undefined);
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof FactoryError && error.outcomeUnknown)) {
        throw error;
      }
      const after = before === undefined ? undefined : await jobsOf(this.client, this.factory).catch(() => undefined);
      if (before === undefined || after === undefined) {
        throw asUnverified(error);
      }
      const known = greatest(before.map(({ id }) => id)) ?? 0;
      const [job, ...others] = after.filter(({ id }) => id > known);
      if (job === undefined) {
        throw error;
      }
      if (others.length > 0) {
        throw asUnverified(error);
      }
      return { build: job.id, webUrl: job.webUrl };
    }
  }
}

/** Asks for CI jobs that change targets right now. Builds need a scope of their own; without it nobody can tell. Never rejects. */
export async function jobsUnderWay(
  client: FactoryClient,
  factory: string,
  signal?: AbortSignal,
): Promise<Pick<Planned, 'underWay' | 'jobsError'>> {
  try {
    const jobs = await jobsOf(client, factory, signal);
    return { underWay: jobs.filter((build) => !hasEnded(build)).map(({ id }) => ({ build: id })) };
  } catch (error) {
    return { underWay: undefined, jobsError: error };
  }
}

async function jobsOf(client: FactoryClient, factory: string, signal?: AbortSignal): Promise<readonly Build[]> {
  const { builds } = await client.listBuilds(factory, { limit: BUILDS }, signal);
  return builds.filter(
    ({ trigger, runs }) => trigger === UPDATE_TARGETS || runs.some(({ name }) => name === UPDATE_TARGETS),
  );
}

/** Whether the targets, and what is under way, are as they were when a plan was shown. */
function isAsShown(shown: Planned & { readonly targets: readonly TaggedTarget[] }, now: typeof shown): boolean {
  const tags = new Map(shown.targets.map((target) => [target.name, target.tags]));
  const known = new Set(shown.underWay?.map(({ build }) => build));
  return (
    now.gone.length === 0 &&
    now.targets.every((target) => haveSameTags(tags.get(target.name) ?? [], target.tags)) &&
    (now.underWay ?? []).every(({ build }) => known.has(build))
  );
}
