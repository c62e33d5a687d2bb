import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import { newConfigFile, type ConfigScope } from '../../../src/model/config';
import { storeScene } from '../support/storeScene';
import { DEVICE, FACTORY } from '../support/factory';

const scope: ConfigScope = { kind: 'device', factory: FACTORY, device: DEVICE };
const GET = `GET /ota/devices/${DEVICE}/config/`;
const PATCH = `PATCH /ota/devices/${DEVICE}/config/`;
const write = (name: string, value: string) => () => ({ reason: 'r', file: newConfigFile(name, value) });

suite('Configurations', () => {
  const it = storeScene();

  test('asked for at once or in a row: one GET', async () => {
    await Promise.all([it.store.get(scope, 60_000), it.store.get(scope, 60_000), it.store.get(scope, 0)]);
    for (let file = 0; file < 10; file++) {
      await it.store.get(scope, 60_000);
    }
    assert.deepEqual(it.factory.seen(), [GET]);
  });

  test('too old is asked again', async () => {
    await it.store.get(scope, 60_000);
    await it.store.get(scope, 0);
    assert.deepEqual(it.factory.seen(), [GET, GET]);
  });

  test('two writes at once: neither is lost, and each reads before it writes', async () => {
    await Promise.all([it.store.update(scope, write('a', '1')), it.store.update(scope, write('b', '2'))]);
    assert.deepEqual(it.factory.seen(), [GET, PATCH, GET, PATCH]);
    assert.equal(await it.factory.value('a'), '1');
    assert.equal(await it.factory.value('b'), '2');
  });

  test('a write after one that failed is done', async () => {
    it.factory.server.emulator.faults.add({ status: 500, match: { method: 'PATCH' } });
    const failed = it.store.update(scope, write('a', '1'));
    const done = it.store.update(scope, write('b', '2'));
    await assert.rejects(failed, FactoryError);
    await done;
    assert.equal(await it.factory.value('b'), '2');
  });

  test('a write whose answer is lost, and the look at it too, fails as one that may be done', async () => {
    const fault = (rule: object) => it.factory.server.emulator.faults.add(rule);
    fault({ cut: true, match: { method: 'PATCH' } });
    await it.store.get(scope, 0);
    const failing = it.store.update(scope, () => {
      fault({ status: 500, match: { method: 'GET' }, count: null });
      return { reason: 'r', file: newConfigFile('a', '1') };
    });
    const isUnknown = (error: unknown) => error instanceof FactoryError && error.info.unverified === true;
    await assert.rejects(failing, isUnknown);
    it.factory.server.emulator.faults.clear();
    assert.equal(await it.factory.value('a'), '1');
    fault({ cut: -1, applied: false, match: { method: 'PATCH' } });
    await assert.rejects(it.store.update(scope, write('b', '2')), (error) => !isUnknown(error));
  });

  test('the answer of a write is the truth from then on', async () => {
    await it.store.update(scope, write('a', '1'));
    it.factory.seen();
    const { entries } = await it.store.get(scope, 60_000);
    assert.equal(entries[0]?.files.find(({ name }) => name === 'a')?.value, '1');
    assert.ok(entries[0].files.length > 3);
    assert.deepEqual(it.factory.seen(), []);
  });

  test('an answer with only the written file does not make the others vanish', async () => {
    const value = { name: 'a', value: '1', unencrypted: true };
    it.factory.server.emulator.faults.add({
      match: { method: 'PATCH' },
      status: 201,
      applied: true,
      body: { 'created-at': '2026-01-01T00:00:00', reason: '', files: [value] },
    });
    const { entries } = await it.store.update(scope, write('a', '1'));
    assert.ok((entries[0]?.files.length ?? 0) > 3);
  });

  test('a look that began before a write does not bring the past back', async () => {
    await it.store.get(scope, 0);
    const held = it.factory.network.hold();
    const slow = it.store.get(scope, 0);
    await held.arrived;
    await it.store.update(scope, write('a', '1'));
    held.release();
    const { entries } = await slow;
    assert.ok(entries[0]?.files.some(({ name }) => name === 'a'));
    assert.ok(it.store.peek(scope)?.entries[0]?.files.some(({ name }) => name === 'a'));
  });

  test('an older look that ends later does not replace a newer one', async () => {
    it.factory.server.emulator.faults.add({ match: { method: 'GET' }, count: 1, status: 200, body: { config: [] } });
    const held = it.factory.network.hold();
    const old = it.store.get(scope, 0);
    await held.arrived;
    await it.store.update(scope, () => undefined);
    held.release();
    assert.ok((await old).entries.length > 0);
    assert.ok((it.store.peek(scope)?.entries.length ?? 0) > 0);
  });

  test('a change is told once, the same again is not', async () => {
    let told = 0;
    it.store.onDidChange(() => told++);
    await it.store.get(scope, 0);
    await it.store.get(scope, 0);
    assert.equal(told, 1);
    await it.factory.writeAs([{ name: 'a', value: '1' }]);
    await it.store.get(scope, 0);
    assert.equal(told, 2);
  });
});
