import { FactoryError } from '../api/errors';
import type { Disposable } from './emitter';

/** Time as it passes, or as a test lets it pass. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs something once after milliseconds, unless disposed of before. */
  after(ms: number, run: () => void): Disposable;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return { dispose: () => clearTimeout(timer) };
  },
};

/** What is kept up to date. */
export interface Refreshed {
  /** Whether somebody looks at it now: nothing else is asked for. */
  isLookedAt(): boolean;
  /** Milliseconds between two looks at the service; 0: never. */
  interval(): number;
  /** When it was last fetched, in milliseconds since the epoch; undefined before: whoever shows it first fetches it. */
  fetchedAt(): number | undefined;
  /** Fetches anew; resolves to the failure, if there was one. */
  refresh(): Promise<unknown>;
}

/** The longest wait after failures. */
const LONGEST_MS = 15 * 60_000;
/** Windows that were opened together do not ask together. */
const SPREAD = 0.1;

/**
 * Fetches something anew as long as somebody looks at it: at once when it has grown old meanwhile, less and less often
 * while the service fails, and not before it wants to be asked again.
 */
export class Refreshing implements Disposable {
  private readonly what: Refreshed;
  private readonly clock: Clock;
  private timer: Disposable | undefined;
  private running = false;
  private failures = 0;
  /** The service is not asked before. */
  private notBefore = 0;
  private disposed = false;

  constructor(what: Refreshed, clock: Clock = systemClock) {
    this.what = what;
    this.clock = clock;
  }

  /** To be told when somebody looks, or no longer looks, or what there is to look at is another. */
  changed(): void {
    this.timer?.dispose();
    this.timer = undefined;
    const interval = this.what.interval();
    if (this.disposed || this.running || interval <= 0 || !this.what.isLookedAt()) {
      return;
    }
    const now = this.clock.now();
    const due = Math.max((this.what.fetchedAt() ?? now) + interval, this.notBefore);
    const spread = due > now ? interval * SPREAD * Math.random() : 0;
    this.timer = this.clock.after(Math.max(0, due - now) + spread, () => void this.look());
  }

  /** Forgets failures: somebody signed in anew, or asked by hand. */
  reset(): void {
    this.failures = 0;
    this.notBefore = 0;
    this.changed();
  }

  dispose(): void {
    this.disposed = true;
    this.timer?.dispose();
  }

  private async look(): Promise<void> {
    this.timer = undefined;
    this.running = true;
    try {
      const failure = await this.what.refresh();
      if (failure === undefined) {
        this.failures = 0;
        this.notBefore = 0;
      } else {
        this.failures += 1;
        const wait = Math.min(LONGEST_MS, this.what.interval() * 2 ** this.failures);
        this.notBefore = this.clock.now() + Math.max(wait, retryAfter(failure));
      }
    } finally {
      this.running = false;
    }
    this.changed();
  }
}

const retryAfter = (failure: unknown): number =>
  failure instanceof FactoryError ? (failure.info.retryAfterMs ?? 0) : 0;
