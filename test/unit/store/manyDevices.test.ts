import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { listDevices } from '../../../src/api/devices';
import { DeviceList } from '../../../src/store/deviceList';
import { Fleet } from '../../../src/store/fleet';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const withFactory = async <T>(devices: number, run: (factory: TestFactory) => Promise<T>): Promise<T> => {
  const factory = await startTestFactory({ devices });
  try {
    return await run(factory);
  } finally {
    await factory.close();
  }
};

suite('Many devices', () => {
  test('the first rows of 100 000 are asked for as those of 100: as often, and as long', async () => {
    const firstRows = (devices: number) =>
      withFactory(devices, async ({ client, log }) => {
        const { devices: shown } = await new DeviceList(client, FACTORY).load();
        assert.equal(shown.length, 100);
        return { requests: log.length, bytes: log.reduce((sum, { bytes }) => sum + bytes, 0) };
      });
    const [few, many] = [await firstRows(100), await firstRows(100_000)];
    assert.equal(few.requests, 1);
    assert.equal(many.requests, 1);
    assert.ok(many.bytes < few.bytes * 1.1, `${many.bytes} for ${few.bytes}`);
  });

  test('a list asks for little more than half of what there is of a device', async () => {
    await withFactory(200, async ({ client, transport, log }) => {
      await client.listDevices({ factory: FACTORY, limit: 100 });
      await transport.send({ method: 'GET', path: '/ota/devices/', query: { factory: FACTORY, limit: 100 } });
      const [masked, whole] = log.map(({ bytes }) => bytes);
      assert.ok(masked! < whole! * 0.6, `${masked} of ${whole} bytes`);
    });
  });

  test('a service that refuses the mask is asked without it, and is not asked with it again', async () => {
    await withFactory(50, async ({ transport, server, log }) => {
      server.emulator.faults.add({ match: { method: 'GET', path: '/ota/devices/' }, status: 400 });
      for (let i = 0; i < 3; i++) {
        assert.equal((await listDevices(transport, { factory: FACTORY, limit: 100 })).devices.length, 50);
      }
      assert.deepEqual(
        log.map(({ status }) => status),
        [400, 200, 200, 200],
      );
    });
  });

  test('many pages come in their order, with as few requests as their size allows', async () => {
    await withFactory(5300, async ({ client, log }) => {
      const list = new DeviceList(client, FACTORY, { pageSize: 1000 });
      await list.load();
      while (list.state.hasMore) {
        await list.loadMore();
      }
      const names = list.state.devices.map(({ name }) => name);
      assert.equal(names.length, 5300);
      log.length = 0;
      await list.refresh();
      assert.equal(log.length, 6);
      assert.deepEqual(
        list.state.devices.map(({ name }) => name),
        names,
      );
      assert.ok(!list.state.hasMore);
    });
  });

  test('one page of many that fails leaves the rows as they were', async () => {
    await withFactory(3000, async ({ client, server }) => {
      const list = new DeviceList(client, FACTORY, { pageSize: 1000 });
      await list.load();
      while (list.state.hasMore) {
        await list.loadMore();
      }
      const before = list.state.devices;
      server.emulator.faults.add({ match: { path: '/ota/devices/' }, delayMs: 1 });
      server.emulator.faults.add({ match: { path: '/ota/devices/' }, status: 403 });
      await list.refresh();
      assert.equal(list.state.devices, before);
      assert.ok(list.state.error !== undefined);
      await list.refresh();
      assert.equal(list.state.error, undefined);
      assert.equal(list.state.devices.length, 3000);
    });
  });

  test('a device is found by its name, however many lists told of it since', async () => {
    await withFactory(300, async ({ client }) => {
      const fleet = new Fleet(client, FACTORY, () => 4);
      await fleet.all.load();
      const device = fleet.all.state.devices[7]!;
      assert.equal(fleet.find(device.name)?.uuid, device.uuid);
      for (let i = 0; i < 25; i++) {
        await fleet.search(device.name);
        await fleet.all.refresh();
      }
      assert.equal(fleet.find(device.name)?.uuid, device.uuid);
      fleet.gone(device.uuid);
      assert.equal(fleet.find(device.name), undefined);
    });
  });

  test('a group of 100 000 devices gets another name in one look at each list', async () => {
    const all = Array.from({ length: 100_000 }, (_, at) => ({
      uuid: `uuid-${at}`,
      name: `device-${at}`,
      group: 'lab',
    }));
    const fleet = new Fleet(
      { listDevices: () => Promise.resolve({ devices: all, total: all.length, nextPage: undefined }) } as never,
      FACTORY,
      () => 4,
    );
    await fleet.list({}).load();
    await fleet.list({}).loadMore();
    let told = 0;
    fleet.onDidUpdate(({ size }) => (told += size));
    await fleet.groupRenamed('lab', 'office');
    assert.equal(told, all.length);
    assert.ok(fleet.list({}).state.devices.every(({ group }) => group === 'office'));
    assert.equal(fleet.find('device-99999')?.group, 'office');
  });
});
