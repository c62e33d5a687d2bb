import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import type { FleetStatus } from '../../../src/model/fleetStatus';
import { TargetList } from '../../../src/store/targetList';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const status = (latestVersion: number, targets: FleetStatus[number]['targets'] = []): FleetStatus => [
  {
    tag: 'main',
    production: false,
    latestVersion,
    targets,
    groups: [],
    devices: 1,
    online: 1,
    onLatest: 0,
    onOrphan: 0,
  },
];
const LIST = `GET /ota/factories/${FACTORY}/targets/`;

suite('The list of targets, looked at all the time', () => {
  let factory: TestFactory;
  teardown(() => factory.close());
  const queries = () => {
    const asked = factory.server.emulator.requests.all().map(({ query }) => query);
    factory.server.emulator.requests.clear();
    return asked;
  };

  suite('a long one', () => {
    let list: TargetList;
    let newest: number;
    setup(async () => {
      factory = await startTestFactory({ targets: 600, devices: 3 });
      list = new TargetList(factory.client, FACTORY);
      newest = (await list.load()).targets[0]!.version;
      factory.seen();
    });

    test('is not fetched again', async () => {
      await list.lookForNew(status(newest, [{ version: newest - 1, devices: 1, orphan: false }]));
      assert.deepEqual(factory.seen(), []);
    });

    test('gets the versions that the counts name and it lacks, once', async () => {
      const { targets } = list.state;
      // What was built since: the list of before has none of it.
      const before = targets.filter(({ version }) => version < newest);
      Object.assign(list.state, { targets: before });
      await list.lookForNew(status(newest));
      assert.deepEqual(
        list.state.targets.map(({ name }) => name),
        targets.map(({ name }) => name),
      );
      assert.equal(list.state.tags[0]?.versions[0]?.version, newest);
      assert.equal(queries().length, 1);
      await list.lookForNew(status(newest));
      assert.deepEqual(factory.seen(), []);
    });

    test('is read anew when a job has ended that was started here and nobody follows, once', async () => {
      const pruned = list.state.targets.at(-1)!;
      const isThere = () => list.state.targets.some(({ name }) => name === pruned.name);
      const job = await factory.client.deleteTargets(FACTORY, [pruned]);
      list.awaitJob(job.build!);
      factory.seen();
      const BUILD = `GET /projects/${FACTORY}/lmp/builds/${job.build!}/`;
      await list.lookForNew(status(newest));
      assert.deepEqual(factory.seen(), [BUILD]);
      assert.ok(isThere());
      factory.server.emulator.clock.advance(3600);
      await list.lookForNew(status(newest));
      assert.deepEqual(factory.seen(), [BUILD, LIST]);
      assert.ok(!isThere());
      await list.lookForNew(status(newest));
      assert.deepEqual(factory.seen(), []);
    });

    test('for a job that may not be asked about it is read a few times, ever more rarely, so that its end is seen', async () => {
      const time = { now: Date.now() };
      list = new TargetList(factory.client, FACTORY, () => time.now);
      await list.load();
      const pruned = list.state.targets.at(-1)!;
      const isThere = () => list.state.targets.some(({ name }) => name === pruned.name);
      const job = await factory.client.deleteTargets(FACTORY, [pruned]);
      factory.server.emulator.faults.add({ match: { path: '/projects/' }, status: 403, count: null });
      list.awaitJob(job.build!);
      const reads: number[] = [];
      for (let minute = 1; minute <= 180; minute++) {
        time.now += 60_000;
        if (minute === 5) {
          factory.server.emulator.clock.advance(3600);
        }
        factory.seen();
        await list.lookForNew(status(newest));
        reads.push(...(factory.seen().includes(LIST) ? [minute] : []));
        assert.ok(minute < 7 === isThere(), `minute ${minute}`);
      }
      assert.deepEqual(reads, [1, 3, 7, 15, 31, 63]);
    });

    test('is as old as it was where the counts could not be had; without the right to them it goes on', async () => {
      const { fetchedAt } = list.state;
      const failure = (kind: FactoryError['kind']) =>
        new FactoryError(kind, { request: 'GET /status/', host: 'a.test' });
      await list.lookForNew([], failure('network'));
      assert.ok(list.state.error instanceof FactoryError);
      assert.equal(list.state.fetchedAt, fetchedAt);
      await list.lookForNew([], failure('forbidden'));
      assert.equal(list.state.error, undefined);
      assert.deepEqual(factory.seen(), []);
    });

    test('asks for no orphan, and keeps what it has on a failure', async () => {
      await list.lookForNew(status(newest, [{ version: newest + 5, devices: 1, orphan: true }]));
      assert.deepEqual(factory.seen(), []);
      factory.server.emulator.faults.add({ status: 403, body: '{}' });
      await list.lookForNew(status(newest + 1));
      assert.equal(list.state.targets.length, 600);
      assert.ok(list.state.error instanceof Error);
    });
  });

  test('a short one is fetched anew', async () => {
    factory = await startTestFactory({ targets: 20, devices: 3 });
    const list = new TargetList(factory.client, FACTORY);
    await list.load();
    factory.seen();
    await list.lookForNew([]);
    assert.deepEqual(factory.seen(), [LIST]);
  });
});
