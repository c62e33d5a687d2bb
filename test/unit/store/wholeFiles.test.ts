import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import { newConfigFile, type ConfigScope } from '../../../src/model/config';
import { ConfigStore } from '../../../src/store/configStore';
import { GroupList } from '../../../src/store/groupList';
import { storeScene } from '../support/storeScene';
import { DEVICE, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const device: ConfigScope = { kind: 'device', factory: FACTORY, device: DEVICE };
const shared: ConfigScope = { kind: 'factory', factory: FACTORY };
const CONFIG = `/ota/devices/${DEVICE}/config/`;
const SHARED = `/ota/factories/${FACTORY}/config/`;

suite('Whole files in the store', () => {
  const it = storeScene();

  const names = async (scope: ConfigScope) =>
    (await it.factory.client.listConfig(scope))[0]?.files.map(({ name }) => name) ?? [];
  const remove = (name: string) => it.store.remove(device, () => ({ name, reason: 'r' }));

  /** Gives the Factory a file that is not plain text. */
  const addSecret = async () => {
    const file = { name: 'npmtok', value: 'x', unencrypted: false, onChanged: undefined };
    await it.factory.client.patchConfig(shared, { reason: 'r', file });
    it.factory.seen();
  };

  test('a file is removed with one GET and one DELETE, and is gone at once', async () => {
    const before = await names(device);
    it.factory.seen();
    const { entries } = await remove('app.config');
    assert.deepEqual(it.factory.seen(), [`GET ${CONFIG}`, `DELETE ${CONFIG}app.config/`]);
    assert.deepEqual(
      entries[0]?.files.map(({ name }) => name),
      before.filter((name) => name !== 'app.config'),
    );
    assert.equal(await it.factory.value('app.config'), undefined);
  });

  test('names with blanks, %, # and ? reach the right file', async () => {
    for (const name of ['a b.txt', '100%.txt', 'what?#1.txt', 'שלום.txt']) {
      await it.factory.writeAs([{ name, value: '1' }]);
      await remove(name);
      assert.equal(await it.factory.value(name), undefined, name);
    }
  });

  test('a name with a slash goes by one POST that keeps the others as they are', async () => {
    await it.factory.writeAs([{ name: 'app/conf.json', value: '{}' }]);
    const before = (await it.factory.client.listConfig(device))[0]?.files ?? [];
    it.factory.seen();
    await remove('app/conf.json');
    assert.deepEqual(it.factory.seen(), [`GET ${CONFIG}`, `POST ${CONFIG}`, `GET ${CONFIG}`]);
    assert.deepEqual(
      (await it.factory.client.listConfig(device))[0]?.files,
      before.filter(({ name }) => name !== 'app/conf.json'),
    );
  });

  test('a DELETE whose answer is cut is read back', async () => {
    it.factory.server.emulator.faults.add({ match: { method: 'DELETE' }, cut: true, applied: true });
    await remove('app.config');
    assert.deepEqual(it.factory.seen(), [`GET ${CONFIG}`, `DELETE ${CONFIG}app.config/`, `GET ${CONFIG}`]);
  });

  test('a DELETE that failed is a failure, and the file is still there', async () => {
    for (const status of [403, 404, 500]) {
      it.factory.server.emulator.faults.add({ match: { method: 'DELETE' }, status });
      await assert.rejects(remove('app.config'), FactoryError);
      assert.ok((await it.factory.value('app.config')) !== undefined, String(status));
    }
  });

  test('a DELETE that is confirmed with an empty object is looked at', async () => {
    it.factory.server.emulator.faults.add({ match: { method: 'DELETE' }, status: 200, body: {}, applied: true });
    const { entries } = await remove('app.config');
    assert.equal(
      entries[0]?.files.some(({ name }) => name === 'app.config'),
      false,
    );
    it.factory.server.emulator.faults.add({ match: { method: 'DELETE' }, status: 200, body: {} });
    await assert.rejects(remove('z-50-fioctl.toml'), FactoryError);
  });

  test('renaming is one GET, one POST and a look at what it replaced: value, place, handler and plainness stay', async () => {
    const before = (await it.factory.client.listConfig(device))[0]?.files ?? [];
    it.factory.seen();
    await it.store.rename(device, (latest) => {
      const file = latest[0]!.files.find(({ name }) => name === 'z-50-fioctl.toml')!;
      return { from: file.name, to: { ...file, name: 'z-60.toml' }, reason: 'r' };
    });
    assert.deepEqual(it.factory.seen(), [`GET ${CONFIG}`, `POST ${CONFIG}`, `GET ${CONFIG}`]);
    assert.deepEqual(
      (await it.factory.client.listConfig(device))[0]?.files,
      before.map((file) => (file.name === 'z-50-fioctl.toml' ? { ...file, name: 'z-60.toml' } : file)),
    );
  });

  test('what the service may not show truly is never sent back: PATCH first, then DELETE', async () => {
    await addSecret();
    const rename = () =>
      it.store.rename(shared, (latest) => {
        const file = latest[0]!.files.find(({ name }) => name === 'wireguard-server')!;
        return { from: file.name, to: { ...file, name: 'wireguard-other' }, reason: 'r' };
      });
    await rename();
    assert.deepEqual(it.factory.seen(), [`GET ${SHARED}`, `PATCH ${SHARED}`, `DELETE ${SHARED}wireguard-server/`]);
    assert.ok((await names(shared)).includes('wireguard-other'));
  });

  suite('a rename of two steps that fails says how far it came', () => {
    const renameShared = () =>
      it.store.rename(shared, (latest) => {
        const file = latest[0]!.files.find(({ name }) => name === 'wireguard-server')!;
        return { from: file.name, to: { ...file, name: 'other' }, reason: 'r' };
      });
    const failsWith = (outcome: { readonly halfDone?: true; readonly unverified?: true }) =>
      assert.rejects(renameShared(), ({ info: { halfDone, unverified } }: FactoryError) => {
        assert.deepEqual({ halfDone, unverified }, { halfDone: undefined, unverified: undefined, ...outcome });
        return true;
      });
    setup(addSecret);

    test('in the second step: both files are shown', async () => {
      it.factory.server.emulator.faults.add({ match: { method: 'DELETE' }, status: 403 });
      await failsWith({ halfDone: true });
      const shown = it.store.peek(shared)?.entries[0]?.files.map(({ name }) => name) ?? [];
      assert.ok(shown.includes('other') && shown.includes('wireguard-server'), shown.join());
    });

    test('in the first step, whose answer was lost though it was done', async () => {
      it.factory.server.emulator.faults.add({ match: { method: 'PATCH' }, cut: true, applied: true });
      await failsWith({ halfDone: true });
    });

    test('in the first step, which was not done', async () => {
      it.factory.server.emulator.faults.add({ match: { method: 'PATCH' }, status: 403 });
      await failsWith({});
    });

    test('in the second step, and nobody can look', async () => {
      it.factory.server.emulator.faults.add({ match: { method: 'DELETE' }, cut: true });
      const look = it.factory.client.listConfig.bind(it.factory.client);
      let looks = 0;
      it.store = new ConfigStore({
        ...it.factory.client,
        listConfig: (...given) => (looks++ === 0 ? look(...given) : Promise.reject(new Error('no'))),
      });
      await failsWith({ halfDone: true, unverified: true });
    });
  });

  test('a POST whose answer is cut is read back', async () => {
    it.factory.server.emulator.faults.add({ match: { method: 'POST' }, cut: true, applied: true });
    const files = [newConfigFile('only', '1')];
    const { entries } = await it.store.replace(device, () => ({ reason: 'r', files }));
    assert.deepEqual(entries[0]?.files, files);
    assert.deepEqual(it.factory.seen(), [`GET ${CONFIG}`, `POST ${CONFIG}`, `GET ${CONFIG}`]);
  });

  test('writes of all kinds wait for each other', async () => {
    await Promise.all([
      it.store.update(device, () => ({ reason: 'r', file: newConfigFile('a', '1') })),
      remove('app.config'),
      it.store.update(device, () => ({ reason: 'r', file: newConfigFile('b', '2') })),
    ]);
    assert.deepEqual(
      it.factory.seen().map((request) => request.split(' ')[0]),
      ['GET', 'PATCH', 'GET', 'DELETE', 'GET', 'PATCH'],
    );
    const left = await names(device);
    assert.ok(left.includes('a') && left.includes('b') && !left.includes('app.config'));
  });
});

suite('Device groups and counts', () => {
  let factory: TestFactory;
  setup(async () => {
    factory = await startTestFactory({ devices: 120 });
  });
  teardown(() => factory.close());

  test('groups are fetched once, by name', async () => {
    const list = new GroupList(factory.client, FACTORY);
    await Promise.all([list.load(), list.load()]);
    await list.load();
    assert.deepEqual(factory.seen(), [`GET /ota/factories/${FACTORY}/device-groups/`]);
    assert.deepEqual(
      list.state.groups.map(({ name }) => name),
      ['field', 'lab', 'stores'],
    );
    assert.equal(list.state.groups[1]?.description, 'Devices on the lab bench');
  });

  test('a failure keeps the groups, and says why', async () => {
    const list = new GroupList(factory.client, FACTORY);
    await list.load();
    factory.server.emulator.faults.add({ status: 403, match: { method: 'GET' } });
    await list.refresh();
    assert.equal(list.state.groups.length, 3);
    assert.ok(list.state.error instanceof FactoryError);
    await list.refresh();
    assert.equal(list.state.error, undefined);
  });

  test('counts agree with the devices themselves', async () => {
    const { devices } = await factory.client.listDevices({ factory: FACTORY, limit: 1000 });
    const field = devices.filter(({ group }) => group === 'field');
    const production = field.filter((device) => device.production);
    const filter = { factory: FACTORY, group: 'field' };
    assert.equal(await factory.client.countDevices({ factory: FACTORY }), devices.length);
    assert.equal(await factory.client.countDevices(filter), field.length);
    assert.equal(await factory.client.countDevices({ ...filter, production: true }), production.length);
    const presence = await factory.client.getPresence(FACTORY, 4);
    assert.equal(presence.all.devices, devices.length);
    assert.equal(presence.groups.get('field')?.devices, field.length);
    const since = factory.server.emulator.clock.now() - 4 * 3_600_000;
    const online = field.filter(({ lastSeen }) => (lastSeen ?? 0) >= since);
    assert.equal(presence.groups.get('field')?.online, online.length);
    assert.ok(production.length > 0 && online.length < field.length, 'a Factory that tells something');
  });

  test('a count that is not told is no number', async () => {
    factory.server.emulator.faults.add({ match: { method: 'GET' }, status: 200, body: { devices: [] } });
    await assert.rejects(factory.client.countDevices({ factory: FACTORY }), FactoryError);
    factory.server.emulator.faults.add({ match: { method: 'GET' }, status: 200, body: { tags: [{ name: 'x' }] } });
    await assert.rejects(factory.client.getPresence(FACTORY, 4), FactoryError);
  });
});
