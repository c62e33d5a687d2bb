import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setup, suite, teardown, test } from 'mocha';
import { FactoryError, type FailureKind } from '../../../src/api/errors';
import { nodeFetch } from '../../../src/api/nodeFetch';
import { foundriesServer } from '../../../src/api/server';
import { Transport } from '../../../src/api/transport';
import { DEVICE, FACTORY, startTestFactory, WAYS, type TestFactory } from '../support/factory';

const CONFIG = `/ota/devices/${DEVICE}/config/`;
const change = { reason: 'test', files: [{ name: 'a', value: 'b', unencrypted: true }] };

async function failure(promise: Promise<unknown>): Promise<FactoryError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof FactoryError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'it did not fail' });
}

for (const way of WAYS) {
  suite(`Transport, ${way}`, () => {
    let factory: TestFactory;

    setup(async () => {
      factory = await startTestFactory({ way });
    });
    teardown(() => factory.close());

    const get = (path = '/ota/factories/') => factory.transport.send({ method: 'GET', path });
    const patch = () =>
      factory.transport.send({ method: 'PATCH', path: CONFIG, query: { factory: FACTORY }, body: change });

    test('sends the token as OSF-TOKEN, and says who asks', async () => {
      await get();
      const [request] = factory.server.emulator.requests.all();
      assert.equal(request?.headers['osf-token'], 'demo-token');
      assert.equal(request.headers['user-agent'], 'test');
      assert.equal(request.headers['content-type'], undefined);
    });

    test('a body is JSON', async () => {
      await patch();
      const [request] = factory.server.emulator.requests.all();
      assert.equal(request?.headers['content-type'], 'application/json');
      assert.deepEqual(JSON.parse(request.body), change);
    });

    const passing: [string, object, number][] = [
      ['503', { status: 503 }, 3],
      ['429', { status: 429 }, 3],
      ['a cut connection', { cut: true }, 3],
      ['404', { status: 404 }, 1],
      ['403', { status: 403 }, 1],
      ['400', { status: 400 }, 1],
    ];
    for (const [name, fault, requests] of passing) {
      test(`a read that meets ${name} is sent ${requests} times`, async () => {
        factory.server.emulator.faults.add({ ...fault, count: null });
        await failure(get());
        assert.equal(factory.seen().length, requests);
      });

      test(`a write that meets ${name} is sent once`, async () => {
        factory.server.emulator.faults.add({ ...fault, count: null });
        await failure(patch());
        assert.equal(factory.seen().length, 1);
      });
    }

    test('a read survives a failure that passes', async () => {
      factory.server.emulator.faults.add({ status: 502, proxyHtml: true, count: 2 });
      assert.equal((await get()).status, 200);
    });

    test('Retry-After is waited for', async () => {
      factory.server.emulator.faults.add({ retryAfter: 1 });
      const started = Date.now();
      await get();
      assert.ok(Date.now() - started >= 1000);
    });

    test('a long Retry-After is told and not sat out', async () => {
      factory.server.emulator.faults.add({ retryAfter: 3600, count: null });
      const error = await failure(get());
      assert.equal(error.kind, 'rateLimited');
      assert.equal(error.info.retryAfterMs, 3_600_000);
      assert.equal(factory.seen().length, 1);
    });

    for (const where of ['before', 'inside'] as const) {
      test(`a server that hangs ${where} the answer is given up`, async () => {
        factory.server.emulator.faults.add({ hang: where, count: null });
        assert.equal((await failure(get())).kind, 'timeout');
      });
    }

    test('a caller can cancel', async () => {
      const held = factory.network.hold();
      const stop = new AbortController();
      const running = failure(factory.transport.send({ method: 'GET', path: '/ota/factories/' }, stop.signal));
      await held.arrived;
      stop.abort();
      assert.equal((await running).kind, 'cancelled');
    });

    test('what is not a success is typed, with the words of the service', async () => {
      const kinds: [object, FailureKind, string | undefined][] = [
        [{ status: 403, body: 'Credential used must include one of these scopes: x' }, 'forbidden', 'scopes: x'],
        [{ status: 409, body: { message: 'name is taken' } }, 'conflict', 'name is taken'],
        [{ status: 206, body: {} }, 'unexpected', undefined],
        [{ status: 413, proxyHtml: true }, 'tooLarge', undefined],
      ];
      for (const [fault, kind, words] of kinds) {
        factory.server.emulator.faults.add(fault);
        const error = await failure(patch());
        assert.equal(error.kind, kind);
        assert.ok(words === undefined || error.info.serverMessage?.includes(words), error.info.serverMessage);
      }
    });

    test('nobody there', async function () {
      if (way === 'in process') {
        this.skip();
      }
      await factory.close();
      const error = await failure(get());
      assert.equal(error.kind, 'network');
      assert.equal(error.info.code, 'ECONNREFUSED');
    });

    test('the log holds requests and no token', async () => {
      await get();
      await failure(factory.transport.send({ method: 'GET', path: '/ota/devices/nope/' }));
      assert.deepEqual(
        factory.log.map(({ request, status }) => [request, status]),
        [
          ['GET /ota/factories/', 200],
          ['GET /ota/devices/nope/', 404],
        ],
      );
      assert.equal(JSON.stringify(factory.log).includes('demo-token'), false);
    });

    test('a service that repeats the token does not bring it into words', async () => {
      factory.server.emulator.faults.add({
        status: 400,
        body: { message: 'bad header OSF-TOKEN: demo-token', errors: ['demo-token is bad'] },
      });
      const error = await failure(get());
      assert.equal(error.info.serverMessage, 'bad header OSF-TOKEN: …');
      assert.equal(JSON.stringify([error.message, error.info, factory.log]).includes('demo-token'), false);
    });

    const long = `tok-${'abcdef0123456789'.repeat(3)}`;
    const echoes: [string, object][] = [
      ['in a sentence', { body: { message: `${'x'.repeat(260)}${long}` } }],
      ['in a complaint', { body: { errors: [`${'x'.repeat(260)}${long}`] } }],
      ['in a text', { body: `${'x'.repeat(260)}${long}` }],
      ['in a wrapped answer', { body: { text: JSON.stringify({ error: `${'x'.repeat(260)}${long}` }) } }],
    ];
    for (const [where, fault] of echoes) {
      test(`no piece of a token is left where a long answer that repeats it is cut: ${where}`, async () => {
        const own = await startTestFactory({ way, token: () => Promise.resolve(long) });
        try {
          own.server.emulator.faults.add({ status: 400, ...fault });
          const error = await failure(own.transport.send({ method: 'GET', path: '/ota/factories/' }));
          const told = JSON.stringify([error.message, error.info, own.log]);
          assert.ok(told.includes('x'.repeat(260)), 'the rest is told');
          assert.ok(!told.includes(long.slice(0, 8)), told);
        } finally {
          await own.close();
        }
      });
    }

    test('what is said about a confidential request is told nowhere; status and kind are', async () => {
      factory.server.emulator.faults.add({
        status: 400,
        body: { message: 'bad hunter2', errors: { value: 'hunter2' } },
      });
      const path = `${CONFIG}?factory=${FACTORY}`;
      const error = await failure(factory.transport.send({ method: 'PATCH', path, body: change, confidential: true }));
      assert.deepEqual([error.kind, error.info.status, error.info.withheld], ['rejected', 400, true]);
      assert.ok(!JSON.stringify([error.message, error.info, String(error.cause), factory.log]).includes('hunter2'));
      assert.equal(factory.log.at(-1)?.failure, 'rejected');
    });

    test('a request that is cancelled while it waits for its turn is not sent', async () => {
      const limited = await startTestFactory({ way, parallel: 1 });
      try {
        const held = limited.network.hold();
        const first = limited.transport.send({ method: 'GET', path: '/ota/factories/' });
        const stop = new AbortController();
        const second = failure(limited.transport.send({ method: 'GET', path: '/ota/factories/' }, stop.signal));
        stop.abort();
        held.release();
        await first;
        assert.equal((await second).kind, 'cancelled');
        assert.equal(limited.seen().length, 1);
      } finally {
        await limited.close();
      }
    });

    test('no more requests at once than allowed', async () => {
      const limited = await startTestFactory({ way, parallel: 2 });
      try {
        const held = limited.network.hold({ most: 4 });
        const sent = [1, 2, 3, 4].map(() => limited.transport.send({ method: 'GET', path: '/ota/factories/' }));
        await held.arrived;
        assert.equal(limited.network.open, 2);
        held.release();
        await Promise.all(sent);
        assert.equal(limited.server.emulator.requests.all().length, 4);
      } finally {
        await limited.close();
      }
    });
  });
}

suite('Transport: a refused token', () => {
  test('stops every further call until there is another', async () => {
    let token = 'revoked';
    let told = 0;
    const factory = await startTestFactory({ token: () => Promise.resolve(token), onUnauthorized: () => told++ });
    try {
      const get = () => factory.transport.send({ method: 'GET', path: '/ota/factories/' });
      const error = await failure(get());
      assert.equal(error.kind, 'unauthorized');
      assert.match(error.info.serverMessage ?? '', /Cannot find a user/);
      assert.equal((await failure(get())).kind, 'unauthorized');
      assert.equal(factory.seen().length, 1);
      assert.equal(told, 1);
      token = 'demo-token';
      assert.equal((await get()).status, 200);
    } finally {
      await factory.close();
    }
  });
});

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
