import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setup, suite, teardown, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const FILE = { factory: FACTORY, build: 21, run: 'build-armhf', path: 'console.log' };

suite('Files that come from another host (docs/api.md §2.7.8)', () => {
  let factory: TestFactory;
  let store: Server;
  let storeUrl: string;
  let answer: RequestListener;
  let asked: number;
  const unauthorized: unknown[] = [];

  setup(async () => {
    asked = 0;
    unauthorized.length = 0;
    factory = await startTestFactory({ devices: 20, onUnauthorized: (error) => unauthorized.push(error) });
    store = createServer((request, response) => {
      asked += 1;
      answer(request, response);
    });
    await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
    storeUrl = `http://localhost:${(store.address() as AddressInfo).port}`;
    factory.server.emulator.faults.add({
      match: { path: '/projects/' },
      count: null,
      redirect: `${storeUrl}/file?Signature=x`,
      headers: { 'X-RUN-STATUS': 'FAILED' },
    });
  });
  teardown(async () => {
    await factory.close();
    store.close();
  });

  const received = async (): Promise<string | FactoryError> => {
    let text = '';
    try {
      await factory.client.receiveRunFile(FILE, { write: (chunk) => void (text += Buffer.from(chunk).toString()) });
      return text;
    } catch (error) {
      assert.ok(error instanceof FactoryError, String(error));
      return error;
    }
  };
  const failure = async (): Promise<FactoryError> => {
    const error = await received();
    assert.ok(error instanceof FactoryError, `it came: ${String(error)}`);
    return error;
  };
  const says = (status: number, headers: Record<string, string> = {}): RequestListener => {
    return (_request, response) => response.writeHead(status, headers).end('<?xml version="1.0"?><Error/>');
  };

  for (const status of [404, 410]) {
    test(`${status}: the file is not there, and the run is known`, async () => {
      answer = says(status);
      const { kind, info } = await failure();
      assert.equal(kind, 'notFound');
      assert.deepEqual([info.store, info.runStatus], [new URL(storeUrl).host, 'FAILED']);
    });
  }

  for (const status of [400, 401, 403]) {
    test(`${status}: the store refuses, which says nothing about the token`, async () => {
      answer = says(status);
      const { kind, info } = await failure();
      assert.equal(kind, 'rejected');
      assert.deepEqual([info.status, info.store], [status, new URL(storeUrl).host]);
      assert.deepEqual(unauthorized, []);
    });
  }

  for (const status of [500, 503, 429]) {
    test(`${status} once: tried again`, async () => {
      answer = (request, response) =>
        asked === 1 ? says(status, { 'retry-after': '0' })(request, response) : response.end('there');
      assert.equal(await received(), 'there');
      assert.equal(asked, 2);
    });
  }

  test('503 for ever is a problem of the store', async () => {
    answer = says(503);
    const { kind, info } = await failure();
    assert.deepEqual([kind, info.store], ['server', new URL(storeUrl).host]);
    assert.equal(asked, 3);
  });

  test('429 for ever tells when to come back', async () => {
    answer = says(429, { 'retry-after': '60' });
    const { kind, info } = await failure();
    assert.deepEqual([kind, info.retryAfterMs], ['rateLimited', 60_000]);
  });

  test('a store that cannot be reached is named, not the service', async () => {
    await new Promise((resolve) => store.close(resolve));
    const { kind, info } = await failure();
    assert.deepEqual([kind, info.code, info.store], ['network', 'ECONNREFUSED', new URL(storeUrl).host]);
  });

  test('what is no file and is refused elsewhere was sent to the wrong address', async () => {
    answer = says(404);
    const error: unknown = await factory.client.listBuilds(FACTORY).catch((reason: unknown) => reason);
    assert.ok(error instanceof FactoryError);
    assert.deepEqual([error.kind, error.info.store], ['redirect', undefined]);
  });

  test('the part of a log beyond its end', async () => {
    answer = says(416);
    const look = await factory.client.receiveLog(FILE, 10, () => assert.fail('nothing is new'));
    assert.deepEqual(look, { status: undefined, ended: true, bytes: 0 });
  });
});
