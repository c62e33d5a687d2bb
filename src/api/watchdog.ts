/** A wait that can begin anew, and ends when it is stopped. */
export interface IdleTimer {
  refresh(): void;
  stop(): void;
}

/**
 * Starts a wait of milliseconds.
 *
 * @param timeOut called once when the wait is over
 * @param request tells requests apart: it is what `fetch` is given for the same request
 */
export type StartIdleTimer = (ms: number, timeOut: () => void, request: AbortSignal) => IdleTimer;

const startSystemTimer: StartIdleTimer = (ms, timeOut) => {
  const timer = setTimeout(timeOut, ms);
  return { refresh: () => void timer.refresh(), stop: () => clearTimeout(timer) };
};

/** Aborts when nothing has arrived for a while, or when the caller wants it. */
export class Watchdog {
  private readonly controller = new AbortController();
  private readonly caller: AbortSignal | undefined;
  private readonly timer: IdleTimer;
  private readonly until: number;
  private readonly onCaller = () => this.controller.abort();
  timedOut = false;

  /** @param longestMs milliseconds after which it is enough, although something arrives */
  constructor(
    idleMs: number,
    caller: AbortSignal | undefined,
    start = startSystemTimer,
    longestMs = Number.POSITIVE_INFINITY,
  ) {
    this.caller = caller;
    this.until = Date.now() + longestMs;
    if (caller?.aborted === true) {
      this.controller.abort();
    }
    caller?.addEventListener('abort', this.onCaller, { once: true });
    this.timer = start(idleMs, () => this.timeOut(), this.controller.signal);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  alive(): void {
    if (Date.now() > this.until) {
      this.timeOut();
    } else {
      this.timer.refresh();
    }
  }

  /** Ends what is still under way: an answer that nobody reads on would keep its connection, and its sender waiting. */
  giveUp(): void {
    this.controller.abort();
  }

  stop(): void {
    this.timer.stop();
    this.caller?.removeEventListener('abort', this.onCaller);
  }

  private timeOut(): void {
    this.timedOut = true;
    this.controller.abort();
  }
}
