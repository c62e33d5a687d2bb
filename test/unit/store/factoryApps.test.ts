import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { appStates } from '../../../src/model/apps';
import type { Device } from '../../../src/model/device';
import { outcomeOf, runningTarget } from '../../../src/model/tagChoice';
import { groupByTag } from '../../../src/model/target';
import { ConfigStore } from '../../../src/store/configStore';
import { FactoryApps } from '../../../src/store/factoryApps';
import { Fleet } from '../../../src/store/fleet';
import { TargetList } from '../../../src/store/targetList';
import { UpdateFacts } from '../../../src/store/updateFacts';
import { DEVICE, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

suite('Apps of devices and groups', () => {
  let factory: TestFactory;
  let apps: FactoryApps;
  let targets: TargetList;
  let devices: readonly Device[];

  setup(async () => {
    factory = await startTestFactory();
    targets = new TargetList(factory.client, FACTORY);
    apps = appsAnew();
    ({ devices } = await fleet().all.load());
    factory.seen();
  });
  teardown(() => factory.close());

  const fleet = () => new Fleet(factory.client, FACTORY, () => 4);
  const appsAnew = (): FactoryApps => {
    const facts = new UpdateFacts(factory.client, FACTORY, fleet(), targets);
    return new FactoryApps(factory.client, FACTORY, new ConfigStore(factory.client), targets, facts);
  };
  const deviceNamed = (name: string): Device => devices.find((device) => device.name === name)!;

  test('one device asks for its own target, not for all', async () => {
    const device = deviceNamed(DEVICE);
    const [found] = await Promise.all([apps.ofDevice(device), apps.ofDevice(device)]);
    const seen = factory.seen();
    assert.ok(seen.includes(`GET /ota/factories/${FACTORY}/targets/${device.target}/`), seen.join('\n'));
    assert.ok(!seen.includes(`GET /ota/factories/${FACTORY}/targets/`));
    assert.equal(new Set(seen).size, seen.length, 'single flight');
    assert.equal(found.target?.name, device.target);
    assert.deepEqual(found.missing, []);
    assert.ok((found.report?.apps.length ?? 0) > 0);
  });

  test("the group's setting counts where the device has none, and the device's goes before", async () => {
    const device = devices.find(({ group, target }) => group === 'lab' && target !== '')!;
    await factory.control.writeConfig({ device: device.name, files: [], replace: true });
    const byGroup = await apps.ofDevice(device);
    assert.deepEqual(byGroup.setting, { kind: 'only', apps: ['shellhttpd'] });
    assert.equal(byGroup.from?.kind, 'group');
    await factory.control.writeConfig({
      device: device.name,
      files: [{ name: 'z-50-fioctl.toml', value: '[pacman]\ncompose_apps = ""\n', unencrypted: true }],
    });
    const own = await appsAnew().ofDevice(device);
    assert.deepEqual([own.setting, own.from?.kind], [{ kind: 'none' }, 'device']);
  });

  test('a failure of one part leaves the others', async () => {
    const device = deviceNamed(DEVICE);
    await factory.control.fault({ status: 404, match: { method: 'GET', path: '/apps-states/' }, count: 5 });
    const found = await apps.ofDevice(device);
    assert.deepEqual(
      found.missing.map(({ what }) => what),
      ['report'],
    );
    assert.notEqual(found.setting, undefined);
    assert.notEqual(found.target, undefined);
  });

  test('the apps of a group are those that its devices can take', async () => {
    const found = await apps.ofGroup('lab');
    assert.ok((found.tags ?? []).length > 0);
    assert.ok(found.offered?.some(({ name }) => name === 'shellhttpd'));
    const asked = factory.server.emulator.requests.all().filter(({ path }) => path.endsWith('/targets/'));
    assert.ok(
      asked.every(({ query }) => query.includes('version=')),
      'all targets were asked for',
    );
  });

  test('a group of which one tag is not known has no list of apps, rather than a part of one', async () => {
    const newest = (tag: string) =>
      Promise.resolve(
        tag === 'devel' ? undefined : { tag, version: 42, targets: [{ apps: [{ name: 'a', uri: '' }] }] },
      );
    const store = new ConfigStore(factory.client);
    const groupApps = (known: readonly string[] | undefined) =>
      new FactoryApps(factory.client, FACTORY, store, targets, {
        tagsOfGroup: () => Promise.resolve(known),
        newest,
      } as unknown as UpdateFacts).ofGroup('lab');
    assert.deepEqual((await groupApps(['main'])).offered, [{ name: 'a', uri: '' }]);
    assert.equal((await groupApps(['main', 'devel'])).offered, undefined);
    assert.equal((await groupApps(undefined)).tags, undefined);
  });

  test('what is configured and what runs are compared', () => {
    const offered = ['a', 'b', 'c'].map((name) => ({ name, uri: `hub/x/${name}@sha256:${'0'.repeat(64)}` }));
    const report = {
      at: 1,
      apps: ['b', 'c', 'old'].map((name) => ({ name, state: 'healthy', uri: '', services: [] })),
    };
    const states = (setting: Parameters<typeof appStates>[0]['setting']) =>
      appStates({ setting, offered, report, running: [] }).map(
        ({ name, enabled, match }) => `${name} ${enabled} ${match}`,
      );
    assert.deepEqual(states({ kind: 'only', apps: ['a', 'b', 'zap'] }), [
      'a true waitingOn',
      'b true asSet',
      'c false waitingOff',
      'old false waitingOff',
      'zap true notInTarget',
    ]);
    assert.deepEqual(states({ kind: 'none' }).slice(0, 2), ['a false asSet', 'b false waitingOff']);
    assert.deepEqual(states({ kind: 'default' }).slice(0, 2), ['a true waitingOn', 'b true asSet']);
    assert.deepEqual(
      appStates({ setting: { kind: 'default' }, offered, report: undefined, running: undefined }).map(
        ({ match }) => match,
      ),
      ['asSet', 'asSet', 'asSet'],
    );
  });

  test('what a device would take from a tag', async () => {
    const { tags, targets: all } = await targets.load();
    const newest = groupByTag(all)[0]!.versions[0]!.targets[0]!;
    const tag = tags.find((candidate) => candidate.tag === newest.tags[0])!;
    const running = runningTarget(newest.name, all);
    assert.deepEqual(outcomeOf(tag, running), { target: newest, problem: undefined });
    assert.equal(outcomeOf(tag, { ...running, version: newest.version + 1 }).problem, 'older');
    assert.deepEqual(outcomeOf(tag, { hardwareId: 'toaster', version: 1 }), { target: undefined, problem: 'noTarget' });
    assert.equal(outcomeOf(tag, runningTarget('', all)).problem, undefined);
    assert.deepEqual(runningTarget('intel-corei7-64-lmp-7-devel', []), { hardwareId: 'intel-corei7-64', version: 7 });
  });
});
