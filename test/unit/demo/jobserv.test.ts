/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return -- answers are looked into as they came */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { Client, type Answer, type Json } from './harness';
import * as real from './jobserv-shapes';

const LMP = '/projects/getting-started/lmp/';
const BUILDS = `${LMP}builds/`;

function assertShape(value: unknown, shape: real.Shape): void {
  assert.deepEqual(real.differences(value, shape), []);
}

/** Moves time until a build is what was wanted. */
async function untilBuild(client: Client, path: string, fits: (build: Json) => boolean): Promise<Json> {
  for (let turn = 0; turn < 3000; turn++) {
    const { json } = await client.get(path);
    if (fits(json.data.build)) {
      return json;
    }
    await client.advance(0.5);
  }
  return assert.fail('it never came so far');
}

async function pushed(client: Client, body: object = {}): Promise<string> {
  return `${BUILDS}${(await client.control('push', body)).json.build_id}/`;
}

suite('emulator next to a real jobserv (docs/api.md §2.7)', () => {
  test('the checker itself finds what is missing, too much, and of another type', () => {
    const shape: real.Shape = { a: 'int', 'b?': ['either', 'string', 'null'], c: ['list', { d: 'time' }] };
    assert.deepEqual(real.differences({ a: 1, b: null, c: [] }, shape), []);
    assert.deepEqual(real.differences({ a: '1', x: 1, c: [{ d: '2026-03-10T15:00:00Z' }] }, shape), [
      '$.a: "1" is no int',
      '$.x: the real one has no such field',
      '$.c[0].d: "2026-03-10T15:00:00Z" is no time',
    ]);
    assert.deepEqual(real.differences({ b: 7 }, shape), ['$.a: missing', '$.c: missing', '$.b: 7 is no null']);
  });

  /** Reads, with what the real server answers. */
  const READS: readonly (readonly [path: string, shape: real.Shape])[] = [
    [LMP, real.PROJECT],
    [BUILDS, real.BUILDS],
    [`${BUILDS}?limit=4`, real.BUILDS],
    [`${BUILDS}?page=99`, real.BUILDS],
    [`${BUILDS}latest/`, real.ONE_BUILD],
    [`${BUILDS}latest/?all=1`, real.ONE_BUILD],
    [`${BUILDS}21/`, real.ONE_BUILD],
    [`${BUILDS}19/`, real.ONE_BUILD],
    [`${BUILDS}21/runs/`, real.RUNS],
    [`${BUILDS}21/runs/build-amd64/`, real.ONE_RUN],
    [`${BUILDS}21/runs/build-amd64/?version=v2`, real.ONE_RUN_V2],
    [`${BUILDS}23/runs/raspberrypi4-64/?version=v2`, real.ONE_RUN_V2],
    [`${BUILDS}21/runs/build-amd64/tests/`, real.TESTS],
    [`${BUILDS}21/runs/build-amd64/tests/shellhttpd/`, real.ONE_TEST],
    [`${LMP}history/publish-compose-apps/`, real.HISTORY],
    [`${LMP}promoted-builds/`, real.PROMOTED],
    [`${LMP}triggers/`, real.TRIGGERS],
  ];
  for (const [path, shape] of READS) {
    test(`GET ${path}`, async () => {
      const answer = await new Client().get(path);
      assert.equal(answer.status, 200);
      assert.equal(answer.json.status, 'success');
      assertShape(answer.json, shape);
    });
  }

  test('a page that has a next one, and the last', async () => {
    const client = new Client();
    const first = (await client.get(`${BUILDS}?limit=4`)).json.data;
    assert.deepEqual(Object.keys(first), ['limit', 'page', 'pages', 'total', 'builds', 'next']);
    assert.equal(first.next, `http://factory.test${BUILDS}?page=1&limit=4`);
    const last = (await client.get(`${BUILDS}?limit=4&page=${first.pages - 1}`)).json.data;
    assert.equal('next' in last, false);
  });

  test('a build that is queued: its runs have neither a date nor events', async () => {
    const client = new Client({ building: false });
    const path = await pushed(client);
    const { json } = await client.get(path);
    assertShape(json, real.ONE_BUILD);
    assert.equal(json.data.build.status, 'QUEUED');
    assert.equal('completed' in json.data.build, false);
    const run = (await client.get(`${path}runs/build-aarch64/?version=v2`)).json;
    assertShape(run, real.ONE_RUN_V2);
    const { created, completed, worker_name: worker, status_events: events, artifacts } = run.data.run;
    assert.deepEqual([created, completed, worker, events, artifacts], [undefined, undefined, null, [], []]);
    assert.equal(run.data.run.status, 'QUEUED');
  });

  test('a build that is passed while publish-compose-apps is queued', async () => {
    const client = new Client({ building: false });
    const path = await pushed(client, { titles: ['Größere Puffer', 'Bump base image'] });
    const json = await untilBuild(client, path, ({ status }) => status === 'PASSED');
    assertShape(json, real.ONE_BUILD);
    const { build } = json.data;
    assert.ok('completed' in build);
    const publish = build.runs.at(-1);
    assert.deepEqual([publish.name, publish.status, 'created' in publish], ['publish-compose-apps', 'QUEUED', false]);
    assert.deepEqual(
      build.status_events.map((event: Json) => event.status),
      ['QUEUED', 'RUNNING', 'PASSED'],
    );
    assert.equal((await client.get(`${BUILDS}latest/`)).json.data.build.build_id, build.build_id);
    const [, sha] = /"GIT_SHA": "([0-9a-f]{40})"/.exec(build.reason) ?? [];
    assert.match(
      build.reason,
      new RegExp(
        '^\\{\\n  "GIT_REF": "refs/heads/main",\\n  "GIT_URL": "https://source\\.foundries\\.io/factories/getting-started/containers\\.git",\\n' +
          '  "GIT_OLD_SHA": "[0-9a-f]{40}",\\n  "GIT_SHA": "[0-9a-f]{40}"\\n\\}\\n' +
          `${sha?.slice(0, 7)} Größere Puffer\\n[0-9a-f]{7} Bump base image\\n$`,
      ),
    );
  });

  test('a run that was canceled in the queue', async () => {
    const client = new Client({ building: false });
    const path = `${await pushed(client)}runs/build-armhf/`;
    await client.ci('POST', `${path}cancel`);
    const { json } = await client.get(`${path}?version=v2`);
    assertShape(json, real.ONE_RUN_V2);
    const { run } = json.data;
    assert.deepEqual([run.status, run.worker_name, run.artifacts], ['FAILED', null, []]);
    assert.deepEqual(run.status_events, [{ time: run.created, status: 'FAILED' }]);
    assert.equal(run.completed, run.created);
  });

  test('a run that has ended: its worker stands on one event', async () => {
    const { json } = await new Client().get(`${BUILDS}21/runs/build-amd64/`);
    const { run } = json.data;
    assert.deepEqual(
      run.status_events.map((event: Json) => [event.status, event.worker]),
      [
        ['RUNNING', run.worker_name],
        ['UPLOADING', undefined],
        ['PASSED', undefined],
      ],
    );
    assert.ok('tests' in run);
    assert.equal(run.web_url, 'https://ci.foundries.io/projects/getting-started/lmp/builds/21/runs/build-amd64/');
  });

  test('a run definition has no envelope, and hides its secrets', async () => {
    const { json } = await new Client().get(`${BUILDS}21/runs/build-amd64/.rundef.json`);
    const { env, secrets, ...rest } = json;
    assertShape(rest, real.RUN_DEFINITION);
    assert.deepEqual(Object.keys(env), [
      'FACTORY',
      'GIT_URL',
      'GIT_POLL_REFS',
      'OTA_LITE_TAG',
      'GIT_REF',
      'GIT_OLD_SHA',
      'GIT_SHA',
      'H_PROJECT',
      'H_BUILD',
      'H_RUN',
    ]);
    assert.ok(Object.values(env).every((value) => typeof value === 'string'));
    assert.deepEqual(secrets, { osftok: 'TODO', npmtok: 'TODO' });
  });

  test('a log begins with its worker, and its steps have a time', async () => {
    const client = new Client({ storage: 'local', building: false });
    const path = await pushed(client, { failing: 'build-amd64' });
    await client.advance(600);
    const log = await client.get(`${path}runs/build-amd64/console.log`);
    const lines = log.text.split('\n');
    assert.match(lines[0] ?? '', /^# Run sent to worker: \S+$/);
    const steps = lines.filter((line) => line.startsWith('== '));
    assert.ok(
      steps.every((line) => /^== \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}: \S/.test(line)),
      steps.join('\n'),
    );
    assert.ok(lines.includes('Script completed with error(s)'));
    assert.ok(lines.some((line) => line.endsWith(': Runner has completed')));
    assert.ok(lines.some((line) => /^ {3}\d{4}-.*: INFO {2}Creating secret: /.test(line)));
    assert.ok(lines.some((line) => /^ {2}H_RUN=build-amd64$/.test(line)));
    assert.equal(log.headers['content-length'], undefined);
    assert.equal(log.headers['cache-control'], 'no-cache');
    assert.equal(log.headers['x-run-status'], 'FAILED');
  });

  test('the log of a queued run is one line without an end', async () => {
    const client = new Client({ building: false });
    const log = await client.get(`${await pushed(client)}runs/build-armhf/console.log`);
    assert.equal(log.text, '# Waiting for worker with tag: armhf');
    assert.equal(log.headers['content-type'], 'text/plain');
    assert.equal(log.headers['x-run-status'], 'QUEUED');
  });

  test('writes', async () => {
    const client = new Client({ building: false });
    const path = `${BUILDS}21/`;
    const expect = async (answer: Promise<Answer>, status: number, shape: real.Shape): Promise<void> => {
      const { status: got, json } = await answer;
      assert.equal(got, status);
      assertShape(json, shape);
    };
    await expect(client.ci('PATCH', path, { annotation: 'x' }), 200, real.NOTHING);
    await expect(client.ci('POST', `${path}runs/build-armhf/rerun`), 200, real.NOTHING);
    await expect(client.ci('POST', `${path}runs/build-armhf/cancel`), 202, real.NOTHING);
    await expect(client.ci('POST', `${path}cancel`), 202, real.NOTHING);
    await expect(client.ci('POST', `${path}promote`, { name: 'v1' }), 201, real.NOTHING);
    assertShape((await client.get(`${LMP}promoted-builds/`)).json, real.PROMOTED);
    await expect(client.ci('POST', `${LMP}triggers/`, { type: 'simple', secrets: [] }), 201, real.NOTHING);
    const body = {
      'trigger-name': 'one',
      'trigger-type': 'git_poller',
      'project-definition': { timeout: 5, triggers: [{ name: 'one', type: 'git_poller', runs: [{ name: 'a' }] }] },
    };
    await expect(client.ci('POST', BUILDS, body), 201, real.CREATED);
    const made = (await client.get(`${BUILDS}24/`)).json;
    assertShape(made, real.ONE_BUILD);
    assert.equal(made.data.build.reason, null, 'none was given');
  });

  /** Refusals, with what the real server says. */
  const REFUSALS: readonly (readonly [
    title: string,
    act: (client: Client) => Promise<Answer>,
    status: number,
    shape: real.Shape,
    message: RegExp,
  ])[] = [
    [
      'an unknown build',
      (client) => client.get(`${BUILDS}999/`),
      404,
      real.ERROR,
      /^Object does not exist: \/projects\/getting-started\/lmp\/builds\/999\/$/,
    ],
    [
      'a token that may not read',
      (client) => client.get(BUILDS, { token: 'nobody' }),
      404,
      real.ERROR,
      /^Object does not exist: /,
    ],
    ['an unknown run', (client) => client.get(`${BUILDS}21/runs/x/`), 404, real.ERROR, /^Not Found$/],
    [
      'an unknown test',
      (client) => client.get(`${BUILDS}21/runs/build-armhf/tests/x/`),
      404,
      real.ERROR,
      /^Not Found$/,
    ],
    [
      'no build of a trigger',
      (client) => client.get(`${BUILDS}latest/?trigger_name=x`),
      404,
      real.ERROR,
      /^Object does not exist: /,
    ],
    ['an odd page', (client) => client.get(`${BUILDS}?page=x`), 400, real.ERROR, /"page" must be numeric/],
    ['no page at all', (client) => client.get(`${BUILDS}?limit=0`), 500, real.ERROR_IN_DATA, /^An unexpected error/],
    [
      'two dots in a path',
      (client) => client.get(`${BUILDS}21/runs/build-armhf/a..b`),
      400,
      real.ERROR,
      /^Invalid path specifed: /,
    ],
    [
      'no progress pattern',
      (client) => client.get(`${BUILDS}21/runs/build-armhf/progress-regex`),
      404,
      real.ERROR_IN_DATA,
      /^Run has not defined console-progress$/,
    ],
    [
      'nothing to change',
      (client) => client.ci('PATCH', `${BUILDS}21/`, {}),
      400,
      real.ERROR,
      /^No changes found in payload$/,
    ],
    [
      'a promotion without a body',
      (client) => client.ci('POST', `${BUILDS}21/promote`, {}),
      400,
      real.ERROR,
      /^Input data must be JSON$/,
    ],
    [
      'a promotion of what goes on',
      (client) => client.ci('POST', `${BUILDS}24/promote`, { name: 'v' }),
      400,
      real.ERROR,
      /^Build is not yet complete$/,
    ],
    [
      'a build of an unknown trigger type',
      (client) => client.ci('POST', BUILDS, { 'trigger-type': 'simple' }),
      400,
      real.ERROR,
      /^No such trigger-type: simple$/,
    ],
    [
      'a trigger without a type',
      (client) => client.ci('POST', `${LMP}triggers/`, { type: '' }),
      401,
      real.ERROR,
      /^Missing parameter: type$/,
    ],
  ];
  for (const [title, act, status, shape, message] of REFUSALS) {
    test(`refusal: ${title}`, async () => {
      const answer = await act(new Client());
      assert.equal(answer.status, status, answer.text);
      assert.equal(answer.json.status, 'error');
      assertShape(answer.json, shape);
      assert.match(answer.json.message ?? answer.json.data.message, message);
    });
  }
});
