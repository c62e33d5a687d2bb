import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { getPresence } from '../../../src/api/status';
import { foundriesServer } from '../../../src/api/server';
import { Transport } from '../../../src/api/transport';
import { countsByTag, sum } from '../../../src/model/fleetStatus';

const tag = (name: string, devices: number) => ({
  name,
  'devices-total': devices,
  'devices-online': devices,
  'devices-on-latest': 0,
  'devices-on-orphan': 0,
  'latest-target': 7,
  targets: [],
  'device-groups': [],
});

/** What a service that answers so is said to have. */
async function statusOf(answer: object) {
  const transport = new Transport({
    server: foundriesServer('http://factory.test'),
    fetch: () =>
      Promise.resolve({
        status: 200,
        headers: { get: () => null },
        body: (async function* () {
          await Promise.resolve();
          yield Buffer.from(JSON.stringify(answer));
        })(),
      } as never),
    token: () => Promise.resolve('token'),
    userAgent: 'test',
  });
  return getPresence(transport, 'acme', 4);
}

suite('The devices of waves in the status of a Factory (docs/api.md §2.4)', () => {
  const tags = [tag('main', 5)];
  const production = [tag('stable', 3)];
  const waves = [tag('stable', 2)];

  test('production tags that repeat them: counted once', async () => {
    const { tags: status, isWhole } = await statusOf({
      'total-devices': 8,
      tags,
      'prod-tags': production,
      'wave-tags': waves,
    });
    assert.equal(sum(status).devices, 8);
    assert.equal(isWhole, true);
  });

  test('production tags that leave them out: added', async () => {
    const { tags: status, isWhole } = await statusOf({
      'total-devices': 10,
      tags,
      'prod-tags': production,
      'wave-tags': waves,
    });
    assert.equal(sum(status).devices, 10);
    assert.equal(isWhole, true);
    assert.equal(countsByTag(status).get('stable')?.devices, 5);
    assert.ok(status.filter(({ tag: name }) => name === 'stable').every((each) => each.production));
  });

  for (const [what, total] of [
    ['no total', undefined],
    ['a total that says something else', 9],
    ['a total that is too small', 1],
  ] as const) {
    test(`${what}: nothing is added`, async () => {
      const answer = { tags, 'prod-tags': production, 'wave-tags': waves };
      const { tags: status, isWhole } = await statusOf(
        total === undefined ? answer : { ...answer, 'total-devices': total },
      );
      assert.equal(sum(status).devices, 8);
      assert.equal(isWhole, false);
    });
  }

  test('without a total and without waves, the tags are all there is', async () => {
    assert.equal((await statusOf({ tags, 'prod-tags': production })).isWhole, true);
  });
});
