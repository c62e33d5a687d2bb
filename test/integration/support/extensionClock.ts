/** Time for the extension alone: its waits end when the test says so, instead of when they are over. */
import path from 'node:path';
import { until } from '../../support/until';
import { extension } from './extension';

interface Waiting {
  readonly timer: NodeJS.Timeout;
  readonly due: number;
  run(): void;
}

/** Time-outs of requests are no waits: a slow machine must not bring them about. */
const LONGEST_MS = 20_000;

/**
 * Knows the waits that the extension begins while it is installed, up to twenty seconds each. They also end by themselves: a test
 * that says nothing is a slow one, not another one. Only those of a length that the test holds back end when it says so, or never.
 */
export class ExtensionClock {
  private readonly waiting = new Set<Waiting>();
  private readonly original = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
  private now = 0;

  private constructor(
    private readonly code: string,
    held: readonly number[],
  ) {
    const { setTimeout, clearTimeout } = this.original;
    const begin = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): NodeJS.Timeout => {
      if (ms > LONGEST_MS || new Error().stack?.includes(this.code) !== true) {
        return setTimeout(run, ms, ...args);
      }
      const end = () => {
        this.waiting.delete(wait);
        run(...args);
      };
      const timer = setTimeout(end, ms);
      if (held.includes(ms)) {
        clearTimeout(timer);
      }
      const wait: Waiting = { timer, due: this.now + ms, run: end };
      this.waiting.add(wait);
      return wait.timer;
    };
    const giveUp = (timer: NodeJS.Timeout | undefined) => {
      for (const wait of this.waiting) {
        if (wait.timer === timer) {
          this.waiting.delete(wait);
        }
      }
      clearTimeout(timer);
    };
    // `util.promisify(setTimeout)` and the like go on as they were.
    Object.assign(globalThis, {
      setTimeout: Object.assign(begin, setTimeout),
      clearTimeout: giveUp,
    });
  }

  /** @param held lengths of the waits that do not end by themselves, in milliseconds */
  static install(held: readonly number[] = []): ExtensionClock {
    return new ExtensionClock(path.join(extension().extensionPath, 'dist') + path.sep, held);
  }

  /** Runs a task while the extension's waits are known. */
  static async during<T>(task: (clock: ExtensionClock) => Promise<T>): Promise<T> {
    const clock = ExtensionClock.install();
    try {
      return await task(clock);
    } finally {
      clock.remove();
    }
  }

  /** Gives back the timers as they were; what is held back never ends. */
  remove(): void {
    Object.assign(globalThis, this.original);
  }

  /** Lets time pass for the extension: what is due by then runs, in order. */
  advance(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const [next] = [...this.waiting].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due);
      if (next === undefined) {
        break;
      }
      this.now = next.due;
      this.original.clearTimeout(next.timer);
      next.run();
    }
    this.now = end;
  }

  /** Lets time pass for the extension, a second for each look, until a look succeeds. */
  async until<T>(what: string, look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
    return until(what, async () => {
      const result = await look();
      if (result === undefined || result === false) {
        this.advance(1_000);
      }
      return result;
    });
  }
}
