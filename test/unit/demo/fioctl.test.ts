/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-call -- answers are looked into as they came */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { demoPrincipal } from '../../../src/demo/auth';
import { CAPTURED, type CapturedRequest } from './fioctl-requests';
import * as go from './go-types';
import { Client, START, type Answer, type Json } from './harness';

const ANN = '5e0c1c2a9f1b2c0001abcdef';
const DEV_A = '6b0c6c4e-6f9e-4e9a-9d3b-0d2f7b0d5a11';
const DEV_B = '6b0c6c4e-6f9e-4e9a-9d3b-0d2f7b0d5a22';
/** What the CLI takes for a success (docs/api.md §9.2). */
const SUCCESS = [200, 201, 202, 204];

/** A world in which the captured commands make sense: the capture's devices, group, user, tokens and files. */
async function captureWorld(request: CapturedRequest): Promise<Client> {
  const factory = request.path.includes('factory=other') ? 'other' : 'acme';
  const principal = { ...demoPrincipal(factory), user: ANN };
  const client = new Client({
    factory,
    users: [{ id: ANN, name: 'Ann Example', role: 'owner' }],
    tokens: Object.fromEntries(['tok-123', 'envtok', 'flagtok', 'ACCESS123'].map((token) => [token, principal])),
    tokenHeaders: ['osf-token', 'x-my-token'],
    oauthClients: [{ id: 'cid', secret: 'csec', principal, refreshToken: 'REFRESH123' }],
  });
  await client.control('device', { create: true, name: 'dev-a', uuid: DEV_A, owner: ANN });
  await client.control('device', { create: true, name: 'dev-b', uuid: DEV_B, owner: ANN });
  const write = (path: string, names: string[]): Promise<Answer> =>
    client.send('PATCH', path, {
      token: 'tok-123',
      body: { reason: '', files: names.map((name) => ({ name, value: 'x', unencrypted: true })) },
    });
  await write('/ota/devices/dev-a/config/', ['npmtok', 'sub/file.txt']);
  await write(`/ota/factories/${factory}/config/`, ['a']);
  if (!request.title.includes('device-group create')) {
    await client.send('POST', `/ota/factories/${factory}/device-groups/`, { token: 'tok-123', body: { name: 'g1' } });
    await write(`/ota/factories/${factory}/device-groups/g1/config/`, ['a']);
  }
  if (request.title.includes('409 on group delete')) {
    await client.send('PATCH', '/ota/devices/dev-a/', { token: 'tok-123', body: { group: 'g1' } });
  }
  if (request.title.includes('delete-denied')) {
    await client.send('DELETE', '/ota/devices/dev-a/', { token: 'tok-123' });
  }
  await client.advance(700);
  return client;
}

/** Sends a captured request as it was. */
async function replay(client: Client, request: CapturedRequest): Promise<Answer> {
  let { path } = request;
  if (path.includes('/updates/12-1700000000/')) {
    // The id was the stub's; the device has its own.
    const { updates } = (await client.get('/ota/devices/dev-a/updates/', { token: 'tok-123' })).json;
    path = path.replace('12-1700000000', updates[0]['correlation-id']);
  }
  const credential = request.credential === undefined ? (['osf-token', 'tok-123'] as const) : request.credential;
  const headers: Record<string, string> = { 'user-agent': 'fioctl-v0.46-10-g9b0a6e7' };
  if (credential !== null) {
    headers[credential[0]] = credential[1];
  }
  if (request.contentType !== undefined) {
    headers['content-type'] = request.contentType;
  }
  const extra = { token: null, headers, ...(request.body === undefined ? {} : { body: request.body }) };
  const answer = await client.send(request.method, path, extra);
  // The CLI follows redirects.
  return answer.status === 308 ? client.send(request.method, answer.headers.location ?? '', extra) : answer;
}

/** What the captured command needs to find in the answer: the type it decodes, or nothing. */
function decodedAs({ method, path }: CapturedRequest): go.GoType {
  const { pathname } = new URL(path, 'http://x');
  const table: readonly [RegExp, go.GoType][] = [
    [/^\/oauth\/token\/$/, go.OAUTH_TOKEN],
    [/^\/ota\/devices\/$/, go.DEVICE_LIST],
    [/\/denied-devices\/$/, go.DEVICE_LIST],
    [/\/config\/$/, method === 'GET' ? go.CONFIG_LIST : go.CONFIG_ENTRY],
    [/\/updates\/$/, go.UPDATES],
    [/\/updates\/[^/]+\/$/, go.EVENTS],
    [/\/apps-states\/$/, go.APPS_STATES],
    [/\/tests\/$/, go.TESTS],
    [/^\/ota\/devices\/[^/]+\/$/, go.DEVICE],
    [/\/device-groups\/$/, method === 'GET' ? { groups: [go.GROUP] } : go.GROUP],
    [/\/user_repo\/targets\.json$/, { signed: { targets: go.TARGETS } }],
    [/\/targets\/$/, go.TARGETS],
    [/\/targets\/[^/]+$/, go.TARGET],
    [/^\/ota\/factories\/$/, [{ name: 'string', 'reposerver-id': 'string' }]],
    [/\/users\/$/, [go.USER]],
    [/\/users\/[^/]+\/$/, go.USER],
    [/\/status\/$/, go.STATUS],
    [/\/waves\/$/, go.WAVES],
  ];
  return table.find(([pattern]) => pattern.test(pathname))?.[1] ?? 'any';
}

/** Commands whose point is a refusal, with what they print. */
const REFUSED: readonly [RegExp, number, RegExp][] = [
  [/^3 unknown$/, 404, /does not exist/],
  [/^3 a name that needs escaping/, 404, /./],
  [/^6 list --production --by-tag$/, 404, /./],
  [/^8 http post -d$/, 400, /./],
  [/^10 409 on group/, 409, /./],
];

suite('emulator: the real CLI (docs/api.md §9), every captured request', () => {
  for (const request of CAPTURED) {
    test(`${request.title}: ${request.method} ${request.path}`, async () => {
      const answer = await replay(await captureWorld(request), request);
      const refused = REFUSED.find(([title]) => title.test(request.title));
      if (refused !== undefined) {
        assert.equal(answer.status, refused[1]);
        assert.match(answer.json.message, refused[2]);
        return;
      }
      assert.ok(SUCCESS.includes(answer.status), `${answer.status} ${answer.text.slice(0, 200)}`);
      if (request.method === 'GET' || /config\/\?|config\/$/.test(request.path)) {
        assert.notEqual(answer.json, undefined, 'a read without JSON is "unexpected end of JSON input"');
      }
      assert.deepEqual(go.mismatches(answer.json, decodedAs(request)), []);
    });
  }
});

suite('emulator: the real CLI (docs/api.md §9), what it insists on', () => {
  const example = CAPTURED[0]!;
  const read = async (client: Client, path: string): Promise<Json> =>
    (await client.get(path, { token: 'tok-123' })).json;

  test('the checker itself finds a wrong type', () => {
    assert.equal(go.mismatches({ devices: [{ 'up-to-date': 'yes' }] }, go.DEVICE_LIST).length, 1);
    assert.equal(go.mismatches({ devices: {} }, go.DEVICE_LIST).length, 1);
    assert.equal(go.mismatches({ total: 1.5 }, go.DEVICE_LIST).length, 1);
    assert.equal(go.mismatches({ a: { custom: { version: 3 } } }, go.TARGETS).length, 1);
    assert.equal(go.mismatches({ devices: null, next: null }, go.DEVICE_LIST).length, 0);
  });

  test('last-seen is RFC 3339 with an offset, or empty', async () => {
    const { devices } = await read(await captureWorld(example), '/ota/devices/?factory=acme&limit=500');
    for (const device of devices) {
      assert.match(device['last-seen'], /^$|^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/);
    }
    const seen = devices.find((device: Json) => device.name === 'dev-a');
    assert.ok(Date.parse(seen['last-seen']) > START, 'a new device is not OFFLINE');
  });

  test('every target has custom with a number for a version, and 64 hex digits', async () => {
    const targets = await read(await captureWorld(example), '/ota/factories/acme/targets/');
    for (const target of Object.values<Json>(targets)) {
      assert.match(target.custom.version, /^\d+$/);
      assert.match(target.hashes.sha256, /^[0-9a-f]{64}$/);
    }
  });

  test('set, then log: the command finds what it wrote, newest first', async () => {
    const client = await captureWorld(example);
    const patch = CAPTURED.find(
      ({ title, method }) => title.startsWith('4 set: default is PATCH') && method === 'PATCH',
    );
    assert.ok(patch !== undefined);
    const device = await read(client, '/ota/devices/dev-a/?factory=acme');
    assert.equal(device.uuid, DEV_A);
    assert.match(device['public-key'], /^-----BEGIN PUBLIC KEY-----/);
    assert.equal((await replay(client, patch)).status, 201);
    const [latest] = (await read(client, '/ota/devices/dev-a/config/?factory=acme')).config;
    const sent = JSON.parse(patch.body ?? '');
    assert.equal(latest.reason, sent.reason);
    assert.equal(latest['created-by'], ANN);
    assert.deepEqual(
      latest.files.find((file: Json) => file.name === 'npmtok'),
      sent.files[0],
    );
  });

  test('updates --tag: the device reports the tag after its check-in', async () => {
    const client = await captureWorld(example);
    const patch = CAPTURED.find(({ title }) => title === '4 updates --tag')!;
    await replay(client, patch);
    await client.advance(300);
    assert.equal((await read(client, '/ota/devices/dev-a/')).tag, 'devel');
  });

  test('triggers run: the test is found under the id that the command printed', async () => {
    const client = await captureWorld(example);
    const patch = CAPTURED.find(({ title, method }) => title.startsWith('5 triggers run') && method === 'PATCH')!;
    const [before] = (await read(client, '/ota/devices/dev-a/config/')).config;
    const actions = before.files.find((file: Json) => file.name === 'fio-remote-actions');
    assert.deepEqual(actions.value.split(','), ['diag', 'reboot']);
    await replay(client, patch);
    await client.advance(305);
    const test = await read(client, `/ota/devices/${DEV_A}/tests/diag_MMMOLJN6ZATVJ3W?factory=acme&by-uuid=1`);
    assert.equal(test.status, 'PASSED');
  });

  test('tags are changed and the job is tailed', async () => {
    const client = await captureWorld(example);
    const targets = { 'raspberrypi4-64-lmp-12': { custom: { tags: ['main', 'stable', 'x'] } } };
    const answer = await client.send('PATCH', '/ota/factories/acme/targets/', { token: 'tok-123', body: { targets } });
    const tail = `${answer.json['jobserv-url'] as string}runs/UpdateTargets/console.log`;
    let offset = 0;
    let printed = '';
    for (let poll = 0; poll < 20; poll++) {
      const log = await client.get(tail, { token: 'tok-123', headers: { 'x-offset': String(offset) } });
      if (log.status === 302) {
        // The CLI follows with its token, finds no status there, and prints the rest.
        const whole = await client.get(log.headers.location ?? '', {
          token: 'tok-123',
          headers: { 'x-offset': String(offset) },
        });
        assert.equal(whole.headers['x-run-status'], undefined);
        printed += Buffer.from(whole.text).subarray(offset).toString('utf8');
        break;
      }
      if (log.headers['x-run-status'] !== 'QUEUED') {
        printed += log.text;
        offset += Buffer.byteLength(log.text);
      }
      await client.advance(5);
    }
    assert.match(printed, /^# Run sent to worker: /);
    assert.match(printed, /: Runner has completed\n$/);
    const { custom } = await read(client, '/ota/factories/acme/targets/raspberrypi4-64-lmp-12');
    assert.deepEqual(custom.tags, ['main', 'stable', 'x']);
  });

  test('artifacts of a version are listed run by run', async () => {
    const client = await captureWorld(example);
    const { runs } = (await read(client, '/projects/acme/lmp/builds/12/runs/')).data;
    const listed: string[] = [];
    for (const { url } of runs) {
      listed.push(...(await read(client, url)).data.run.artifacts);
    }
    assert.ok(listed.some((url) => url.endsWith('/publish-compose-apps/targets-after.json')));
  });

  test('secrets need exactly one trigger', async () => {
    const client = await captureWorld(example);
    assert.equal((await read(client, '/projects/acme/lmp/triggers/')).data.length, 1);
  });
});
