import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { readText } from '../../../src/api/answers';
import { createClient, type FactoryClient } from '../../../src/api/client';
import type { Fetch, FetchResponse } from '../../../src/api/http';
import { Lane, LaneStuck } from '../../../src/api/lane';
import { foundriesServer } from '../../../src/api/server';
import { Transport, type RequestLogEntry, type Sink, type TransportOptions } from '../../../src/api/transport';
import { Watchdog } from '../../../src/api/watchdog';
import { turn } from '../../support/clock';
import { until } from '../../support/until';
import { inVirtualTime } from '../../support/virtualTime';
import { DEVICE, FACTORY, startTestFactory, type TestFactory } from '../support/factory';
import { failure } from '../support/failure';

const SINK: Sink = { write: () => undefined };
const run = { factory: FACTORY, build: 1, run: 'build-1' };
const change = { reason: 'test', file: { name: 'a', value: 'b', unencrypted: true, onChanged: [] } };

type Ask = (client: FactoryClient, signal?: AbortSignal) => Promise<unknown>;

/** Each transfer, and how it asks. */
const TRANSFERS: Readonly<Record<'files' | 'views', Readonly<Record<string, Ask>>>> = {
  files: {
    'files of runs': (client, signal) => client.receiveRunFile({ ...run, path: 'hang/a.bin' }, SINK, signal),
    'artifacts of devices': (client, signal) =>
      client.receiveArtifact({ factory: FACTORY, device: DEVICE, test: 't', name: 'hang' }, SINK, signal),
    'artifacts of targets': (client, signal) => client.receiveTargetArtifact(FACTORY, 1, 't', 'hang', SINK, signal),
    'bills of materials': (client, signal) =>
      client.receiveSbom(FACTORY, 'hang', { artifact: 'a', name: 'b', type: 'c' } as never, SINK, signal),
  },
  views: {
    'logs of runs': (client, signal) => client.receiveLog({ ...run, run: 'hang' }, 0, () => undefined, signal),
    'lists of all targets': (client, signal) => client.readTargets('hang', signal),
  },
};

suite('Lanes of requests', () => {
  let factory: TestFactory;
  let hanging: AbortSignal[];
  const logged: RequestLogEntry[] = [];

  setup(async () => {
    factory = await startTestFactory({ way: 'in process' });
    hanging = [];
    logged.length = 0;
  });
  teardown(() => factory.close());

  /** What has `hang` in its address is never answered. */
  const fetch: Fetch = (url, init) =>
    url.includes('hang')
      ? new Promise((_resolve, reject) => {
          hanging.push(init.signal);
          init.signal.addEventListener('abort', () => reject(new Error('aborted')));
        })
      : factory.fetch(url, init);

  const clientWith = (more: Partial<TransportOptions> = {}) =>
    createClient(
      new Transport({
        server: foundriesServer(factory.server.url),
        fetch,
        token: () => Promise.resolve('demo-token'),
        userAgent: 'test',
        log: (entry) => logged.push(entry),
        ...more,
      }),
    );

  /** Asks so often, and waits until so many are under way. */
  const hang = async (client: FactoryClient, ask: Ask, times: number, underWay: number) => {
    const stop = new AbortController();
    const asked = Array.from({ length: times }, () => ask(client, stop.signal).catch((error: unknown) => error));
    while (hanging.length < underWay) {
      await turn();
    }
    return async () => {
      stop.abort();
      await Promise.all(asked);
    };
  };

  for (const [lane, transfers] of Object.entries(TRANSFERS)) {
    for (const [what, ask] of Object.entries(transfers)) {
      test(`while ${what} hang, however many, a save goes through`, async () => {
        const client = clientWith();
        const end = await hang(client, ask, 20, 6);
        const scope = { kind: 'device', factory: FACTORY, device: DEVICE } as const;
        await client.patchConfig(scope, change);
        const [entry] = await client.listConfig(scope);
        assert.equal(entry?.files.find(({ name }) => name === 'a')?.value, 'b');
        assert.equal(hanging.length, 6);
        await end();
      });

      test(`while ${what} hang, ${lane === 'files' ? 'lists and logs come in' : 'files come in'}`, async () => {
        const client = clientWith();
        const end = await hang(client, ask, 20, 6);
        if (lane === 'files') {
          assert.ok((await client.readTargets(FACTORY)).targets.length > 0);
        } else {
          assert.equal((await failure(client.receiveRunFile({ ...run, path: 'none' }, SINK))).kind, 'notFound');
        }
        await end();
      });
    }
  }

  const ASKED: Readonly<Record<string, Ask>> = {
    ...TRANSFERS.files,
    ...TRANSFERS.views,
    requests: (client, signal) => client.listGroups('hang', signal),
  };
  for (const [what, ask] of Object.entries(ASKED)) {
    test(`${what} that wait are cancelled at once, and never sent`, async () => {
      const client = clientWith();
      const end = await hang(client, ask, 6, 6);
      const stop = new AbortController();
      const waiting = [ask(client, stop.signal), ask(client, stop.signal)].map(failure);
      await turn();
      stop.abort();
      assert.deepEqual(
        (await Promise.all(waiting)).map(({ kind }) => kind),
        ['cancelled', 'cancelled'],
      );
      await end();
      assert.equal(hanging.length, 6);
    });
  }

  test('requests that wait for a stuck lane fail, say why, and were never sent', async () => {
    const client = clientWith({ patienceMs: 20 });
    const end = await hang(client, ASKED.requests!, 6, 6);
    const error = await failure(
      client.patchConfig({ kind: 'device', factory: FACTORY, device: DEVICE }, { ...change, reason: 'stuck' }),
    );
    assert.deepEqual([error.kind, error.outcomeUnknown], ['timeout', false]);
    assert.match(error.message, /6 others are still under way: GET \/ota\/.*hang/);
    assert.match(logged[0]?.failure ?? '', /^waits for 6 others: GET \/ota\/.*hang/);
    assert.equal(factory.seen().length, 0);
    await end();
  });

  test('a download that waits for others is told of in the log, and goes on waiting', async () => {
    const client = clientWith({ patienceMs: 5 });
    const end = await hang(client, ASKED['files of runs']!, 6, 6);
    const stop = new AbortController();
    const waiting = failure(client.receiveRunFile({ ...run, path: 'last' }, SINK, stop.signal));
    await until('it is told of', () => logged.length >= 2);
    assert.match(logged[1]?.request ?? '', /last$/);
    assert.match(logged[1]?.failure ?? '', /^waits for 6 others: GET /);
    await end();
    assert.equal((await waiting).kind, 'notFound');
  });

  test('an answer that comes in byte by byte, without end, is given up; a file and a log are not', () =>
    inVirtualTime(async (time) => {
      let sent = 0;
      const dripping: Fetch = (_url, init) => {
        const body = (async function* () {
          for (; sent < 60 && !init.signal.aborted; sent++) {
            await time.pass(1);
            yield ' ';
          }
          if (init.signal.aborted) {
            throw new Error('aborted');
          }
        })();
        const answer: FetchResponse = { status: 200, headers: { get: () => null }, body };
        return Promise.resolve(answer);
      };
      // Each byte is in time.
      const startTimer = () => ({ refresh: () => undefined, stop: () => undefined });
      const client = clientWith({ fetch: dripping, timeoutMs: 1, startTimer });
      assert.equal((await failure(client.listGroups(FACTORY))).kind, 'timeout');
      assert.ok(sent < 60);
      sent = 0;
      assert.equal(await client.receiveRunFile({ ...run, path: 'x' }, SINK), 60);
      sent = 0;
      assert.equal((await client.receiveLog(run, 0, () => undefined)).bytes, 60);
    }));

  test('of an error page no more is read than anybody needs', async () => {
    let sent = 0;
    let closed = false;
    const endless: Fetch = () => {
      const body = (async function* () {
        try {
          for (; sent < 1000; sent++) {
            yield Buffer.alloc(64 * 1024, 'x');
            await turn();
          }
        } finally {
          closed = true;
        }
      })();
      return Promise.resolve({ status: 404, headers: { get: () => 'text/html' }, body });
    };
    assert.equal((await failure(clientWith({ fetch: endless }).listGroups(FACTORY))).kind, 'notFound');
    assert.deepEqual([sent <= 17, closed], [true, true]);
  });
});

suite('Lane', () => {
  const never = () => new Promise<never>(() => undefined);
  const laneOf = (size: number, patienceMs = 60_000, stuck: unknown[] = []) =>
    new Lane({ size, patienceMs, onStuck: (underWay, waiting) => stuck.push([underWay, waiting]) });

  test('so many are under way, the others follow in their order, also after failures', async () => {
    const lane = laneOf(2);
    const begun: number[] = [];
    const end: (() => void)[] = [];
    const all = Array.from({ length: 5 }, (_, at) =>
      lane.run(
        String(at),
        () =>
          new Promise<number>((resolve, reject) => {
            begun.push(at);
            end.push(() => (at % 2 === 0 ? resolve(at) : reject(new Error(`no ${at}`))));
          }),
      ),
    );
    const results = Promise.allSettled(all);
    for (let at = 0; at < 5; at++) {
      await turn();
      assert.deepEqual(begun, [0, 1, 2, 3, 4].slice(0, Math.min(5, at + 2)));
      end[at]?.();
    }
    assert.deepEqual(
      (await results).map((result) => (result.status === 'fulfilled' ? result.value : String(result.reason))),
      [0, 'Error: no 1', 2, 'Error: no 3', 4],
    );
  });

  test('what is cancelled before is not begun, and what is cancelled while it waits leaves no gap', async () => {
    const lane = laneOf(1);
    let release!: () => void;
    const first = lane.run('first', () => new Promise<void>((resolve) => (release = resolve)));
    await assert.rejects(lane.run('aborted', never, AbortSignal.abort(new Error('before'))), /before/);
    const stop = new AbortController();
    const second = lane.run('second', never, stop.signal);
    const third = lane.run('third', () => Promise.resolve('third'));
    stop.abort(new Error('while it waits'));
    await assert.rejects(second, /while it waits/);
    release();
    await first;
    assert.equal(await third, 'third');
  });

  test('who waits for what never ends is told, and the lane works on when it ends after all', async () => {
    const stuck: unknown[] = [];
    const lane = laneOf(1, 1, stuck);
    let release!: () => void;
    const first = lane.run('first', () => new Promise<void>((resolve) => (release = resolve)));
    await assert.rejects(lane.run('second', never), LaneStuck);
    assert.deepEqual(stuck, [[['first'], ['second']]]);
    release();
    await first;
    assert.equal(await lane.run('third', () => Promise.resolve('third')), 'third');
  });

  test('a lane that others leave is not stuck, however long one waits', () =>
    inVirtualTime(async (time) => {
      const stuck: unknown[] = [];
      const lane = laneOf(1, 500, stuck);
      const all = Array.from({ length: 20 }, (_, at) =>
        lane.run(String(at), () => new Promise<void>((resolve) => time.after(30, resolve))),
      );
      await time.pass(20 * 30);
      await Promise.all(all);
      assert.deepEqual(stuck, []);
    }));
});

suite('The text of a body', () => {
  test('a time-out while it is read ends it', async () => {
    const watch = new Watchdog(60_000, undefined, undefined, -1);
    const body = (async function* () {
      yield 'a';
      await turn();
      watch.signal.throwIfAborted();
    })();
    const answer = { status: 200, headers: { get: () => null }, body };
    await assert.rejects(readText(answer, watch, 10, { request: '', host: '' }, () => undefined));
    assert.equal(watch.timedOut, true);
    watch.stop();
  });
});
