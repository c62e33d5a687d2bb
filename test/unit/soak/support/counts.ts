/** What is left when nothing should be. */
import { getEventListeners } from 'node:events';
import http from 'node:http';
import { Emitter } from '../../../../src/store/emitter';
import { nextLook, turn } from '../../../support/clock';
import { desk, listenerCount } from '../../../support/vscode';

/** What must not grow. */
export interface Counts {
  readonly heap: number;
  /** Listeners of VS Code's events and of those that the extension makes of its kind. */
  readonly listeners: number;
  /** Listeners of the store's events, as far as they can be reached. */
  readonly storeListeners: number;
  /** Entries of the maps and sets of the extension, as far as they can be reached. */
  readonly entries: number;
  readonly abortListeners: number;
  readonly timers: number;
  readonly registered: number;
  readonly sockets: number;
  readonly documents: number;
}

const signals = new Set<WeakRef<AbortSignal>>();
let asked = 0;
let total = 0;

/** Keeps an account of requests and of signals from now on. */
export function watch(): void {
  const RealController = globalThis.AbortController;
  globalThis.AbortController = class extends RealController {
    constructor() {
      super();
      signals.add(new WeakRef(this.signal));
    }
  };
  const request = http.request;
  http.request = ((...args: Parameters<typeof request>) => {
    asked += 1;
    total += 1;
    return request(...args).once('close', () => {
      asked -= 1;
    });
  }) as typeof request;
}

/** Requests that were made. */
export const requestsMade = (): number => total;

/** Resolves when nothing is under way any more. */
export async function settled(): Promise<void> {
  for (let quiet = 0; quiet < 6; quiet = asked === 0 ? quiet + 1 : 0) {
    await turn();
  }
}

/** Lets the machine do what it is busy with. */
export const breath = (): Promise<void> => nextLook(10);

export async function count(roots: readonly unknown[], timers: number): Promise<Counts> {
  for (let round = 0; round < 2; round++) {
    globalThis.gc?.();
    await breath();
  }
  let abortListeners = 0;
  for (const reference of signals) {
    const signal = reference.deref();
    if (signal === undefined) {
      signals.delete(reference);
    } else {
      abortListeners += getEventListeners(signal, 'abort').length;
    }
  }
  return {
    heap: process.memoryUsage().heapUsed,
    listeners: listenerCount(),
    ...below(roots),
    abortListeners,
    timers,
    registered: desk.live.size,
    sockets: process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length,
    documents: desk.documents.length + desk.editors.length + desk.tabs.length,
  };
}

function below(roots: readonly unknown[]): Pick<Counts, 'storeListeners' | 'entries'> {
  const seen = new Set<object>();
  const waiting = [...roots];
  let [storeListeners, entries] = [0, 0];
  while (waiting.length > 0) {
    const thing = waiting.pop();
    if (typeof thing !== 'object' || thing === null || seen.has(thing) || ArrayBuffer.isView(thing)) {
      continue;
    }
    seen.add(thing);
    if (thing instanceof Emitter) {
      storeListeners += (thing as unknown as { listeners: ReadonlySet<unknown> }).listeners.size;
    } else if (thing instanceof Map) {
      entries += thing.size;
      waiting.push(...thing.keys(), ...thing.values());
    } else if (thing instanceof Set) {
      entries += thing.size;
      waiting.push(...thing);
    } else if (Array.isArray(thing)) {
      waiting.push(...(thing as unknown[]));
    } else {
      // What is computed is not asked for.
      for (const { value } of Object.values(Object.getOwnPropertyDescriptors(thing))) {
        waiting.push(value);
      }
    }
  }
  return { storeListeners, entries };
}
