/** What is kept of things that nobody looks at any more, however many there were. */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import type { FactoryClient } from '../../../src/api/client';
import { newConfigFile, type ConfigEntry, type ConfigScope } from '../../../src/model/config';
import { ConfigStore } from '../../../src/store/configStore';
import { Deliveries } from '../../../src/store/deliveries';
import { Fleet } from '../../../src/store/fleet';

const scopeOf = (number: number): ConfigScope & { kind: 'device' } => ({
  kind: 'device',
  factory: 'F',
  device: `device-${number}`,
});

/** @returns a store of configurations with a value of that many characters, and the devices that were asked about */
function storeOf(characters: number) {
  const asked: string[] = [];
  const entry: ConfigEntry = {
    createdAt: '2026-03-10T12:00:00+00:00',
    appliedAt: undefined,
    createdBy: undefined,
    reason: 'r',
    files: [newConfigFile('a', 'x'.repeat(characters))],
  };
  const client = {
    listConfig: (scope: { device: string }) => {
      asked.push(scope.device);
      return Promise.resolve([entry]);
    },
  };
  return { store: new ConfigStore(client as unknown as FactoryClient), asked };
}

suite('Limits of what is kept', () => {
  test('a thousand configurations; those that are used stay', async () => {
    const { store, asked } = storeOf(10);
    for (let number = 0; number < 2_500; number++) {
      await store.get(scopeOf(number), 0);
      assert.ok(store.peek(scopeOf(0)), 'the first is used all the time');
    }
    assert.equal(store.peek(scopeOf(1)), undefined);
    assert.ok(store.peek(scopeOf(2_000)));
    asked.length = 0;
    await store.get(scopeOf(1), 60_000);
    await store.get(scopeOf(2_499), 60_000);
    assert.deepEqual(asked, ['device-1']);
  });

  test('those of groups stay, by which a group is told from another one of its name', async () => {
    const { store } = storeOf(10);
    const group: ConfigScope = { kind: 'group', factory: 'F', group: 'lab' };
    await store.get(group, 0);
    for (let number = 0; number < 1_500; number++) {
      await store.get(scopeOf(number), 0);
    }
    assert.ok(store.peek(group));
  });

  test('of long values fewer, and the newest whatever its size', async () => {
    const { store } = storeOf(10_000_000);
    for (let number = 0; number < 6; number++) {
      await store.get(scopeOf(number), 0);
    }
    const kept = [0, 1, 2, 3, 4, 5].filter((number) => store.peek(scopeOf(number)) !== undefined);
    assert.deepEqual(kept, [3, 4, 5]);
    const { store: other } = storeOf(40_000_000);
    await other.get(scopeOf(1), 0);
    assert.ok(other.peek(scopeOf(1)));
  });

  test('a thousand configurations on their way, and those that somebody wants to be told of', () => {
    const { store: configs } = storeOf(1);
    const deliveries = new Deliveries(() => false);
    const deliveryOf = (number: number) => ({ host: 'h', scope: scopeOf(number), configs });
    deliveries.want(deliveryOf(0));
    for (let number = 1; number < 3_000; number++) {
      deliveries.watch(deliveryOf(number));
    }
    const watched = deliveries.pending.map(({ scope }) => scope.device);
    deliveries.dispose();
    assert.equal(watched.length, 1_001);
    assert.ok(watched.includes('device-0'));
    assert.ok(watched.includes('device-2999'));
  });

  test('a hundred lists of devices, and those that are shown', () => {
    const fleet = new Fleet({} as FactoryClient, 'F', () => 4);
    const shown = fleet.list({ group: 'shown' });
    shown.onDidChange(() => undefined);
    const first = fleet.list({ group: 'group-0' });
    for (let number = 1; number < 300; number++) {
      fleet.list({ group: `group-${number}` });
    }
    assert.equal(fleet.list({ group: 'shown' }), shown);
    assert.notEqual(fleet.list({ group: 'group-0' }), first);
    assert.equal(fleet.list({ group: 'group-0' }), fleet.list({ group: 'group-0' }));
  });
});
