/** One CI build and its runs (docs/api.md §2.7.3, §2.7.4). */
import { isFinal, Run, type RunStatus } from './ci-run';

/** Status values of a build. */
export type BuildStatus = 'QUEUED' | 'RUNNING' | 'RUNNING_WITH_FAILURES' | 'PASSED' | 'FAILED' | 'PROMOTED';

/** A run that comes into being when the runs before it have passed. */
export interface FollowUp {
  readonly name: string;
  readonly hostTag: string;
  readonly worker: string;
  readonly queueMs: number;
  readonly durationMs: number;
  readonly passes: boolean;
}

/** What a build is while its runs are so (docs/api.md §2.7.4). */
function statusOf(states: readonly RunStatus[]): Exclude<BuildStatus, 'PROMOTED'> {
  const has = (...wanted: RunStatus[]): boolean => states.some((state) => wanted.includes(state));
  if (has('RUNNING', 'UPLOADING', 'CANCELLING')) {
    return has('FAILED', 'CANCELLING') ? 'RUNNING_WITH_FAILURES' : 'RUNNING';
  }
  if (has('QUEUED')) {
    return has('FAILED') ? 'RUNNING_WITH_FAILURES' : has('PASSED') ? 'RUNNING' : 'QUEUED';
  }
  return states.length === 0 ? 'QUEUED' : has('FAILED') ? 'FAILED' : 'PASSED';
}

/** What a build is to be. */
export interface BuildStart {
  readonly factory: string;
  readonly id: number;
  readonly trigger: string;
  /** Null: whoever started it gave none. */
  readonly reason: string | null;
  readonly createdAt: number;
  readonly runs: readonly Run[];
  readonly followUp?: FollowUp;
  /** The run whose end changes the targets, and how; it throws when it cannot. */
  readonly effect?: { readonly run: string; readonly apply: (time: number) => void };
}

export class Build {
  readonly factory: string;
  readonly id: number;
  readonly trigger: string;
  readonly reason: string | null;
  readonly createdAt: number;
  annotation: string | null = null;
  /** The name it was promoted under; it keeps it when it is no longer promoted. */
  name: string | undefined;
  /** Why its effect did not come about; the log ends with it. */
  failure: string | undefined;
  readonly #runs: readonly Run[];
  readonly #followUp: FollowUp | undefined;
  readonly #effect: BuildStart['effect'];
  #followed: Run | undefined;
  #followedAt = 0;
  #effectDone = false;
  #promoted = false;
  /** Runs that were queued again, and whose end is still to come. */
  #reruns: Run[] = [];

  constructor(start: BuildStart) {
    this.factory = start.factory;
    this.id = start.id;
    this.trigger = start.trigger;
    this.reason = start.reason;
    this.createdAt = start.createdAt;
    this.#runs = start.runs;
    this.#followUp = start.followUp;
    this.#effect = start.effect;
  }

  /** The runs there are so far. */
  runs(now: number): readonly Run[] {
    const followed = this.#follow(now);
    return followed === undefined ? this.#runs : [...this.#runs, followed];
  }

  /** Makes the run that follows as soon as all others have passed; it stays, whatever becomes of them. */
  #follow(now: number): Run | undefined {
    const plan = this.#followUp;
    if (this.#followed !== undefined || plan === undefined) {
      return this.#followed;
    }
    if (!this.#runs.every((run) => run.status(now) === 'PASSED')) {
      return undefined;
    }
    this.#followedAt = Math.max(...this.#runs.map((run) => run.completed(now) ?? now));
    this.#followed = new Run({ ...plan, startedAt: this.#followedAt + plan.queueMs });
    return this.#followed;
  }

  run(name: string, now: number): Run | undefined {
    return this.runs(now).find((run) => run.name === name);
  }

  /** What it is now: its runs say so (docs/api.md §2.7.4), unless it was promoted after they ended. */
  status(now: number): BuildStatus {
    return this.#promoted ? 'PROMOTED' : this.#derived(now);
  }

  /** A run that follows does not count until something happens after it was made: the build is PASSED meanwhile (docs/api.md §2.7.4). */
  #derived(now: number): Exclude<BuildStatus, 'PROMOTED'> {
    return statusOf(this.#counted(now).map((run) => run.status(now)));
  }

  #counted(now: number): Run[] {
    const runs = this.runs(now);
    const hasMoved = runs.some((run) => (run.events(now).at(-1)?.time ?? 0) > this.#followedAt);
    return runs.filter((run) => run !== this.#followed || hasMoved);
  }

  /** When it became final; it may cease to be (docs/api.md §2.7.4). */
  completed(now: number): number | undefined {
    const status = this.#derived(now);
    return status === 'PASSED' || status === 'FAILED' ? this.events(now).at(-1)?.time : undefined;
  }

  /** Its changes of status so far. Being promoted is none. */
  events(now: number): { time: number; status: string }[] {
    const all = this.runs(now);
    const states = new Map<Run, RunStatus>(all.map((run) => [run, 'QUEUED']));
    const changes = all.flatMap((run) => run.events(now).map(({ time, status }) => ({ run, time, status })));
    const events: { time: number; status: string }[] = [{ time: this.createdAt, status: 'QUEUED' }];
    let hasMoved = false;
    // One after the other, also at one moment: a run that is queued again right when it failed has made the build fail before.
    for (const { run, time, status } of changes.sort((a, b) => a.time - b.time)) {
      states.set(run, status);
      hasMoved ||= time > this.#followedAt;
      const counted = all.filter((other) => other !== this.#followed || hasMoved);
      const next = statusOf(counted.map((other) => states.get(other) ?? 'QUEUED'));
      if (events.at(-1)?.status !== next) {
        events.push({ time, status: next });
      }
    }
    return events;
  }

  /** Whether nothing is going on in any run. */
  isFinal(now: number): boolean {
    return this.runs(now).every((run) => isFinal(run.status(now)));
  }

  /** Gives it a name, and another status until one of its runs changes. */
  promote(name: string | undefined, annotation: string | null): void {
    this.#promoted = true;
    this.name = name;
    this.annotation = annotation;
  }

  get isPromoted(): boolean {
    return this.#promoted;
  }

  /** Cancels one of its runs. */
  cancel(run: Run, now: number): void {
    run.cancel(now);
    this.#promoted = false;
    this.#reruns = this.#reruns.filter((other) => other !== run);
  }

  /** Queues a run again; its effect is due again, too. */
  rerun(run: Run, now: number, startsAt: number): void {
    run.rerun(now, startsAt);
    this.#promoted = false;
    this.#effectDone = false;
    this.failure = undefined;
    this.#reruns = [...this.#reruns.filter((other) => other !== run), run];
  }

  /** When something of it is due that has to be done at its time: an effect, or the end of a rerun; undefined: nothing. */
  nextDue(now: number): number | undefined {
    const times = [this.#effectDue(now), ...this.#reruns.map(({ completesAt }) => completesAt)];
    const due = times.filter((time) => time !== undefined);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  #effectDue(now: number): number | undefined {
    const run = this.#effectDone || this.#effect === undefined ? undefined : this.run(this.#effect.run, now);
    return run === undefined || run.wasCanceled ? undefined : run.completesAt;
  }

  /** Whether nothing will ever be due by itself. */
  get isSettled(): boolean {
    return (this.#effect === undefined || this.#effectDone) && this.#reruns.length === 0;
  }

  /**
   * Does what is due at a time.
   *
   * @returns whether it has had its effect
   */
  settle(time: number): boolean {
    const hasEffect = this.#effectDue(time) === time;
    if (hasEffect) {
      this.#applyEffect(time);
    }
    const ended = this.#reruns.filter(({ completesAt }) => completesAt <= time);
    this.#reruns = this.#reruns.filter((run) => !ended.includes(run));
    for (const run of ended) {
      this.#triggerAgain(run, time);
    }
    return hasEffect;
  }

  /** What follows all others is there already when one of them passes once more: CI calls that one failed (docs/api.md §2.7.6). */
  #triggerAgain(run: Run, time: number): void {
    const followed = this.#followed;
    if (
      followed !== undefined &&
      run !== followed &&
      this.runs(time).every((other) => other.status(time) === 'PASSED')
    ) {
      run.failTriggering(time, `A run named "${followed.name}" already exists`);
    }
  }

  #applyEffect(time: number): void {
    this.#effectDone = true;
    const effect = this.#effect;
    const run = effect === undefined ? undefined : this.run(effect.run, time);
    if (effect === undefined || run?.status(time) !== 'PASSED') {
      return;
    }
    try {
      effect.apply(time);
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
      run.failAtEnd();
    }
  }
}
