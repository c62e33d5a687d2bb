/** One run of a CI build: its status is a matter of time (foundries-api.md §2.7; measured-servers.md 1 to 5, 15). */
import { SECOND } from '../clock';

/** Status values of a run (foundries-api.md §2.7). There is no "CANCELLED": a cancelled run ends FAILED. */
export type RunStatus = 'QUEUED' | 'RUNNING' | 'UPLOADING' | 'CANCELLING' | 'PASSED' | 'FAILED';

/** A change of status. `worker` only stands on the one that a worker made by taking the run (measured-servers.md 3). */
export interface RunEvent {
  readonly time: number;
  readonly status: RunStatus;
  readonly worker?: string;
}

/** One go at a run. */
interface Attempt {
  readonly startedAt: number;
  readonly uploadingAt: number;
  readonly completedAt: number;
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

/** Whether nothing will happen to it any more. */
export function isFinal(status: RunStatus): boolean {
  return status === 'PASSED' || status === 'FAILED';
}

function attempt(startedAt: number, durationMs: number): Attempt {
  const completedAt = startedAt + durationMs;
  return { startedAt, uploadingAt: Math.max(startedAt, completedAt - Math.min(SECOND, durationMs / 10)), completedAt };
}

export class Run {
  readonly name: string;
  readonly hostTag: string;
  readonly worker: string;
  readonly #durationMs: number;
  #passes: boolean;
  #attempt: Attempt;
  /** What happened in earlier goes. */
  #past: RunEvent[] = [];
  #requeuedAt: number | undefined;
  #cancelled: { readonly at: number; readonly from: RunStatus } | undefined;

  constructor(plan: RunPlan) {
    this.name = plan.name;
    this.hostTag = plan.hostTag;
    this.worker = plan.worker;
    this.#durationMs = plan.durationMs;
    this.#passes = plan.passes;
    this.#attempt = attempt(plan.startedAt, plan.durationMs);
  }

  /** When the present go ends by itself, and how. */
  get completesAt(): number {
    return this.#attempt.completedAt;
  }

  get startsAt(): number {
    return this.#attempt.startedAt;
  }

  /** Decides at its end that it failed after all. */
  failAtEnd(): void {
    this.#passes = false;
  }

  /** Whether it was queued again: what it uploaded before stays (measured-servers.md 15). */
  get wasRerun(): boolean {
    return this.#requeuedAt !== undefined;
  }

  get wasCancelled(): boolean {
    return this.#cancelled !== undefined;
  }

  status(now: number): RunStatus {
    if (this.#cancelled !== undefined && this.#cancelled.at <= now) {
      const { at, from } = this.#cancelled;
      return (from === 'RUNNING' || from === 'UPLOADING') && now < at + CANCELLING_MS ? 'CANCELLING' : 'FAILED';
    }
    const { startedAt, uploadingAt, completedAt } = this.#attempt;
    if (now < startedAt) {
      return 'QUEUED';
    }
    if (now < completedAt) {
      return now < uploadingAt ? 'RUNNING' : 'UPLOADING';
    }
    return this.#passes ? 'PASSED' : 'FAILED';
  }

  /** Its changes of status so far. Being queued for the first time is none (measured-servers.md 2). */
  events(now: number): RunEvent[] {
    const { startedAt, uploadingAt, completedAt } = this.#attempt;
    const end: RunStatus = this.#passes ? 'PASSED' : 'FAILED';
    const planned: RunEvent[] = [
      ...(this.#requeuedAt === undefined ? [] : [{ time: this.#requeuedAt, status: 'QUEUED' as const }]),
      { time: startedAt, status: 'RUNNING', worker: this.worker },
      { time: uploadingAt, status: 'UPLOADING' },
      { time: completedAt, status: end },
    ];
    const cancelled = this.#cancelled;
    if (cancelled === undefined) {
      return [...this.#past, ...planned].filter(({ time }) => time <= now);
    }
    const running = cancelled.from === 'RUNNING' || cancelled.from === 'UPLOADING';
    const ending: RunEvent[] = running
      ? [
          { time: cancelled.at, status: 'CANCELLING' },
          { time: cancelled.at + CANCELLING_MS, status: 'FAILED' },
        ]
      : [{ time: cancelled.at, status: 'FAILED' }];
    const before = planned.filter(({ time }) => time <= cancelled.at);
    return [...this.#past, ...before, ...ending].filter(({ time }) => time <= now);
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

  /** The worker that took it. */
  workerName(now: number): string | null {
    return this.events(now).find(({ worker }) => worker !== undefined)?.worker ?? null;
  }

  /** Whether a log was ever written (a run that was cancelled while it waited has none, measured-servers.md 4). */
  hasLog(now: number): boolean {
    return this.workerName(now) !== null;
  }

  /** Cancels it; a finished run becomes FAILED, too (measured-servers.md 5). */
  cancel(now: number): void {
    if (this.#cancelled === undefined) {
      this.#cancelled = { at: now, from: this.status(now) };
    }
  }

  /** Queues it again (measured-servers.md 15). */
  rerun(now: number, startsAt: number): void {
    this.#past = this.events(now);
    this.#requeuedAt = now;
    this.#cancelled = undefined;
    this.#passes = true;
    this.#attempt = attempt(startsAt, this.#durationMs);
  }
}
