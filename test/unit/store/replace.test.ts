import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import { newConfigFile, type ConfigFile, type ConfigScope } from '../../../src/model/config';
import { fileOf } from '../../../src/model/configHistory';
import { ConfigMoved, RestoredPartly } from '../../../src/configfs/restoring';
import { SaveRefused } from '../../../src/configfs/saveRefused';
import { removeOne, restoreAll, restoreOne } from '../support/changes';
import { storeScene } from '../support/storeScene';
import { DEVICE, DEVICE_UUID, FACTORY, startTestFactory } from '../support/factory';

const scope: ConfigScope = { kind: 'device', factory: FACTORY, device: DEVICE };
const GET = `GET /ota/devices/${DEVICE}/config/`;
const POST = `POST /ota/devices/${DEVICE}/config/`;
const PATCH = `PATCH /ota/devices/${DEVICE}/config/`;

suite('Putting a whole set of files in the place of another', () => {
  const it = storeScene();

  const latest = async () => (await it.store.get(scope, 0)).entries[0];
  const names = async () => (await it.factory.client.listConfig(scope))[0]?.files.map(({ name }) => name);
  const set = (...files: ConfigFile[]) => ({ reason: 'Restore', files });

  test('one GET and one POST with everything that belongs to the files, and a look at what it replaced', async () => {
    const seen = await latest();
    it.factory.seen();
    const handled = { ...newConfigFile('b', '2'), onChanged: ['/usr/share/fioconfig/handlers/x'], unencrypted: false };
    const { entries } = await restoreAll(it.store, scope, set(newConfigFile('a', '1'), handled), seen);
    assert.deepEqual(
      entries[0]?.files.map(({ name }) => name),
      ['a', 'b'],
    );
    const body = JSON.parse(
      it.factory.server.emulator.requests.all().find(({ method }) => method === 'POST')?.body ?? '',
    ) as unknown;
    assert.deepEqual(body, {
      reason: 'Restore',
      files: [
        { name: 'a', value: '1', unencrypted: true },
        { name: 'b', value: '2', unencrypted: false, 'on-changed': ['/usr/share/fioconfig/handlers/x'] },
      ],
    });
    assert.deepEqual(it.factory.seen(), [GET, POST, GET]);
    assert.deepEqual(await names(), ['a', 'b']);
    it.factory.seen();
    await it.store.get(scope, 60_000);
    assert.deepEqual(it.factory.seen(), []);
  });

  test('the set in force is not sent again', async () => {
    const seen = await latest();
    it.factory.seen();
    await restoreAll(it.store, scope, set(...[...(seen?.files ?? [])].reverse()), seen);
    assert.deepEqual(it.factory.seen(), [GET]);
  });

  test('not over an entry that the user has not seen, even of the same second', async () => {
    const seen = await latest();
    await it.factory.writeAs([{ name: 'theirs', value: '1' }]);
    it.factory.seen();
    await assert.rejects(restoreAll(it.store, scope, set(newConfigFile('a', '1')), seen), ConfigMoved);
    assert.deepEqual(it.factory.seen(), [GET]);
    assert.ok((await names())?.includes('theirs'));
  });

  test('that the device has fetched the entry meanwhile is no change', async () => {
    const { entries } = await it.store.update(scope, () => ({ reason: 'r', file: newConfigFile('a', '1') }));
    assert.equal(entries[0]?.appliedAt, undefined);
    await it.factory.control.checkIn(DEVICE);
    assert.notEqual((await it.factory.client.listConfig(scope))[0]?.appliedAt, undefined);
    await restoreAll(it.store, scope, set(newConfigFile('b', '2')), entries[0]);
    assert.deepEqual(await names(), ['b']);
  });

  test('waits for a write under way, and is then refused', async () => {
    const seen = await latest();
    it.factory.seen();
    const patch = it.store.update(scope, () => ({ reason: 'r', file: newConfigFile('a', '1') }));
    const replace = restoreAll(it.store, scope, set(newConfigFile('b', '2')), seen);
    await patch;
    await assert.rejects(replace, ConfigMoved);
    assert.deepEqual(it.factory.seen(), [GET, PATCH, GET]);
  });

  test('an answer that was lost: read back, and only what is there counts', async () => {
    for (const applied of [true, false]) {
      const seen = await latest();
      it.factory.seen();
      it.factory.server.emulator.faults.add({ status: 502, applied, match: { method: 'POST' } });
      const done = restoreAll(it.store, scope, set(newConfigFile('a', String(applied))), seen);
      if (applied) {
        assert.equal((await done).entries[0]?.files[0]?.value, 'true');
      } else {
        await assert.rejects(done, FactoryError);
      }
      assert.deepEqual(it.factory.seen(), [GET, POST, GET]);
    }
  });

  test('an answer that does not show the set is not believed', async () => {
    const seen = await latest();
    it.factory.server.emulator.faults.add({ status: 201, body: {}, match: { method: 'POST' } });
    await assert.rejects(
      restoreAll(it.store, scope, set(newConfigFile('a', '1')), seen),
      (error) => error instanceof FactoryError && error.kind === 'unexpected',
    );
    it.factory.server.emulator.faults.add({ status: 201, body: {}, applied: true, match: { method: 'POST' } });
    await restoreAll(it.store, scope, set(newConfigFile('a', '1')), await latest());
    assert.deepEqual(await names(), ['a']);
  });

  test('everything taken away, and set again where nothing is', async () => {
    const seen = await latest();
    const empty = await restoreAll(it.store, scope, set(), seen);
    assert.deepEqual(await names(), []);
    await restoreAll(it.store, scope, set(newConfigFile('a', '1')), empty.entries[0]);
    assert.deepEqual(await names(), ['a']);
  });

  test('one file: not over another value of it, and not beyond what the service takes', async () => {
    const seen = await latest();
    const file = newConfigFile('app.config', 'old');
    await it.factory.writeAs([{ name: 'other', value: '1' }]);
    it.factory.seen();
    await restoreOne(it.store, scope, { reason: 'r', file }, seen);
    assert.deepEqual(it.factory.seen(), [GET, PATCH]);
    await restoreOne(it.store, scope, { reason: 'r', file }, await latest());
    await assert.rejects(
      restoreOne(it.store, scope, { reason: 'r', file: newConfigFile('app.config', 'x') }, seen),
      ConfigMoved,
    );
    const large = newConfigFile('app.config', 'x'.repeat(1024 * 1024));
    await assert.rejects(
      restoreOne(it.store, scope, { reason: 'r', file: large }, await latest()),
      (error) => error instanceof SaveRefused && error.kind === 'tooLarge',
    );
    assert.deepEqual(it.factory.seen(), [GET, GET, GET, GET, GET]);
    assert.deepEqual([await it.factory.value('app.config'), await it.factory.value('other')], ['old', '1']);
  });

  test('not to another device that has got the name meanwhile, although its file is the same', async () => {
    const { devices } = await it.factory.client.listDevices({ factory: FACTORY, limit: 10 });
    const other = devices.find(({ name }) => name !== DEVICE)!;
    const seen = await latest();
    const same = fileOf(seen, 'app.config')!;
    await it.factory.client.patchConfig({ ...scope, device: other.name }, { reason: 'The same', file: same });
    await it.factory.client.changeDevice(FACTORY, DEVICE_UUID, { name: 'retired' });
    await it.factory.client.changeDevice(FACTORY, other.uuid, { name: DEVICE });
    it.factory.seen();
    const change = { reason: 'r', file: newConfigFile('app.config', 'old') };
    await assert.rejects(restoreOne(it.store, scope, change, seen), ConfigMoved);
    await assert.rejects(removeOne(it.store, scope, { reason: 'r', name: 'app.config' }, seen), ConfigMoved);
    assert.deepEqual(it.factory.seen(), [GET, GET]);
  });

  test('of a group and of the Factory', async () => {
    for (const shared of [
      { kind: 'group', factory: FACTORY, group: 'lab' },
      { kind: 'factory', factory: FACTORY },
    ] satisfies ConfigScope[]) {
      const [seen] = (await it.store.get(shared, 0)).entries;
      await restoreAll(it.store, shared, set(newConfigFile('a', '1')), seen);
      const [now] = await it.factory.client.listConfig(shared);
      assert.deepEqual([now?.files.length, now?.reason], [1, 'Restore']);
    }
  });

  suite('beside a secret that the service keeps for a group, whatever it shows of it', () => {
    const lab: ConfigScope = { kind: 'group', factory: FACTORY, group: 'lab' };
    const LAB = `/ota/factories/${FACTORY}/device-groups/lab/config/`;
    const put = (name: string, value: string, unencrypted = true) =>
      it.factory.client.patchConfig(lab, {
        reason: 'r',
        file: { name, value, unencrypted, onChanged: undefined },
      });
    const history = async () => (await it.store.get(lab, 0)).entries;
    const values = async () =>
      Object.fromEntries((await it.factory.client.listConfig(lab))[0]!.files.map(({ name, value }) => [name, value]));

    for (const shown of ['REDACTED', '********']) {
      test(`${shown} is not sent; the other files go one by one, with a reason`, async () => {
        await put('npmtok', shown, false);
        await put('a', 'old');
        await put('b', 'old');
        const [then] = await history();
        await put('npmtok', 'the newer secret', false);
        await put('a', 'new');
        await it.factory.client.deleteConfigFile(lab, 'b');
        await put('c', 'new');
        const [seen] = await history();
        it.factory.seen();
        await restoreAll(it.store, lab, { reason: 'Restore', files: then!.files }, seen);
        const writes = it.factory.seen().filter((request) => !request.startsWith('GET'));
        assert.deepEqual(writes, [`PATCH ${LAB}`, `PATCH ${LAB}`, `DELETE ${LAB}c/`]);
        const { npmtok, a, b, c } = await values();
        assert.deepEqual([npmtok, a, b, c], ['the newer secret', 'old', 'old', undefined]);
      });
    }

    test('an entry that had no secret is restored without sending the present one', async () => {
      await put('a', 'old');
      const [then] = await history();
      await put('npmtok', 'REDACTED', false);
      await put('a', 'new');
      const [seen] = await history();
      it.factory.seen();
      await restoreAll(it.store, lab, { reason: 'Restore', files: then!.files }, seen);
      assert.ok(!it.factory.seen().includes(`POST ${LAB}`));
      assert.equal((await values()).a, 'old');
    });

    test('nothing is sent over an entry that the user has not seen; a failure half way names what was done', async () => {
      await put('npmtok', 'REDACTED', false);
      await put('a', 'old');
      await put('b', 'old');
      const [then] = await history();
      await put('a', 'new');
      await put('b', 'new');
      const [seen] = await history();
      const set = { reason: 'Restore', files: then!.files };
      await assert.rejects(restoreAll(it.store, lab, set, then), ConfigMoved);
      it.store.onDidWrite(() => it.factory.server.emulator.faults.add({ match: { method: 'PATCH' }, status: 403 }));
      await assert.rejects(restoreAll(it.store, lab, set, seen), (error) => {
        assert.ok(error instanceof RestoredPartly, String(error));
        assert.deepEqual([error.done, error.left], [['a'], ['b']]);
        assert.ok(error.cause instanceof FactoryError && error.cause.kind === 'forbidden');
        return true;
      });
    });
  });
});

suite('Device groups', () => {
  test('are listed by name', async () => {
    const other = await startTestFactory();
    try {
      const groups = await other.client.listGroups(FACTORY);
      assert.ok(groups.some(({ name, description }) => name === 'lab' && description !== ''));
      assert.deepEqual(other.seen(), [`GET /ota/factories/${FACTORY}/device-groups/`]);
    } finally {
      await other.close();
    }
  });
});
