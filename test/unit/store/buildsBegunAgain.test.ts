import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { durationOf } from '../../../src/model/buildTimes';
import { BuildList } from '../../../src/store/builds';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

suite('A build of the list that is begun again', () => {
  let factory: TestFactory;
  setup(async () => {
    factory = await startTestFactory();
  });
  teardown(() => factory.close());

  test('has no duration, without a further request', async () => {
    const list = new BuildList(factory.client, FACTORY);
    const { builds } = await list.load();
    const failed = builds.find(({ status, runs }) => status === 'FAILED' && runs.length === 1) ?? builds.at(-1)!;
    const [run] = failed.runs;
    assert.ok(durationOf(failed, Date.now()) !== undefined && run !== undefined);
    await factory.client.rerunRun({ factory: FACTORY, build: failed.id, run: run.name });
    factory.server.emulator.clock.advance(7200);
    factory.seen();
    await list.refresh();
    assert.equal(factory.seen().length, 1);
    const now = list.find(failed.id)!;
    assert.notEqual(now.completedAt, failed.completedAt);
    assert.equal(durationOf(now, Date.now()), undefined);
    assert.equal(
      durationOf(
        now.runs.find(({ name }) => name === run.name)!,
        Date.now(),
      ),
      undefined,
    );
  });
});
