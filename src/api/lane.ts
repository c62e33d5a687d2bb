import { setMaxListeners } from 'node:events';

/** Nothing left a full lane for so long that who waits for it is told. Nothing was sent of what waited. */
export class LaneStuck extends Error {
  constructor(readonly underWay: readonly string[]) {
    super(`${underWay.length} others are still under way: ${underWay.join(', ')}`);
  }
}

export interface LaneOptions {
  /** What may be under way at once. */
  readonly size: number;
  /** Milliseconds in which a full lane must let go of something, as long as something waits for it. */
  readonly patienceMs: number;
  /** Told each time that they are over: what has the lane, and what waits. */
  readonly onStuck: (underWay: readonly string[], waiting: readonly string[]) => void;
  /** What waits for a stuck lane goes on waiting: its user sees that, and can cancel. Otherwise it fails. */
  readonly waitsOn?: boolean;
}

interface Waiting {
  readonly what: string;
  readonly enter: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Lets so much be under way at once; the rest waits, in its order. What is cancelled while it waits leaves at once, and a lane
 * that nothing leaves any more says so: whoever waits behind what hangs would never hear of it otherwise.
 */
export class Lane {
  private readonly underWay = new Set<{ readonly what: string }>();
  private readonly waiting = new Set<Waiting>();
  private patience: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: LaneOptions) {}

  /**
   * @param what it is, for reports
   * @throws {LaneStuck} where it was not begun because nothing leaves the lane; the reason of `signal` where that came first;
   *   what `task` throws
   */
  async run<T>(what: string, task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const slot = { what };
    if (this.underWay.size < this.options.size) {
      this.underWay.add(slot);
    } else {
      await this.turn(slot, signal);
    }
    try {
      return await task();
    } finally {
      this.underWay.delete(slot);
      this.next();
    }
  }

  /** Resolves when the slot is taken. */
  private turn(slot: { readonly what: string }, signal: AbortSignal | undefined): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const leave = () => {
        signal?.removeEventListener('abort', cancel);
        this.waiting.delete(entry);
        if (this.waiting.size === 0) {
          this.watch(false);
        }
      };
      const entry: Waiting = {
        what: slot.what,
        enter: () => {
          leave();
          this.underWay.add(slot);
          resolve();
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      };
      const cancel = () => entry.reject(signal?.reason as Error);
      if (signal !== undefined) {
        // Who cancels a hundred requests at once does that with one signal.
        setMaxListeners(0, signal);
        signal.addEventListener('abort', cancel, { once: true });
      }
      this.waiting.add(entry);
      if (this.patience === undefined) {
        this.watch(true);
      }
    });
  }

  private next(): void {
    const [first] = this.waiting;
    if (first !== undefined) {
      first.enter();
      this.watch(this.waiting.size > 0);
    }
  }

  private watch(on: boolean): void {
    clearTimeout(this.patience);
    this.patience = on ? setTimeout(() => this.tell(), this.options.patienceMs) : undefined;
  }

  private tell(): void {
    const underWay = [...this.underWay].map(({ what }) => what);
    const waiting = [...this.waiting];
    this.options.onStuck(
      underWay,
      waiting.map(({ what }) => what),
    );
    if (this.options.waitsOn === true) {
      this.watch(true);
      return;
    }
    waiting.forEach(({ reject }) => reject(new LaneStuck(underWay)));
  }
}
