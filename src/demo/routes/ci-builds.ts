/** CI builds (docs/api.md §2.7.2). */
import { ciDatabaseError, ciError, ciPlain, ciStumble, ciUnknown } from '../errors';
import { fromUtf8, text, type EmulatorResponse } from '../http';
import type { Call, Route } from '../router';
import type { Build } from '../world/ci-build';
import type { Factory } from '../world/factory';
import {
  buildDetail,
  buildOf,
  buildToWire,
  buildUrl,
  ciPage,
  projectOf,
  runDetail,
  runUrl,
  success,
  webUrl,
  type FoundBuild,
} from './ci-wire';
import { artifacts, encodedPath } from './run-files';

/** A JSON body as the CI server's framework takes it: the type matters here (docs/api.md §2.7.9). */
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
  const name = `${factory.name}/lmp`;
  return success({ project: { name, 'synchronous-builds': false, url, builds_url: `${url}builds/` } });
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

/** Whether there is a trigger to take secrets from; `-optional` at the end of a type asks for none. */
function inheritedSecrets({ ci }: Factory, body: Record<string, unknown>): void {
  const { 'trigger-type': type, 'trigger-id': id } = body;
  const isThere = (fits: (trigger: (typeof ci.triggers)[number]) => boolean): boolean => ci.triggers.some(fits);
  if (typeof type === 'string' && !type.endsWith('-optional') && !isThere((trigger) => trigger.type === type)) {
    throw ciError(400, `No such trigger-type: ${type}`);
  }
  if (typeof id === 'number' && !isThere((trigger) => trigger.id === id)) {
    throw ciError(400, `Unknown trigger-id: ${id}`);
  }
}

/** `POST …/builds/`: what is missing makes the server stumble (docs/api.md §2.7.2). */
function create(call: Call): EmulatorResponse {
  const factory = projectOf(call, 'ci:read-update');
  const body = ciBody(call);
  const trigger = body['trigger-name'];
  const { reason = null } = body;
  inheritedSecrets(factory, body);
  const runs = typeof trigger === 'string' ? runsOf(body['project-definition'], trigger) : [];
  if (typeof trigger !== 'string' || runs.length === 0) {
    throw ciStumble("'NoneType' object is not subscriptable");
  }
  if (reason !== null && typeof reason !== 'string') {
    throw ciStumble('(1241, "Operand should contain 1 column(s)")');
  }
  if (reason !== null && reason.length > 4096) {
    throw ciDatabaseError('(1406, "Data too long for column \'reason\' at row 1")');
  }
  const { id } = factory.ci.startRequested(trigger, runs, reason === '' ? null : reason, call.now);
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
    const wanted = call.query.has('promoted') ? status === 'PROMOTED' : call.query.has('all') || status === 'PASSED';
    return wanted && (trigger === null || build.trigger === trigger);
  };
  const build = factory.ci.latest(fits);
  if (build === undefined) {
    throw ciUnknown(call.url.pathname);
  }
  return success({ build: buildDetail(call, { factory, build }) });
}

function annotate(call: Call): EmulatorResponse {
  const { factory, build } = buildOf(call, 'ci:read-update');
  const { annotation } = ciBody(call);
  if (typeof annotation !== 'string' || annotation === '') {
    throw ciError(400, 'No changes found in payload');
  }
  build.annotation = annotation;
  factory.ci.keep(build);
  return success({});
}

/** Cancels every run, the finished ones, too (docs/api.md §2.7.6). */
function cancel(call: Call): EmulatorResponse {
  const { factory, build } = buildOf(call, 'ci:read-update');
  for (const run of build.runs(call.now)) {
    build.cancel(run, call.now);
  }
  factory.ci.keep(build);
  return success({}, 202);
}

function promote(call: Call): EmulatorResponse {
  const { factory, build } = buildOf(call, 'ci:read-update');
  if (build.completed(call.now) === undefined) {
    throw ciError(400, 'Build is not yet complete');
  }
  const body = ciBody(call);
  if (Object.keys(body).length === 0) {
    throw ciError(400, 'Input data must be JSON');
  }
  const { name, annotation } = body;
  build.promote(typeof name === 'string' ? name : undefined, typeof annotation === 'string' ? annotation : null);
  factory.ci.keep(build);
  return success({}, 201);
}

function promoted(factory: Factory): Build[] {
  return factory.ci.keptBuilds().filter(({ isPromoted }) => isPromoted);
}

/** A promoted build tells the tests and files of its runs, too. */
function promotedToWire(call: Call, found: FoundBuild): Record<string, unknown> {
  const files = found.build.runs(call.now).flatMap((run) =>
    artifacts(call, { ...found, run }).map((file) => {
      const address = `${runUrl(call, found.factory.name, found.build.id, run.name)}${encodedPath(file.path)}`;
      return call.query.get('version') === 'v2' ? { url: address, size_bytes: file.size } : `${run.name}/${file.path}`;
    }),
  );
  return { ...buildDetail(call, found), tests: [], artifacts: files };
}

function listPromoted(call: Call): EmulatorResponse {
  const factory = projectOf(call, 'ci:read');
  const builds = promoted(factory);
  return ciPage(call, 'builds', builds.length, (place) => {
    const build = builds[place];
    return build === undefined ? null : promotedToWire(call, { factory, build });
  });
}

function onePromoted(call: Call): EmulatorResponse {
  const factory = projectOf(call, 'ci:read');
  const build = promoted(factory).find(({ name }) => name === call.params.name);
  if (build === undefined) {
    throw ciUnknown(call.url.pathname);
  }
  return success({ build: promotedToWire(call, { factory, build }) });
}

function definition(call: Call): EmulatorResponse {
  const { build } = buildOf(call, 'ci:read');
  const runs = build.runs(call.now).map(({ name, hostTag }) => `      - name: ${name}\n        host-tag: ${hostTag}\n`);
  const yaml = `timeout: 120\ntriggers:\n  - name: ${build.trigger}\n    type: git_poller\n    runs:\n${runs.join('')}`;
  return text(yaml, 200, 'text/yaml');
}

/** `GET …/history/<run name>/`: the runs of that name over all builds, newest first, as long as their last attempt took. */
function history(call: Call): EmulatorResponse {
  const factory = projectOf(call, 'ci:read');
  const rows: unknown[] = [];
  for (let id = factory.ci.newest; id >= factory.ci.oldest; id--) {
    const build = factory.ci.build(id);
    const run = build?.run(call.params.run ?? '', call.now);
    if (build !== undefined && run !== undefined) {
      const events = run.events(call.now);
      const began = events.findLast(({ status }) => status === 'RUNNING');
      const last = events.at(-1);
      rows.push({
        ...runDetail(call, { factory, build }, run),
        build: build.id,
        ...(began === undefined || last === undefined
          ? {}
          : { duration_seconds: Math.round((last.time - began.time) / 1000) }),
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
