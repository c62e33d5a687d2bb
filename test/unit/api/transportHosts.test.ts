import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setup, suite, teardown, test } from 'mocha';
import { nodeFetch } from '../../../src/api/nodeFetch';
import { foundriesServer } from '../../../src/api/server';
import { Transport } from '../../../src/api/transport';
import { DEVICE, FACTORY, startTestFactory, type TestFactory } from '../support/factory';
import { failure } from '../support/failure';

const CONFIG = `/ota/devices/${DEVICE}/config/`;
const change = { reason: 'test', files: [{ name: 'a', value: 'b', unencrypted: true }] };

suite('Transport: other hosts', () => {
  let factory: TestFactory;
  let other: HttpServer;
  let otherUrl: string;
  let received: IncomingHttpHeaders[];

  setup(async () => {
    factory = await startTestFactory();
    received = [];
    other = createServer((request, response) => {
      received.push(request.headers);
      response.setHeader('content-type', 'application/json').end('[]');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    otherUrl = `http://localhost:${(other.address() as AddressInfo).port}`;
  });
  teardown(async () => {
    await factory.close();
    other.close();
  });

  test('a read follows a redirect without the token', async () => {
    factory.server.emulator.faults.add({ redirect: `${otherUrl}/elsewhere` });
    await factory.transport.send({ method: 'GET', path: '/ota/factories/' });
    assert.equal(received.length, 1);
    assert.equal(JSON.stringify(received).includes('demo-token'), false);
  });

  test('a 401 of another host says nothing about the token', async () => {
    other.removeAllListeners('request');
    other.on('request', (_request, response) => response.writeHead(401).end('{}'));
    factory.server.emulator.faults.add({ redirect: `${otherUrl}/login` });
    const error = await failure(factory.transport.send({ method: 'GET', path: '/ota/factories/' }));
    assert.equal(error.kind, 'redirect');
    assert.match(error.info.serverMessage ?? '', /^localhost:\d+ answered 401$/);
    assert.equal((await factory.transport.send({ method: 'GET', path: '/ota/factories/' })).status, 200);
  });

  for (const status of [302, 307, 308]) {
    test(`a write does not follow a ${status} to another host`, async () => {
      factory.server.emulator.faults.add({ redirect: `${otherUrl}/elsewhere`, status });
      const error = await failure(
        factory.transport.send({ method: 'PATCH', path: CONFIG, query: { factory: FACTORY }, body: change }),
      );
      assert.equal(error.kind, 'redirect');
      assert.equal(received.length, 0);
    });
  }

  test('a write follows a 308 on the same host, once', async () => {
    const address = `${factory.server.url}${CONFIG}?factory=${FACTORY}&moved=1`;
    factory.server.emulator.faults.add({ redirect: address, status: 308 });
    await factory.transport.send({ method: 'PATCH', path: CONFIG, query: { factory: FACTORY }, body: change });
    assert.deepEqual(factory.seen(), [`PATCH ${CONFIG}`, `PATCH ${CONFIG}`]);
    assert.equal(await factory.value('a'), 'b');
  });

  const send = () =>
    factory.transport.send({ method: 'PATCH', path: CONFIG, query: { factory: FACTORY }, body: change });

  test('a write that is led back to its own address is sent once', async () => {
    factory.server.emulator.faults.add({ redirect: '/*', status: 307, count: null });
    const error = await failure(send());
    assert.equal(error.kind, 'redirect');
    assert.match(error.info.serverMessage ?? '', /leads back/);
    assert.equal(factory.seen().length, 1);
  });

  test('Retry-After as a date counts from the clock of the service', async () => {
    for (const offset of [-86_400_000, 0, 86_400_000]) {
      const now = Date.now() + offset;
      factory.server.emulator.faults.add({
        retryAfter: new Date(now + 90_000).toUTCString(),
        headers: { date: new Date(now).toUTCString() },
      });
      const { retryAfterMs } = (await failure(send())).info;
      assert.ok(retryAfterMs !== undefined && Math.abs(retryAfterMs - 90_000) <= 1000, String(retryAfterMs));
    }
  });

  test('a redirect that leads back to itself ends', async () => {
    factory.server.emulator.faults.add({ redirect: `${factory.server.url}/ota/factories/`, count: null });
    const error = await failure(factory.transport.send({ method: 'GET', path: '/ota/factories/' }));
    assert.equal(error.kind, 'redirect');
    assert.equal(factory.seen().length, 1);
    factory.server.emulator.faults.clear();
    for (let hop = 0; hop < 9; hop++) {
      factory.server.emulator.faults.add({ redirect: `/ota/factories/?hop=${hop}` });
    }
    assert.equal((await failure(factory.transport.send({ method: 'GET', path: '/ota/factories/' }))).kind, 'redirect');
    assert.equal(factory.seen().length, 6);
  });

  test('a next page on another host is not fetched there', async () => {
    factory.server.emulator.faults.add({
      status: 200,
      body: { devices: [{ uuid: 'u', name: 'n' }], total: 2, next: `${otherUrl}/ota/devices/?page=2` },
    });
    const first = await factory.client.listDevices({ factory: FACTORY, limit: 10 });
    assert.equal(first.nextPage, 2);
    await factory.client.listDevices({ factory: FACTORY, limit: 10, page: 2 });
    assert.equal(received.length, 0);
    assert.equal(factory.seen().length, 2);
  });
});

suite('Transport: TLS and unknown hosts', () => {
  test('a certificate problem is told apart from a network problem', async () => {
    for (const [code, kind] of [
      ['CERT_HAS_EXPIRED', 'tls'],
      ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
      ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
      ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls'],
      ['ENOTFOUND', 'network'],
    ] as const) {
      const transport = new Transport({
        server: foundriesServer('https://api.example.test'),
        fetch: () => Promise.reject(Object.assign(new Error('failed'), { cause: { code } })),
        token: () => Promise.resolve('t'),
        userAgent: 'test',
        retryDelayMs: 1,
      });
      const error = await failure(transport.send({ method: 'GET', path: '/' }));
      assert.deepEqual([error.kind, error.info.code], [kind, code]);
    }
  });

  test('https is not left for http', async () => {
    const transport = new Transport({
      server: foundriesServer('https://api.example.test'),
      fetch: () =>
        Promise.resolve({
          status: 302,
          headers: { get: (name) => (name === 'location' ? 'http://api.example.test/x' : null) },
          body: null,
        }),
      token: () => Promise.resolve('t'),
      userAgent: 'test',
    });
    assert.equal((await failure(transport.send({ method: 'GET', path: '/' }))).kind, 'redirect');
  });
});

suite('Server addresses', () => {
  test('a path is kept, a trailing slash dropped', () => {
    assert.equal(foundriesServer('https://x.test/prefix/v1/').baseUrl, 'https://x.test/prefix/v1');
    assert.equal(foundriesServer('https://x.test/').baseUrl, 'https://x.test');
  });

  for (const bad of [
    '',
    'api.foundries.io',
    'ftp://x.test',
    'https://user:pass@x.test',
    'https://x.test/?a=1',
    'file:///etc',
  ]) {
    test(`refuses ${JSON.stringify(bad)}`, () => {
      assert.throws(() => foundriesServer(bad), TypeError);
    });
  }

  test('a prefix is part of every request', async () => {
    const asked: string[] = [];
    const transport = new Transport({
      server: foundriesServer('http://127.0.0.1:1/prefix'),
      fetch: (url, init) => {
        asked.push(url);
        return nodeFetch(url, init);
      },
      token: () => Promise.resolve('t'),
      userAgent: 'test',
      retryDelayMs: 1,
    });
    await failure(transport.send({ method: 'GET', path: '/ota/factories/' }));
    assert.equal(asked[0], 'http://127.0.0.1:1/prefix/ota/factories/');
  });
});
