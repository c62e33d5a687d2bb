/** Which handler answers which address. Paths follow docs/api.md §2; slashes at their end §3.6. */
import type { Principal } from './auth';
import type { EmulatorRequest, EmulatorResponse } from './http';
import { ApiError, fromUtf8, json } from './http';
import { otaError } from './errors';
import type { World } from './world/world';

/** What a handler gets. */
export interface Call {
  readonly request: EmulatorRequest;
  readonly url: URL;
  readonly query: URLSearchParams;
  /** The named segments of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly principal: Principal;
  readonly world: World;
  readonly now: number;
}

export type Handler = (call: Call) => EmulatorResponse | Promise<EmulatorResponse>;

/** One address. `:name` is a segment, `*name` one or more of them; a trailing `/?` takes both forms. */
export interface Route {
  readonly method: string;
  readonly pattern: string;
  readonly handler: Handler;
}

/** What was found: a handler, the same address with a slash, or other methods. */
export type Match =
  | { readonly kind: 'found'; readonly handler: Handler; readonly params: Record<string, string> }
  | { readonly kind: 'slash' }
  | { readonly kind: 'method'; readonly allowed: readonly string[] }
  | { readonly kind: 'nothing' };

interface CompiledRoute {
  readonly route: Route;
  readonly expression: RegExp;
  readonly names: readonly string[];
}

function compile(route: Route): CompiledRoute {
  const names: string[] = [];
  const source = route.pattern
    .replace(/\/\?$/, '{slash}')
    .replace(/[.$]/g, '\\$&')
    .replace(/:([a-zA-Z]+)/g, (_, name: string) => {
      names.push(name);
      return '([^/]+)';
    })
    .replace(/\*([a-zA-Z]+)/g, (_, name: string) => {
      names.push(name);
      return '(.+)';
    })
    .replace('{slash}', '/?');
  return { route, expression: new RegExp(`^${source}$`), names };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** A table of routes; the first that fits is taken. */
export class Router {
  readonly #routes: readonly CompiledRoute[];

  constructor(routes: readonly Route[]) {
    this.#routes = routes.map(compile);
  }

  match(method: string, path: string): Match {
    const fitting = this.#fitting(path);
    for (const { route, params } of fitting) {
      if (route.method === method) {
        return { kind: 'found', handler: route.handler, params };
      }
    }
    if (fitting.length > 0) {
      return { kind: 'method', allowed: fitting.map(({ route }) => route.method) };
    }
    const withSlash = path.endsWith('/') ? [] : this.#fitting(`${path}/`);
    return withSlash.some(({ route }) => route.method === method) ? { kind: 'slash' } : { kind: 'nothing' };
  }

  #fitting(path: string): { route: Route; params: Record<string, string> }[] {
    const fitting: { route: Route; params: Record<string, string> }[] = [];
    for (const { route, expression, names } of this.#routes) {
      const found = expression.exec(path);
      if (found !== null) {
        const params = Object.fromEntries(names.map((name, place) => [name, decode(found[place + 1] ?? '')]));
        fitting.push({ route, params });
      }
    }
    return fitting;
  }
}

/** The redirect to the same address with a slash: 308 and an absolute address (docs/api.md §3.6). */
export function slashRedirect(url: URL): EmulatorResponse {
  const location = `${url.origin}${url.pathname}/${url.search}`;
  return { status: 308, headers: { location, 'content-type': 'text/html; charset=utf-8' }, body: new Uint8Array() };
}

/** No real body is nested like this; what is kept has to be written again. */
const DEEPEST = 100;

function isDeeper(value: unknown, levels: number): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    (levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)))
  );
}

/** The body as JSON, whatever its type is said to be (docs/api.md §2.2). */
export function jsonBody(request: EmulatorRequest): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(request.body));
  } catch {
    throw otaError(400, 'Failed to decode JSON object');
  }
  if (isDeeper(value, DEEPEST)) {
    throw otaError(400, 'Failed to decode JSON object: nested too deeply');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ApiError(
      json({ errors: { '': 'The payload is not an object' }, message: 'Input payload validation failed' }, 400),
    );
  }
  return Object.fromEntries(Object.entries(value));
}
