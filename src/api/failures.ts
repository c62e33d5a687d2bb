import { FactoryError, kindOfStatus, readErrorBody, type FailureDetails, type FailureKind } from './errors';
import type { FetchResponse } from './http';
import type { Watchdog } from './watchdog';

/** A service may repeat what it was sent; the token must not come back in its words. */
export function withoutToken(error: FactoryError, token: string): FactoryError {
  const { serverMessage, details } = error.info;
  if (token.length < 4 || ![serverMessage, ...(details ?? [])].some((said) => said?.includes(token) === true)) {
    return error;
  }
  const clean = (said: string): string => said.replaceAll(token, '…');
  return new FactoryError(error.kind, {
    ...error.info,
    ...(serverMessage === undefined ? {} : { serverMessage: clean(serverMessage) }),
    ...(details === undefined ? {} : { details: details.map(clean) }),
  });
}

export function failureOf(response: FetchResponse, text: string, origin: FailureDetails): FactoryError {
  const { message, details } = readErrorBody(text);
  const retryAfterMs = retryAfter(response.headers.get('retry-after'));
  return new FactoryError(kindOfStatus(response.status), {
    ...origin,
    status: response.status,
    ...(message === '' ? {} : { serverMessage: message }),
    ...(details.length === 0 ? {} : { details }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** @returns milliseconds from a `Retry-After` in seconds or as a date; undefined where there is none that makes sense */
function retryAfter(header: string | null): number | undefined {
  if (header === null || header.trim() === '') {
    return undefined;
  }
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
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
