/** What lies between the clients of a test and its Factory. */
import type { Fetch, FetchResponse } from '../../src/api/http';
import type { StartIdleTimer } from '../../src/api/watchdog';
import type { Emulator } from '../../src/demo/emulator';
import type { EmulatorRequest } from '../../src/demo/http';
import { turn } from './clock';

type Body = NonNullable<FetchResponse['body']>;

/** Tells the Factory's requests apart; it takes no notice of it. */
const HEADER = 'x-test-request';
/** Turns of the event loop in which whoever got an answer goes on. */
const QUIET_TURNS = 50;

/** Requests that the Factory has carried out, and whose answers are held back. */
export interface Held {
  /** Resolves when the first of them has been carried out. */
  readonly arrived: Promise<void>;
  /** Sends the answers, and holds none back any more. */
  release(): void;
}

const known = new WeakMap<Emulator, Network>();

/** @returns the network of a Factory that is asked in process or over HTTP: one, however often it is called */
export function networkOf(emulator: Emulator): Network {
  const network = known.get(emulator) ?? new Network(emulator);
  known.set(emulator, network);
  return network;
}

/**
 * Time-outs are no matter of time here: a request is given up as soon as the Factory hangs on it (a `hang` rule), and never
 * otherwise. A client needs both parts for that:
 * `new Transport({ fetch: network.fetch(nodeFetch), startTimer: network.startTimer, … })`.
 */
export class Network {
  private readonly timers = new Map<AbortSignal, () => void>();
  private readonly asked = new Map<string, AbortSignal>();
  /** Bytes after which an answer hangs, by request. */
  private readonly stops = new Map<string, number>();
  private readonly holds = new Set<(request: EmulatorRequest) => Promise<void> | undefined>();
  private requests = 0;
  private underWay = 0;

  constructor(emulator: Emulator) {
    const handle = emulator.handle.bind(emulator);
    emulator.handle = async (request) => {
      const response = await handle(request);
      const id = request.headers[HEADER];
      if (id === undefined) {
        return response;
      }
      for (const hold of this.holds) {
        await hold(request);
      }
      if (response.transport?.kind === 'hang') {
        const { body, transport } = response;
        if (transport.when === 'before') {
          this.giveUp(this.asked.get(id));
        } else {
          this.stops.set(id, body instanceof Uint8Array ? Math.floor(body.length / 2) : 0);
        }
      }
      return response;
    };
  }

  readonly startTimer: StartIdleTimer = (_ms, timeOut, request) => {
    this.timers.set(request, timeOut);
    return { refresh: () => undefined, stop: () => void this.timers.delete(request) };
  };

  /** @returns a `fetch` that asks as the given one does, and whose requests are known here */
  fetch(ask: Fetch): Fetch {
    return async (url, init) => {
      this.requests += 1;
      const id = `${this.requests}`;
      this.asked.set(id, init.signal);
      this.underWay += 1;
      try {
        const response = await ask(url, { ...init, headers: { ...init.headers, [HEADER]: id } });
        const { status, headers, body } = response;
        const stop = this.stops.get(id);
        return { status, headers, body: body && this.counted(body, () => this.bodyOf(body, stop, init.signal)) };
      } finally {
        this.underWay -= 1;
        this.asked.delete(id);
        this.stops.delete(id);
      }
    };
  }

  /** Resolves when nothing is asked, and nobody asks because of what was answered. */
  async settled(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet = this.underWay === 0 ? quiet + 1 : 0) {
      await turn();
    }
  }

  /** Requests without a whole answer. */
  get open(): number {
    return this.underWay;
  }

  /** Holds answers back: so many, and of requests that fit. */
  hold({ most = 1, fits = () => true }: { most?: number; fits?: (request: EmulatorRequest) => boolean } = {}): Held {
    let left = most;
    let release!: () => void;
    let arrive!: () => void;
    const released = new Promise<void>((resolve) => (release = resolve));
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const hold = (request: EmulatorRequest) => {
      if (left === 0 || !fits(request)) {
        return undefined;
      }
      left -= 1;
      arrive();
      return released;
    };
    this.holds.add(hold);
    return {
      arrived,
      release: () => {
        this.holds.delete(hold);
        release();
      },
    };
  }

  /** What nobody reads can still be let go of. */
  private counted(body: Body, read: () => AsyncGenerator<Uint8Array | string>): Body {
    const { destroy } = body as { destroy?: () => void };
    return { [Symbol.asyncIterator]: read, ...(destroy === undefined ? {} : { destroy: destroy.bind(body) }) };
  }

  /** @param stop bytes after which nothing more comes; undefined: all comes */
  private async *bodyOf(body: Body, stop: number | undefined, request: AbortSignal) {
    let received = 0;
    const look = () => {
      if (stop !== undefined && received >= stop) {
        this.giveUp(request);
      }
    };
    this.underWay += 1;
    try {
      look();
      for await (const chunk of body) {
        received += chunk.length;
        yield chunk;
        look();
      }
    } finally {
      this.underWay -= 1;
    }
  }

  private giveUp(request: AbortSignal | undefined): void {
    if (request !== undefined) {
      this.timers.get(request)?.();
    }
  }
}
