/** One run of a CI build: its status is a matter of time (docs/api.md §2.7.3, §2.7.4, §2.7.6). */
import { SECOND } from '../clock';

/** Status values of a run (docs/api.md §2.7.4). There is no "CANCELLED": a canceled run ends FAILED. */
export type RunStatus = 'QUEUED' | 'RUNNING' | 'UPLOADING' | 'CANCELLING' | 'PASSED' | 'FAILED';

/** A change of status. `worker` only stands on the one that a worker made by taking the run (docs/api.md §2.7.3). */
export interface RunEvent {
  readonly time: number;
  readonly status: RunStatus;
  readonly worker?: string;
}

/** What a run is to be. */
export interface RunPlan {
  readonly name: string;
  readonly hostTag: string;
  readonly worker: string;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly passes: boolean;
}

const CANCELLING_MS = 4 * SECOND;

/** Whether nothing more happens to a run by itself. */
export function isFinal(status: RunStatus): boolean {
  return status === 'PASSED' || status === 'FAILED';
}

export class Run {
  readonly name: string;
  readonly hostTag: string;
  readonly worker: string;
  /** Why what follows it could not be started; the log ends with it. */
  triggerError: string | undefined;
  readonly #durationMs: number;
  /** What happened before the present attempt, and what ended it from outside. */
  #past: RunEvent[] = [];
  /** What the present attempt does by itself. */
  #planned: RunEvent[] = [];
  #startsAt = 0;
  #completesAt = 0;
  /** When a log was, or will be, put into the store; undefined: never. */
  #logStoredAt: number | undefined;
  #wasRerun = false;
  #wasCanceled = false;

  constructor(plan: RunPlan) {
    this.name = plan.name;
    this.hostTag = plan.hostTag;
    this.worker = plan.worker;
    this.#durationMs = plan.durationMs;
    this.#plan(plan.startedAt, plan.passes);
  }

  #plan(startedAt: number, passes: boolean): void {
    const completedAt = startedAt + this.#durationMs;
    const uploadingAt = Math.max(startedAt, completedAt - Math.min(SECOND, this.#durationMs / 10));
    this.#startsAt = startedAt;
    this.#completesAt = completedAt;
    this.#planned = [
      { time: startedAt, status: 'RUNNING', worker: this.worker },
      { time: uploadingAt, status: 'UPLOADING' },
      { time: completedAt, status: passes ? 'PASSED' : 'FAILED' },
    ];
    this.#logStoredAt ??= completedAt;
  }

  /** When the present attempt ends by itself. */
  get completesAt(): number {
    return this.#completesAt;
  }

  get startsAt(): number {
    return this.#startsAt;
  }

  /** Whether it was queued again: what it uploaded before stays (docs/api.md §2.7.6). */
  get wasRerun(): boolean {
    return this.#wasRerun;
  }

  get wasCanceled(): boolean {
    return this.#wasCanceled;
  }

  /** Its changes of status so far. Being queued for the first time is none (docs/api.md §2.7.3). */
  events(now: number): RunEvent[] {
    return [...this.#past, ...this.#planned].filter(({ time }) => time <= now);
  }

  status(now: number): RunStatus {
    return this.events(now).at(-1)?.status ?? 'QUEUED';
  }

  /** The time of its first event; undefined before a worker takes it. */
  created(now: number): number | undefined {
    return this.events(now)[0]?.time;
  }

  /** When it became final. */
  completed(now: number): number | undefined {
    const last = this.events(now).at(-1);
    return last !== undefined && isFinal(last.status) ? last.time : undefined;
  }

  /** The worker that took it last. */
  workerName(now: number): string | null {
    return this.events(now).findLast(({ worker }) => worker !== undefined)?.worker ?? null;
  }

  /**
   * Whether a log is in the store. A run that was canceled while it waited never wrote one; one that was canceled while it was
   * uploading, or being canceled, loses it (docs/api.md §2.7.6).
   */
  hasLog(now: number): boolean {
    return this.#logStoredAt !== undefined && this.#logStoredAt <= now;
  }

  /** Decides at its end that it failed after all. */
  failAtEnd(): void {
    this.#planned = this.#planned.map((event) => (event.status === 'PASSED' ? { ...event, status: 'FAILED' } : event));
  }

  /** Makes it fail right after it has passed: what follows it could not be started (docs/api.md §2.7.6). */
  failTriggering(time: number, why: string): void {
    this.#past = [...this.events(time), { time, status: 'FAILED' }];
    this.#planned = [];
    this.triggerError = why;
  }

  /** Cancels it. Only a running one takes a moment; any other fails at once, a passed one too (docs/api.md §2.7.6). */
  cancel(now: number): void {
    const running = this.status(now) === 'RUNNING';
    const failedAt = running ? now + CANCELLING_MS : now;
    const stored = this.hasLog(now);
    this.#past = [...this.events(now), { time: now, status: running ? 'CANCELLING' : 'FAILED' }];
    this.#planned = running ? [{ time: failedAt, status: 'FAILED' }] : [];
    this.#completesAt = Math.min(this.#completesAt, failedAt);
    this.#logStoredAt = stored ? this.#logStoredAt : running ? failedAt : undefined;
    this.#wasCanceled = true;
  }

  /** Queues it again, in whatever state it is (docs/api.md §2.7.6). One that waits goes on waiting. */
  rerun(now: number, startsAt: number): void {
    if (this.status(now) === 'QUEUED') {
      return;
    }
    this.#past = [...this.events(now), { time: now, status: 'QUEUED' }];
    this.#logStoredAt = this.hasLog(now) ? this.#logStoredAt : undefined;
    this.#wasRerun = true;
    this.#wasCanceled = false;
    this.triggerError = undefined;
    this.#plan(startsAt, true);
  }
}
