import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import type { Device } from '../../../src/model/device';
import { DeviceWrites } from '../../../src/store/deviceWrites';
import { Fleet } from '../../../src/store/fleet';
import { GroupList } from '../../../src/store/groupList';
import { DEVICE, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

suite('Changes of devices and groups', () => {
  let factory: TestFactory;
  let fleet: Fleet;
  let writes: DeviceWrites;
  let device: Device;
  setup(async () => {
    factory = await startTestFactory({ devices: 30 });
    fleet = new Fleet(factory.client, FACTORY, () => 4);
    writes = new DeviceWrites(factory.client, FACTORY, fleet);
    await fleet.all.load();
    device = fleet.find(DEVICE)!;
    factory.seen();
  });
  teardown(() => factory.close());

  const path = () => `/ota/devices/${device.uuid}/`;
  const shown = () => fleet.all.state.devices.find(({ uuid }) => uuid === device.uuid);
  const onServer = async () =>
    (await factory.client.listDevices({ factory: FACTORY, uuid: device.uuid, limit: 10 })).devices[0];
  const fails = (kind: string) => (error: unknown) => error instanceof FactoryError && error.kind === kind;
  const fault = (rule: object) => factory.server.emulator.faults.add(rule);

  test('a rename is one request by uuid, and is shown at once, under the new name only', async () => {
    let told = 0;
    fleet.all.onDidChange(() => (told += 1));
    const after = await writes.change(device, { name: 'bench 1/2' });
    assert.equal(after.name, 'bench 1/2');
    assert.deepEqual(factory.seen(), [`PATCH ${path()}`]);
    assert.equal(shown()?.name, 'bench 1/2');
    assert.equal(told, 1);
    assert.equal(fleet.find(DEVICE), undefined);
    assert.equal(fleet.find('bench 1/2')?.uuid, device.uuid);
    assert.equal((await onServer())?.name, 'bench 1/2');
  });

  test('a taken name changes nothing', async () => {
    const other = fleet.all.state.devices.find(({ uuid }) => uuid !== device.uuid)!;
    await assert.rejects(writes.change(device, { name: other.name }), fails('conflict'));
    assert.deepEqual(factory.seen(), [`PATCH ${path()}`]);
    assert.equal(shown()?.name, DEVICE);
  });

  test('a change whose answer is lost is sent once and read back', async () => {
    fault({ match: { method: 'PATCH' }, status: 502, applied: true });
    const { group } = device;
    const target = group === 'lab' ? '' : 'lab';
    await writes.change(device, { group: target });
    assert.deepEqual(factory.seen(), [`PATCH ${path()}`, 'GET /ota/devices/']);
    assert.equal(shown()?.group, target);
  });

  test('one that did not arrive fails, and is not sent twice', async () => {
    fault({ match: { method: 'PATCH' }, status: 502 });
    await assert.rejects(writes.change(device, { name: 'other' }), fails('server'));
    assert.deepEqual(factory.seen(), [`PATCH ${path()}`, 'GET /ota/devices/']);
    assert.equal(shown()?.name, DEVICE);
  });

  test('where the look at it fails too, the failure says that nobody knows', async () => {
    const groups = new GroupList(factory.client, FACTORY);
    await groups.load();
    fault({ status: 502, applied: true, count: null });
    const isUnknown = (error: unknown) => error instanceof FactoryError && error.info.unverified === true;
    await assert.rejects(writes.change(device, { name: 'other' }), isUnknown);
    await assert.rejects(groups.change('lab', { description: 'other' }), isUnknown);
    await assert.rejects(writes.remove(device), isUnknown);
    factory.server.emulator.faults.clear();
    fault({ match: { method: 'PATCH' }, status: 502 });
    await assert.rejects(groups.change('lab', { description: 'third' }), (error) => !isUnknown(error));
  });

  test('a service that confirms without doing it is no success', async () => {
    fault({ match: { method: 'PATCH' }, status: 200, body: {} });
    await assert.rejects(writes.change(device, { name: 'other' }), fails('unexpected'));
    assert.equal(shown()?.name, DEVICE);
  });

  test('a device that is no more vanishes from the rows, and cannot be changed', async () => {
    await factory.client.deleteDevice(FACTORY, device.uuid);
    await assert.rejects(writes.change(device, { name: 'other' }), fails('notFound'));
    assert.equal(shown(), undefined);
    await writes.remove(device);
  });

  test('a deleted device is gone from every list', async () => {
    const group = fleet.list({ group: device.group });
    await group.load();
    const { total } = fleet.all.state;
    await writes.remove(device);
    assert.equal(shown(), undefined);
    assert.equal(fleet.all.state.total, total - 1);
    assert.equal(
      group.state.devices.some(({ uuid }) => uuid === device.uuid),
      false,
    );
    assert.equal(fleet.find(DEVICE), undefined);
    assert.equal(await onServer(), undefined);
  });

  test('a deletion that is refused leaves the row', async () => {
    fault({ match: { method: 'DELETE' }, status: 403, body: 'missing scope' });
    await assert.rejects(writes.remove(device), fails('forbidden'));
    assert.equal(shown()?.name, DEVICE);
  });

  test('a device that moves leaves the list of its group and comes into that of the other', async () => {
    const groups = new GroupList(factory.client, FACTORY);
    await groups.load();
    const from = device.group;
    const to = groups.state.groups.map(({ name }) => name).find((name) => name !== from)!;
    const [before, after] = [
      from === '' ? fleet.list({ without: 'group' }) : fleet.list({ group: from }),
      fleet.list({ group: to }),
    ];
    await Promise.all([before.load(), after.load(), fleet.status.load()]);
    const has = (list: typeof before) => list.state.devices.some(({ uuid }) => uuid === device.uuid);
    assert.deepEqual([has(before), has(after)], [true, false]);
    await writes.change(device, { group: to });
    await fleet.groupsChanged();
    assert.deepEqual([has(before), has(after)], [false, true]);
    assert.equal((await onServer())?.group, to);
  });

  test('a group is made, described, renamed and deleted; each is seen in the list', async () => {
    const groups = new GroupList(factory.client, FACTORY);
    const described = (name: string) => groups.state.groups.find((group) => group.name === name)?.description;
    await groups.create({ name: 'night shift', description: '' });
    assert.equal(described('night shift'), '');
    await groups.change('night shift', { description: 'runs from ten to six' });
    assert.equal(described('night shift'), 'runs from ten to six');
    await groups.change('night shift', { name: 'a/b' });
    assert.equal(described('a/b'), 'runs from ten to six');
    await assert.rejects(groups.create({ name: 'a/b', description: '' }), fails('conflict'));
    await writes.change(device, { group: 'a/b' });
    await assert.rejects(groups.remove('a/b'), fails('conflict'));
    await writes.change(device, { group: '' });
    await groups.remove('a/b');
    assert.equal(described('a/b'), undefined);
  });

  test('a new group whose answer is lost is read back, not made twice', async () => {
    const groups = new GroupList(factory.client, FACTORY);
    fault({ match: { method: 'POST' }, status: 502, applied: true });
    await groups.create({ name: 'lost', description: 'and found' });
    assert.deepEqual(factory.seen(), [
      `POST /ota/factories/${FACTORY}/device-groups/`,
      `GET /ota/factories/${FACTORY}/device-groups/`,
    ]);
  });
});
