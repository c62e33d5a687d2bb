import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import { headingsOf } from '../../../src/model/deviceGroups';
import { arrangementOf, PLAIN, selectionOf, type DeviceArrangement } from '../../../src/model/deviceSelection';
import { deviceState } from '../../../src/model/device';
import { sum } from '../../../src/model/fleetStatus';
import { Fleet } from '../../../src/store/fleet';
import { DEVICE, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const HOURS = 4;

suite('The fleet', () => {
  let factory: TestFactory;
  let fleet: Fleet;
  setup(async () => {
    factory = await startTestFactory({ devices: 450 });
    fleet = new Fleet(factory.client, FACTORY, () => HOURS);
  });
  teardown(() => factory.close());

  const everything = async () => {
    const list = fleet.list({});
    await list.load();
    while (list.state.hasMore) {
      await list.loadMore();
    }
    return list.state.devices;
  };
  const isOnline = (device: (typeof fleet.all.state.devices)[number]) =>
    !['offline', 'neverSeen'].includes(deviceState(device, Date.now(), HOURS));

  test('filters of the service are what it is asked for', async () => {
    const list = fleet.list(
      selectionOf({ name: 'Dev*', mine: true, production: false, tag: 'devel', group: 'lab', version: 42 }, 'name'),
    );
    await list.load();
    const { query } = factory.server.emulator.requests.all()[0]!;
    assert.deepEqual(Object.fromEntries(new URLSearchParams(query)), {
      factory: FACTORY,
      name: '*[dD][eE][vV][*]*',
      mine: '1',
      prod: '0',
      match_tag: 'devel',
      group: 'lab',
      target_name: '*-42',
      sortby: 'name',
      limit: '100',
    });
  });

  test('devices of a version whose target names end in their tag are found, page by page', async () => {
    const found = (from: number) =>
      Array.from({ length: 100 }, (_, at) => ({
        name: `d-${from + at}`,
        uuid: `u-${from + at}`,
        'target-name': 'rpi-lmp-42-devel',
      }));
    const answer = (body: unknown) =>
      factory.server.emulator.faults.add({ match: { path: '/ota/devices/' }, status: 200, body });
    answer({ devices: [], total: 0 });
    answer({ devices: found(0), total: 200, next: 'x' });
    answer({ devices: found(100), total: 200 });
    const list = fleet.list(selectionOf({ version: 42 }, 'server'));
    await list.load();
    await list.loadMore();
    assert.equal(list.state.devices.length, 200);
    assert.deepEqual(
      factory.server.emulator.requests.all().map(({ query }) => {
        const asked = new URLSearchParams(query);
        return [asked.get('target_name'), asked.get('page')];
      }),
      [
        ['*-42', null],
        ['*-lmp-42-*', null],
        ['*-lmp-42-*', '2'],
      ],
    );
  });

  test('online devices: the same as all that are online, and not one page more than they take', async () => {
    const online = (await everything()).filter(isOnline);
    factory.seen();
    const list = fleet.list(selectionOf({ presence: 'online' }, 'name'));
    await list.load();
    while (list.state.hasMore) {
      await list.loadMore();
    }
    assert.deepEqual(names(list.state.devices), names(online));
    assert.equal(factory.seen().length, Math.floor(online.length / 100) + 1);
    assert.equal(list.state.total, online.length);
  });

  test('offline devices are those that were not seen for long, and never', async () => {
    const offline = (await everything()).filter((device) => !isOnline(device));
    const list = fleet.list(selectionOf({ presence: 'offline' }, 'server'));
    await list.load();
    while (list.state.hasMore) {
      await list.loadMore();
    }
    assert.deepEqual(names(list.state.devices), names(offline));
  });

  test('devices without a group are looked for in all pages', async () => {
    const free = (await everything()).filter(({ group }) => group === '');
    assert.ok(free.length > 0);
    const list = fleet.list({ without: 'group' });
    await list.load();
    while (list.state.hasMore) {
      await list.loadMore();
    }
    assert.deepEqual(names(list.state.devices), names(free));
    assert.equal(list.state.looked, 450);
  });

  test('headings count what is below them', async () => {
    await fleet.status.load();
    const { tags } = fleet.status.state;
    assert.equal(sum(tags).devices, 450);
    for (const grouping of ['group', 'tag', 'target', 'status'] as const) {
      const headings = headingsOf(tags, { ...PLAIN, grouping }, true);
      assert.equal(headings.length > 1, true, grouping);
      let all = 0;
      for (const { selection, devices, name } of headings) {
        const list = fleet.list(selection);
        await list.load();
        while (list.state.hasMore) {
          await list.loadMore();
        }
        assert.equal(list.state.devices.length, devices, `${grouping} ${name}`);
        all += devices!;
      }
      assert.equal(all, 450, grouping);
    }
  });

  test('headings with a filter: counted where the service counts it, else without a number', async () => {
    await fleet.status.load();
    const { tags } = fleet.status.state;
    const of = (part: Partial<DeviceArrangement>) => headingsOf(tags, { ...PLAIN, ...part }, true);
    for (const { selection, devices } of of({ grouping: 'group', filter: { production: true } })) {
      const list = fleet.list(selection);
      await list.load();
      assert.equal(list.state.devices.length, Math.min(devices!, 100));
      assert.ok(list.state.devices.every(({ production }) => production));
    }
    assert.ok(of({ grouping: 'tag', filter: { mine: true } }).every(({ devices }) => devices === undefined));
    assert.equal(of({ grouping: 'tag', filter: { tag: 'devel' } }).length, 1);
    assert.deepEqual(
      of({ grouping: 'group', filter: { group: 'lab' } }).map(({ name }) => name),
      ['lab'],
    );
  });

  test('a search finds parts of names in any case, and whole uuids, with one request each', async () => {
    const found = await fleet.search(` ${DEVICE.toUpperCase().slice(1)} `);
    assert.ok(found.some(({ name }) => name === DEVICE));
    const { uuid } = found.find(({ name }) => name === DEVICE)!;
    assert.deepEqual(names(await fleet.search(uuid.toUpperCase())), [DEVICE]);
    assert.equal(factory.seen().length, 2);
    assert.equal(fleet.find(DEVICE)?.uuid, uuid);
  });

  test('a device that is gone or renamed is not known any more after a refresh', async () => {
    await fleet.all.load();
    assert.ok(fleet.find(DEVICE));
    await fetch(`${factory.server.url}/ota/devices/${DEVICE}/?factory=${FACTORY}`, {
      method: 'PATCH',
      headers: { 'OSF-TOKEN': 'demo-token', 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'aaa' }),
    });
    await fleet.all.refresh();
    assert.equal(fleet.find('aaa')?.group, fleet.all.state.devices.find(({ name }) => name === 'aaa')?.group);
    assert.equal(fleet.find(DEVICE), undefined);
  });

  test('single devices are asked about anew: changed, renamed, gone', async () => {
    await fleet.all.load();
    const [renamed, deleted] = fleet.all.state.devices
      .filter(({ name }) => name !== DEVICE)
      .slice(7)
      .map(({ name }) => name);
    assert.ok(renamed !== undefined && deleted !== undefined);
    const wanted = [DEVICE, renamed, deleted];
    const online = fleet.list({ sort: '-last_seen', presence: 'online' });
    await online.load();
    const uuids = wanted.map((name) => fleet.find(name)!.uuid);
    const call = (method: string, device: string, body?: unknown) =>
      fetch(`${factory.server.url}/ota/devices/${device}/?factory=${FACTORY}`, {
        method,
        headers: { 'OSF-TOKEN': 'demo-token', 'Content-Type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    await call('PATCH', DEVICE, { group: 'stores' });
    await call('PATCH', renamed, { name: 'zzz' });
    await call('DELETE', deleted);
    const told: string[] = [];
    fleet.onDidUpdate((devices) => devices.forEach(({ name }) => told.push(name)));
    factory.seen();
    const { total } = fleet.all.state;
    await fleet.refreshDevices(uuids);
    assert.equal(factory.seen().length, 3);
    assert.deepEqual(told.sort(), ['device-01', 'zzz']);
    assert.deepEqual(
      uuids.map((uuid) => fleet.all.state.devices.find((device) => device.uuid === uuid)).map((device) => device?.name),
      ['device-01', 'zzz', undefined],
    );
    assert.equal(fleet.find(DEVICE)?.group, 'stores');
    assert.equal(fleet.find(renamed), undefined);
    assert.equal(fleet.find(deleted), undefined);
    assert.equal(fleet.all.state.total, total - 1);
    assert.ok(online.state.devices.every(({ uuid }) => uuid !== uuids[2]));
  });

  test('one device that cannot be asked about does not keep the others from it', async () => {
    await fleet.all.load();
    const uuids = fleet.all.state.devices.slice(0, 3).map(({ uuid }) => uuid);
    factory.server.emulator.faults.add({ match: { path: '/ota/devices/' }, status: 403, count: 1 });
    let told = 0;
    fleet.onDidUpdate(() => told++);
    await assert.rejects(fleet.refreshDevices(uuids), { kind: 'forbidden' });
    assert.equal(told, 2);
    assert.equal(fleet.all.state.devices.length, 100);
  });

  test('a list needs a few fields: the others stay where they are', async () => {
    await fleet.all.load();
    const masked = factory.server.emulator.requests.all().at(-1)!;
    assert.match(masked.headers['x-fields'] ?? '', /^\{devices\{uuid,/);
  });

  test('a service that refuses the mask is asked without it, from then on', async () => {
    factory.server.emulator.faults.add({ match: { path: '/ota/devices/' }, status: 400, body: { 'X-Fields': 'no' } });
    await fleet.all.load();
    assert.equal(fleet.all.state.devices.length, 100);
    assert.equal(factory.seen().length, 2);
    await fleet.all.loadMore();
    const [again, ...more] = factory.server.emulator.requests.all();
    assert.deepEqual([again?.headers['x-fields'], more.length], [undefined, 0]);
  });

  test('one device is asked for only where it was not seen, once, and joined by who asks meanwhile', async () => {
    const [a, b] = await Promise.all([fleet.lookUp(DEVICE), fleet.lookUp(DEVICE)]);
    assert.deepEqual([a.name, b.uuid, fleet.find(DEVICE)?.uuid], [DEVICE, a.uuid, a.uuid]);
    await fleet.lookUp(DEVICE);
    assert.deepEqual(factory.seen(), [`GET /ota/devices/${DEVICE}/`]);
    await assert.rejects(fleet.lookUp('no-such-device'), FactoryError);
    await assert.rejects(fleet.lookUp('no-such-device'), FactoryError);
    assert.equal(factory.seen().length, 2, 'a failure is no answer');
    const { devices } = await fleet.all.load();
    factory.seen();
    for (const { name, production } of devices) {
      assert.equal((await fleet.lookUp(name)).production, production);
    }
    assert.deepEqual(factory.seen(), []);
  });
});

suite('The arrangement of devices', () => {
  test('what was stored by something else is understood as far as it goes', () => {
    assert.deepEqual(arrangementOf(undefined), arrangementOf(PLAIN));
    assert.deepEqual(arrangementOf({ filter: { tag: 5, mine: 'x', presence: 'gone' }, sort: 'x', grouping: [] }), {
      ...arrangementOf(PLAIN),
    });
    const kept: DeviceArrangement = { filter: { tag: 'a', version: 3 }, sort: 'name', grouping: 'tag' };
    assert.deepEqual(JSON.parse(JSON.stringify(arrangementOf(JSON.parse(JSON.stringify(kept))))), kept);
  });
});

const names = (devices: readonly { readonly name: string }[]) => devices.map(({ name }) => name).sort();
