/**
 * The emulator as the client's network: each request is a function call. No socket, no port; everything else of the client (headers,
 * time-outs, retries, redirects, decoding) stays as it is over HTTP.
 */
import type { Fetch, FetchInit, FetchResponse } from '../api/http';
import type { Emulator } from './emulator';
import type { EmulatorResponse } from './http';

/** Bytes that a body is handed on in, as a network would. */
const CHUNK_BYTES = 64 * 1024;

/**
 * @returns a `fetch` that asks the emulator, whatever host an address names (finished artifacts are on another one). It shows
 *   the emulator's faults as a network would: rejects with `ECONNRESET` where the connection is cut, waits for ever where
 *   the server hangs, and rejects or ends the body when the signal is aborted.
 */
export function inProcessFetch(emulator: Emulator): Fetch {
  return async (url, init) => {
    // Not in the caller's turn, as with a network.
    await pause(init.signal);
    const answer = emulator.handle({
      method: init.method,
      url: new URL(url).href,
      headers: headersOf(url, init),
      body: init.body === undefined ? new Uint8Array() : Buffer.from(init.body, 'utf8'),
    });
    const response = await orAborted(answer, init.signal);
    const { transport } = response;
    if (transport?.kind === 'hang' && transport.when === 'before') {
      return orAborted(new Promise<never>(() => undefined), init.signal);
    }
    if (transport?.kind === 'cut' && transport.afterBytes === -1) {
      throw cut();
    }
    const headers = new Map(Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]));
    if (response.body instanceof Uint8Array) {
      headers.set('content-length', String(response.body.length));
    }
    const fetched: FetchResponse = {
      status: response.status,
      headers: { get: (name) => headers.get(name.toLowerCase()) ?? null },
      body: bodyOf(response, init.signal),
    };
    return fetched;
  };
}

function headersOf(url: string, { headers, body }: FetchInit): Record<string, string> {
  return {
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    host: new URL(url).host,
    ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
  };
}

async function* bodyOf({ body, transport }: EmulatorResponse, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (!(body instanceof Uint8Array)) {
    for await (const piece of body) {
      await pause(signal);
      yield piece;
    }
    return;
  }
  const half = Math.floor(body.length / 2);
  const sent =
    transport === undefined
      ? body.length
      : transport.kind === 'hang' || transport.afterBytes === 'half'
        ? half
        : Math.min(transport.afterBytes, body.length);
  for (let from = 0; from < sent; from += CHUNK_BYTES) {
    await pause(signal);
    yield body.subarray(from, Math.min(from + CHUNK_BYTES, sent));
  }
  if (transport?.kind === 'hang') {
    await orAborted(new Promise<never>(() => undefined), signal);
  }
  if (transport?.kind === 'cut') {
    throw cut();
  }
}

/** Lets others have their turn: a large answer must not keep the editor waiting. */
async function pause(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal.aborted) {
    throw aborted();
  }
}

function orAborted<T>(task: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(aborted());
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) {
      stop();
    }
    task.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

const aborted = (): Error => Object.assign(new Error('The operation was aborted.'), { name: 'AbortError' });

const cut = (): Error => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
