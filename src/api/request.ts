import { isBelow } from '../model/serverKey';
import { discard, locationOf } from './answers';
import { FactoryError, type FailureDetails } from './errors';
import type { Fetch, FetchResponse } from './http';
import type { Server } from './server';
import type { Watchdog } from './watchdog';

export interface RequestSpec {
  readonly method: 'GET' | 'PATCH' | 'POST' | 'PUT' | 'DELETE';
  /** Path below the base address, segments already percent-encoded: `/ota/devices/`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Mask of the fields that are wanted, for services that take one: `X-Fields` (docs/api.md §2.1.1). */
  readonly fields?: string;
  /** What may be answered; JSON where not given. */
  readonly accept?: string;
  /** Further headers; asked for each hop, as another host than the service's own gets none of its headers. */
  readonly headers?: (atHome: boolean) => Readonly<Record<string, string>>;
  /**
   * The body holds a secret in plain text, which a complaint may repeat whole, escaped or in part: what the service says
   * then goes neither into the log nor into the error.
   */
  readonly confidential?: boolean;
  /** The answer is a file that somebody waits for: as large as it is. */
  readonly isFile?: boolean;
  /** The body of an error holds what was asked for, too: it is kept in the error's `info.body`. */
  readonly keepErrorBody?: boolean;
}

/** Who sends, and to which service. */
export interface Sender {
  readonly server: Server;
  readonly fetch: Fetch;
  readonly userAgent: string;
}

/** One sending of a request. */
export interface Sending {
  /** Address with its query. */
  readonly target: string;
  readonly token: string;
  readonly watch: Watchdog;
  readonly origin: FailureDetails;
  /** Told what an error is to say in addition, as soon as it is known: of which run, and at which other host. */
  readonly onHop?: (more: Pick<FailureDetails, 'store' | 'runStatus'>) => void;
}

const MAX_REDIRECTS = 5;

/**
 * Sends and follows redirects. What is not below the base address never gets the credential: another origin, nor another path
 * of a gateway, behind which another server is. A write is only repeated where the status keeps method and body (307, 308), and
 * below the base address (docs/api.md §2.7.8, §3.6).
 *
 * @returns the answer, and the host that it came from where it is not the service's own
 * @throws {FactoryError} `redirect`; what `fetch` rejects with is thrown on
 */
export async function sendFollowing(
  sender: Sender,
  spec: RequestSpec,
  { target, token, watch, origin, onHop }: Sending,
): Promise<{ readonly response: FetchResponse; readonly foreign: string | undefined }> {
  const isHome = (url: URL) => isBelow(url, sender.server.baseUrl);
  if (!isHome(new URL(target))) {
    // Dots in a name: sent there, it would be a request to another server.
    throw new FactoryError('redirect', { ...origin, serverMessage: 'it is not below the address of the API' });
  }
  let address = target;
  // Where it was sent already: a write goes to no address twice.
  const seen = new Set([new URL(target).href]);
  for (let hops = 0; ; hops++) {
    const atHome = isHome(new URL(address));
    const response = await sender.fetch(address, {
      method: spec.method,
      headers: headersOf(sender, spec, atHome ? token : undefined),
      ...(spec.body === undefined ? {} : { body: JSON.stringify(spec.body) }),
      signal: watch.signal,
      redirect: 'manual',
    });
    const runStatus = response.headers.get('x-run-status');
    if (atHome && runStatus !== null) {
      onHop?.({ runStatus });
    }
    if (![301, 302, 303, 307, 308].includes(response.status)) {
      return { response, foreign: atHome ? undefined : new URL(address).host };
    }
    discard(response);
    const next = locationOf(response, address);
    const refuse = (why: string) =>
      new FactoryError('redirect', { ...origin, status: response.status, serverMessage: why });
    if (next === undefined) {
      throw refuse('the redirect names no address');
    }
    if (spec.method !== 'GET' && (!isHome(next) || response.status < 307)) {
      throw refuse(`the request was not repeated at ${next.host}`);
    }
    if (next.protocol !== 'https:' && new URL(address).protocol === 'https:') {
      throw refuse(`a redirect from https to ${next.protocol.slice(0, -1)} at ${next.host} is not followed`);
    }
    if (seen.has(next.href)) {
      throw refuse('it leads back to where it came from');
    }
    if (hops >= MAX_REDIRECTS) {
      throw refuse('too many redirects');
    }
    seen.add(next.href);
    address = next.href;
    if (!isHome(next)) {
      onHop?.({ store: next.host });
    }
  }
}

/** @param token undefined for another server than the service's own */
function headersOf(
  { server, userAgent }: Sender,
  spec: RequestSpec,
  token: string | undefined,
): Record<string, string> {
  return {
    'User-Agent': userAgent,
    Accept: spec.accept ?? 'application/json',
    ...(spec.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(spec.fields === undefined ? {} : { 'X-Fields': spec.fields }),
    ...spec.headers?.(token !== undefined),
    ...(token === undefined ? {} : server.credentialHeaders(token)),
  };
}
