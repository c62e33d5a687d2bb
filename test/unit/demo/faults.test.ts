/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-return -- answers are looked into as they came */
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { suite, test } from 'mocha';
import { startFactoryServer, type FactoryServer } from '../../../src/demo/server';
import { until } from '../../support/until';
import { inVirtualTime } from '../../support/virtualTime';
import { Client, START } from './harness';

const LIST = '/ota/devices/?factory=getting-started&limit=10';

suite('emulator: faults on demand', () => {
  test('the next matching requests are hit, and no others', async () => {
    const client = new Client();
    await client.control('faults', {
      match: { method: 'get', path: '/ota/devices/' },
      count: 2,
      status: 503,
      body: { message: 'down' },
    });
    assert.equal((await client.get('/ota/factories/')).status, 200);
    assert.equal((await client.patchFile('device-01', 'a', 'b')).status, 201);
    assert.deepEqual([(await client.get(LIST)).status, (await client.get(LIST)).json.message], [503, 'down']);
    assert.equal((await client.get(LIST)).status, 200);
  });

  test('one request if no count is given; without end if it is null', async () => {
    const client = new Client();
    await client.control('faults', { status: 500 });
    assert.deepEqual([(await client.get(LIST)).status, (await client.get(LIST)).status], [500, 200]);
    await client.control('faults', { status: 500, count: null });
    for (let i = 0; i < 5; i++) {
      assert.equal((await client.get(LIST)).status, 500);
    }
    await client.send('DELETE', '/_emulator/faults');
    assert.equal((await client.get(LIST)).status, 200);
  });

  test('the real answer is spoilt, and the request has its effect', async () => {
    const client = new Client();
    const real = await client.get(LIST);
    await client.control('faults', { spoil: 'half' });
    const half = await client.get(LIST);
    assert.deepEqual([half.status, half.json], [200, undefined]);
    assert.ok(real.text.startsWith(half.text) && half.text.length > 100);
    await client.control('faults', { spoil: 'types' });
    const { devices, total } = (await client.get(LIST)).json;
    assert.equal(devices.length, real.json.devices.length);
    assert.deepEqual([devices[0].name, typeof total], [7, 'string']);
    await client.control('faults', { spoil: 'types', match: { method: 'PATCH' } });
    await client.patchFile('device-01', 'spoilt', 'value');
    const { config } = (await client.get('/ota/devices/device-01/config/?factory=getting-started')).json;
    assert.match(JSON.stringify(config[0].files), /"spoilt"/);
  });

  test('a next address takes the place of the real one, where there is one', async () => {
    const client = new Client();
    await client.control('faults', [
      { next: 'http://elsewhere.example/', count: 2 },
      { next: '*', count: 1 },
    ]);
    assert.equal((await client.get(LIST)).json.next, 'http://elsewhere.example/');
    assert.equal((await client.get('/ota/devices/device-01/?factory=getting-started')).json.next, undefined);
    assert.equal((await client.get(LIST)).json.next, `http://factory.test${LIST}`);
  });

  test('a path is a part or a glob', async () => {
    const client = new Client();
    await client.control('faults', [
      { match: { path: '/ota/devices/*/config/' }, status: 500 },
      { match: { path: 'limit=10' }, status: 501 },
    ]);
    assert.equal((await client.get('/ota/devices/device-01/')).status, 200);
    assert.equal((await client.get('/ota/devices/device-01/config/')).status, 500);
    assert.equal((await client.get(LIST)).status, 501);
  });

  test('a probability hits about that many, and the same ones again', async () => {
    const run = async (): Promise<string> => {
      const client = new Client();
      await client.control('faults', { probability: 0.3, status: 500 });
      let hits = '';
      for (let i = 0; i < 200; i++) {
        hits += (await client.get('/ota/factories/')).status === 500 ? 'x' : '.';
      }
      return hits;
    };
    const first = await run();
    const count = first.split('x').length - 1;
    assert.ok(count > 35 && count < 85, String(count));
    assert.equal(await run(), first);
  });

  test('429, a page of a proxy, garbage, a redirect, headers of one’s choice', async () => {
    const client = new Client();
    await client.control('faults', { retryAfter: 7 });
    const limited = await client.get(LIST);
    assert.deepEqual([limited.status, limited.headers['retry-after']], [429, '7']);
    await client.control('faults', { proxyHtml: true });
    const proxy = await client.get(LIST);
    assert.equal(proxy.status, 502);
    assert.match(proxy.headers['content-type'] ?? '', /text\/html/);
    await client.control('faults', { proxyHtml: true, status: 413 });
    assert.equal((await client.get(LIST)).status, 413);
    await client.control('faults', { garbage: true });
    const garbage = await client.get(LIST);
    assert.deepEqual(
      [garbage.status, garbage.headers['content-type'], garbage.json],
      [200, 'application/json', undefined],
    );
    await client.control('faults', { redirect: 'http://elsewhere.test/*' });
    const redirect = await client.get(LIST);
    assert.deepEqual([redirect.status, redirect.headers.location], [302, `http://elsewhere.test${LIST}`]);
    await client.control('faults', { redirect: 'http://elsewhere.test/x', status: 307 });
    assert.deepEqual((await client.get(LIST)).headers.location, 'http://elsewhere.test/x');
    await client.control('faults', { headers: { 'X-Extra': '1' } });
    const real = await client.get(LIST);
    assert.deepEqual([real.status, real.headers['X-Extra'], real.json.total], [200, '1', 41]);
    await client.control('faults', { status: 400, body: 'plain', contentType: 'text/weird' });
    const plain = await client.get(LIST);
    assert.deepEqual([plain.text, plain.headers['content-type']], ['plain', 'text/weird']);
  });

  test('a request that was answered with an error had no effect, unless that is asked for', async () => {
    const client = new Client();
    const total = async (): Promise<number> => (await client.get('/ota/devices/device-01/config/')).json.total;
    const before = await total();
    await client.control('faults', { match: { method: 'PATCH' }, status: 500 });
    assert.equal((await client.patchFile('device-01', 'a', 'b')).status, 500);
    assert.equal(await total(), before);
    await client.control('faults', { match: { method: 'PATCH' }, status: 504, applied: true });
    assert.equal((await client.patchFile('device-01', 'a', 'b')).status, 504);
    assert.equal(await total(), before + 1);
  });

  test('a misspelt key is refused', async () => {
    const answer = await new Client().control('faults', { stauts: 500 });
    assert.equal(answer.status, 400);
    assert.match(answer.json.message, /stauts/);
  });

  test('every request is written down with what it carried, but no control request', async () => {
    const client = new Client();
    await client.control('faults', { status: 503 });
    await client.get(`${LIST}&name=a%20b`, { headers: { 'X-Probe': 'yes', 'x-probe': 'yes' } });
    await client.patchFile('device-01', 'a', 'ü');
    const requests = (await client.get('/_emulator/requests', { token: null })).json;
    assert.equal(requests.length, 2);
    const [first, second] = requests;
    assert.deepEqual(
      [first.method, first.path, first.query, first.status],
      ['GET', '/ota/devices/', 'factory=getting-started&limit=10&name=a%20b', 503],
    );
    assert.equal(first.headers['osf-token'], 'demo-token');
    assert.equal(first.headers['x-probe'], 'yes');
    assert.equal(JSON.parse(second.body).files[0].value, 'ü');
    assert.equal(second.status, 201);
    await client.control('reset', { only: 'requests' });
    assert.deepEqual((await client.get('/_emulator/requests')).json, []);
    const { config } = (await client.get('/ota/devices/device-01/config/')).json;
    assert.equal(config.length, 4, 'the state was kept');
    await client.control('reset');
    assert.equal((await client.get('/ota/devices/device-01/config/')).json.total, 3);
  });

  test('the clock is moved by hand', async () => {
    const client = new Client();
    const { json } = await client.advance(90);
    assert.deepEqual(json, { now: new Date(START + 90_000).toISOString(), virtual: true });
    assert.equal((await client.control('clock', { advanceSeconds: -1 })).status, 400);
  });
});

/** What a bare HTTP client sees. */
interface Seen {
  readonly status: number;
  readonly body: string;
  readonly error: string;
}

/** @param giveUp ends the wait for the answer, or for more of it */
function fetchBare(server: FactoryServer, path: string, giveUp?: AbortSignal): Promise<Seen> {
  return new Promise((resolve) => {
    let status = 0;
    let body = '';
    const end = (error: string): void => {
      request.destroy();
      resolve({ status, body, error });
    };
    giveUp?.addEventListener('abort', () => end('given up'));
    const request = httpRequest(
      `${server.url}${path}`,
      { headers: { 'osf-token': 'demo-token' }, agent: false },
      (response) => {
        status = response.statusCode ?? 0;
        response.setEncoding('utf8');
        response.on('data', (piece: string) => (body += piece));
        response.on('end', () => end(''));
        response.on('error', (error) => end(error.message));
      },
    );
    request.on('error', (error) => end(error.message));
    request.end();
  });
}

suite('emulator: behind HTTP', () => {
  let server: FactoryServer;
  const fault = (rule: object): void => server.emulator.faults.add(rule);

  setup(async () => {
    server = await startFactoryServer({ startTime: START });
  });

  teardown(() => server.close());

  test('it listens on the loopback interface and builds links from the host that was asked', async () => {
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    const seen = await fetchBare(server, LIST);
    assert.equal(seen.status, 200);
    assert.equal(JSON.parse(seen.body).next, `${server.url}${LIST}&page=2`);
  });

  test('a connection can be cut before, at the beginning and in the middle of an answer', async () => {
    const whole = (await fetchBare(server, LIST)).body;
    fault({ cut: -1 });
    const before = await fetchBare(server, LIST);
    assert.deepEqual([before.status, before.body], [0, '']);
    assert.notEqual(before.error, '');
    fault({ cut: 10 });
    const early = await fetchBare(server, LIST);
    assert.deepEqual([early.status, early.body], [200, whole.slice(0, 10)]);
    assert.equal(early.error, 'aborted');
    fault({ cut: true });
    const middle = await fetchBare(server, LIST);
    assert.equal(Buffer.byteLength(middle.body), Math.floor(Buffer.byteLength(whole) / 2));
    assert.equal(middle.error, 'aborted');
  });

  test('a server can be silent, or stop in the middle', async () => {
    /** What has come of an answer when others that were asked for later are there. */
    const unanswered = async (hang: true | 'inside'): Promise<Seen> => {
      const before = server.emulator.requests.all().length;
      const stop = new AbortController();
      fault({ hang });
      const seen = fetchBare(server, LIST, stop.signal);
      await until('it arrives', () => server.emulator.requests.all().length > before);
      assert.equal((await fetchBare(server, LIST)).error, '');
      assert.equal((await fetchBare(server, LIST)).error, '');
      stop.abort();
      return seen;
    };
    assert.deepEqual(await unanswered(true), { status: 0, body: '', error: 'given up' });
    const inside = await unanswered('inside');
    assert.equal(inside.status, 200);
    assert.equal(inside.error, 'given up');
    assert.ok(inside.body.length > 100);
    assert.deepEqual(
      server.emulator.requests.all().map(({ status }) => status),
      [0, 200, 200, 200, 200, 200],
    );
  });

  test('an answer can come late', async () => {
    await inVirtualTime(async (time) => {
      fault({ delayMs: 120 });
      let status: number | undefined;
      const headers = { 'osf-token': 'demo-token' };
      const asked = { method: 'GET', url: `${server.url}${LIST}`, headers, body: new Uint8Array() };
      const answered = server.emulator.handle(asked).then((answer) => (status = answer.status));
      await time.pass(119);
      assert.equal(status, undefined);
      await time.pass(1);
      assert.equal(await answered, 200);
    });
  });

  test('closing ends connections that hang', async () => {
    const other = await startFactoryServer({ startTime: START });
    other.emulator.faults.add({ hang: true });
    const hanging = fetchBare(other, LIST);
    await until('the request arrives', () => other.emulator.requests.all().length > 0);
    await other.close();
    assert.notEqual((await hanging).error, '');
  });

  test('a finished log is fetched from another name of this machine', async () => {
    const path = '/projects/getting-started/lmp/builds/21/runs/build-aarch64/console.log';
    const answer = await server.emulator.handle({
      method: 'GET',
      url: `${server.url}${path}`,
      headers: { 'osf-token': 'demo-token' },
      body: new Uint8Array(),
    });
    const location = new URL(answer.headers.location ?? '');
    assert.equal(location.hostname, 'localhost');
    const seen = await fetchBare(server, location.pathname + location.search);
    assert.match(seen.body, /^# Run sent to worker: /);
  });

  test('HEAD has no body', async () => {
    const seen = await new Promise<number>((resolve, reject) => {
      httpRequest(
        `${server.url}${LIST}`,
        { method: 'HEAD', headers: { 'osf-token': 'demo-token' }, agent: false },
        (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
        },
      )
        .on('error', reject)
        .end();
    });
    assert.equal(seen, 200);
  });
});
