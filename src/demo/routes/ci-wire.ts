/** Builds and runs as the CI server answers them (docs/api.md §2.7.3). */
import { isoOffset } from '../clock';
import { ciError, ciStumble, ciUnknown } from '../errors';
import { json, type EmulatorResponse } from '../http';
import { mayUse, type Scope } from '../auth';
import type { Call } from '../router';
import type { Build } from '../world/ci-build';
import type { Run } from '../world/ci-run';
import type { Factory } from '../world/factory';

/** The envelope of a success. */
export function success(data: unknown, status = 200): EmulatorResponse {
  return json({ status: 'success', data }, status);
}

/** The Factory whose project is asked for; what may not be read is unknown, what may not be written is forbidden. */
export function projectOf(call: Call, scope: Scope): Factory {
  const name = call.params.factory ?? '';
  const factory = call.world.factories.get(name);
  if (factory === undefined || !call.principal.factories.includes(name)) {
    throw ciUnknown(call.url.pathname);
  }
  if (!mayUse(call.principal, scope)) {
    throw call.request.method === 'GET'
      ? ciUnknown(call.url.pathname)
      : ciError(403, `Credential used must include one of these scopes: ${name}:${scope}`);
  }
  return factory;
}

/** A build of a project. */
export interface FoundBuild {
  readonly factory: Factory;
  readonly build: Build;
}

export function buildOf(call: Call, scope: Scope): FoundBuild {
  const factory = projectOf(call, scope);
  const id = call.params.build ?? '';
  const build = /^\d+$/.test(id) ? factory.ci.build(Number(id)) : undefined;
  if (build === undefined) {
    throw ciUnknown(call.url.pathname);
  }
  return { factory, build };
}

export function runOf(call: Call, scope: Scope): FoundBuild & { readonly run: Run } {
  const found = buildOf(call, scope);
  const run = found.build.run(call.params.run ?? '', call.now);
  if (run === undefined) {
    throw ciError(404, 'Not Found');
  }
  return { ...found, run };
}

/** The address of a build, on the host that was asked. */
export function buildUrl(call: Call, factory: string, id: number): string {
  return `${call.url.origin}/projects/${factory}/lmp/builds/${id}/`;
}

/** The web page of a build, or of one of its runs, which ends with a slash (docs/api.md §2.7.3). */
export function webUrl(factory: string, id: number, run?: string): string {
  return `https://ci.foundries.io/projects/${factory}/lmp/builds/${id}${run === undefined ? '' : `/runs/${run}/`}`;
}

export function runUrl(call: Call, factory: string, id: number, run: string): string {
  return `${buildUrl(call, factory, id)}runs/${run}/`;
}

function optionalDate(name: string, time: number | undefined): Record<string, string> {
  return time === undefined ? {} : { [name]: isoOffset(time) };
}

/** The runs that leave tests behind. */
export function hasTests(run: Run, now: number): boolean {
  return run.name === 'build-amd64' && run.status(now) === 'PASSED';
}

export function runToWire(call: Call, { factory, build }: FoundBuild, run: Run): Record<string, unknown> {
  const url = runUrl(call, factory.name, build.id, run.name);
  return {
    name: run.name,
    url,
    status: run.status(call.now),
    log_url: `${url}console.log`,
    web_url: webUrl(factory.name, build.id, run.name),
    ...optionalDate('created', run.created(call.now)),
    ...optionalDate('completed', run.completed(call.now)),
    host_tag: run.hostTag,
    ...(hasTests(run, call.now) ? { tests: `${url}tests/` } : {}),
  };
}

/** A run with what only its own address and its history tell. */
export function runDetail(call: Call, found: FoundBuild, run: Run): Record<string, unknown> {
  return {
    ...runToWire(call, found, run),
    worker_name: run.workerName(call.now),
    status_events: run.events(call.now).map(({ time, status, worker }) => ({
      time: isoOffset(time),
      status,
      ...(worker === undefined ? {} : { worker }),
    })),
  };
}

export function buildToWire(call: Call, found: FoundBuild): Record<string, unknown> {
  const { factory, build } = found;
  return {
    build_id: build.id,
    url: buildUrl(call, factory.name, build.id),
    status: build.status(call.now),
    runs: build.runs(call.now).map((run) => runToWire(call, found, run)),
    web_url: webUrl(factory.name, build.id),
    ...(build.name === undefined ? {} : { name: build.name }),
    ...(build.trigger === '' ? {} : { trigger_name: build.trigger }),
    created: isoOffset(build.createdAt),
    ...optionalDate('completed', build.completed(call.now)),
  };
}

export function buildDetail(call: Call, found: FoundBuild): Record<string, unknown> {
  const { factory, build } = found;
  return {
    ...buildToWire(call, found),
    status_events: build.events(call.now).map(({ time, status }) => ({ time: isoOffset(time), status })),
    runs_url: `${buildUrl(call, factory.name, build.id)}runs/`,
    reason: build.reason,
    annotation: build.annotation,
  };
}

function numeric(call: Call, name: string, otherwise: number): number {
  const given = call.query.get(name);
  if (given === null) {
    return otherwise;
  }
  if (!/^-?\d+$/.test(given)) {
    throw ciError(400, `Invalid pagination. "${name}" must be numeric`);
  }
  const value = Number(given);
  if (value < 0 || (name === 'limit' && value === 0)) {
    throw ciStumble(
      value === 0
        ? 'integer division or modulo by zero'
        : `(1064, "You have an error in your SQL syntax … LIMIT ${given}")`,
    );
  }
  return value;
}

/**
 * A page of the CI server: 0-based, `next` only if there is one, keeping only page and limit, on the host that was asked
 * (docs/api.md §2, §2.7.1). `item` makes the n-th entry of all.
 */
export function ciPage(call: Call, key: string, total: number, item: (place: number) => unknown): EmulatorResponse {
  const page = numeric(call, 'page', 0);
  const limit = numeric(call, 'limit', 25);
  const first = page * limit;
  const count = Math.max(0, Math.min(limit, total - first));
  const next = `${call.url.origin}${call.url.pathname}?page=${page + 1}&limit=${limit}`;
  return success({
    limit,
    page,
    pages: Math.ceil(total / limit),
    total,
    [key]: Array.from({ length: count }, (_, place) => item(first + place)),
    ...(first + limit < total ? { next } : {}),
  });
}
