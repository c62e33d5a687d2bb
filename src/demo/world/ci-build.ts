/** One CI build and its runs (foundries-api.md §2.7). */
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

/** What a build is to be. */
export interface BuildStart {
  readonly id: number;
  readonly trigger: string;
  readonly reason: string;
  readonly createdAt: number;
  readonly runs: readonly Run[];
  readonly followUp?: FollowUp;
  /** The run whose end changes the targets, and how; it throws when it cannot. */
  readonly effect?: { readonly run: string; readonly apply: (time: number) => void };
}

export class Build {
  readonly id: number;
  readonly trigger: string;
  readonly reason: string;
  readonly createdAt: number;
  annotation: string | null = null;
  /** The name it was promoted under. */
  name: string | undefined;
  /** Why its effect did not come about; the log ends with it. */
  failure: string | undefined;
  readonly #runs: readonly Run[];
  readonly #followUp: FollowUp | undefined;
  readonly #effect: BuildStart['effect'];
  #followed: Run | undefined;
  #effectDone = false;

  constructor(start: BuildStart) {
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
    const at = Math.max(...this.#runs.map((run) => run.completed(now) ?? now));
    this.#followed = new Run({ ...plan, startedAt: at + plan.queueMs });
    return this.#followed;
  }

  run(name: string, now: number): Run | undefined {
    return this.runs(now).find((run) => run.name === name);
  }

  /**
   * Derived from the runs (foundries-api.md §2.7), except that a run that follows does not count until a worker has taken it: the
   * build is PASSED meanwhile (measured-servers.md 1).
   */
  status(now: number): BuildStatus {
    const states = this.#counted(now).map((run) => run.status(now));
    const has = (...wanted: RunStatus[]): boolean => states.some((state) => wanted.includes(state));
    if (has('RUNNING', 'UPLOADING', 'CANCELLING')) {
      return has('FAILED', 'CANCELLING') ? 'RUNNING_WITH_FAILURES' : 'RUNNING';
    }
    if (has('QUEUED')) {
      return has('FAILED') ? 'RUNNING_WITH_FAILURES' : has('PASSED') ? 'RUNNING' : 'QUEUED';
    }
    if (states.length === 0) {
      return 'QUEUED';
    }
    return has('FAILED') ? 'FAILED' : this.name === undefined ? 'PASSED' : 'PROMOTED';
  }

  #counted(now: number): Run[] {
    return this.runs(now).filter((run) => run !== this.#followed || run.status(now) !== 'QUEUED');
  }

  /** When it became final; it may cease to be (measured-servers.md 1). */
  completed(now: number): number | undefined {
    const status = this.status(now);
    if (status !== 'PASSED' && status !== 'FAILED' && status !== 'PROMOTED') {
      return undefined;
    }
    return Math.max(...this.#counted(now).map((run) => run.completed(now) ?? run.completesAt));
  }

  /** Its changes of status so far. */
  events(now: number): { time: number; status: string }[] {
    const moments = new Set([this.createdAt]);
    for (const run of this.runs(now)) {
      for (const { time } of run.events(now)) {
        moments.add(time);
      }
    }
    const events: { time: number; status: string }[] = [];
    for (const time of [...moments].sort((a, b) => a - b)) {
      const status = this.status(time);
      if (events.at(-1)?.status !== status) {
        events.push({ time, status });
      }
    }
    return events;
  }

  /** Whether nothing is going on in any run. */
  isFinal(now: number): boolean {
    return this.runs(now).every((run) => isFinal(run.status(now)));
  }

  /** When its effect is due; undefined: it has none, or had it. */
  effectDue(now: number): number | undefined {
    const run = this.#effectDone || this.#effect === undefined ? undefined : this.run(this.#effect.run, now);
    return run === undefined || run.wasCancelled ? undefined : run.completesAt;
  }

  /** Queues a run again; its effect is due again, too. */
  rerun(run: Run, now: number, startsAt: number): void {
    run.rerun(now, startsAt);
    this.#effectDone = false;
    this.failure = undefined;
  }

  /** Does what its last run does. */
  applyEffect(time: number): void {
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
