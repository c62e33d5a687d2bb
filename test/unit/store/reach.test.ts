import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import type { Device } from '../../../src/model/device';
import { CountsDisagree } from '../../../src/model/reach';
import { wavesInProgress } from '../../../src/store/inProgress';
import { chosenReach, fleetCounts, runningReach, tagsReach } from '../../../src/store/reach';
import { WaveList } from '../../../src/store/waves';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';
import { makeTarget } from '../support/targetValues';

const COUNTING = { offlineAfterHours: 4 };

suite('Counting the devices that a change concerns', () => {
  let factory: TestFactory;
  setup(async () => {
    factory = await startTestFactory({ building: false, devices: 1200, way: 'in process' });
  });
  teardown(() => factory.close());

  const fault = (rule: object) => factory.server.emulator.faults.add(rule);
  const all = async () => {
    const found: Device[] = [];
    for (let page: number | undefined = 1; page !== undefined;) {
      const answer = await factory.client.listDevices({ factory: FACTORY, limit: 1000, page });
      found.push(...answer.devices);
      page = answer.nextPage;
    }
    return found;
  };
  const countedBy = (devices: readonly Device[], fits: (device: Device) => boolean) => {
    const found = devices.filter(fits);
    const since = Date.now() - 4 * 3_600_000;
    return {
      devices: found.length,
      production: found.filter(({ production }) => production).length,
      offline: found.filter(({ lastSeen }) => (lastSeen ?? 0) < since).length,
      error: undefined,
    };
  };

  test('the devices of a tag cost one request, and are those of the list', async () => {
    const devices = await all();
    factory.seen();
    const counts = await fleetCounts(factory.client, FACTORY, COUNTING);
    assert.deepEqual(factory.seen(), [`GET /ota/factories/${FACTORY}/status/`]);
    for (const tags of [['stable'], ['main', 'devel']]) {
      const reach = tagsReach(counts, tags, COUNTING);
      assert.deepEqual(
        reach,
        countedBy(devices, ({ tag }) => tags.includes(tag)),
      );
      assert.ok(reach.offline > 0);
    }
  });

  test('the devices of targets: all pages, of single targets and together; targets that none runs are not asked for', async () => {
    const devices = await all();
    const byTarget = new Map<string, number>();
    devices.forEach(({ target }) => byTarget.set(target, (byTarget.get(target) ?? 0) + 1));
    const names = [...byTarget.keys()].filter((name) => name !== '');
    const [most = '', other = ''] = names.sort((a, b) => (byTarget.get(b) ?? 0) - (byTarget.get(a) ?? 0));
    assert.ok((byTarget.get(most) ?? 0) > 100, 'more than a page');
    const version = (name: string) => Number(name.split('-').pop());
    const targets = [most, other, 'pi-lmp-99999'].map((name) => makeTarget(name, version(name)));
    const counts = await fleetCounts(factory.client, FACTORY, COUNTING);
    factory.seen();
    const running = await runningReach(factory.client, FACTORY, targets, counts, COUNTING);
    assert.deepEqual(
      running.reach,
      countedBy(devices, ({ target }) => target === most || target === other),
    );
    assert.deepEqual(
      running.targets.map(({ target, reach }) => [target, reach.devices]),
      [
        [most, byTarget.get(most)],
        [other, byTarget.get(other)],
      ],
    );
    assert.equal(running.targets[0]!.names.length, 100);
    assert.ok(factory.seen().length <= 4);
  });

  test('a target whose devices could not be asked for makes the sum unknown, and says why', async () => {
    const [device] = (await all()).filter(({ target }) => target !== '');
    const counts = await fleetCounts(factory.client, FACTORY, COUNTING);
    fault({ match: { method: 'GET', path: '/ota/devices/' }, status: 403, count: null });
    const target = makeTarget(device!.target, Number(device!.target.split('-').pop()));
    const { reach, targets } = await runningReach(factory.client, FACTORY, [target], counts, COUNTING);
    assert.equal(reach.devices, undefined);
    assert.ok(reach.error instanceof FactoryError && reach.error.kind === 'forbidden');
    assert.deepEqual(
      targets.map(({ target: name }) => name),
      [device!.target],
    );
  });

  test('without counts of the fleet nothing is guessed', async () => {
    fault({ match: { method: 'GET', path: '/status/' }, status: 403 });
    const counts = await fleetCounts(factory.client, FACTORY, COUNTING);
    const reach = tagsReach(counts, ['stable'], COUNTING);
    assert.deepEqual([reach.devices, reach.production, reach.offline], [undefined, undefined, undefined]);
    assert.ok(reach.error instanceof FactoryError);
    const running = await runningReach(factory.client, FACTORY, [makeTarget('a-lmp-1', 1)], counts, COUNTING);
    assert.equal(running.reach.error, reach.error);
  });

  test('counts that are not those of all devices are none', async () => {
    const tag = { name: 'stable', 'devices-total': 3, 'devices-online': 3 };
    const body = { 'total-devices': 9, tags: [tag] };
    fault({ match: { method: 'GET', path: '/status/' }, status: 200, body });
    const reach = tagsReach(await fleetCounts(factory.client, FACTORY, COUNTING), ['stable'], COUNTING);
    assert.ok(reach.devices === undefined && reach.error instanceof CountsDisagree);
  });

  test('devices that are known by uuid: offline where all of them were found', async () => {
    const devices = (await all()).filter(({ tag, production }) => tag === 'stable' && production);
    const wanted = devices.slice(0, 30).map(({ uuid }) => uuid);
    const filter = { factory: FACTORY, tag: 'stable' };
    const reach = await chosenReach(factory.client, filter, { uuids: wanted, devices: 30 }, COUNTING);
    assert.deepEqual(
      reach,
      countedBy(devices, ({ uuid }) => wanted.includes(uuid)),
    );
    const unnamed = await chosenReach(factory.client, filter, { uuids: [], devices: 30 }, COUNTING);
    assert.deepEqual(unnamed, { devices: 30, production: 30, offline: undefined, error: undefined });
    fault({ match: { method: 'GET', path: '/ota/devices/' }, status: 500, count: null });
    const failed = await chosenReach(factory.client, filter, { uuids: wanted, devices: 30 }, COUNTING);
    assert.ok(failed.devices === 30 && failed.offline === undefined && failed.error instanceof FactoryError);
  });

  test('who ends the counting waits for nothing more', async () => {
    const counting = { ...COUNTING, signal: AbortSignal.abort() };
    const counts = await fleetCounts(factory.client, FACTORY, counting);
    assert.ok(counts.error instanceof FactoryError && counts.error.kind === 'cancelled');
  });

  test('waves in progress: only active ones, from a server that does not filter too', async () => {
    const { client } = factory;
    const waves = new WaveList(client, FACTORY, () => 4);
    const ask = () => wavesInProgress({ client, factory: FACTORY, waves }, () => true, COUNTING);
    const found = (await ask()).waves;
    assert.deepEqual(
      found?.map(({ wave }) => wave.name),
      ['spring-rollout'],
    );
    assert.ok(found[0]!.status !== undefined && found[0]!.targets?.has('raspberrypi4-64-lmp-18') === true);
    const body = { waves: (['complete', 'active'] as const).map((status) => ({ name: status, status })), total: 2 };
    fault({ match: { method: 'GET', path: `/${FACTORY}/waves/` }, status: 200, body });
    const all = (await ask()).waves;
    assert.deepEqual(
      all?.map(({ wave, status, targets }) => [wave.name, status, targets]),
      [['active', undefined, undefined]],
    );
  });
});
