/** CI runs: details, logs, artifacts, tests (docs/api.md §2.7.2, §2.7.6 to §2.7.8). */
import { isoOffset } from '../clock';
import { ciDataError, ciError, ciPlain, ciStumble } from '../errors';
import { ApiError, json, text, utf8, type EmulatorBody, type EmulatorResponse } from '../http';
import type { Call, Route } from '../router';
import { consoleLog, environmentOf, type Artifact } from '../world/ci-files';
import { isFinal } from '../world/ci-run';
import { buildOf, hasTests, runDetail, runOf, runToWire, runUrl, success, webUrl } from './ci-wire';
import { artifacts, encodedPath } from './run-files';
import { storageUrl } from './storage';

type FoundRun = ReturnType<typeof runOf>;

function list(call: Call): EmulatorResponse {
  const found = buildOf(call, 'ci:read');
  return success({ runs: found.build.runs(call.now).map((run) => runToWire(call, found, run)) });
}

/** One run with its artifacts; `?version=v2` tells their sizes, too. */
function get(call: Call): EmulatorResponse {
  const found = runOf(call, 'ci:read');
  const { factory, build, run } = found;
  const url = runUrl(call, factory.name, build.id, run.name);
  const files = isFinal(run.status(call.now)) || run.wasRerun ? artifacts(call, found) : [];
  const address = (file: Artifact): string => `${url}${encodedPath(file.path)}`;
  return success({
    run: {
      ...runDetail(call, found, run),
      artifacts:
        call.query.get('version') === 'v2'
          ? files.map((file) => ({ url: address(file), size_bytes: file.size }))
          : files.map(address),
    },
  });
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield bytes;
}

/** A file as the CI server sends it: no length, not to be kept (docs/api.md §2.7.7). */
function fileAnswer(body: EmulatorBody, contentType: string, status: string): EmulatorResponse {
  return {
    status: 200,
    headers: { 'content-type': contentType, 'cache-control': 'no-cache', 'x-run-status': status },
    body: body instanceof Uint8Array ? inOnePiece(body) : body,
  };
}

/** The log of a run that is not complete, from `X-OFFSET` on. */
function runningLog(call: Call, { build, run }: FoundRun): EmulatorResponse {
  const status = run.status(call.now);
  if (status === 'QUEUED') {
    const line = `# Waiting for worker with tag: ${run.hostTag}`;
    return text(line, 200, 'text/plain', { 'x-run-status': status });
  }
  const given = call.request.headers['x-offset'] ?? '0';
  if (!/^\d+$/.test(given)) {
    throw ciStumble(`invalid literal for int() with base 10: '${given}'`);
  }
  const log = consoleLog(build, run, call.now);
  const offset = Number(given);
  if (offset >= log.length) {
    return text('', 200, 'text/html; charset=utf-8', { 'x-run-status': status });
  }
  return fileAnswer(log.subarray(offset), 'text/plain; charset=utf-8', status);
}

/** `GET …/runs/R/<path>`: the log at any time, everything else when the run is complete. */
function file(call: Call): EmulatorResponse {
  const found = runOf(call, 'ci:read');
  const { factory, build, run } = found;
  const path = call.params.path ?? '';
  const status = run.status(call.now);
  if (!isFinal(status)) {
    if (path === 'console.log') {
      return runningLog(call, found);
    }
    throw ciDataError(404, 'Run in progress, no artifacts available');
  }
  const artifact = artifacts(call, found).find((candidate) => candidate.path === path);
  if (path.endsWith('.html')) {
    if (artifact === undefined) {
      throw ciDataError(404, 'Not found');
    }
    return fileAnswer(artifact.body(), 'text/html', status);
  }
  if (call.world.settings.storage === 'local') {
    if (artifact === undefined) {
      const missing = ciPlain(404, 'File not found').response;
      throw new ApiError({ ...missing, headers: { ...missing.headers, 'x-run-status': status } });
    }
    return fileAnswer(artifact.body(), artifact.contentType, status);
  }
  const given = call.request.headers['x-expiration'] ?? '90';
  if (!/^\d{1,9}$/.test(given)) {
    throw ciStumble(`invalid literal for int() with base 10: '${given}'`);
  }
  const seconds = Number(given);
  const location = storageUrl(call, `${factory.name}/lmp/${build.id}/${run.name}/${path}`, seconds);
  return {
    status: 302,
    headers: { location, 'x-run-status': status, 'content-type': 'text/html; charset=utf-8' },
    body: utf8(''),
  };
}

function rerun(call: Call): EmulatorResponse {
  const { factory, build, run } = runOf(call, 'ci:read-update');
  factory.ci.rerun(build, run, call.now);
  return success({});
}

function cancel(call: Call): EmulatorResponse {
  const { factory, build, run } = runOf(call, 'ci:read-update');
  build.cancel(run, call.now);
  factory.ci.keep(build);
  return success({}, 202);
}

/** The run's definition, with its secrets taken out and without an envelope (docs/api.md §2.7.2). */
function definition(call: Call): EmulatorResponse {
  const { build, run, factory } = runOf(call, 'ci:read');
  const project = `${factory.name}/lmp`;
  const secrets = factory.ci.triggers[0]?.secrets.keys() ?? [];
  return json({
    project,
    timeout: 120,
    run_url: runUrl(call, factory.name, build.id, run.name),
    frontend_url: webUrl(factory.name, build.id, run.name),
    runner_url: `${call.url.origin}/runner`,
    trigger_type: 'git_poller',
    container: 'hub.foundries.io/lmp-sdk',
    'container-auth': null,
    privileged: true,
    'cap-add': null,
    'cap-drop': null,
    'container-user': null,
    'container-entrypoint': null,
    env: environmentOf(build, run),
    'test-grepping': null,
    'persistent-volumes': null,
    'shared-volumes': null,
    'host-tag': run.hostTag,
    'console-progress': null,
    script: '#!/bin/sh -e\nbuild.sh\n',
    secrets: Object.fromEntries([...secrets].map((name) => [name, 'TODO'])),
  });
}

function simulator(call: Call): EmulatorResponse {
  const { run } = runOf(call, 'ci:read');
  return text(`#!/bin/sh -e\n# Runs ${run.name} on this machine.\n`, 200, 'text/plain; charset=utf-8');
}

function progress(call: Call): EmulatorResponse {
  runOf(call, 'ci:read');
  throw ciDataError(404, 'Run has not defined console-progress');
}

function testToWire(call: Call, found: FoundRun, detailed: boolean): object {
  const { factory, build, run } = found;
  const created = run.completed(call.now) ?? call.now;
  return {
    name: 'shellhttpd',
    url: `${runUrl(call, factory.name, build.id, run.name)}tests/shellhttpd/`,
    status: 'PASSED',
    context: '',
    created: isoOffset(created),
    ...(detailed
      ? {
          results: [
            { name: 'answers', context: '', status: 'PASSED', output: '' },
            { name: 'greets', context: '', status: 'SKIPPED', output: 'no shellhttpd.conf' },
          ],
        }
      : {}),
  };
}

function tests(call: Call): EmulatorResponse {
  const found = runOf(call, 'ci:read');
  return success({ tests: hasTests(found.run, call.now) ? [testToWire(call, found, false)] : [] });
}

function oneTest(call: Call): EmulatorResponse {
  const found = runOf(call, 'ci:read');
  if (!hasTests(found.run, call.now) || call.params.test !== 'shellhttpd') {
    throw ciError(404, 'Not Found');
  }
  return success({ test: testToWire(call, found, true) });
}

const RUN = '/projects/:factory/lmp/builds/:build/runs/:run/';

export const ciRunRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/projects/:factory/lmp/builds/:build/runs/', handler: list },
  { method: 'GET', pattern: RUN, handler: get },
  { method: 'POST', pattern: `${RUN}rerun`, handler: rerun },
  { method: 'POST', pattern: `${RUN}cancel`, handler: cancel },
  { method: 'GET', pattern: `${RUN}.rundef.json`, handler: definition },
  { method: 'GET', pattern: `${RUN}.simulate.sh`, handler: simulator },
  { method: 'GET', pattern: `${RUN}progress-regex`, handler: progress },
  { method: 'GET', pattern: `${RUN}tests/`, handler: tests },
  { method: 'GET', pattern: `${RUN}tests/:test/`, handler: oneTest },
  { method: 'GET', pattern: `${RUN}*path`, handler: file },
];
