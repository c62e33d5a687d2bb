import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import type { Fetch } from '../../../src/api/http';
import { foundriesServer } from '../../../src/api/server';
import { Transport } from '../../../src/api/transport';

interface Sent {
  readonly method: string;
  readonly address: string;
  readonly token: string | undefined;
}

/** A transport whose first request is answered with a redirect, everything else with `{}`. */
function redirected(base: string, location: string, status = 307) {
  const sent: Sent[] = [];
  const fetch: Fetch = (address, { method, headers }) => {
    sent.push({ method, address, token: headers['OSF-TOKEN'] });
    const isFirst = sent.length === 1;
    return Promise.resolve({
      status: isFirst ? status : 200,
      headers: { get: (name) => (isFirst && name.toLowerCase() === 'location' ? location : null) },
      body: (async function* () {
        await Promise.resolve();
        yield Buffer.from('{}');
      })(),
    });
  };
  const token = () => Promise.resolve('secret');
  const transport = new Transport({ server: foundriesServer(base), fetch, token, userAgent: 'test' });
  return { sent, send: (method: 'GET' | 'PATCH', path = '/ota/x/') => transport.send({ method, path }) };
}

/** Servers beside the first one that are not it. */
const OTHERS: readonly (readonly [base: string, location: string])[] = [
  ['https://gw.test/staging', 'https://gw.test/prod/ota/x/'],
  ['https://gw.test/staging', '/prod/ota/x/'],
  ['https://gw.test/staging', '../../../prod/ota/x/'],
  ['https://gw.test/staging', '/staging/..%2fprod/ota/x/'],
  ['https://gw.test/staging', '/STAGING/ota/x/'],
  ['https://gw.test/staging', '/staging2/ota/x/'],
  ['https://gw.test/staging', '/ota/x/'],
  ['http://gw.test', 'https://gw.test/ota/x/'],
  ['https://gw.test:8443', 'https://gw.test/ota/x/'],
];

suite('A token is for one base address', () => {
  for (const [base, location] of OTHERS) {
    test(`a redirect of ${base} to ${location} gets none, and no write`, async () => {
      const read = redirected(base, location);
      await read.send('GET');
      assert.deepEqual(
        read.sent.map(({ token }) => token),
        ['secret', undefined],
      );
      const write = redirected(base, location);
      await assert.rejects(
        write.send('PATCH'),
        (error: unknown) => error instanceof FactoryError && error.kind === 'redirect',
      );
      assert.equal(write.sent.length, 1);
    });
  }

  for (const [base, location] of [
    ['https://gw.test/staging', 'https://gw.test/staging/ota/y/'],
    ['https://gw.test/staging', '/staging/ota/y/?x=/prod/'],
    ['https://gw.test/staging', '../y/'],
    ['https://gw.test', 'https://gw.test/prod/ota/y/'],
  ] as const) {
    test(`a redirect of ${base} to ${location} gets it`, async () => {
      for (const method of ['GET', 'PATCH'] as const) {
        const { sent, send } = redirected(base, location);
        await send(method);
        assert.deepEqual(
          sent.map(({ token }) => token),
          ['secret', 'secret'],
        );
      }
    });
  }

  for (const path of ['/../prod/ota/x/', '/ota/devices/../../../prod/', '/ota/devices/%2e%2e/..%2f..%2f..%2fprod/']) {
    test(`a request for ${path} goes to no other server`, async () => {
      const { sent, send } = redirected('https://gw.test/staging', '/');
      await assert.rejects(send('GET', path), FactoryError);
      assert.deepEqual(sent, []);
    });
  }
});
