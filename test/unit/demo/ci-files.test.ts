/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return -- answers are looked into as they came */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { Client, type Answer, type Json } from './harness';

const LMP = '/projects/getting-started/lmp/';
const BUILDS = `${LMP}builds/`;
const push = async (client: Client, body: object = {}): Promise<string> =>
  `${BUILDS}${(await client.control('push', body)).json.build_id}/`;
const run = async (client: Client, path: string, query = ''): Promise<Json> =>
  (await client.get(`${path}${query}`)).json.data.run;
const log = (client: Client, path: string, offset?: string): Promise<Answer> =>
  client.get(`${path}console.log`, offset === undefined ? {} : { headers: { 'x-offset': offset } });

suite('emulator: logs and artifacts (docs/api.md §2.7, §2.7.7, §2.7.8)', () => {
  test('a log can be followed by bytes, and ends complete on another host', async () => {
    const client = new Client({ building: false });
    const path = `${await push(client)}runs/build-aarch64/`;
    const waiting = await log(client, path, '5');
    assert.equal(waiting.text, '# Waiting for worker with tag: aarch64');
    assert.equal(waiting.headers['x-run-status'], 'QUEUED');
    assert.equal(waiting.headers['content-type'], 'text/plain');
    let received = Buffer.alloc(0);
    let last: Answer | undefined;
    const states = new Set<string>();
    for (let second = 0; second < 90; second++) {
      await client.advance(1);
      const answer = await log(client, path, String(received.length));
      if (answer.status === 302) {
        last = answer;
        break;
      }
      const status = answer.headers['x-run-status'] ?? '';
      if (status === 'QUEUED') {
        continue;
      }
      states.add(status);
      if (answer.text === '') {
        assert.match(answer.headers['content-type'] ?? '', /^text\/html/);
      } else {
        assert.equal(answer.headers['content-type'], 'text/plain; charset=utf-8');
        assert.equal('content-length' in answer.headers, false);
      }
      received = Buffer.concat([received, Buffer.from(answer.text)]);
    }
    assert.ok(states.has('RUNNING'));
    assert.equal(last?.headers['x-run-status'], 'PASSED');
    const location = last.headers.location ?? '';
    assert.notEqual(new URL(location).host, 'factory.test');
    const whole = await client.get(location, { token: null, headers: { 'x-offset': '10' } });
    assert.equal(whole.status, 200);
    assert.equal('x-run-status' in whole.headers, false);
    const bytes = Buffer.from(whole.text);
    assert.ok(bytes.length > whole.text.length, 'bytes are not characters here');
    assert.ok(received.length > 100);
    assert.deepEqual(bytes.subarray(0, received.length), received, 'what was followed is the beginning of the whole');
  });

  test('a time for the address that is no number stumbles', async () => {
    const client = new Client();
    const path = '/projects/getting-started/lmp/builds/23/runs/UpdateTargets/console.log';
    const { runs } = (await client.get('/projects/getting-started/lmp/builds/23/runs/')).json.data;
    const log = path.replace('UpdateTargets', runs[0].name as string);
    assert.equal((await client.get(log, { headers: { 'x-expiration': 'soon' } })).status, 500);
    assert.equal((await client.get(log, { headers: { 'x-expiration': '5' } })).status, 302);
  });

  test('the address of the other host is signed and soon over', async () => {
    const client = new Client();
    const path = `${BUILDS}21/runs/build-aarch64/console.log`;
    const { headers } = await client.get(path);
    const location = headers.location ?? '';
    assert.equal((await client.get(location.replace(/Signature=./, 'Signature=x'), { token: null })).status, 403);
    assert.equal((await client.get(location, { token: null })).status, 200);
    await client.advance(91);
    const late = await client.get(location, { token: null });
    assert.equal(late.status, 400);
    assert.match(late.text, /^<\?xml/);
    const longer = (await client.get(path, { headers: { 'x-expiration': '600' } })).headers.location ?? '';
    await client.advance(500);
    assert.equal((await client.get(longer, { token: null })).status, 200);
  });

  test('an offset that is no number stumbles, but only while the run is running', async () => {
    const client = new Client({ building: false });
    const path = `${await push(client)}runs/build-aarch64/`;
    await client.advance(20);
    for (const offset of ['x', '-1']) {
      assert.equal((await log(client, path, offset)).status, 500);
    }
    await client.advance(100);
    assert.equal((await log(client, path, 'x')).status, 302);
  });

  test('artifacts are there when the run is complete', async () => {
    const client = new Client({ building: false });
    const path = `${await push(client)}runs/build-aarch64/`;
    await client.advance(20);
    assert.deepEqual((await run(client, path)).artifacts, []);
    const early = await client.get(`${path}reports/summary.html`);
    assert.equal(early.status, 404);
    assert.deepEqual(early.json, { status: 'error', data: { message: 'Run in progress, no artifacts available' } });
    await client.advance(200);
    const { artifacts } = await run(client, path);
    assert.deepEqual(artifacts, [
      `http://factory.test${path}console.log`,
      `http://factory.test${path}reports/summary.html`,
    ]);
    const sizes = (await run(client, path, '?version=v2')).artifacts;
    assert.deepEqual(
      sizes.map((artifact: Json) => artifact.url),
      artifacts,
    );
    const html = await client.get(`${path}reports/summary.html`);
    assert.equal(html.status, 200);
    assert.equal(html.headers['content-type'], 'text/html');
    assert.equal(Buffer.byteLength(html.text), sizes[1].size_bytes);
    assert.equal((await client.get(`${path}none.html`)).json.data.message, 'Not found');
    const none = await client.get(`${path}none.txt`);
    assert.equal(none.status, 302);
    assert.equal((await client.get(none.headers.location ?? '', { token: null })).status, 404);
    assert.equal((await client.get(`${path}a..b`)).status, 400);
  });

  test('names are encoded in the addresses of artifacts', async () => {
    const client = new Client();
    const { artifacts } = await run(client, `${BUILDS}23/runs/raspberrypi4-64/`);
    const spaced = artifacts.find((url: string) => url.endsWith('/other/manifest%20with%20space.xml'));
    const { headers } = await client.get(spaced);
    assert.equal((await client.get(headers.location ?? '', { token: null })).text, '<manifest/>\n');
  });

  test('local storage answers itself', async () => {
    const client = new Client({ storage: 'local' });
    const path = `${BUILDS}21/runs/build-aarch64/`;
    const answer = await log(client, path, '10');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['x-run-status'], 'PASSED');
    assert.match(answer.text, /^# Run sent to worker: .*\n== /, 'whole, whatever the offset');
    const none = await client.get(`${path}none.txt`);
    assert.equal(none.status, 404);
    assert.equal(none.text, 'File not found');
    assert.equal(none.headers['x-run-status'], 'PASSED');
  });

  test('an image of more than 100 MB comes in pieces of the size that was told', async () => {
    const client = new Client({ storage: 'local' });
    const path = `${BUILDS}23/runs/raspberrypi4-64/`;
    const { size_bytes: size, url } = (await run(client, path, '?version=v2')).artifacts[1];
    assert.ok(size > 100 * 1024 * 1024);
    const response = await client.emulator.handle({
      method: 'GET',
      url,
      headers: { 'osf-token': 'demo-token' },
      body: new Uint8Array(),
    });
    assert.ok(!(response.body instanceof Uint8Array));
    let received = 0;
    let largest = 0;
    for await (const piece of response.body) {
      received += piece.length;
      largest = Math.max(largest, piece.length);
    }
    assert.equal(received, size);
    assert.ok(largest <= 65_536);
  });
});

suite('emulator: triggers and secrets (docs/api.md §2.7, §2.7.9)', () => {
  const TRIGGERS = `${LMP}triggers/`;

  test('the list is data itself, and needs the right to build', async () => {
    const client = new Client();
    const { data } = (await client.get(TRIGGERS)).json;
    assert.equal(data.length, 1);
    assert.deepEqual(Object.keys(data[0]), [
      'id',
      'user',
      'type',
      'project',
      'definition_repo',
      'definition_file',
      'queue_priority',
      'secrets',
    ]);
    assert.deepEqual(data[0].secrets, [{ name: 'osftok' }, { name: 'npmtok' }]);
    assert.equal((await client.get(TRIGGERS, { token: 'read-only-token' })).status, 404);
    assert.equal((await client.get(`${TRIGGERS}?type=simple`)).json.data.length, 0);
    assert.equal((await client.get(`${TRIGGERS}?type=x`)).status, 500);
  });

  test('PATCH sets secrets, null deletes, odd names are refused', async () => {
    const client = new Client();
    const secrets = [
      { name: 'new.tok_1-x', value: 'v' },
      { name: 'npmtok', value: null },
    ];
    const answer = await client.ci('PATCH', `${TRIGGERS}17/`, { type: 'git_poller', id: 17, secrets });
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json.data, {});
    assert.deepEqual((await client.get(TRIGGERS)).json.data[0].secrets, [{ name: 'osftok' }, { name: 'new.tok_1-x' }]);
    assert.equal((await client.ci('PATCH', `${TRIGGERS}17/`, { secrets: [{ name: 'a b', value: 'x' }] })).status, 400);
    assert.equal((await client.ci('PATCH', `${TRIGGERS}17/`, { secrets: [{ name: 'n', value: 1 }] })).status, 400);
    assert.equal((await client.ci('PATCH', `${TRIGGERS}17/`, { secrets: [{ name: 'n' }] })).status, 500);
    assert.equal((await client.ci('PATCH', `${TRIGGERS}99/`, { secrets: [] })).status, 404);
    assert.equal((await client.send('PATCH', `${TRIGGERS}17/`, { body: { secrets } })).status, 415);
  });

  test('POST adds a trigger', async () => {
    const client = new Client();
    const answer = await client.ci('POST', TRIGGERS, { type: 'simple', secrets: [{ name: 'a', value: 'b' }] });
    assert.equal(answer.status, 201);
    assert.equal((await client.get(TRIGGERS)).json.data.length, 2);
    assert.equal((await client.ci('POST', TRIGGERS, {})).status, 500);
    assert.equal((await client.ci('POST', TRIGGERS, { type: '' })).status, 401);
  });
});
