import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import type { FailureKind } from '../../../src/api/errors';
import { DEVICE, FACTORY, startTestFactory, WAYS, type TestFactory } from '../support/factory';
import { failure } from '../support/failure';

const CONFIG = `/ota/devices/${DEVICE}/config/`;
const change = { reason: 'test', files: [{ name: 'a', value: 'b', unencrypted: true }] };

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
