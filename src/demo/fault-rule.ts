/** What a fault is to be (faults.ts does it), and reading one that came in as JSON. */
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { otaError } from './errors';

/** One rule. The first that fits a request is used. */
export interface FaultRule {
  /**
   * Which requests: method, and path as a part of it or, with `*` or `?`, as a glob; nothing given fits everything. A device that
   * is addressed by its uuid fits by its name, too.
   */
  readonly match?: { readonly method?: string; readonly path?: string };
  /** How many fitting requests it hits: 1 if not given, without end if `null` or if a probability is given. */
  readonly count?: number | null;
  /** How likely a fitting request is hit, 0 to 1. */
  readonly probability?: number;
  readonly status?: number;
  /** Text, or anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly delayMs?: number;
  /** Closes the connection: after half of the body, or after so many bytes of it; -1: before the status line. */
  readonly cut?: boolean | number;
  /** Never answers (`before`, or `true`), or stops half way (`inside`). */
  readonly hang?: boolean | 'before' | 'inside';
  /** Redirects (302, or `status`) to this address; a path at its end is added when it ends in `/*`. */
  readonly redirect?: string;
  /** Answers 200 with something that is no JSON, though it says so. */
  readonly garbage?: boolean;
  /** Answers (502, or `status`) with the HTML page of a proxy. */
  readonly proxyHtml?: boolean;
  /** Spoils the real answer: only half of its text, though whole by its length; or JSON whose values are of other types. */
  readonly spoil?: 'half' | 'types';
  /** Puts this address in place of the real answer's `next`, where it has one; `*`: the address that was asked. */
  readonly next?: string;
  /** Adds `Retry-After`; the status is 429 if none is given. */
  readonly retryAfter?: number | string;
  /** Whether the request has its effect before the fault: by default only when the answer is the real one, late, cut, stuck or spoilt. */
  readonly applied?: boolean;
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';

function isNumber(least: number, most: number): Check {
  return (value) => typeof value === 'number' && value >= least && value <= most;
}

function anyOf(...checks: readonly Check[]): Check {
  return (value) => checks.some((check) => check(value));
}

function isOneOf(...values: readonly unknown[]): Check {
  return (value) => values.includes(value);
}

const isMatch: Check = (value) =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).every(([key, part]) => ['method', 'path'].includes(key) && isText(part));

function isHeader(name: string, value: unknown): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value as string);
    return isText(value);
  } catch {
    return false;
  }
}

const isHeaders: Check = (value) =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).every(([name, text]: [string, unknown]) => isHeader(name, text));

const CHECKS: Readonly<Record<keyof FaultRule, Check>> = {
  match: isMatch,
  count: anyOf(isOneOf(null), isNumber(1, Infinity)),
  probability: isNumber(0, 1),
  status: isNumber(200, 599),
  body: () => true,
  headers: isHeaders,
  contentType: (value) => isHeader('content-type', value),
  delayMs: isNumber(0, 3_600_000),
  cut: anyOf(isFlag, isNumber(-1, Infinity)),
  hang: anyOf(isFlag, isOneOf('before', 'inside')),
  redirect: (value) => isHeader('location', value),
  garbage: isFlag,
  proxyHtml: isFlag,
  spoil: isOneOf('half', 'types'),
  next: isText,
  retryAfter: anyOf(isNumber(0, Infinity), (value) => isHeader('retry-after', value)),
  applied: isFlag,
};

/** Takes a rule that came in as JSON; a misspelt key would make a test pass that proves nothing. */
export function readFaultRule(value: Readonly<Record<string, unknown>>): FaultRule {
  for (const [key, part] of Object.entries(value)) {
    const check = Object.hasOwn(CHECKS, key) ? CHECKS[key as keyof FaultRule] : undefined;
    if (check === undefined) {
      throw otaError(400, `Unknown key of a fault: ${key}`);
    }
    if (!check(part)) {
      throw otaError(400, `Not a value for ${key} of a fault: ${JSON.stringify(part)}`);
    }
  }
  return value;
}
