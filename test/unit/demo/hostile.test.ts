/* eslint-disable @typescript-eslint/no-unsafe-member-access -- answers are looked into as they came */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { suite, test } from 'mocha';
import { startFactoryServer, type FactoryServer, type ServerOptions } from '../../../src/demo/server';
import { Client, FACTORY, START } from './harness';

/** Sends bytes and collects the answer until the server hangs up. */
function talk(server: FactoryServer, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.end(bytes));
    socket.setEncoding('latin1').on('data', (piece: string) => (answer += piece));
    socket.on('error', () => undefined).on('close', () => resolve(answer));
  });
}

function head(target: string, host = '127.0.0.1', method = 'GET'): string {
  return `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nOSF-TOKEN: demo-token\r\nConnection: close\r\n\r\n`;
}

async function withServer<T>(
  use: (server: FactoryServer) => Promise<T>,
  options: ServerOptions = { startTime: START },
): Promise<T> {
  const server = await startFactoryServer(options);
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

suite('emulator: clients that do not mean well', () => {
  for (const [what, request] of [
    ['an address that is none', head('http://[bad/')],
    ['a host with a blank', head('/ota/devices/', 'a b')],
    ['no host', head('/ota/devices/', '')],
    ['a port that is none', head('/ota/devices/', 'x:99999')],
  ] as const) {
    test(`${what} is a bad request`, () =>
      withServer(async (server) => {
        const answer = await talk(server, request);
        assert.match(answer, /^HTTP\/1\.1 400 /);
        assert.match(answer, /\{"message":"/);
      }));
  }

  for (const target of ['//', '//[x/', '//ota/devices/', '/ota//devices/', '/ota/devices/../../etc/passwd', '/%00/']) {
    test(`${target} is nothing that the server knows`, () =>
      withServer(async (server) => {
        assert.match(await talk(server, head(target)), /^HTTP\/1\.1 404 [^]*"message":/);
      }));
  }

  test('the CI server takes no path with two dots (docs/api.md §2.7)', () =>
    withServer(async (server) => {
      for (const path of ['../../../x', '..%2f..%2fx', '%2e%2e/x', 'a..b']) {
        const answer = await talk(
          server,
          head(`/projects/getting-started/lmp/builds/23/runs/publish-compose-apps/${path}`),
        );
        assert.match(answer, /^HTTP\/1\.1 400 [^]*\{"status":"error"/, path);
      }
    }));

  test('a body that is larger than any real one is refused as a proxy refuses it (docs/api.md §2.5)', () =>
    withServer(
      async (server) => {
        const request = `PATCH ${FACTORY}/targets/ HTTP/1.1\r\nHost: x\r\nOSF-TOKEN: demo-token\r\nContent-Length: 5000\r\n\r\n`;
        const answer = await talk(server, request + 'x'.repeat(5000));
        assert.match(answer, /^HTTP\/1\.1 413 [^]*text\/html[^]*<h1>413 Request Entity Too Large<\/h1>/i);
        assert.equal(server.emulator.requests.all().length, 0);
        const response = await fetch(`${server.url}/ota/factories/`, { headers: { 'osf-token': 'demo-token' } });
        assert.equal(response.status, 200, 'the server goes on');
      },
      { startTime: START, maxBodyBytes: 4096 },
    ));

  test('JSON that is nested without end is a bad request', async () => {
    const client = new Client();
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
    const body = `{"targets":{"raspberrypi4-64-lmp-2":{"custom":${deep}}}}`;
    assert.equal((await client.send('PATCH', `${FACTORY}/targets/`, { body })).status, 400);
    assert.equal((await client.send('POST', `${FACTORY}/targets/`, { body })).status, 400);
    await client.advance(60);
    assert.equal((await client.get(`${FACTORY}/targets/raspberrypi4-64-lmp-2`)).status, 200);
  });

  test('targets that are none do not stop the devices', async () => {
    const client = new Client({ building: false });
    const custom = { name: 'y', version: '900', hardwareIds: ['raspberrypi4-64'], tags: ['main'] };
    const targets = {
      'y-lmp-900': {
        custom: { ...custom, docker_compose_apps: { a: null, b: { uri: 5 }, c: { uri: 'hub/c@sha256:1' } } },
      },
      'y-lmp-901': { custom: { ...custom, docker_compose_apps: [1] } },
    };
    assert.equal((await client.send('POST', `${FACTORY}/targets/`, { body: { targets } })).status, 202);
    await client.advance(1500);
    const list = await client.get('/ota/devices/?factory=getting-started&limit=1000&target_name=y-lmp-900');
    assert.equal(list.status, 200);
    assert.ok(list.json.total > 0);
    assert.deepEqual(list.json.devices[0]['docker-apps'], ['c']);
  });

  test('time moves by a number of seconds that a date can hold', async () => {
    const client = new Client();
    for (const advanceSeconds of [-1, 1e300, 1e12, null, '5']) {
      assert.equal((await client.control('clock', { advanceSeconds })).status, 400, String(advanceSeconds));
    }
    assert.equal((await client.get('/ota/factories/')).status, 200);
  });

  test('a fault that makes no sense is refused, instead of breaking every later request', async () => {
    const client = new Client();
    for (const rule of [
      { match: { method: 5 } },
      { match: { path: ['x'] } },
      { match: 'x' },
      { status: 1000 },
      { status: '500' },
      { count: 'x' },
      { count: 0 },
      { probability: 2 },
      { delayMs: -1 },
      { headers: { a: 5 } },
      { headers: { 'a b': 'x' } },
      { cut: 'half' },
      { hang: 'after' },
      { redirect: 5 },
    ]) {
      assert.equal((await client.control('faults', rule)).status, 400, JSON.stringify(rule));
    }
    assert.deepEqual((await client.get('/_emulator/faults')).json, []);
  });

  test('what is remembered of requests has an end', async () => {
    const client = new Client();
    const body = 'x'.repeat(6_000_000);
    for (let i = 0; i < 8; i++) {
      await client.send('PATCH', '/ota/devices/device-01/config/', { body });
    }
    const kept = client.emulator.requests.all();
    assert.equal(kept.length, 5);
    assert.equal(kept.at(-1)?.body.length, body.length, 'the newest is whole');
  });

  test('a mask that does not close is refused, an empty one asks for everything', async () => {
    const client = new Client();
    const list = '/ota/devices/?factory=getting-started&limit=10';
    for (const mask of ['}}}', '{a}}', 'a}{b', '{a{b}']) {
      assert.equal((await client.get(list, { headers: { 'x-fields': mask } })).status, 400, mask);
    }
    assert.equal((await client.get(list, { headers: { 'x-fields': '' } })).json.limit, 10);
  });
});
