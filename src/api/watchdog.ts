/** Aborts when nothing has arrived for a while, or when the caller wants it. */
export class Watchdog {
  private readonly controller = new AbortController();
  private readonly caller: AbortSignal | undefined;
  private readonly timer: NodeJS.Timeout;
  private readonly onCaller = () => this.controller.abort();
  timedOut = false;

  constructor(idleMs: number, caller: AbortSignal | undefined) {
    this.caller = caller;
    if (caller?.aborted === true) {
      this.controller.abort();
    }
    caller?.addEventListener('abort', this.onCaller, { once: true });
    this.timer = setTimeout(() => {
      this.timedOut = true;
      this.controller.abort();
    }, idleMs);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  alive(): void {
    this.timer.refresh();
  }

  /** Ends what is still under way: an answer that nobody reads on would keep its connection, and its sender waiting. */
  giveUp(): void {
    this.controller.abort();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.caller?.removeEventListener('abort', this.onCaller);
  }
}
