import { FactoryError, kindOfStatus, readErrorBody, type FailureDetails, type FailureKind } from './errors';
import type { FetchResponse } from './http';
import type { Watchdog } from './watchdog';

/** A token shorter than this is no secret, and would be found in any word. */
const SHORTEST_TOKEN = 4;

/**
 * @returns the error without the token: the service may repeat what it was sent. This sees words that were shortened, where
 *   a piece of the token may be left; the bodies of answers are rid of it before (`failureOf`).
 */
export function withoutToken(error: FactoryError, secrets: readonly string[]): FactoryError {
  const { serverMessage, details } = error.info;
  const clean = scrubber(secrets);
  if (![serverMessage, ...(details ?? [])].some((said) => said !== undefined && clean(said) !== said)) {
    return error;
  }
  return new FactoryError(error.kind, {
    ...error.info,
    ...(serverMessage === undefined ? {} : { serverMessage: clean(serverMessage) }),
    ...(details === undefined ? {} : { details: details.map(clean) }),
  });
}

/** @returns what takes secrets out of a text */
function scrubber(secrets: readonly string[]): (said: string) => string {
  const known = secrets.filter((secret) => secret.length >= SHORTEST_TOKEN);
  return (said) => known.reduce((text, secret) => text.replaceAll(secret, '…'), said);
}

/** @returns the error with nothing of what the service said; `withheld` tells that there was something */
export function withoutWords(error: FactoryError): FactoryError {
  const { serverMessage, details, cause: _cause, body: _body, ...info } = error.info;
  return serverMessage === undefined && details === undefined
    ? error
    : new FactoryError(error.kind, { ...info, withheld: true });
}

/**
 * @param secrets every form of what was sent to be let in
 * @param keepBody the whole answer is kept in the error
 * @returns the failure that an answer means, in words that do not repeat them
 */
export function failureOf(
  response: FetchResponse,
  text: string,
  origin: FailureDetails,
  secrets: readonly string[],
  keepBody = false,
): FactoryError {
  const scrub = scrubber(secrets);
  const { message, details } = readErrorBody(text, scrub);
  const retryAfterMs = retryAfter(response.headers.get('retry-after'), response.headers.get('date'));
  return new FactoryError(kindOfStatus(response.status), {
    ...origin,
    status: response.status,
    ...(message === '' ? {} : { serverMessage: message }),
    ...(details.length === 0 ? {} : { details }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(keepBody ? { body: scrub(text) } : {}),
  });
}

/**
 * What another host thinks of a request without a token says nothing about the token. Files are redirected to a store, which may
 * have a problem of its own (docs/api.md §2.7.8); anything else that is refused elsewhere was sent to the wrong address.
 *
 * @param error what the answer of the other host would mean if it were the service's own
 * @param isFile whether a file was asked for
 */
export function failureElsewhere(error: FactoryError, host: string, isFile: boolean): FactoryError {
  const { kind, info } = error;
  if (kind === 'server' || kind === 'rateLimited') {
    return error;
  }
  if (!isFile) {
    return new FactoryError('redirect', { ...info, serverMessage: `${host} answered ${info.status ?? ''}` });
  }
  return kind === 'unauthorized' || kind === 'forbidden' ? new FactoryError('rejected', info) : error;
}

/**
 * @param date when the service answered by its own clock, which a date in `Retry-After` is of too: this machine's may be off
 * @returns milliseconds from a `Retry-After` in seconds or as a date; undefined where there is none that makes sense
 */
function retryAfter(header: string | null, date: string | null): number | undefined {
  if (header === null || header.trim() === '') {
    return undefined;
  }
  const seconds = Number(header);
  const answered = Date.parse(date ?? '');
  const now = Number.isNaN(answered) ? Date.now() : answered;
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

export function networkFailure(error: unknown, watch: Watchdog, origin: FailureDetails): FactoryError {
  const code = codeOf(error);
  const kind: FailureKind = watch.timedOut
    ? 'timeout'
    : watch.signal.aborted
      ? 'cancelled'
      : isTlsCode(code)
        ? 'tls'
        : 'network';
  return new FactoryError(kind, { ...origin, ...(code === undefined ? {} : { code }), cause: error });
}

/** The innermost system code: libraries wrap it in `cause` and `errors` (several addresses tried). */
function codeOf(error: unknown): string | undefined {
  for (let current = error, depth = 0; typeof current === 'object' && current !== null && depth < 5; depth++) {
    const { code, cause, errors } = current as { code?: unknown; cause?: unknown; errors?: unknown };
    if (typeof code === 'string') {
      return code;
    }
    current = Array.isArray(errors) ? (errors[0] as unknown) : cause;
  }
  return undefined;
}

const isTlsCode = (code: string | undefined): boolean =>
  code !== undefined &&
  (/^(ERR_TLS_|ERR_SSL_|CERT_|EPROTO)/.test(code) ||
    /SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|_CERT$|CERT_UNTRUSTED/.test(code));
