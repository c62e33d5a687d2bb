import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import type { BuildStatus } from '../../../src/model/build';
import { Emitter } from '../../../src/store/emitter';
import { followLog } from '../../../src/store/runLog';
import { FactoryControl } from '../../support/factoryControl';
import { until } from '../../support/until';
import { VirtualClock } from '../support/clock';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

suite('Run logs: runs that are queued again, and logs that are not there yet', () => {
  let factory: TestFactory;
  let control: FactoryControl;
  setup(async () => {
    factory = await startTestFactory({ devices: 20, startTime: Date.UTC(2026, 2, 10) });
    control = new FactoryControl(factory.server.emulator);
  });
  teardown(() => factory.close());

  const push = async () => {
    await control.push();
    const build = await factory.client.getLatestBuild(FACTORY, { all: true });
    return { factory: FACTORY, build: build.id, run: build.runs[0]!.name };
  };

  /** A page that follows a log: what stands in it, and what it was told. */
  class Page {
    text = '';
    restarts = 0;
    readonly statuses: (BuildStatus | undefined)[] = [];
    watched = true;
    ended: boolean | undefined;
    error: unknown;
    readonly clock = new VirtualClock();
    private readonly change = new Emitter<void>();
    private readonly stop = new AbortController();

    constructor(run: Awaited<ReturnType<typeof push>>) {
      followLog(factory.client, run, {
        signal: this.stop.signal,
        clock: this.clock,
        write: (chunk) => (this.text += Buffer.from(chunk).toString('utf8')),
        onRestart: () => {
          this.text = '';
          this.restarts += 1;
        },
        onStatus: (status) => this.statuses.push(status),
        isWatched: () => this.watched,
        onDidChangeWatched: this.change.event,
      }).then(
        (ended) => (this.ended = ended),
        (error: unknown) => {
          this.error = error;
          this.ended = false;
        },
      );
    }

    watch(watched: boolean): void {
      this.watched = watched;
      this.change.fire();
    }

    /** Lets the time between two looks pass until something is so. */
    async until(what: string, look: () => boolean): Promise<void> {
      await until(what, async () => {
        if (look()) {
          return true;
        }
        await this.clock.pass(15_000);
        return look();
      });
    }
  }
  const finalLog = async (run: Awaited<ReturnType<typeof push>>) => {
    const chunks: Uint8Array[] = [];
    await factory.client.receiveLog(run, 0, (chunk) => void chunks.push(chunk));
    return Buffer.concat(chunks).toString('utf8');
  };
  const rerunUnwatched = async (page: Page, run: Awaited<ReturnType<typeof push>>) => {
    page.watch(false);
    await page.clock.pass(60_000);
    await factory.client.rerunRun(run);
  };
  const wholeOnce = async (page: Page, run: Awaited<ReturnType<typeof push>>) => {
    await page.until('the end', () => page.ended !== undefined);
    assert.equal(page.error, undefined);
    assert.equal(page.text, await finalLog(run));
    assert.equal(page.text.match(/^# Run sent to worker/gm)?.length, 1);
  };

  test('a run that is seen to be queued again begins anew', async () => {
    const run = await push();
    control.advance(20);
    const page = new Page(run);
    await page.until('the beginning', () => page.text !== '' && page.clock.waiting > 0);
    await factory.client.rerunRun(run);
    await page.until('the queue', () => page.statuses.includes('QUEUED'));
    assert.deepEqual([page.text, page.restarts], ['', 1]);
    control.advance(600);
    await wholeOnce(page, run);
  });

  test('a run that was queued again while nobody looked, and runs', async () => {
    const run = await push();
    control.advance(20);
    const page = new Page(run);
    await page.until('the beginning', () => page.text !== '' && page.clock.waiting > 0);
    await rerunUnwatched(page, run);
    control.advance(15);
    assert.equal((await factory.client.getRun(run)).status, 'RUNNING');
    page.watch(true);
    await page.until('another log', () => page.restarts === 1 && page.text !== '');
    control.advance(600);
    await wholeOnce(page, run);
  });

  test('a run that was queued again while nobody looked, and has ended', async () => {
    const run = await push();
    control.advance(20);
    const page = new Page(run);
    await page.until('the beginning', () => page.text !== '' && page.clock.waiting > 0);
    await rerunUnwatched(page, run);
    control.advance(600);
    page.watch(true);
    await wholeOnce(page, run);
  });

  test('a run that was queued again and has ended between two looks', async () => {
    const run = await push();
    control.advance(20);
    const page = new Page(run);
    await page.until('the beginning', () => page.text !== '' && page.clock.waiting > 0);
    await factory.client.rerunRun(run);
    control.advance(600);
    await wholeOnce(page, run);
    assert.equal(page.restarts, 1);
  });

  test('a run that was queued again before anybody could tell which attempt the first bytes are of', async () => {
    const run = await push();
    control.advance(20);
    await control.fault({ match: { method: 'GET', path: `*/runs/${run.run}/` }, status: 403, count: 1 });
    const page = new Page(run);
    await page.until('the beginning', () => page.text !== '' && page.clock.waiting > 0);
    await rerunUnwatched(page, run);
    control.advance(15);
    page.watch(true);
    await page.until('another log', () => page.restarts === 1 && page.text !== '');
    control.advance(600);
    await wholeOnce(page, run);
  });

  test('a log that has ended takes one request', async () => {
    const run = await push();
    control.advance(600);
    factory.seen();
    const page = new Page(run);
    await wholeOnce(page, run);
    const asked = factory.seen().filter((request) => request.includes('/projects/'));
    assert.equal(asked.length, 2, 'one of the page, one of this test');
  });

  test('a log that a worker has not begun yet is asked for again', async () => {
    const run = await push();
    control.advance(20);
    await control.fault({ match: { path: 'console.log' }, count: 2, status: 404, body: 'File not found' });
    const page = new Page(run);
    await page.until('the beginning', () => page.text !== '' && page.clock.waiting > 0);
    control.advance(600);
    await wholeOnce(page, run);
  });

  test('a log that stays away is not waited for without end', async () => {
    const run = await push();
    control.advance(20);
    await control.fault({ match: { path: 'console.log' }, count: null, status: 404, body: 'File not found' });
    factory.seen();
    const page = new Page(run);
    await page.until('the end', () => page.ended !== undefined);
    assert.ok(page.error instanceof FactoryError);
    assert.equal(page.error.kind, 'notFound');
    assert.equal(factory.seen().filter((request) => request.includes('console.log')).length, 3);
  });

  test('a run that says that it has no log is not asked again', async () => {
    const run = await push();
    await factory.client.cancelRun(run);
    factory.seen();
    const page = new Page(run);
    await page.until('the end', () => page.ended !== undefined);
    assert.ok(page.error instanceof FactoryError);
    assert.deepEqual([page.error.kind, page.error.info.runStatus], ['notFound', 'FAILED']);
    assert.equal(factory.seen().filter((request) => request.includes('/projects/')).length, 1);
  });
});
