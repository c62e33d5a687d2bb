import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { appsIn, newestOf, newestWithApp, versionsWithApp } from '../../../src/model/newestTargets';
import { groupByTag, type Target } from '../../../src/model/target';
import { Fleet } from '../../../src/store/fleet';
import { TargetList } from '../../../src/store/targetList';
import { UpdateFacts } from '../../../src/store/updateFacts';
import { DEVICE, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const STATUS = `GET /ota/factories/${FACTORY}/status/`;
const TARGETS = `GET /ota/factories/${FACTORY}/targets/`;

suite('What update settings are checked with', () => {
  let factory: TestFactory;
  let targets: TargetList;
  let fleet: Fleet;
  let facts: UpdateFacts;

  setup(async () => {
    factory = await startTestFactory();
    targets = new TargetList(factory.client, FACTORY);
    fleet = new Fleet(factory.client, FACTORY, () => 4);
    facts = new UpdateFacts(factory.client, FACTORY, fleet, targets);
  });
  teardown(() => factory.close());

  const queries = () => factory.server.emulator.requests.all().map(({ query }) => query);

  test('a status and one version are all that is asked for, once; they agree with the whole list', async () => {
    assert.equal(facts.knownTags(), undefined);
    assert.equal(facts.knownNewest('main'), undefined);
    const [newest, again] = await Promise.all([facts.newest('main'), facts.newest('main')]);
    assert.deepEqual(again, newest);
    assert.ok(newest !== undefined && newest !== 'none');
    assert.deepEqual(queries().at(-1), `version=${newest.version}`);
    await facts.newest('main');
    assert.deepEqual(factory.seen(), [STATUS, TARGETS]);
    const cheap = await facts.tags();
    assert.equal(cheap?.complete, false);
    assert.deepEqual(factory.seen(), []);

    await targets.load();
    factory.seen();
    const whole = await facts.newest('main');
    assert.ok(whole !== undefined && whole !== 'none');
    assert.equal(whole.version, newest.version);
    assert.deepEqual(
      appsIn([{ ...whole, targets: whole.targets.filter(({ version }) => version === whole.version) }]),
      appsIn([newest]),
    );
    const all = await facts.tags();
    assert.equal(all?.complete, true);
    for (const { tag, newest: version } of cheap.tags) {
      assert.equal(all.tags.find((other) => other.tag === tag)?.newest, version, tag);
    }
    assert.equal(await facts.newest('no-such-tag'), 'none');
    assert.deepEqual(factory.seen(), []);
  });

  test('a tag that no device follows is unknown, not missing, without the list', async () => {
    assert.equal(await facts.newest('no-such-tag'), undefined);
    assert.deepEqual(factory.seen(), [STATUS]);
  });

  test('tags of a group, and a device that no list has', async () => {
    const { devices: all } = await factory.client.listDevices({ factory: FACTORY, limit: 1000 });
    const expected = new Set(all.filter(({ group }) => group === 'lab').map(({ tag }) => tag));
    assert.deepEqual(new Set(await facts.tagsOfGroup('lab')), expected);
    factory.seen();
    assert.equal((await facts.device(DEVICE))?.name, DEVICE);
    assert.equal((await facts.device(DEVICE))?.name, DEVICE);
    assert.deepEqual(factory.seen(), [`GET /ota/devices/${DEVICE}/`]);
    const other = (await fleet.all.load()).devices.find(({ name }) => name !== DEVICE)!.name;
    factory.seen();
    assert.equal((await facts.device(other))?.name, other);
    assert.deepEqual(factory.seen(), []);
  });

  test('what cannot be had is unknown, and not asked for at every key', async () => {
    factory.server.emulator.faults.add({ match: { path: '*/status/' }, status: 403 });
    assert.equal(await facts.tags(), undefined);
    assert.equal(await facts.newest('main'), undefined);
    assert.deepEqual(factory.seen(), [STATUS]);
  });

  test('it tells when more is known, and not otherwise', async () => {
    let told = 0;
    facts.onDidChange(() => (told += 1));
    await facts.newest('main');
    assert.equal(told, 2);
    await facts.newest('main');
    assert.equal(told, 2);
    await targets.load();
    assert.equal(told, 3);
  });
});

suite('Newest targets', () => {
  const target = (version: number, hardware: string, apps: string[], tag = 'main'): Target => ({
    name: `${hardware}-lmp-${version}`,
    version,
    hardwareIds: [hardware],
    tags: [tag],
    apps: apps.map((name) => ({ name, uri: `hub.foundries.io/acme/${name}@sha256:${version}` })),
    commits: [],
    ostreeHash: '',
    lmpVersion: '',
    arch: '',
    buildUri: '',
    createdAt: undefined,
  });
  const tags = groupByTag([
    target(3, 'rpi', ['a', 'b']),
    target(2, 'rpi', ['a', 'c']),
    target(2, 'imx', ['a', 'd']),
    target(9, 'rpi', ['e'], 'devel'),
  ]);

  test('each hardware has its own', () => {
    const newest = newestOf(tags.find(({ tag }) => tag === 'main')!)!;
    assert.equal(newest.version, 3);
    assert.deepEqual(newest.targets.map(({ name }) => name).sort(), ['imx-lmp-2', 'rpi-lmp-3']);
    assert.deepEqual(
      appsIn([newest]).map(({ name, in: places }) => [name, ...places.map(({ version }) => version)]),
      [
        ['a', 3, 2],
        ['b', 3],
        ['d', 2],
      ],
    );
  });

  test('where an app is', () => {
    assert.equal(newestWithApp(tags, 'c')?.target.name, 'rpi-lmp-2');
    assert.equal(newestWithApp(tags, 'e')?.tag, 'devel');
    assert.equal(newestWithApp(tags, 'z'), undefined);
    assert.deepEqual(versionsWithApp(tags, 'a'), [{ tag: 'main', count: 2, oldest: 2, newest: 3 }]);
  });
});
