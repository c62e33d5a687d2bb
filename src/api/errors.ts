import { withoutDeepParts } from '../model/nesting';

/** Why a call to the service did not give what was asked for. */
export type FailureKind =
  /** 401: the credential is unknown or expired (docs/api.md §1.5). */
  | 'unauthorized'
  /** 403: the credential or its user lacks a scope, or may not see the Factory (§1.5). */
  | 'forbidden'
  | 'notFound'
  /** 409: a name is taken, or something is still in use. */
  | 'conflict'
  /** 413, or an answer larger than the client takes. */
  | 'tooLarge'
  | 'rateLimited'
  /** Any other 4xx: the service did not like the request. */
  | 'rejected'
  /** 5xx. */
  | 'server'
  /** No answer: refused, unknown host, cut. */
  | 'network'
  /** The TLS handshake failed: an untrusted, expired or foreign certificate. */
  | 'tls'
  | 'timeout'
  /** A success that does not hold what the API documents. */
  | 'unexpected'
  /** A redirect that is not followed. */
  | 'redirect'
  | 'cancelled';

export interface FailureDetails {
  /** HTTP status, where there was an answer. */
  readonly status?: number;
  /** Method and address without host and credential: `GET /ota/devices/?factory=acme`. */
  readonly request: string;
  /** The host that was asked. */
  readonly host: string;
  /** Base address of the API that it was about, as an account or the settings have it. */
  readonly base?: string;
  /** What the service said, in its own words; plain text, at most a few lines. */
  readonly serverMessage?: string;
  /** Single complaints of the service, one an entry. */
  readonly details?: readonly string[];
  /** The service said something that is not told, because it may repeat a secret that it was sent. */
  readonly withheld?: boolean;
  /** It was a write that may have been done, and nobody could look whether it was. */
  readonly unverified?: boolean;
  /** It was a write of two steps, of which the first was done and the second was not, or may not have been. */
  readonly halfDone?: boolean;
  /** Milliseconds after which the service wants to be asked again. */
  readonly retryAfterMs?: number;
  /** What answered knows nothing of what every Foundries API has: it is another kind of server. */
  readonly otherApi?: boolean;
  /** The host that a file was to come from, to which the service had redirected: what went wrong is there. */
  readonly store?: string;
  /** What CI's answer said of the run that a file is of, in its word; undefined: nothing (docs/api.md §2.7.7). */
  readonly runStatus?: string;
  /** node's code of a network failure: `ECONNREFUSED`, `CERT_HAS_EXPIRED`, … */
  readonly code?: string;
  /** The whole answer, where it was asked for (`keepErrorBody`). Not for people, nor for the log. */
  readonly body?: string;
  readonly cause?: unknown;
}

/** node's codes of connections that did not come about: nothing was sent. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Code of a time-out before anything was sent: too much else was under way, and did not end. */
export const NOT_BEGUN = 'EBUSY';

/** Every failure of a call, typed. The message is for logs; what a person reads is made where it is shown. */
export class FactoryError extends Error {
  override readonly name = 'FactoryError';
  readonly kind: FailureKind;
  readonly info: FailureDetails;

  constructor(kind: FailureKind, info: FailureDetails) {
    super(messageFor(kind, info), info.cause === undefined ? undefined : { cause: info.cause });
    this.kind = kind;
    this.info = info;
  }

  /**
   * Whether the request may have been carried out although no success was seen. After a write that ends so, the only
   * way to know is to read back.
   */
  get outcomeUnknown(): boolean {
    switch (this.kind) {
      case 'unexpected':
      case 'server':
        return true;
      case 'timeout':
        return this.info.code !== NOT_BEGUN;
      case 'network':
        return !NEVER_SENT.has(this.info.code ?? '');
      case 'tooLarge':
        // Of the answer; a request that is too large was refused.
        return this.info.status !== 413;
      default:
        return false;
    }
  }
}

/** @returns the failure of a write of which nobody could find out whether it was done; anything else as it is */
export function asUnverified(error: unknown): unknown {
  return error instanceof FactoryError ? new FactoryError(error.kind, { ...error.info, unverified: true }) : error;
}

/** @returns the failure of a write of two steps of which the first was done; anything else as it is */
export function asHalfDone(error: unknown): unknown {
  return error instanceof FactoryError ? new FactoryError(error.kind, { ...error.info, halfDone: true }) : error;
}

function messageFor(kind: FailureKind, info: FailureDetails): string {
  const status = info.status === undefined ? '' : ` ${info.status}`;
  const said = info.serverMessage ?? info.code ?? '';
  return `${info.request}:${status} ${kind}${said === '' ? '' : `: ${said}`}`;
}

/** @returns the kind of failure that an HTTP status means (docs/api.md §3.1) */
export function kindOfStatus(status: number): FailureKind {
  switch (status) {
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
    case 410:
      return 'notFound';
    case 409:
      return 'conflict';
    case 413:
      return 'tooLarge';
    case 429:
      return 'rateLimited';
    default:
      return status >= 500 ? 'server' : status >= 400 ? 'rejected' : 'unexpected';
  }
}

/**
 * What an error body says, whatever its shape: an object with `msg` or `message` and `errors` as a list or a map, a bare
 * JSON string, CI's two envelopes, OAuth's, or HTML (docs/api.md §3.1).
 *
 * @param scrub takes out of a text what must not be repeated; it sees texts as they were sent, unshortened
 * @returns the sentence and the single complaints; both empty where the body says nothing fit to show. A 500 of CI may
 *   carry SQL in `error_msg` (docs/api.md §2.7.10), which is never taken.
 */
export function readErrorBody(
  body: string,
  scrub: (text: string) => string = (text) => text,
): { message: string; details: string[] } {
  // Both before the escapes of JSON are undone and after it.
  const text = scrub(body.trim());
  const line = (said: string): string => short(scrub(said));
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { message: line(looksLikeMarkup(text) ? htmlTitle(text) : text), details: [] };
  }
  if (typeof parsed === 'string') {
    return { message: line(parsed), details: [] };
  }
  if (!isObject(parsed)) {
    return { message: '', details: [] };
  }
  const message =
    firstString(parsed, ['msg', 'message', 'error_description', 'error', 'detail']) ??
    (isObject(parsed.data) ? firstString(parsed.data, ['message']) : undefined) ??
    wrappedMessage(parsed) ??
    '';
  return { message: line(message), details: complaints(parsed.errors).map(line) };
}

/** The gateway wraps the reply of its user service as JSON text in a field of any name (docs/api.md §1.5). */
function wrappedMessage(body: Record<string, unknown>): string | undefined {
  for (const value of Object.values(body)) {
    if (typeof value !== 'string' || !value.startsWith('{')) {
      continue;
    }
    try {
      const inner: unknown = JSON.parse(value);
      if (isObject(inner)) {
        return firstString(inner, ['error_description', 'message', 'msg', 'error']);
      }
    } catch {
      // Not JSON after all: it says nothing.
    }
  }
  return undefined;
}

/** Complaints that a message has room for. */
const MOST_COMPLAINTS = 20;

function complaints(errors: unknown): string[] {
  if (Array.isArray(errors)) {
    return errors.filter((error): error is string => typeof error === 'string').slice(0, MOST_COMPLAINTS);
  }
  if (isObject(errors)) {
    return Object.entries(errors)
      .slice(0, MOST_COMPLAINTS)
      .map(
        ([field, error]) => `${field}: ${typeof error === 'string' ? error : JSON.stringify(withoutDeepParts(error))}`,
      );
  }
  return [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstString(object: Record<string, unknown>, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = object[key];
    if (typeof value === 'string' && value.trim() !== '') {
      return value;
    }
  }
  return undefined;
}

const looksLikeMarkup = (text: string): boolean => /^<(!doctype|html|head|body|\?xml)/i.test(text);

const htmlTitle = (html: string): string => /<title(?:\s[^<>]*)?>([^<]*)<\/title>/i.exec(html)?.[1] ?? '';

/** One readable line: no control characters (a terminal escape in a log is still an escape), at most 300 characters. */
function short(text: string): string {
  // eslint-disable-next-line no-control-regex
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
