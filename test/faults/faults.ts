/** What may happen to a request. A new fault is an entry here. */
import type { FailureKind } from '../../src/api/errors';
import type { FaultRule } from '../../src/demo/fault-rule';
import type { Hosts } from './support/hosts';

export interface Fault {
  /** As the table calls it. */
  readonly name: string;
  /** What the emulator does. */
  readonly rule?: (hosts: Hosts) => FaultRule;
  /** Where the request ends up instead of at the service. */
  readonly instead?: (hosts: Hosts) => string;
  /** Seconds by which the clock of the service is off. */
  readonly skewSeconds?: number;
  /** What a failure is taken for; empty: nothing fails. */
  readonly kinds: readonly FailureKind[];
  /**
   * The service has done what it was asked for and says so with a success; only its answer is spoilt. Whoever needs nothing of
   * the answer does not notice.
   */
  readonly spoilsAnswer?: boolean;
  /** What fails is the connection to the service: it takes one to show it. */
  readonly breaksConnection?: boolean;
}

/** What the tests sign in with; it must not turn up anywhere but in the header for the service. */
export const TOKEN = 'demo-token';
/** Characters of an answer that the client of the tests takes at most. */
export const MOST_BYTES = 512 * 1024;

const HTML_413 = '<html><head><title>413 Request Entity Too Large</title></head><body></body></html>';
const DAY = 86_400;
const json = 'application/json';

export const FAULTS = [
  { name: 'connection refused', instead: ({ refusing }) => refusing, kinds: ['network'] },
  { name: 'unknown host name', instead: ({ unknownName }) => unknownName, kinds: ['network'] },
  { name: 'certificate expired', instead: ({ expired }) => expired.origin, kinds: ['tls'] },
  { name: 'certificate of another host', instead: ({ wrongHost }) => wrongHost.origin, kinds: ['tls'] },
  {
    name: 'certificate of an unknown authority',
    instead: ({ unknownAuthority }) => unknownAuthority.origin,
    kinds: ['tls'],
  },
  { name: 'no answer, not done', rule: () => ({ hang: 'before' }), breaksConnection: true, kinds: ['timeout'] },
  {
    name: 'no answer, done',
    rule: () => ({ hang: 'before', applied: true }),
    breaksConnection: true,
    kinds: ['timeout'],
  },
  { name: 'answer stops half way', rule: () => ({ hang: 'inside' }), breaksConnection: true, kinds: ['timeout'] },
  {
    name: 'cut before the answer, not done',
    rule: () => ({ cut: -1, applied: false }),
    breaksConnection: true,
    kinds: ['network'],
  },
  { name: 'cut before the answer, done', rule: () => ({ cut: -1 }), breaksConnection: true, kinds: ['network'] },
  { name: 'cut in the middle of the answer', rule: () => ({ cut: true }), breaksConnection: true, kinds: ['network'] },
  {
    name: '400 that repeats the token',
    rule: () => ({ status: 400, body: { message: `bad token ${TOKEN}`, errors: { osf: [TOKEN] } } }),
    kinds: ['rejected'],
  },
  { name: '401', rule: () => ({ status: 401, body: { message: 'Token is expired' } }), kinds: ['unauthorized'] },
  {
    name: '403, an object',
    rule: () => ({ status: 403, body: { message: 'Missing scope devices:update' } }),
    kinds: ['forbidden'],
  },
  {
    name: '403, a bare string',
    rule: () => ({ status: 403, body: '"Missing scope"', contentType: json }),
    kinds: ['forbidden'],
  },
  { name: '404', rule: () => ({ status: 404, body: { message: 'Not here' } }), kinds: ['notFound'] },
  {
    name: '407, a proxy',
    rule: () => ({
      status: 407,
      body: '<html><head><title>407 Proxy Authentication Required</title></head></html>',
      contentType: 'text/html',
      headers: { 'proxy-authenticate': 'Basic realm="office"' },
    }),
    kinds: ['rejected'],
  },
  { name: '409', rule: () => ({ status: 409, body: { message: 'In use' } }), kinds: ['conflict'] },
  { name: '413, a page', rule: () => ({ status: 413, body: HTML_413, contentType: 'text/html' }), kinds: ['tooLarge'] },
  { name: '429', rule: () => ({ status: 429 }), kinds: ['rateLimited'] },
  { name: '429, Retry-After: 90', rule: () => ({ retryAfter: 90 }), kinds: ['rateLimited'] },
  {
    name: '429, Retry-After: a date, clock a day behind',
    rule: () => {
      const now = Date.now() - DAY * 1000;
      return {
        retryAfter: new Date(now + 90_000).toUTCString(),
        headers: { date: new Date(now).toUTCString() },
      };
    },
    kinds: ['rateLimited'],
  },
  { name: '500', rule: () => ({ status: 500, body: { message: 'Oh no' } }), kinds: ['server'] },
  { name: '500, done', rule: () => ({ status: 500, body: { message: 'Oh no' }, applied: true }), kinds: ['server'] },
  { name: '502, a page', rule: () => ({ proxyHtml: true }), kinds: ['server'] },
  {
    name: '204 without the body that is due',
    rule: () => ({ status: 204, body: '', contentType: json, applied: true }),
    kinds: ['unexpected'],
    spoilsAnswer: true,
  },
  { name: 'half of the JSON', rule: () => ({ spoil: 'half' }), kinds: ['unexpected'], spoilsAnswer: true },
  { name: 'JSON of wrong types', rule: () => ({ spoil: 'types' }), kinds: ['unexpected'], spoilsAnswer: true },
  {
    name: 'a page instead of JSON',
    rule: () => ({ status: 200, proxyHtml: true, applied: true }),
    kinds: ['unexpected'],
    spoilsAnswer: true,
  },
  {
    name: 'a huge body',
    rule: () => ({ status: 200, body: `"${'x'.repeat(MOST_BYTES)}"`, contentType: json, applied: true }),
    kinds: ['tooLarge', 'unexpected'],
  },
  {
    name: 'redirect to a page of another host',
    rule: ({ other }) => ({ redirect: `${other.origin}/login` }),
    kinds: ['redirect', 'unexpected'],
  },
  {
    name: 'redirect to another host, which refuses',
    rule: ({ other }) => ({ redirect: `${other.origin}/forbidden` }),
    // Files may come from a store, whose refusal is its own.
    kinds: ['redirect', 'rejected'],
  },
  {
    name: 'redirect (307) to another host',
    rule: ({ other }) => ({ redirect: `${other.origin}/*`, status: 307 }),
    kinds: ['redirect', 'unexpected'],
  },
  { name: 'redirect to itself', rule: () => ({ redirect: '/*', status: 307 }), kinds: ['redirect'] },
  { name: '`next` at another host', rule: ({ other }) => ({ next: `${other.origin}/ota/devices/?page=2` }), kinds: [] },
  { name: '`next` in a loop', rule: () => ({ next: '*' }), kinds: [] },
  { name: 'clock a day behind', skewSeconds: -DAY, kinds: [] },
  { name: 'clock a day ahead', skewSeconds: DAY, kinds: [] },
] as const satisfies readonly Fault[];

/** A fault by its name: a row that names one that is no more does not compile. */
export type FaultName = (typeof FAULTS)[number]['name'];
