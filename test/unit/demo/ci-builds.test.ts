/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return -- answers are looked into as they came */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { Client, type Answer, type Json } from './harness';

const LMP = '/projects/getting-started/lmp/';
const BUILDS = `${LMP}builds/`;
const push = async (client: Client, body: object = {}): Promise<string> =>
  `${BUILDS}${(await client.control('push', body)).json.build_id}/`;
const build = async (client: Client, path: string): Promise<Json> => (await client.get(path)).json.data.build;
const run = async (client: Client, path: string, query = ''): Promise<Json> =>
  (await client.get(`${path}${query}`)).json.data.run;

suite('emulator: CI builds (docs/api.md §2.7, §4.2)', () => {
  test('pages are 0-based inside data; next is absent on the last and keeps only page and limit', async () => {
    const client = new Client();
    const ids: number[] = [];
    let next: string | undefined = `${BUILDS}?page=0&limit=10&foo=bar`;
    let pages = 0;
    while (next !== undefined) {
      const { json }: { json: Json } = await client.get(next);
      assert.equal(json.status, 'success');
      assert.equal(json.data.page, pages);
      assert.equal(json.data.pages, 3);
      assert.equal(json.data.limit, 10);
      assert.equal(json.data.total, 24);
      ids.push(...json.data.builds.map((row: Json) => row.build_id));
      next = json.data.next;
      pages += 1;
      if (next !== undefined) {
        assert.equal(next, `http://factory.test${BUILDS}?page=${pages}&limit=10`);
      } else {
        assert.equal('next' in json.data, false);
      }
    }
    assert.deepEqual(
      ids,
      Array.from({ length: 24 }, (_, place) => 24 - place),
    );
  });

  test('odd pages fail as the server does', async () => {
    const client = new Client();
    const bad = await client.get(`${BUILDS}?page=x`);
    assert.equal(bad.status, 400);
    assert.deepEqual(bad.json, { status: 'error', message: 'Invalid pagination. "page" must be numeric' });
    for (const query of ['limit=0', 'limit=-1', 'page=-1']) {
      const answer = await client.get(`${BUILDS}?${query}`);
      assert.equal(answer.status, 500, query);
      assert.match(answer.json.data.message, /^An unexpected error occurred\. Correlation ID: /);
    }
    assert.deepEqual((await client.get(`${BUILDS}?page=99`)).json.data.builds, []);
  });

  test('each answer carries a correlation id', async () => {
    const client = new Client();
    const first = (await client.get(BUILDS)).headers['x-correlation-id'];
    const second = (await client.get(`${BUILDS}999/`)).headers['x-correlation-id'];
    assert.match(first ?? '', /^[0-9a-f-]{36}$/);
    assert.notEqual(first, second);
  });

  test('unknown things are unknown in their own words', async () => {
    const client = new Client();
    const unknown = (path: string): Json => ({ status: 'error', message: `Object does not exist: ${path}` });
    for (const path of [`${BUILDS}999/`, `${BUILDS}abc/`, '/projects/nope/lmp/builds/', '/projects/x/']) {
      const answer = await client.get(path);
      assert.equal(answer.status, 404);
      assert.deepEqual(answer.json, unknown(path), path);
    }
    const notFound = await client.get(`${BUILDS}20/runs/nope/`);
    assert.equal(notFound.status, 404);
    assert.deepEqual(notFound.json, { status: 'error', message: 'Not Found' });
    const method = await client.ci('PUT', `${BUILDS}20/`);
    assert.equal(method.status, 405);
    assert.equal(method.text, 'The method is not allowed for the requested URL.');
    assert.match(method.headers['content-type'] ?? '', /^text\/html/);
  });

  test('a missing slash is redirected, for writes, too', async () => {
    const client = new Client();
    const answer = await client.ci('PATCH', `${BUILDS}20?x=1`, { annotation: 'x' });
    assert.equal(answer.status, 308);
    assert.equal(answer.headers.location, `http://factory.test${BUILDS}20/?x=1`);
  });

  test('a build goes through its states, and is PASSED while what follows still waits', async () => {
    const client = new Client({ building: false });
    const path = await push(client);
    const seen: string[] = [];
    for (let second = 0; second < 120; second++) {
      const it = await build(client, path);
      const state = `${it.status} ${it.runs.map((row: Json) => row.status[0]).join('')}`;
      if (seen.at(-1) !== state) {
        seen.push(state);
      }
      assert.equal('completed' in it, ['PASSED', 'FAILED'].includes(it.status), state);
      for (const row of it.runs) {
        assert.equal('created' in row, row.status !== 'QUEUED', 'a run that waits has not been created yet');
      }
      await client.advance(1);
    }
    assert.equal(seen[0], 'QUEUED QQQ');
    assert.ok(seen.includes('PASSED PPPQ'), seen.join());
    const waiting = seen.indexOf('PASSED PPPQ');
    assert.equal(seen[waiting + 1], 'RUNNING PPPR');
    assert.equal(seen.at(-1), 'PASSED PPPP');
    assert.ok(!seen.some((state) => state.startsWith('QUEUED') && state.includes('P')));
  });

  test('a failed run makes the build fail, and nothing follows', async () => {
    const client = new Client({ building: false });
    const path = await push(client, { failing: 'build-amd64' });
    const seen = new Set<string>();
    for (let second = 0; second < 120; second++) {
      seen.add((await build(client, path)).status);
      await client.advance(1);
    }
    assert.ok(seen.has('RUNNING_WITH_FAILURES'));
    const end = await build(client, path);
    assert.equal(end.status, 'FAILED');
    assert.deepEqual(
      end.runs.map((row: Json) => row.name),
      ['build-aarch64', 'build-armhf', 'build-amd64'],
    );
  });

  test('a run that waits has no events; the worker stands only on the one it made', async () => {
    const client = new Client({ building: false });
    const path = `${await push(client)}runs/build-aarch64/`;
    const waiting = await run(client, path);
    assert.equal(waiting.status, 'QUEUED');
    assert.deepEqual(waiting.status_events, []);
    assert.equal(waiting.worker_name, null);
    await client.advance(70);
    const { status_events: events, created, completed } = await run(client, path);
    assert.deepEqual(
      events.map((event: Json) => event.status),
      ['RUNNING', 'UPLOADING', 'PASSED'],
    );
    assert.deepEqual(
      events.map((event: Json) => 'worker' in event),
      [true, false, false],
    );
    assert.equal(created, events[0].time);
    assert.equal(completed, events.at(-1).time);
    assert.match(created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
  });

  test('latest is the newest that passed, or what was asked for', async () => {
    const client = new Client();
    const latest = async (query: string): Promise<Answer> => client.get(`${BUILDS}latest/${query}`);
    assert.equal((await latest('')).json.data.build.build_id, 23);
    assert.equal((await latest('?all=1')).json.data.build.build_id, 24);
    assert.equal((await latest('?trigger_name=containers-devel')).json.data.build.build_id, 20);
    assert.equal((await latest('?promoted=1')).status, 404);
    assert.equal((await latest('?trigger_name=none')).status, 404);
    assert.equal((await client.ci('POST', `${BUILDS}21/promote`, { name: 'v1', annotation: 'good' })).status, 201);
    assert.equal((await latest('?promoted=1')).json.data.build.name, 'v1');
    assert.equal((await client.get(`${LMP}promoted-builds/`)).json.data.total, 1);
    assert.equal((await client.get(`${LMP}promoted-builds/v1/`)).json.data.build.annotation, 'good');
    assert.equal((await client.ci('POST', `${BUILDS}24/promote`, { name: 'v2' })).status, 400);
  });

  test('annotations', async () => {
    const client = new Client();
    assert.equal((await client.ci('PATCH', `${BUILDS}20/`, { annotation: 'hello' })).status, 200);
    assert.equal((await build(client, `${BUILDS}20/`)).annotation, 'hello');
    const empty = await client.ci('PATCH', `${BUILDS}20/`, {});
    assert.equal(empty.status, 400);
    assert.equal(empty.json.message, 'No changes found in payload');
    assert.equal((await client.send('PATCH', `${BUILDS}20/`, { body: { annotation: 'x' } })).status, 415);
    const headers = { 'content-type': 'application/json' };
    assert.equal((await client.send('PATCH', `${BUILDS}20/`, { body: '{', headers })).status, 400);
  });

  test('cancelling: what waits fails at once without a log, what runs takes a moment, what is done fails, too', async () => {
    const client = new Client({ building: false });
    const path = await push(client);
    assert.equal((await client.ci('POST', `${path}runs/build-armhf/cancel`)).status, 202);
    const cancelled = await run(client, `${path}runs/build-armhf/`);
    assert.equal(cancelled.status, 'FAILED');
    assert.equal(cancelled.created, cancelled.completed);
    assert.equal(cancelled.worker_name, null);
    const missing = await client.get(`${path}runs/build-armhf/console.log`);
    assert.equal((await client.get(missing.headers.location ?? '', { token: null })).status, 404);
    await client.advance(20);
    await client.ci('POST', `${path}runs/build-aarch64/cancel`);
    assert.equal((await run(client, `${path}runs/build-aarch64/`)).status, 'CANCELLING');
    assert.equal((await build(client, path)).status, 'RUNNING_WITH_FAILURES');
    await client.advance(10);
    assert.equal((await run(client, `${path}runs/build-aarch64/`)).status, 'FAILED');
    assert.equal((await build(client, `${BUILDS}21/`)).status, 'PASSED');
    assert.equal((await client.ci('POST', `${BUILDS}21/cancel`)).status, 202);
    const whole = await build(client, `${BUILDS}21/`);
    assert.equal(whole.status, 'FAILED');
    assert.ok(whole.runs.every((row: Json) => row.status === 'FAILED'));
  });

  test('a run can be run again', async () => {
    const client = new Client({ building: false });
    const path = `${BUILDS}21/runs/build-armhf/`;
    const before = await run(client, path);
    assert.equal((await client.ci('POST', `${path}rerun`)).status, 200);
    const queued = await run(client, path);
    assert.equal(queued.status, 'QUEUED');
    assert.deepEqual(queued.artifacts, before.artifacts, 'what was uploaded stays (docs/api.md §2.7.6)');
    assert.ok(before.artifacts.length > 1);
    assert.equal(queued.created, before.created);
    assert.deepEqual(
      queued.status_events.map((event: Json) => event.status),
      ['RUNNING', 'UPLOADING', 'PASSED', 'QUEUED'],
    );
    assert.equal((await build(client, `${BUILDS}21/`)).status, 'RUNNING');
    await client.advance(600);
    assert.equal((await run(client, path)).status, 'FAILED', 'what follows it is there already');
  });

  test('a job that failed can be run again and has its effect then', async () => {
    const client = new Client({ building: false });
    const targets = '/ota/factories/getting-started/targets/';
    const custom = { tags: ['late'] };
    await client.send('PATCH', targets, { body: { targets: { 'later-7': { custom } } } });
    await client.advance(60);
    assert.equal((await build(client, `${BUILDS}24/`)).status, 'FAILED');
    const target = (await client.get(`${targets}raspberrypi4-64-lmp-23`)).json;
    await client.send('POST', targets, { body: { targets: { 'later-7': target } } });
    await client.advance(60);
    await client.ci('POST', `${BUILDS}24/runs/UpdateTargets/rerun`);
    await client.advance(60);
    assert.equal((await build(client, `${BUILDS}24/`)).status, 'PASSED');
    assert.deepEqual((await client.get(`${targets}later-7`)).json.custom.tags, ['late']);
  });

  test('a build can be asked for, with all that is needed', async () => {
    const client = new Client({ building: false });
    const definition = {
      timeout: 5,
      triggers: [{ name: 'containers-main', type: 'git_poller', runs: [{ name: 'one' }, { name: 'two' }] }],
    };
    const body = { reason: 'because', 'trigger-name': 'containers-main', 'project-definition': definition };
    const answer = await client.ci('POST', BUILDS, body);
    assert.equal(answer.status, 201);
    assert.deepEqual(answer.json.data, {
      url: `http://factory.test${BUILDS}24/`,
      build_id: 24,
      web_url: 'https://ci.foundries.io/projects/getting-started/lmp/builds/24',
    });
    const made = await build(client, `${BUILDS}24/`);
    assert.equal(made.reason, 'because');
    assert.deepEqual(
      made.runs.map((run: Json) => run.name),
      ['one', 'two'],
    );
    for (const wrong of [
      { ...body, 'trigger-name': 'other' },
      { ...body, 'project-definition': { timeout: 5 } },
    ]) {
      assert.equal((await client.ci('POST', BUILDS, wrong)).status, 500, 'docs/api.md §2.7.2');
    }
    assert.equal((await client.ci('POST', BUILDS, { reason: 'x' })).status, 500);
    assert.equal((await client.ci('POST', BUILDS, { ...body, reason: 'x'.repeat(4097) })).status, 400);
  });

  test('the history of a run, its definition, its tests', async () => {
    const client = new Client();
    const { data } = (await client.get(`${LMP}history/UpdateTargets/`)).json;
    assert.deepEqual(
      data.runs.map((row: Json) => row.build),
      [19, 13, 7],
    );
    assert.ok(data.runs.every((row: Json) => row.duration_seconds === 44));
    const path = `${BUILDS}21/runs/build-amd64/`;
    const definition = (await client.get(`${path}.rundef.json`)).json;
    assert.deepEqual(new Set(Object.values(definition.secrets)), new Set(['TODO']));
    assert.match((await client.get(`${path}.simulate.sh`)).text, /^#!/);
    assert.deepEqual((await client.get(`${path}progress-regex`)).json, {
      status: 'error',
      data: { message: 'Run has not defined console-progress' },
    });
    const { tests } = (await client.get(`${path}tests/`)).json.data;
    assert.deepEqual(Object.keys(tests[0]), ['name', 'url', 'status', 'context', 'created']);
    const detail = (await client.get(tests[0].url)).json.data.test;
    assert.ok(detail.results.some((result: Json) => result.status === 'SKIPPED'));
    assert.match((await client.get(`${BUILDS}21/project.yml`)).text, /name: containers-main/);
  });
});
