/** Time-outs that nobody waits for, and that no slow machine brings about. */
import type { Fetch, FetchResponse } from '../../src/api/http';
import type { StartIdleTimer } from '../../src/api/watchdog';
import type { Emulator } from '../../src/demo/emulator';

/** Tells the Factory's requests apart; it takes no notice of it. */
const HEADER = 'x-test-request';

const known = new WeakMap<Emulator, TimeOuts>();

/**
 * The time of clients of a Factory: a request times out as soon as the Factory hangs on it (a `hang` rule), and never otherwise. A
 * client needs both parts: `new Transport({ fetch: timeOuts.fetch(nodeFetch), startTimer: timeOuts.startTimer, … })`.
 *
 * @param emulator the Factory that the clients ask, in process or over HTTP
 */
export function timeOutsOf(emulator: Emulator): TimeOuts {
  const timeOuts = known.get(emulator) ?? new TimeOuts(emulator);
  known.set(emulator, timeOuts);
  return timeOuts;
}

class TimeOuts {
  private readonly waiting = new Map<AbortSignal, () => void>();
  private readonly asked = new Map<string, AbortSignal>();
  /** Bytes after which an answer hangs, by request. */
  private readonly stops = new Map<string, number>();
  private requests = 0;

  constructor(emulator: Emulator) {
    const handle = emulator.handle.bind(emulator);
    emulator.handle = async (request) => {
      const response = await handle(request);
      const id = request.headers[HEADER];
      if (id !== undefined && response.transport?.kind === 'hang') {
        if (response.transport.when === 'before') {
          this.timeOut(id);
        } else {
          this.stops.set(id, response.body instanceof Uint8Array ? Math.floor(response.body.length / 2) : 0);
        }
      }
      return response;
    };
  }

  readonly startTimer: StartIdleTimer = (_ms, timeOut, request) => {
    this.waiting.set(request, timeOut);
    return { refresh: () => undefined, stop: () => void this.waiting.delete(request) };
  };

  /** @returns a `fetch` that asks as the given one does, whose requests time out as told above */
  fetch(network: Fetch): Fetch {
    return async (url, init) => {
      this.requests += 1;
      const id = `${this.requests}`;
      this.asked.set(id, init.signal);
      try {
        const response = await network(url, { ...init, headers: { ...init.headers, [HEADER]: id } });
        const stop = this.stops.get(id);
        return stop === undefined
          ? response
          : {
              status: response.status,
              headers: response.headers,
              body: this.stopping(response, stop, init.signal),
            };
      } finally {
        this.asked.delete(id);
        this.stops.delete(id);
      }
    };
  }

  private async *stopping({ body }: FetchResponse, stop: number, request: AbortSignal) {
    let received = 0;
    const look = () => {
      if (received >= stop) {
        this.waiting.get(request)?.();
      }
    };
    look();
    for await (const chunk of body ?? []) {
      received += chunk.length;
      yield chunk;
      look();
    }
  }

  private timeOut(id: string): void {
    const request = this.asked.get(id);
    if (request !== undefined) {
      this.waiting.get(request)?.();
    }
  }
}
