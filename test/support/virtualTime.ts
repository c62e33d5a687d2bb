/** Time that passes when a test says so, for everything in this process: timers and dates. */
import { turn } from './clock';

interface Timer {
  at: number;
  readonly every: number | undefined;
  readonly ms: number;
  readonly run: () => void;
}

/**
 * Runs a test, or a part of it, in such a time.
 *
 * @param test lets it pass
 * @param settled resolves when all that was begun at a moment is done: `() => factory.network.settled()` where a Factory is asked
 */
export async function inVirtualTime<T>(
  test: (time: VirtualTime) => Promise<T>,
  settled: () => Promise<void> = turn,
): Promise<T> {
  const time = new VirtualTime(settled);
  time.install();
  try {
    return await test(time);
  } finally {
    time.uninstall();
  }
}

export class VirtualTime {
  private readonly timers = new Map<Handle, Timer>();
  private readonly kept = {
    Date: globalThis.Date,
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setInterval: globalThis.setInterval,
    clearInterval: globalThis.clearInterval,
  };

  /**
   * @param settled resolves when all that was begun at a moment is done
   * @param now where it begins, in milliseconds since the epoch
   */
  constructor(
    private readonly settled: () => Promise<void>,
    private now = Date.now(),
  ) {}

  install(): void {
    const now = () => this.now;
    const { Date: Real } = this.kept;
    const set =
      (repeats: boolean) =>
      (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): Handle => {
        const handle = new Handle(this);
        const wait = Math.max(1, ms);
        const every = repeats ? wait : undefined;
        this.timers.set(handle, { at: this.now + wait, ms: wait, every, run: () => run(...args) });
        return handle;
      };
    const clear = (handle: unknown) => void this.timers.delete(handle as Handle);
    Object.assign(globalThis, {
      Date: new Proxy(Real, {
        construct: (target, args: unknown[], self) =>
          Reflect.construct(target, args.length === 0 ? [now()] : args, self) as Date,
        get: (target, name, self) => (name === 'now' ? now : (Reflect.get(target, name, self) as unknown)),
      }),
      setTimeout: set(false),
      setInterval: set(true),
      clearTimeout: clear,
      clearInterval: clear,
    });
  }

  uninstall(): void {
    Object.assign(globalThis, this.kept);
  }

  /** Timers that are set. */
  get waiting(): number {
    return this.timers.size;
  }

  /** Runs something once after milliseconds. */
  after(ms: number, run: () => void): void {
    this.timers.set(new Handle(this), { at: this.now + ms, ms, every: undefined, run });
  }

  refresh(handle: Handle): void {
    const timer = this.timers.get(handle);
    if (timer !== undefined) {
      timer.at = this.now + timer.ms;
    }
  }

  /** Lets time pass; what is due runs in its turn, and what follows from it too. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    await this.settled();
    for (;;) {
      let next: [Handle, Timer] | undefined;
      for (const entry of this.timers) {
        if (entry[1].at <= end && (next === undefined || entry[1].at < next[1].at)) {
          next = entry;
        }
      }
      if (next === undefined) {
        this.now = end;
        return;
      }
      const [handle, timer] = next;
      this.now = Math.max(this.now, timer.at);
      if (timer.every === undefined) {
        this.timers.delete(handle);
      } else {
        timer.at = this.now + timer.every;
      }
      timer.run();
      await this.settled();
    }
  }
}

/** As node's: it can be refreshed, and keeps nothing alive here. */
class Handle {
  constructor(private readonly time: VirtualTime) {}

  refresh(): this {
    this.time.refresh(this);
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }
}
