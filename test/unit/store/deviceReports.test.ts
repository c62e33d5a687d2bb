import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import type { Device } from '../../../src/model/device';
import { DeviceReports } from '../../../src/store/deviceReports';
import { Fleet } from '../../../src/store/fleet';
import { TargetList } from '../../../src/store/targetList';
import { DEVICE, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

suite('What devices reported, kept', () => {
  let factory: TestFactory;
  let fleet: Fleet;
  let targets: TargetList;
  let reports: DeviceReports;
  setup(async () => {
    factory = await startTestFactory();
    fleet = new Fleet(factory.client, FACTORY, () => 4);
    targets = new TargetList(factory.client, FACTORY);
    reports = new DeviceReports(factory.client, FACTORY, fleet, targets);
  });
  teardown(() => factory.close());
  const fault = (rule: Parameters<TestFactory['server']['emulator']['faults']['add']>[0]) =>
    factory.server.emulator.faults.add(rule);

  test('all who look at the same time share a request, and who looks soon after has none', async () => {
    const states = await Promise.all([1, 2, 3].map(() => reports.updates(DEVICE).get(60_000)));
    assert.ok(states.every(({ value }) => value === states[0]?.value && value !== undefined));
    await reports.updates(DEVICE).get(60_000);
    assert.deepEqual(factory.seen(), [`GET /ota/devices/${DEVICE}/updates/`]);
    await reports.updates(DEVICE).get(-1);
    reports.invalidate();
    await reports.updates(DEVICE).get(60_000);
    assert.equal(factory.seen().length, 2);
  });

  test('the list of updates costs one request, whatever there is', async () => {
    const { value } = await reports.updates('display-04').get(0);
    assert.ok((value?.items.length ?? 0) >= 6);
    assert.equal(factory.seen().length, 1);
  });

  test('an update that has ended is asked for once; one that goes on again', async () => {
    const { value } = await reports.updates(DEVICE).get(0);
    const id = value!.items[0]!.id;
    await reports.events(DEVICE, id).get(0);
    factory.seen();
    reports.invalidate();
    await reports.events(DEVICE, id).get(0);
    assert.deepEqual(factory.seen(), []);
    fault({
      match: { path: '/updates/y' },
      status: 200,
      count: 2,
      body: [{ eventType: { id: 'EcuDownloadStarted' } }],
    });
    await reports.events(DEVICE, 'y').get(60_000);
    reports.invalidate();
    await reports.events(DEVICE, 'y').get(60_000);
    assert.equal(factory.seen().length, 2);
  });

  test('what was there stays on a failure, which is asked again', async () => {
    const report = reports.updates(DEVICE);
    const { value } = await report.get(0);
    fault({ match: { path: '/updates/' }, status: 403 });
    const failed = await report.get(-1);
    assert.equal(failed.value, value);
    assert.ok(failed.error !== undefined && failed.fetchedAt !== undefined);
    assert.equal((await report.get(60_000)).error, undefined);
  });

  test('pages: one more at a time, the ones before with it, no item twice', async () => {
    const update = (id: number) => ({ 'correlation-id': String(id), target: 't', version: '1', time: '' });
    const pages = [
      { updates: [update(9), update(8)], total: 4, next: 'x' },
      // Another update came meanwhile.
      { updates: [update(10), update(9)], total: 5, next: 'x' },
      { updates: [update(9), update(8)], total: 5, next: 'x' },
    ];
    pages.forEach((body) => fault({ match: { path: '/updates/' }, status: 200, body }));
    const report = reports.updates(DEVICE);
    await report.get(0);
    await report.loadMore();
    assert.deepEqual(
      report.state.value?.items.map(({ id }) => id),
      ['10', '9', '8'],
    );
    assert.equal(report.state.value.nextPage, 3);
  });

  test('only what was looked at last is kept', async () => {
    const first = reports.tests(DEVICE);
    for (let at = 0; at < 150; at++) {
      reports.tests(`device-${at}`);
    }
    assert.notEqual(reports.tests(DEVICE), first);
    assert.equal(reports.tests('device-149'), reports.tests('device-149'));
    await Promise.resolve();
  });

  const device = (part: Partial<Device>) => ({
    target: 'raspberrypi4-64-lmp-2',
    tag: 'devel',
    production: false,
    ...part,
  });

  const detailOf = async (name: string) => {
    const { device: found } = await factory.client.getDeviceDetail(FACTORY, name);
    factory.seen();
    return found;
  };

  test('the age of a target takes counts and two builds, and not every target', async () => {
    const old = await detailOf('sensor-03');
    const age = await reports.targetAge(old);
    assert.equal(age.running?.name, old.target);
    assert.ok(age.newest!.version > age.running.version);
    assert.equal(age.newest?.version, age.newestVersion);
    const queries = factory.server.emulator.requests.all().map(({ path, query }) => `${path} ${query}`);
    assert.equal(queries.length, 3);
    assert.equal(queries.filter((request) => /\/targets\/ version=\d+$/.test(request)).length, 2);
    factory.seen();
    await reports.targetAge(old);
    assert.deepEqual(factory.seen(), []);
  });

  test('a newest build that has nothing for the hardware: all targets are looked at', async () => {
    const guide = await detailOf(DEVICE);
    const age = await reports.targetAge(guide);
    assert.equal(age.newest?.name, guide.target);
    assert.equal(age.newer, 0);
    assert.ok(age.newestVersion! > age.newest.version);
  });

  test('a production device is measured by what is rolled out to production', async () => {
    const production = await detailOf('display-06');
    assert.equal((await reports.targetAge(production)).newestVersion, 12);
    await targets.load();
    assert.equal((await reports.targetAge(production)).newestVersion, 12);
    assert.equal((await reports.targetAge({ ...production, production: false })).newestVersion, 18);
  });

  test('where all targets are known, it says how many are newer, and asks nothing', async () => {
    await targets.load();
    factory.seen();
    const age = await reports.targetAge(device({}));
    const newer = targets.state.targets.filter(
      ({ version, tags, hardwareIds }) =>
        version > 2 && tags.includes('devel') && hardwareIds.includes('raspberrypi4-64'),
    );
    assert.equal(age.newer, newer.length);
    assert.deepEqual(factory.seen(), []);
  });

  test('targets that are known for long are not the last word: what was built since is seen', async () => {
    const { targets: all } = await targets.load();
    const newest = all.find(
      ({ tags, hardwareIds }) => tags.includes('main') && hardwareIds.includes('raspberrypi4-64'),
    )!;
    const before = all.find(
      ({ tags, hardwareIds, version }) =>
        version < newest.version && tags.includes('main') && hardwareIds.includes('raspberrypi4-64'),
    )!;
    await fleet.status.load();
    const age = (at: number) => {
      Object.assign(targets.state, {
        targets: all.filter(({ version }) => version < newest.version),
        fetchedAt: at,
      });
      return reports.targetAge(device({ tag: 'main', target: before.name }));
    };
    for (const at of [Date.now() - 120_000, Date.now()]) {
      const { newest: found, newer } = await age(at);
      assert.equal(found?.name, newest.name);
      assert.equal(newer, 1);
    }
  });

  test('a device without a tag, and a target that nobody has any more', async () => {
    const untagged = await reports.targetAge(device({ tag: 'no such tag' }));
    assert.deepEqual([untagged.newest, untagged.newestVersion], [undefined, undefined]);
    const gone = await reports.targetAge(device({ tag: 'main', target: 'raspberrypi4-64-lmp-1000000' }));
    assert.equal(gone.running, undefined);
    assert.ok(gone.newest !== undefined);
  });

  test('an error of one build is not kept', async () => {
    fault({ match: { path: '/targets/' }, status: 403 });
    await assert.rejects(reports.targetAge(device({ tag: 'main' })));
    assert.ok((await reports.targetAge(device({ tag: 'main' }))).newest !== undefined);
  });

  test('who watches a device is told when a list shows it changed, and not otherwise', async () => {
    let told = 0;
    await fleet.all.load();
    const watching = fleet.watch(DEVICE, () => told++);
    await fleet.all.refresh();
    const before = told;
    await fetch(`${factory.server.url}/ota/devices/${DEVICE}/?factory=${FACTORY}`, {
      method: 'PATCH',
      headers: { 'OSF-TOKEN': 'demo-token', 'Content-Type': 'application/json' },
      body: JSON.stringify({ group: 'lab' }),
    });
    await fleet.all.refresh();
    assert.equal(told, before + 1);
    watching.dispose();
    await fetch(`${factory.server.url}/ota/devices/${DEVICE}/?factory=${FACTORY}`, {
      method: 'PATCH',
      headers: { 'OSF-TOKEN': 'demo-token', 'Content-Type': 'application/json' },
      body: JSON.stringify({ group: '' }),
    });
    await fleet.all.refresh();
    assert.equal(told, before + 1);
  });
});
