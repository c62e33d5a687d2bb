/** Faults on demand: what a server, a proxy or a network may do to a request (docs/api.md §3.1, §3.2, §10.11, §10.12). */
import type { FaultRule } from './fault-rule';
import { globExpression } from './glob';
import { fromUtf8, readBody, utf8, type EmulatorRequest, type EmulatorResponse, type TransportFault } from './http';
import type { Seed } from './random';

interface ArmedRule {
  readonly rule: FaultRule;
  left: number;
}

const PROXY_PAGE = `<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
<hr><center>nginx</center>
</body>
</html>
`;

const GARBAGE = '{"devices": [{"uuid": "f4120660-\u0000\ufffd\ufffd<garbage';

/** The rules in force. */
export class Faults {
  #rules: ArmedRule[] = [];
  #asked = 0;
  readonly #seed: Seed;

  constructor(seed: Seed) {
    this.#seed = seed;
  }

  add(rule: FaultRule): void {
    const left = rule.count === null ? Infinity : (rule.count ?? (rule.probability === undefined ? 1 : Infinity));
    this.#rules.push({ rule, left });
  }

  clear(): void {
    this.#rules = [];
    this.#asked = 0;
  }

  /** The rules that still wait. */
  waiting(): readonly FaultRule[] {
    return this.#rules.map(({ rule, left }) => ({ ...rule, count: left === Infinity ? null : left }));
  }

  /** The rule that hits this request, counted; `urls` are the ways in which its address can be written. */
  take(method: string, ...urls: readonly URL[]): FaultRule | undefined {
    const armed = this.#rules.find(({ rule }) => urls.some((url) => fits(rule, method, url)) && this.#roll(rule));
    if (armed === undefined) {
      return undefined;
    }
    armed.left -= 1;
    if (armed.left <= 0) {
      this.#rules = this.#rules.filter((other) => other !== armed);
    }
    return armed.rule;
  }

  #roll(rule: FaultRule): boolean {
    return rule.probability === undefined || this.#seed.fraction(this.#asked++) < rule.probability;
  }
}

function fits(rule: FaultRule, method: string, url: URL): boolean {
  const wanted = rule.match ?? {};
  if (wanted.method !== undefined && wanted.method.toUpperCase() !== method) {
    return false;
  }
  if (wanted.path === undefined) {
    return true;
  }
  const full = url.pathname + url.search;
  return full.includes(wanted.path) || (/[*?]/.test(wanted.path) && globExpression(wanted.path).test(url.pathname));
}

function transportOf(rule: FaultRule): TransportFault | undefined {
  if (rule.hang !== undefined && rule.hang !== false) {
    return { kind: 'hang', when: rule.hang === 'inside' ? 'inside' : 'before' };
  }
  if (rule.cut === undefined || rule.cut === false) {
    return undefined;
  }
  return { kind: 'cut', afterBytes: rule.cut === true ? 'half' : rule.cut };
}

/** The answer that a rule puts in place of the real one; undefined: it leaves the real one. */
function replacement(rule: FaultRule, request: EmulatorRequest): EmulatorResponse | undefined {
  const headers: Record<string, string> = Object.fromEntries(
    Object.entries(rule.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  if (rule.contentType !== undefined) {
    headers['content-type'] = rule.contentType;
  }
  const answer = (status: number, type: string, body: string): EmulatorResponse => ({
    status: rule.status ?? status,
    headers: { 'content-type': type, ...headers },
    body: utf8(body),
  });
  if (rule.redirect !== undefined) {
    const { pathname, search } = new URL(request.url);
    headers.location = rule.redirect.endsWith('/*') ? rule.redirect.slice(0, -2) + pathname + search : rule.redirect;
    return answer(302, 'text/html; charset=utf-8', '');
  }
  if (rule.proxyHtml === true) {
    return answer(502, 'text/html', PROXY_PAGE);
  }
  if (rule.garbage === true) {
    return answer(200, 'application/json', GARBAGE);
  }
  if (rule.retryAfter !== undefined) {
    headers['retry-after'] = String(rule.retryAfter);
  }
  if (rule.status === undefined && rule.body === undefined && rule.retryAfter === undefined) {
    return undefined;
  }
  if (typeof rule.body === 'string') {
    return answer(429, 'text/plain; charset=utf-8', rule.body);
  }
  const status = rule.status ?? (rule.retryAfter === undefined ? 200 : 429);
  const body = rule.body ?? { message: status === 429 ? 'Too Many Requests' : 'Injected fault' };
  return { ...answer(status, 'application/json', `${JSON.stringify(body)}\n`), status };
}

/** The real answer with what a rule does to its text; headers stay. */
async function spoilt(rule: FaultRule, request: EmulatorRequest, answer: EmulatorResponse): Promise<EmulatorResponse> {
  if (rule.spoil === undefined && rule.next === undefined) {
    return answer;
  }
  const body = await readBody(answer.body);
  if (rule.spoil === 'half') {
    return { ...answer, body: body.subarray(0, Math.floor(body.length / 2)) };
  }
  const value = parsed(fromUtf8(body));
  if (typeof value !== 'object' || value === null) {
    return { ...answer, body };
  }
  const changed = rule.spoil === 'types' ? otherTypes(value) : value;
  const next = rule.next === '*' ? request.url : rule.next;
  const linked = next === undefined || !('next' in changed) ? changed : { ...changed, next };
  return { ...answer, body: utf8(`${JSON.stringify(linked)}\n`) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The same structure with a number for each text, a text for each number and flag. */
function otherTypes(value: object): object {
  const other = (part: unknown): unknown =>
    typeof part === 'object' && part !== null ? otherTypes(part) : typeof part === 'string' ? 7 : String(part);
  return Array.isArray(value)
    ? value.map(other)
    : Object.fromEntries(Object.entries(value).map(([key, part]: [string, unknown]) => [key, other(part)]));
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Answers a request as a rule says; `real` does what the request asks for. */
export async function answerWithFault(
  rule: FaultRule,
  request: EmulatorRequest,
  real: () => Promise<EmulatorResponse>,
): Promise<EmulatorResponse> {
  if (rule.delayMs !== undefined) {
    await sleep(rule.delayMs);
  }
  const transport = transportOf(rule);
  const replaced = replacement(rule, request);
  const neverAnswers = transport?.kind === 'hang' && transport.when === 'before';
  const applied = rule.applied ?? (replaced === undefined && !neverAnswers);
  const empty: EmulatorResponse = { status: 200, headers: {}, body: new Uint8Array() };
  const own = applied ? await real() : empty;
  const response = replaced ?? (await spoilt(rule, request, own));
  const headers = replaced === undefined ? { ...response.headers, ...rule.headers } : response.headers;
  if (transport === undefined) {
    return { ...response, headers };
  }
  // The transport has to know how long the body is.
  return { ...response, headers, body: await readBody(response.body), transport };
}
