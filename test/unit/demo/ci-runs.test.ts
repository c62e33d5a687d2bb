/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-argument -- answers are looked into as they came */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { Client, type Answer, type Json } from './harness';

const LMP = '/projects/getting-started/lmp/';
const BUILDS = `${LMP}builds/`;

async function push(client: Client, body: object = {}): Promise<string> {
  return `${BUILDS}${(await client.control('push', body)).json.build_id}/`;
}
const build = async (client: Client, path: string): Promise<Json> => (await client.get(path)).json.data.build;
const run = async (client: Client, path: string): Promise<Json> => (await client.get(path)).json.data.run;
const words = (events: Json): string[] => events.map((event: Json) => event.status);

/** Moves time until a run is what was wanted. */
async function untilStatus(client: Client, path: string, status: string): Promise<void> {
  for (let second = 0; second < 3000; second++) {
    if ((await run(client, path)).status === status) {
      return;
    }
    await client.advance(0.1);
  }
  assert.fail(`${path} was never ${status}`);
}

/** The whole log, from wherever it is. */
async function wholeLog(client: Client, path: string): Promise<Answer> {
  const answer = await client.get(`${path}console.log`);
  return answer.status === 302 ? client.get(answer.headers.location ?? '', { token: null }) : answer;
}

suite('emulator: cancel, as the real CI server does it (docs/api.md §2.7.6)', () => {
  test('a run that is being canceled fails at once when it is canceled again, and its log is lost', async () => {
    const client = new Client({ building: false });
    const path = `${await push(client)}runs/build-aarch64/`;
    await untilStatus(client, path, 'RUNNING');
    await client.ci('POST', `${path}cancel`);
    assert.equal((await run(client, path)).status, 'CANCELLING');
    await client.ci('POST', `${path}cancel`);
    const after = await run(client, path);
    assert.equal(after.status, 'FAILED');
    assert.deepEqual(words(after.status_events), ['RUNNING', 'CANCELLING', 'FAILED']);
    await client.advance(600);
    assert.equal((await wholeLog(client, path)).status, 404);
    assert.deepEqual((await run(client, path)).artifacts, []);
  });

  test('a run that is uploading fails at once, and its log is lost', async () => {
    const client = new Client({ building: false });
    const path = `${await push(client)}runs/build-aarch64/`;
    await untilStatus(client, path, 'UPLOADING');
    await client.ci('POST', `${path}cancel`);
    assert.equal((await run(client, path)).status, 'FAILED');
    assert.equal((await wholeLog(client, path)).status, 404);
  });

  test('a run that is canceled while it runs keeps its log', async () => {
    const client = new Client({ building: false });
    const path = `${await push(client)}runs/build-aarch64/`;
    await untilStatus(client, path, 'RUNNING');
    await client.ci('POST', `${path}cancel`);
    await client.advance(60);
    assert.match((await wholeLog(client, path)).text, /^# Run sent to worker: /);
  });

  test('a finished run becomes failed, and keeps the log that is in the store', async () => {
    const client = new Client({ building: false });
    const path = `${BUILDS}21/runs/build-armhf/`;
    await client.ci('POST', `${path}cancel`);
    const after = await run(client, path);
    assert.deepEqual(words(after.status_events), ['RUNNING', 'UPLOADING', 'PASSED', 'FAILED']);
    assert.equal((await wholeLog(client, path)).status, 200);
  });
});

suite('emulator: rerun, as the real CI server does it (docs/api.md §2.7.6)', () => {
  test('what follows the other runs exists: the rerun passes and is then marked as failed', async () => {
    const client = new Client({ building: false });
    const path = `${BUILDS}21/runs/build-armhf/`;
    assert.equal((await client.ci('POST', `${path}rerun`)).status, 200);
    await client.advance(600);
    const after = await run(client, path);
    assert.deepEqual(words(after.status_events).slice(-3), ['UPLOADING', 'PASSED', 'FAILED']);
    assert.ok(
      (await wholeLog(client, path)).text.endsWith(
        '\n\n\n== ERROR TRIGGERING RUN: A run named "publish-compose-apps" already exists\n',
      ),
    );
    assert.equal((await build(client, `${BUILDS}21/`)).status, 'FAILED');
  });

  test('what follows failed: the rerun passes, and nothing is tried again', async () => {
    const client = new Client({ building: false });
    const path = await push(client, { failing: 'publish-compose-apps' });
    await client.advance(600);
    await client.ci('POST', `${path}runs/build-armhf/rerun`);
    await client.advance(600);
    assert.equal((await run(client, `${path}runs/build-armhf/`)).status, 'PASSED');
    assert.equal((await build(client, path)).status, 'FAILED');
  });

  test('nothing follows yet: the rerun passes, and what follows is made', async () => {
    const client = new Client({ building: false });
    const path = await push(client, { failing: 'build-armhf' });
    await client.advance(600);
    assert.equal((await build(client, path)).status, 'FAILED');
    await client.ci('POST', `${path}runs/build-armhf/rerun`);
    await client.advance(600);
    const after = await build(client, path);
    assert.deepEqual(
      after.runs.map((row: Json) => `${row.name} ${row.status}`),
      ['build-aarch64 PASSED', 'build-armhf PASSED', 'build-amd64 PASSED', 'publish-compose-apps PASSED'],
    );
    assert.deepEqual(words(after.status_events).slice(-5), ['FAILED', 'RUNNING', 'PASSED', 'RUNNING', 'PASSED']);
  });

  test('the run that follows is queued again: the build is not passed until it is', async () => {
    const client = new Client({ building: false });
    await client.ci('POST', `${BUILDS}21/runs/publish-compose-apps/rerun`);
    const waiting = await build(client, `${BUILDS}21/`);
    assert.equal(waiting.status, 'RUNNING');
    assert.equal('completed' in waiting, false);
    await client.advance(1200);
    assert.equal((await build(client, `${BUILDS}21/`)).status, 'PASSED');
  });

  test('a running run is queued again; one that waits goes on waiting', async () => {
    const client = new Client({ building: false });
    const path = `${await push(client)}runs/build-aarch64/`;
    assert.equal((await client.ci('POST', `${path}rerun`)).status, 200);
    assert.deepEqual((await run(client, path)).status_events, []);
    await untilStatus(client, path, 'RUNNING');
    assert.equal((await client.ci('POST', `${path}rerun`)).status, 200);
    const queued = await run(client, path);
    assert.equal(queued.status, 'QUEUED');
    assert.deepEqual(words(queued.status_events), ['RUNNING', 'QUEUED']);
    assert.match((await client.get(`${path}console.log`)).text, /^# Waiting for worker with tag: /);
    await client.advance(600);
    assert.equal((await run(client, path)).status, 'PASSED');
  });

  test('a build that was promoted is no longer, but keeps its name', async () => {
    const client = new Client({ building: false });
    await client.ci('POST', `${BUILDS}21/promote`, { name: 'v1', annotation: 'good' });
    const promoted = await build(client, `${BUILDS}21/`);
    assert.equal(promoted.status, 'PROMOTED');
    assert.ok(!words(promoted.status_events).includes('PROMOTED'), 'being promoted is no event');
    await client.ci('POST', `${BUILDS}21/runs/publish-compose-apps/rerun`);
    await client.advance(1200);
    const after = await build(client, `${BUILDS}21/`);
    assert.deepEqual([after.status, after.name], ['PASSED', 'v1']);
    assert.equal((await client.get(`${LMP}promoted-builds/`)).json.data.total, 0);
  });

  test('the latest build is one that passed, not one that was promoted', async () => {
    const client = new Client({ building: false });
    const latest = async (): Promise<Answer> => client.get(`${BUILDS}latest/?trigger_name=containers-main`);
    const { build_id: id } = (await latest()).json.data.build;
    await client.ci('POST', `${BUILDS}${id}/promote`, { name: 'v1' });
    assert.notEqual((await latest()).json.data.build.build_id, id);
    const none = await client.get(`${BUILDS}latest/?trigger_name=none`);
    assert.deepEqual(none.json, { status: 'error', message: `Object does not exist: ${BUILDS}latest/` });
  });
});

suite('emulator: the size of secrets (docs/api.md §2.7.9)', () => {
  const TRIGGER = `${LMP}triggers/17/`;
  const set = (client: Client, name: string, value: string): Promise<Answer> =>
    client.ci('PATCH', TRIGGER, { secrets: [{ name, value }] });

  test('all of a trigger together take about 48 kB, and what is too much changes nothing', async () => {
    const client = new Client();
    assert.equal((await set(client, 'one', 'x'.repeat(30_000))).status, 200);
    const refused = await set(client, 'two', 'x'.repeat(20_000));
    assert.equal(refused.status, 400);
    assert.match(refused.json.data.message, /^An unexpected error occurred inserting data\. Correlation ID: /);
    assert.match(refused.json.data.error_msg, /Data too long for column 'secrets'/);
    const { data } = (await client.get(`${LMP}triggers/`)).json;
    assert.deepEqual(
      data[0].secrets.map((secret: Json) => secret.name),
      ['osftok', 'npmtok', 'one'],
    );
    assert.equal((await set(client, 'two', 'x'.repeat(19_000))).status, 200);
  });

  test('what is not ASCII counts six times', async () => {
    assert.equal((await set(new Client(), 'umlauts', 'ü'.repeat(9000))).status, 400);
    assert.equal((await set(new Client(), 'umlauts', 'ü'.repeat(8000))).status, 200);
  });

  test('refusals are in the words of the server', async () => {
    const client = new Client();
    const said = async (secret: object): Promise<Json> =>
      (await client.ci('PATCH', TRIGGER, { secrets: [secret] })).json.message;
    assert.equal(
      await said({ name: 'a b', value: 'x' }),
      'Invalid secret name `a b`. Must match pattern: `^[a-zA-Z0-9_\\-\\.]+$`',
    );
    assert.equal(await said({ name: 'num', value: 1 }), 'Invalid secret value(num): 1');
    const unknown = await client.ci('PATCH', `${LMP}triggers/99/`, { secrets: [] });
    assert.equal(unknown.json.message, `Object does not exist: ${LMP}triggers/99/`);
  });
});
