/** Aborts when nothing has arrived for a while, or when the caller wants it. */
export class Watchdog {
  private readonly controller = new AbortController();
  private readonly idleMs: number;
  private readonly caller: AbortSignal | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly onCaller = () => this.controller.abort();
  timedOut = false;

  constructor(idleMs: number, caller: AbortSignal | undefined) {
    this.idleMs = idleMs;
    this.caller = caller;
    if (caller?.aborted === true) {
      this.controller.abort();
    }
    caller?.addEventListener('abort', this.onCaller, { once: true });
    this.alive();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  alive(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timedOut = true;
      this.controller.abort();
    }, this.idleMs);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.caller?.removeEventListener('abort', this.onCaller);
  }
}
