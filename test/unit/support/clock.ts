import type { Clock } from '../../../src/store/refreshing';
import { turn } from '../../support/clock';

/** Time that passes when a test says so. */
export class VirtualClock implements Clock {
  private time = Date.UTC(2026, 0, 1);
  private timers: { readonly at: number; readonly run: () => void }[] = [];
  private readonly settled: () => Promise<void>;

  /** @param settled resolves when all that was begun at a moment is done */
  constructor(settled: () => Promise<void> = turn) {
    this.settled = settled;
  }

  /** Sets the time from which it passes. */
  start(time: number): void {
    this.time = time;
  }

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): { dispose(): void } {
    const timer = { at: this.time + ms, run };
    this.timers.push(timer);
    return { dispose: () => (this.timers = this.timers.filter((other) => other !== timer)) };
  }

  /** Timers that are set. */
  get waiting(): number {
    return this.timers.length;
  }

  /** Lets time pass; what is due runs in its turn, and what follows from it too. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    await this.settled();
    for (;;) {
      const [next] = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) {
        this.time = end;
        return;
      }
      this.timers = this.timers.filter((timer) => timer !== next);
      this.time = Math.max(this.time, next.at);
      next.run();
      await this.settled();
    }
  }
}
