import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { createClient, type FactoryClient } from '../../../src/api/client';
import { FactoryError } from '../../../src/api/errors';
import { foundriesServer } from '../../../src/api/server';
import { Transport } from '../../../src/api/transport';

/** @returns a client that is always answered so */
const answered = (json: string): FactoryClient =>
  createClient(
    new Transport({
      server: foundriesServer('http://factory.test'),
      fetch: () =>
        Promise.resolve({
          status: 200,
          headers: { get: () => null },
          body: (async function* () {
            await Promise.resolve();
            yield Buffer.from(json);
          })(),
        }),
      token: () => Promise.resolve('demo-token'),
      userAgent: 'test',
    }),
  );

const DRY = { limit: 1, 'dry-run': true, 'return-uuids': true, 'return-names': true } as const;

async function refusal(asked: Promise<unknown>): Promise<string> {
  const error: unknown = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof FactoryError, String(error));
  return error.message;
}

/** What the garbage of `test/unit/fuzz` has found. */
suite('Garbage: what was found', () => {
  test('what is more than any number is no count', async () => {
    assert.match(
      await refusal(answered('{"devices":[],"total":1e999}').listDevices({ factory: 'f', limit: 10 })),
      /^GET \/ota\/devices\/.*total: expected a number/,
    );
    assert.match(
      await refusal(answered('{"total-devices":1e999,"updated-devices":0}').getWaveStatus('f', 'w', 4)),
      /total-devices: expected a number/,
    );
    assert.match(
      await refusal(answered('{"device-num":1e999}').rolloutWave('f', 'w', DRY)),
      /device-num: expected a number/,
    );
    assert.match(
      await refusal(answered('{"data":[{"id":1e999}]}').listTriggers('f')),
      /data\[0\]\.id: expected a number/,
    );
    const { waves } = await answered('{"waves":[{"name":"w","version":"1e999"}]}').listWaves('f', 1);
    assert.equal(waves[0]?.version, 0);
  });

  test('a time beyond all dates is none', async () => {
    const test = await answered('{"test-id":"t","created-on":1e21,"completed-on":8640000000000.001}').getTest(
      'f',
      'd',
      't',
    );
    assert.equal(test.createdAt, undefined);
    assert.equal(test.completedAt, undefined);
  });

  test('half a character in a name is no reason to show nothing; values of files stay as they are', async () => {
    const device = await answered('{"uuid":"u","name":"a\\ud800b","tag":"\\ud83d\\ude00"}').getDevice('f', 'd');
    assert.deepEqual([device.name, device.tag], ['a\ufffdb', '😀']);
    const [target] = await answered('{"a\\udc00-1":{"custom":{"version":"1"}}}').listTargets('f');
    assert.equal(target?.name, 'a\ufffd-1');
    const scope = { kind: 'factory', factory: 'f' } as const;
    const [entry] = await answered('{"config":[{"files":[{"name":"n\\ud800","value":"v\\ud800"}]}]}').listConfig(scope);
    assert.deepEqual(
      entry?.files.map(({ name, value }) => [name, value]),
      [['n\ufffd', 'v\ud800']],
    );
  });
});
