import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import type { LogLook } from '../../../src/api/runFiles';
import { isHeading, isTrouble, LogBuffer, stepsOf, styledLine } from '../../../src/model/logText';
import { Emitter } from '../../../src/store/emitter';
import { followLog } from '../../../src/store/runLog';
import { VirtualClock } from '../support/clock';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const LIMITS = { headBytes: 300, tailBytes: 600 };

suite('The log of a run', () => {
  let factory: TestFactory;
  setup(async () => {
    factory = await startTestFactory({ devices: 20, jobSeconds: 100 });
  });
  teardown(() => factory.close());
  const push = async () => {
    await factory.control.push({ branch: 'main', message: 'ünï' });
    const build = await factory.client.getLatestBuild(FACTORY, { all: true });
    return { factory: FACTORY, build: build.id, run: build.runs[0]!.name };
  };

  test('is followed from the queue to its end: every byte once, and the rest from the store without the token', async () => {
    const run = await push();
    const clock = new VirtualClock(() => factory.network.settled());
    const chunks: Uint8Array[] = [];
    const seen: (string | undefined)[] = [];
    const state = { ended: false };
    const watched = new Emitter<void>();
    const following = followLog(
      {
        receiveLog: async (...args) => {
          const look = await factory.client.receiveLog(...args);
          factory.control.advance(45);
          return look;
        },
        getRun: (...args) => factory.client.getRun(...args),
      },
      run,
      {
        signal: new AbortController().signal,
        clock,
        write: (chunk) => chunks.push(chunk),
        onStatus: (status) => seen.push(status),
        isWatched: () => true,
        onDidChangeWatched: watched.event,
      },
    );
    void following.finally(() => (state.ended = true));
    for (let look = 0; look < 300 && !state.ended; look++) {
      await clock.pass(15_000);
    }
    assert.equal(await following, true);
    assert.equal(seen[0], 'QUEUED');
    assert.ok(seen.includes('RUNNING'));
    assert.equal(seen.at(-1), undefined);
    const text = Buffer.concat(chunks).toString('utf8');
    assert.doesNotMatch(text, /Waiting for worker|\ufffd/);
    const steps = [...text.matchAll(/^Step (\d+)\/160/gm)].map(([, step]) => Number(step));
    assert.deepEqual(
      steps,
      Array.from({ length: 160 }, (_, at) => at + 1),
    );
    assert.match(text, /: Runner has completed\n$/);
    const last = factory.server.emulator.requests.all().findLast(({ path }) => path.startsWith('/storage/'))!;
    assert.equal(last.headers['osf-token'], undefined);
    assert.equal(last.headers['x-offset'], undefined);
    assert.match(last.headers.range ?? '', /^bytes=\d+-$/);
    assert.equal(last.status, 206);
  });

  test('a server that keeps its files itself sends everything, of which the new is taken', async () => {
    await factory.close();
    factory = await startTestFactory({ devices: 20, storage: 'local' });
    const { builds } = await factory.client.listBuilds(FACTORY);
    const done = builds.find(({ status }) => status === 'PASSED')!;
    const run = { factory: FACTORY, build: done.id, run: done.runs[0]!.name };
    const parts: Uint8Array[] = [];
    const whole: Uint8Array[] = [];
    await factory.client.receiveLog(run, 0, (chunk) => void whole.push(chunk));
    const look = await factory.client.receiveLog(run, 100, (chunk) => void parts.push(chunk));
    assert.equal(look.ended, true);
    assert.deepEqual(Buffer.concat(parts), Buffer.concat(whole).subarray(100));
  });

  test('an end that is reached already brings nothing', async () => {
    const { builds } = await factory.client.listBuilds(FACTORY);
    const done = builds.find(({ status }) => status === 'PASSED')!;
    const run = { factory: FACTORY, build: done.id, run: done.runs[0]!.name };
    let size = 0;
    await factory.client.receiveLog(run, 0, (chunk) => void (size += chunk.byteLength));
    const look = await factory.client.receiveLog(run, size, () => assert.fail('nothing is new'));
    assert.deepEqual(look, { status: undefined, ended: true, bytes: 0 });
  });

  test('a run that was cancelled in the queue has none', async () => {
    const run = await push();
    await factory.client.cancelRun(run);
    await assert.rejects(
      followLog(factory.client, run, {
        signal: new AbortController().signal,
        write: () => assert.fail('there is none'),
        onStatus: () => undefined,
        isWatched: () => true,
        onDidChangeWatched: new Emitter<void>().event,
      }),
      (error) => error instanceof FactoryError,
    );
  });

  test('nobody watches: nothing is asked; a refusal is the last request', async () => {
    const clock = new VirtualClock();
    const watched = new Emitter<void>();
    const state = { looks: 0, watched: true, refused: false };
    const following = followLog(
      {
        receiveLog: (): Promise<LogLook> => {
          state.looks += 1;
          return state.refused
            ? Promise.reject(new FactoryError('unauthorized', { request: 'GET /x', host: 'x' }))
            : Promise.resolve({ status: 'RUNNING', ended: false, bytes: 0 });
        },
        getRun: () => Promise.reject(new Error('not of interest')),
      },
      { factory: FACTORY, build: 1, run: 'x' },
      {
        signal: new AbortController().signal,
        clock,
        write: () => undefined,
        onStatus: () => undefined,
        isWatched: () => state.watched,
        onDidChangeWatched: watched.event,
      },
    );
    const refused = assert.rejects(following, { kind: 'unauthorized' });
    await clock.pass(60_000);
    const before = state.looks;
    assert.ok(before >= 4, String(before));
    state.watched = false;
    await clock.pass(3_600_000);
    assert.ok(state.looks <= before + 1);
    state.watched = true;
    state.refused = true;
    watched.fire();
    await clock.pass(60_000);
    await refused;
    const end = state.looks;
    await clock.pass(3_600_000);
    assert.equal(state.looks, end);
    assert.equal(clock.waiting, 0);
  });
});

suite('The text of a log', () => {
  test('escapes are taken out and their colours told; a colour goes on until it is taken back', () => {
    const first = styledLine(
      '\u001b[31;1mred\u001b[0m plain \u001b[38;5;10mgreen\u001b[39m \u001b]8;;https://x\u0007link\u001b]8;;\u0007',
    );
    assert.equal(first.text, 'red plain green link');
    assert.deepEqual(first.spans, [
      { color: 1, bold: true, start: 0, end: 3 },
      { color: 10, bold: false, start: 10, end: 15 },
    ]);
    const open = styledLine('\u001b[93mwarn');
    assert.deepEqual(styledLine('still', open.style).spans, [{ color: 11, bold: false, start: 0, end: 5 }]);
    assert.equal(styledLine('\u001b[2K\u001b[1A\u001b[38;2;1;2;3mx\u001b[K').text, 'x');
    assert.equal(styledLine('a\u0000b\u202ec').text, 'abc');
  });

  test('of progress that is written over itself the last is left', () => {
    assert.equal(styledLine('10 %\r50 %\r100 %\r').text, '100 %');
    assert.equal(styledLine('windows line\r').text, 'windows line');
  });

  test('a long log keeps its beginning and its end, and knows what it left out', () => {
    const buffer = new LogBuffer(LIMITS);
    const lines = Array.from({ length: 500 }, (_, at) => `line ${at} ünï`);
    const bytes = Buffer.from(`${lines.join('\n')}\nunfinished`);
    for (let at = 0; at < bytes.length; at += 7) {
      buffer.write(bytes.subarray(at, at + 7));
    }
    const { head, tail, droppedLines } = buffer.kept();
    assert.deepEqual(head, lines.slice(0, head.length));
    assert.deepEqual(tail, [...lines.slice(-(tail.length - 1)), 'unfinished']);
    assert.equal(head.length + droppedLines + tail.length, 501);
    assert.equal(buffer.bytes, bytes.length);
    assert.ok(droppedLines > 300);
  });

  test('a log without line ends does not grow without bound', () => {
    const buffer = new LogBuffer(LIMITS);
    for (let at = 0; at < 100; at++) {
      buffer.write(Buffer.alloc(10_000, 'x'));
    }
    const { head, tail } = buffer.kept();
    assert.ok([...head, ...tail].join('').length < 50_000);
  });

  test('a short log is whole', () => {
    const buffer = new LogBuffer(LIMITS);
    buffer.write(Buffer.from('one\ntwo\n'));
    assert.deepEqual(buffer.kept(), { head: ['one', 'two'], tail: [], droppedLines: 0, droppedSize: 0 });
  });

  test('steps fold within each other', () => {
    const log = ['== a', '-- b', 'x', 'Step 1/2 : FROM x', 'y', 'Step 2/2 : RUN', '-- c', 'z', '== d'];
    assert.deepEqual(
      stepsOf(log).map(({ line, end, level }) => [line, end, level]),
      [
        [0, 7, 0],
        [1, 5, 1],
        [3, 4, 2],
        [5, 5, 2],
        [6, 7, 1],
        [8, 8, 0],
      ],
    );
  });

  test('steps of CI are headings, those of a tool in it are not', () => {
    const log = ['== Done', '-- Getting the sources', 'Step 1/2 : FROM x', '#3 [1/2] RUN make', '==', '--help'];
    assert.deepEqual(log.filter(isHeading), ['== Done', '-- Getting the sources']);
  });

  test('what tells of an error, and what only looks like it', () => {
    for (const line of [
      'ERROR: Task failed',
      'main.c:3:1: error: expected ;',
      'npm ERR! code 1',
      'fatal: not a git repository',
      'make: *** [all] Error 2',
      'Build failed.',
      'Traceback (most recent call last):',
      '== Failed: a command failed with status 1',
    ]) {
      assert.ok(isTrouble(line), line);
    }
    for (const line of [
      '0 errors, 2 warnings',
      'no errors found',
      'errors: 0',
      'gcc -Werror main.c',
      'libgpg-error 1.2',
      'terror',
      'failed: 0',
    ]) {
      assert.ok(!isTrouble(line), line);
    }
  });
});
