/** CI builds (foundries-api.md §2.7). */
import { isoOffset } from '../clock';
import { ciDataError, ciError, ciPlain, ciStumble, ciUnknown } from '../errors';
import { fromUtf8, text, type EmulatorResponse } from '../http';
import type { Call, Route } from '../router';
import type { Build } from '../world/ci-build';
import type { Factory } from '../world/factory';
import { buildDetail, buildOf, buildToWire, buildUrl, ciPage, projectOf, runToWire, success, webUrl } from './ci-wire';

/** A JSON body as the CI server's framework takes it: the type matters here (measured-servers.md 12). */
export function ciBody(call: Call): Record<string, unknown> {
  if (!/\bjson\b/.test(call.request.headers['content-type'] ?? '')) {
    throw ciPlain(
      415,
      "Did not attempt to load JSON data because the request Content-Type was not 'application/json'.",
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(call.request.body));
  } catch {
    throw ciPlain(400, 'The browser (or proxy) sent a request that this server could not understand.');
  }
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function project(call: Call): EmulatorResponse {
  const factory = projectOf(call, 'ci:read');
  const url = `${call.url.origin}/projects/${factory.name}/lmp/`;
  return success({ project: { name: `${factory.name}/lmp`, url, builds_url: `${url}builds/` } });
}

function list(call: Call): EmulatorResponse {
  const factory = projectOf(call, 'ci:read');
  const { ci } = factory;
  return ciPage(call, 'builds', ci.total, (place) => {
    const build = ci.build(ci.newest - place);
    return build === undefined ? null : buildToWire(call, { factory, build });
  });
}

interface Named {
  readonly name?: unknown;
  readonly runs?: unknown;
}

function listOf(value: unknown): readonly (Named | null)[] {
  return Array.isArray(value) ? (value as (Named | null)[]) : [];
}

/** The runs of a trigger, by a project definition; none when it does not name the trigger. */
function runsOf(definition: unknown, trigger: string): string[] {
  const { triggers } = (definition ?? {}) as { triggers?: unknown };
  const found = listOf(triggers).find((candidate) => candidate?.name === trigger);
  return listOf(found?.runs).flatMap((run) =>
    typeof run?.name === 'string' && /^[^/]+$/.test(run.name) ? [run.name] : [],
  );
}

/** `POST …/builds/`: what is missing makes the server stumble (measured-servers.md 13). */
function create(call: Call): EmulatorResponse {
  const factory = projectOf(call, 'ci:read-update');
  const body = ciBody(call);
  const trigger = body['trigger-name'];
  const { reason = '' } = body;
  const runs = typeof trigger === 'string' ? runsOf(body['project-definition'], trigger) : [];
  if (typeof trigger !== 'string' || runs.length === 0) {
    throw ciStumble("'NoneType' object is not subscriptable");
  }
  if (typeof reason !== 'string' || reason.length > 4096) {
    throw ciDataError(400, '(1406, "Data too long for column \'reason\' at row 1")');
  }
  const { id } = factory.ci.startRequested(trigger, runs, reason, call.now);
  return success({ url: buildUrl(call, factory.name, id), build_id: id, web_url: webUrl(factory.name, id) }, 201);
}

function get(call: Call): EmulatorResponse {
  const found = buildOf(call, 'ci:read');
  return success({ build: buildDetail(call, found) });
}

/** `GET …/builds/latest/`: the newest PASSED one, unless `all`, `promoted` or `trigger_name` say otherwise. */
function latest(call: Call): EmulatorResponse {
  const factory = projectOf(call, 'ci:read');
  const trigger = call.query.get('trigger_name');
  const fits = (build: Build): boolean => {
    const status = build.status(call.now);
    const wanted = call.query.has('promoted')
      ? status === 'PROMOTED'
      : call.query.has('all') || ['PASSED', 'PROMOTED'].includes(status);
    return wanted && (trigger === null || build.trigger === trigger);
  };
  const build = factory.ci.latest(fits);
  if (build === undefined) {
    throw ciError(404, 'Not Found');
  }
  return success({ build: buildDetail(call, { factory, build }) });
}

function annotate(call: Call): EmulatorResponse {
  const { factory, build } = buildOf(call, 'ci:read-update');
  const { annotation } = ciBody(call);
  if (typeof annotation !== 'string') {
    throw ciError(400, 'No changes found in payload');
  }
  build.annotation = annotation;
  factory.ci.keep(build);
  return success({});
}

/** Cancels every run, the finished ones, too (measured-servers.md 5). */
function cancel(call: Call): EmulatorResponse {
  const { factory, build } = buildOf(call, 'ci:read-update');
  for (const run of build.runs(call.now)) {
    run.cancel(call.now);
  }
  factory.ci.keep(build);
  return success({}, 202);
}

function promote(call: Call): EmulatorResponse {
  const { factory, build } = buildOf(call, 'ci:read-update');
  const { name, annotation } = ciBody(call);
  if (typeof name !== 'string' || name === '') {
    throw ciError(400, 'Missing required field: name');
  }
  if (build.completed(call.now) === undefined) {
    throw ciError(400, 'Build is not complete');
  }
  build.name = name;
  build.annotation = typeof annotation === 'string' ? annotation : build.annotation;
  factory.ci.keep(build);
  return success({}, 201);
}

function promoted(factory: Factory): Build[] {
  return factory.ci.keptBuilds().filter(({ name }) => name !== undefined);
}

function listPromoted(call: Call): EmulatorResponse {
  const factory = projectOf(call, 'ci:read');
  const builds = promoted(factory);
  return ciPage(call, 'builds', builds.length, (place) => {
    const build = builds[place];
    return build === undefined ? null : buildToWire(call, { factory, build });
  });
}

function onePromoted(call: Call): EmulatorResponse {
  const factory = projectOf(call, 'ci:read');
  const build = promoted(factory).find(({ name }) => name === call.params.name);
  if (build === undefined) {
    throw ciUnknown(call.url.pathname);
  }
  return success({ build: buildDetail(call, { factory, build }) });
}

function definition(call: Call): EmulatorResponse {
  const { build } = buildOf(call, 'ci:read');
  const runs = build.runs(call.now).map(({ name, hostTag }) => `      - name: ${name}\n        host-tag: ${hostTag}\n`);
  const yaml = `timeout: 120\ntriggers:\n  - name: ${build.trigger}\n    type: git_poller\n    runs:\n${runs.join('')}`;
  return text(yaml, 200, 'text/yaml');
}

/** `GET …/history/<run name>/`: the runs of that name over all builds, newest first. */
function history(call: Call): EmulatorResponse {
  const factory = projectOf(call, 'ci:read');
  const rows: unknown[] = [];
  for (let id = factory.ci.newest; id >= factory.ci.oldest; id--) {
    const build = factory.ci.build(id);
    const run = build?.run(call.params.run ?? '', call.now);
    if (build !== undefined && run !== undefined) {
      const end = run.completed(call.now);
      const seconds = end === undefined ? null : Math.round((end - run.startsAt) / 1000);
      rows.push({
        ...runToWire(call, { factory, build }, run),
        build: { build_id: build.id, url: buildUrl(call, factory.name, build.id), created: isoOffset(build.createdAt) },
        duration_seconds: seconds,
      });
    }
  }
  return ciPage(call, 'runs', rows.length, (place) => rows[place]);
}

const BASE = '/projects/:factory/lmp/';

export const ciBuildRoutes: readonly Route[] = [
  { method: 'GET', pattern: BASE, handler: project },
  { method: 'GET', pattern: `${BASE}builds/`, handler: list },
  { method: 'POST', pattern: `${BASE}builds/`, handler: create },
  { method: 'GET', pattern: `${BASE}builds/latest/`, handler: latest },
  { method: 'GET', pattern: `${BASE}builds/:build/`, handler: get },
  { method: 'PATCH', pattern: `${BASE}builds/:build/`, handler: annotate },
  { method: 'GET', pattern: `${BASE}builds/:build/project.yml`, handler: definition },
  { method: 'POST', pattern: `${BASE}builds/:build/cancel`, handler: cancel },
  { method: 'POST', pattern: `${BASE}builds/:build/promote`, handler: promote },
  { method: 'GET', pattern: `${BASE}promoted-builds/`, handler: listPromoted },
  { method: 'GET', pattern: `${BASE}promoted-builds/:name/`, handler: onePromoted },
  { method: 'GET', pattern: `${BASE}history/:run/`, handler: history },
];
