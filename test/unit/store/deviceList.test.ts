import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import { DeviceList } from '../../../src/store/deviceList';
import { Fleet } from '../../../src/store/fleet';
import { DEVICE, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

suite('The device list', () => {
  let factory: TestFactory;
  let list: DeviceList;
  setup(async () => {
    factory = await startTestFactory({ devices: 45 });
    list = new DeviceList(factory.client, FACTORY, { pageSize: 20 });
  });
  teardown(() => factory.close());
  const names = () => list.state.devices.map(({ name }) => name);

  test('a page at a time, each with one request', async () => {
    await Promise.all([list.load(), list.load()]);
    assert.deepEqual([list.state.devices.length, list.state.total, list.state.hasMore], [20, 45, true]);
    await Promise.all([list.loadMore(), list.loadMore()]);
    assert.equal(list.state.devices.length, 40);
    await list.loadMore();
    assert.deepEqual([list.state.devices.length, list.state.hasMore], [45, false]);
    await list.loadMore();
    assert.equal(factory.seen().length, 3);
    assert.equal(new Set(names()).size, 45);
  });

  test('a refresh asks for what is shown, by one large page, and goes on after it', async () => {
    await list.load();
    await list.loadMore();
    factory.seen();
    await list.refresh();
    assert.deepEqual([factory.seen().length, list.state.devices.length, list.state.hasMore], [1, 40, true]);
    await list.loadMore();
    assert.deepEqual([names().length, new Set(names()).size, list.state.hasMore], [45, 45, false]);
  });

  test('what is shown stays when a refresh fails, and the reason is there', async () => {
    await list.load();
    const before = names();
    const { fetchedAt } = list.state;
    factory.server.emulator.faults.add({ status: 500, count: null });
    await list.refresh();
    assert.deepEqual(names(), before);
    assert.equal(list.state.fetchedAt, fetchedAt);
    assert.ok(list.state.error instanceof FactoryError);
    factory.server.emulator.faults.clear();
    await list.refresh();
    assert.equal(list.state.error, undefined);
  });

  test('a device that moved between pages is shown once', async () => {
    const row = (name: string) => ({ uuid: name, name });
    factory.server.emulator.faults.add({ status: 200, body: { devices: ['a', 'b'].map(row), total: 4, next: 'x' } });
    factory.server.emulator.faults.add({ status: 200, body: { devices: ['b', 'c'].map(row), total: 4, next: null } });
    await list.load();
    await list.loadMore();
    assert.deepEqual(names(), ['a', 'b', 'c']);
  });

  test('a list whose next leads back for ever is not walked for ever', async () => {
    const body = { devices: [{ uuid: 'a', name: 'a' }], total: 1, next: `${factory.server.url}/ota/devices/` };
    factory.server.emulator.faults.add({ status: 200, body, count: null });
    await list.load();
    await list.loadMore();
    await list.refresh();
    assert.equal(factory.seen().length, 3);
  });

  test('search asks the service, with the special characters of a glob made plain', async () => {
    const fleet = new Fleet(factory.client, FACTORY, () => 4);
    const found = await fleet.search('Device-0');
    assert.ok(found.some(({ name }) => name === DEVICE));
    assert.ok(found.every(({ name }) => name.includes('device-0')));
    assert.deepEqual(await fleet.search('*'), []);
  });
});
