import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { newConfigFile } from '../../../src/model/config';
import { ConfigStore } from '../../../src/store/configStore';
import { Deliveries, type Delivery, type DeliveryEvent } from '../../../src/store/deliveries';
import { VirtualTime } from '../../support/virtualTime';
import { TestMemory } from '../support/editor';
import { DEVICE, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

suite('What was sent, until the device has it', () => {
  let factory: TestFactory;
  let time: VirtualTime;
  let deliveries: Deliveries;
  let delivery: Delivery;
  let looked: boolean;
  let applied: DeliveryEvent[];

  setup(async () => {
    factory = await startTestFactory({ way: 'in process', startTime: Date.parse('2026-03-10T12:00:00Z') });
    time = new VirtualTime(() => factory.network.settled());
    time.install();
    const configs = new ConfigStore(factory.client);
    delivery = { host: 'h', scope: { kind: 'device', factory: FACTORY, device: DEVICE }, configs };
    looked = true;
    applied = [];
    deliveries = new Deliveries(() => looked, { first: 15, longest: 30 });
    deliveries.onDidApply((event) => applied.push(event));
    configs.onDidWrite(() => deliveries.watch(delivery));
    await configs.update(delivery.scope, () => ({ reason: 'r', file: newConfigFile('a', '1') }));
    factory.seen();
  });
  teardown(async () => {
    time.uninstall();
    deliveries.dispose();
    await factory.close();
  });

  const checkIn = () => factory.control.checkIn(DEVICE);

  test('is told once, when the device has fetched it, and not asked about any more', async () => {
    await time.pass(100);
    assert.deepEqual(applied, []);
    assert.ok(factory.seen().length >= 2);
    await checkIn();
    await time.pass(100);
    assert.deepEqual(
      applied.map(({ appliedAt, wanted }) => [Date.parse(appliedAt) > 0, wanted]),
      [[true, false]],
    );
    factory.seen();
    await time.pass(100);
    assert.deepEqual(factory.seen(), []);
  });

  test('is not asked about while nobody looks, and at once when somebody does', async () => {
    looked = false;
    await time.pass(120);
    assert.deepEqual(factory.seen(), []);
    looked = true;
    deliveries.lookedAt();
    await time.pass(60);
    assert.ok(factory.seen().length >= 1);
  });

  test('is asked about for somebody who wants to be told, also while nobody looks', async () => {
    looked = false;
    deliveries.want(delivery);
    await checkIn();
    await time.pass(100);
    assert.deepEqual(
      applied.map(({ wanted }) => wanted),
      [true],
    );
  });

  test('goes on after a passing failure, and ends where the service refuses', async () => {
    factory.server.emulator.faults.add({ status: 500, count: 3 });
    await time.pass(200);
    assert.equal(deliveries.pending.length, 1);
    factory.server.emulator.faults.add({ status: 403, count: null });
    await time.pass(150);
    assert.equal(deliveries.pending.length, 0);
    factory.seen();
    await time.pass(100);
    assert.deepEqual(factory.seen(), []);
  });

  suite('over a restart', () => {
    let memory: TestMemory;
    let told: DeliveryEvent[];
    const window = () => {
      const next = new Deliveries(() => looked, { first: 15, longest: 30 }, memory);
      next.onDidApply((event) => told.push(event));
      return next;
    };
    const again = (): Delivery => ({ ...delivery, configs: new ConfigStore(factory.client) });

    setup(() => {
      memory = new TestMemory();
      told = [];
      looked = false;
    });

    test('who asked is told, once; no value is kept', async () => {
      const before = window();
      before.want({ ...delivery, uuid: 'u' });
      before.dispose();
      const kept = memory.get('foundries.deliveries') as Record<string, unknown>[];
      assert.deepEqual(Object.keys(kept[0]!).sort(), ['at', 'device', 'factory', 'server', 'uuid', 'wanted']);
      const after = window();
      factory.seen();
      after.resume(() => undefined);
      assert.equal(after.pending.length, 0, 'nobody is signed in yet');
      after.resume(again);
      await checkIn();
      await time.pass(100);
      assert.deepEqual([told[0]?.wanted, told[0]?.delivery.uuid], [true, 'u']);
      after.dispose();
      assert.equal(memory.get('foundries.deliveries'), undefined);
      const third = window();
      third.resume(again);
      assert.equal(third.pending.length, 0);
      third.dispose();
    });

    test('what nobody asked to be told of is asked about when it is looked at', async () => {
      const before = window();
      before.watch(delivery);
      before.dispose();
      const after = window();
      after.resume(again);
      await checkIn();
      factory.seen();
      await time.pass(60);
      assert.deepEqual(factory.seen(), []);
      looked = true;
      after.lookedAt();
      await time.pass(100);
      assert.equal(told[0]?.wanted, false);
      after.dispose();
    });

    test('the configuration of another device of the same name is no news', async () => {
      const before = window();
      before.want(delivery);
      before.dispose();
      const kept = memory.get('foundries.deliveries') as object[];
      await memory.update('foundries.deliveries', [{ ...kept[0], at: '2020-01-01T00:00:00+00:00' }, null, { host: 1 }]);
      await checkIn();
      const after = window();
      after.resume(again);
      assert.equal(after.pending.length, 1);
      await time.pass(100);
      assert.equal(after.pending.length, 0);
      assert.deepEqual(told, []);
      after.dispose();
    });

    test('signed out and in again, it goes on; what was only looked at does not outlive the window', async () => {
      const here = window();
      here.want(delivery);
      here.follow({ ...delivery, scope: { ...delivery.scope, device: 'device-02' } });
      assert.equal(here.pending.length, 2);
      here.keep(() => false);
      assert.equal(here.pending.length, 0);
      here.resume(again);
      assert.deepEqual(
        here.pending.map(({ scope }) => scope.device),
        [DEVICE],
      );
      await checkIn();
      await time.pass(100);
      assert.equal(told[0]?.wanted, true);
      here.dispose();
    });
  });

  test('many devices are asked about more rarely, not all at once', async () => {
    deliveries.keep(() => false);
    let asked = 0;
    const configs = {
      peek: () => undefined,
      get: () => {
        asked += 1;
        return Promise.resolve({ entries: [{ files: [] }] });
      },
    } as unknown as ConfigStore;
    const crowd = new Deliveries(() => true, { first: 100, longest: 100 });
    for (let at = 0; at < 200; at++) {
      crowd.watch({ host: 'h', scope: { kind: 'device', factory: FACTORY, device: `d-${at}` }, configs });
    }
    await time.pass(250);
    assert.ok(asked >= 20 && asked <= 80, String(asked));
    asked = 0;
    crowd.lookedAt();
    await time.pass(250);
    assert.ok(asked >= 20 && asked <= 80, String(asked));
    crowd.dispose();
  });

  test('what no longer counts is not asked about', async () => {
    deliveries.keep(() => false);
    await time.pass(100);
    assert.deepEqual(factory.seen(), []);
    assert.equal(deliveries.pending.length, 0);
  });

  test('a disposed watch asks no more', async () => {
    deliveries.dispose();
    await time.pass(100);
    assert.deepEqual(factory.seen(), []);
  });
});
