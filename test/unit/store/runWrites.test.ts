import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import type { BuildStatus } from '../../../src/model/build';
import { cancelOne, rerunOne } from '../../../src/store/runWrites';
import { FactoryControl } from '../../support/factoryControl';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

suite('Runs: what may be canceled and rerun (docs/api.md §2.7.6)', () => {
  let factory: TestFactory;
  let control: FactoryControl;
  setup(async () => {
    factory = await startTestFactory({ devices: 20, way: 'in process', startTime: Date.UTC(2026, 2, 10) });
    control = new FactoryControl(factory.server.emulator);
  });
  teardown(() => factory.close());

  /** A run of a build that has just been started. */
  async function freshRun(): Promise<{ factory: string; build: number; run: string }> {
    await control.push();
    const build = await factory.client.getLatestBuild(FACTORY, { all: true });
    return { factory: FACTORY, build: build.id, run: build.runs[0]!.name };
  }
  async function untilStatus(run: Awaited<ReturnType<typeof freshRun>>, status: BuildStatus): Promise<void> {
    for (let turn = 0; turn < 3000; turn++) {
      if ((await factory.client.getRun(run)).status === status) {
        factory.seen();
        return;
      }
      control.advance(0.1);
    }
    assert.fail(`never ${status}`);
  }
  const sent = () => factory.seen().filter((request) => request.startsWith('POST'));

  test('a run that waits, and one that runs', async () => {
    const waiting = await freshRun();
    assert.equal(await cancelOne(factory.client, waiting), undefined);
    assert.equal((await factory.client.getRun(waiting)).status, 'FAILED');
    const running = await freshRun();
    await untilStatus(running, 'RUNNING');
    assert.equal(await cancelOne(factory.client, running), undefined);
    assert.equal((await factory.client.getRun(running)).status, 'CANCELLING');
  });

  test('one that is being canceled is not canceled again: it would lose its log', async () => {
    const run = await freshRun();
    await untilStatus(run, 'RUNNING');
    await cancelOne(factory.client, run);
    factory.seen();
    assert.equal(await cancelOne(factory.client, run), 'CANCELLING');
    assert.deepEqual(sent(), []);
  });

  test('one that is uploading is not canceled: it would lose its log', async () => {
    const run = await freshRun();
    await untilStatus(run, 'UPLOADING');
    assert.equal(await cancelOne(factory.client, run), 'UPLOADING');
    assert.deepEqual(sent(), []);
  });

  test('one that has passed is not canceled: it would become failed', async () => {
    const { builds } = await factory.client.listBuilds(FACTORY);
    const passed = builds.find(({ status }) => status === 'PASSED')!;
    factory.seen();
    const run = { factory: FACTORY, build: passed.id, run: passed.runs[0]!.name };
    assert.equal(await cancelOne(factory.client, run), 'PASSED');
    assert.deepEqual(sent(), []);
  });

  test('one in a state that is not known is left alone', async () => {
    const run = await freshRun();
    const client = {
      ...factory.client,
      getRun: async (...args: Parameters<typeof factory.client.getRun>) => ({
        ...(await factory.client.getRun(...args)),
        status: 'UNKNOWN' as const,
      }),
    };
    factory.seen();
    assert.equal(await cancelOne(client, run), 'UNKNOWN');
    assert.equal(await rerunOne(client, run), 'UNKNOWN');
    assert.deepEqual(sent(), []);
  });

  test('one that has not ended is not queued again, though the server would do it', async () => {
    const run = await freshRun();
    await untilStatus(run, 'RUNNING');
    assert.equal(await rerunOne(factory.client, run), 'RUNNING');
    assert.deepEqual(sent(), []);
  });
});
