import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import { newConfigFile, type ConfigScope } from '../../../src/model/config';
import { ConfigStore } from '../../../src/store/configStore';
import { DEVICE, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const scope: ConfigScope = { kind: 'device', factory: FACTORY, device: DEVICE };
const GET = `GET /ota/devices/${DEVICE}/config/`;
const PATCH = `PATCH /ota/devices/${DEVICE}/config/`;
const write = (name: string, value: string) => () => ({ reason: 'r', file: newConfigFile(name, value) });

suite('Configurations', () => {
  let factory: TestFactory;
  let store: ConfigStore;
  setup(async () => {
    factory = await startTestFactory();
    store = new ConfigStore(factory.client);
  });
  teardown(() => factory.close());

  test('asked for at once or in a row: one GET', async () => {
    await Promise.all([store.get(scope, 60_000), store.get(scope, 60_000), store.get(scope, 0)]);
    for (let file = 0; file < 10; file++) {
      await store.get(scope, 60_000);
    }
    assert.deepEqual(factory.seen(), [GET]);
  });

  test('too old is asked again', async () => {
    await store.get(scope, 60_000);
    await store.get(scope, 0);
    assert.deepEqual(factory.seen(), [GET, GET]);
  });

  test('two writes at once: neither is lost, and each reads before it writes', async () => {
    await Promise.all([store.update(scope, write('a', '1')), store.update(scope, write('b', '2'))]);
    assert.deepEqual(factory.seen(), [GET, PATCH, GET, PATCH]);
    assert.equal(await factory.value('a'), '1');
    assert.equal(await factory.value('b'), '2');
  });

  test('a write after one that failed is done', async () => {
    factory.server.emulator.faults.add({ status: 500, match: { method: 'PATCH' } });
    const failed = store.update(scope, write('a', '1'));
    const done = store.update(scope, write('b', '2'));
    await assert.rejects(failed, FactoryError);
    await done;
    assert.equal(await factory.value('b'), '2');
  });

  test('a write whose answer is lost, and the look at it too, fails as one that may be done', async () => {
    const fault = (rule: object) => factory.server.emulator.faults.add(rule);
    fault({ cut: true, match: { method: 'PATCH' } });
    await store.get(scope, 0);
    const failing = store.update(scope, () => {
      fault({ status: 500, match: { method: 'GET' }, count: null });
      return { reason: 'r', file: newConfigFile('a', '1') };
    });
    const isUnknown = (error: unknown) => error instanceof FactoryError && error.info.unverified === true;
    await assert.rejects(failing, isUnknown);
    factory.server.emulator.faults.clear();
    assert.equal(await factory.value('a'), '1');
    fault({ cut: -1, applied: false, match: { method: 'PATCH' } });
    await assert.rejects(store.update(scope, write('b', '2')), (error) => !isUnknown(error));
  });

  test('the answer of a write is the truth from then on', async () => {
    await store.update(scope, write('a', '1'));
    factory.seen();
    const { entries } = await store.get(scope, 60_000);
    assert.equal(entries[0]?.files.find(({ name }) => name === 'a')?.value, '1');
    assert.ok(entries[0].files.length > 3);
    assert.deepEqual(factory.seen(), []);
  });

  test('an answer with only the written file does not make the others vanish', async () => {
    const value = { name: 'a', value: '1', unencrypted: true };
    factory.server.emulator.faults.add({
      match: { method: 'PATCH' },
      status: 201,
      applied: true,
      body: { 'created-at': '2026-01-01T00:00:00', reason: '', files: [value] },
    });
    const { entries } = await store.update(scope, write('a', '1'));
    assert.ok((entries[0]?.files.length ?? 0) > 3);
  });

  test('a look that began before a write does not bring the past back', async () => {
    await store.get(scope, 0);
    const held = factory.network.hold();
    const slow = store.get(scope, 0);
    await held.arrived;
    await store.update(scope, write('a', '1'));
    held.release();
    const { entries } = await slow;
    assert.ok(entries[0]?.files.some(({ name }) => name === 'a'));
    assert.ok(store.peek(scope)?.entries[0]?.files.some(({ name }) => name === 'a'));
  });

  test('an older look that ends later does not replace a newer one', async () => {
    factory.server.emulator.faults.add({ match: { method: 'GET' }, count: 1, status: 200, body: { config: [] } });
    const held = factory.network.hold();
    const old = store.get(scope, 0);
    await held.arrived;
    await store.update(scope, () => undefined);
    held.release();
    assert.ok((await old).entries.length > 0);
    assert.ok((store.peek(scope)?.entries.length ?? 0) > 0);
  });

  test('a change is told once, the same again is not', async () => {
    let told = 0;
    store.onDidChange(() => told++);
    await store.get(scope, 0);
    await store.get(scope, 0);
    assert.equal(told, 1);
    await factory.writeAs([{ name: 'a', value: '1' }]);
    await store.get(scope, 0);
    assert.equal(told, 2);
  });
});
