import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setup, suite, teardown, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import type { Resumption } from '../../../src/api/runFiles';
import type { Sink } from '../../../src/api/transport';
import { downloadToFile, WrongContent, type Receive } from '../../../src/commands/downloadToFile';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const signal = new AbortController().signal;
const streamToFile = (file: string, receive: Receive) => downloadToFile(file, receive, { signal, retryMs: 1 });
const head = (status: number, headers: Record<string, string> = {}) => ({
  status,
  headers: { get: (name: string) => headers[name] ?? null },
});
const cut = () => new FactoryError('network', { request: 'GET /x', host: 'x' });
const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex');

suite('Streaming to a file', () => {
  let folder: string;
  let file: string;
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'stream-'));
    file = path.join(folder, 'artifact.bin');
  });
  teardown(() => rmSync(folder, { recursive: true }));

  test('the file appears when all of it is there, and not before', async () => {
    await streamToFile(file, async (sink) => {
      await sink.write(Buffer.from('one '));
      assert.equal(existsSync(file), false);
      await sink.write(Buffer.from('two'));
    });
    assert.equal(readFileSync(file, 'utf8'), 'one two');
    assert.deepEqual(readdirSync(folder), ['artifact.bin']);
  });

  test('a failure leaves what was there before, and nothing else', async () => {
    writeFileSync(file, 'before');
    const broken = new Error('cut');
    await assert.rejects(
      streamToFile(file, async (sink) => {
        await sink.write(Buffer.from('half'));
        throw broken;
      }),
      broken,
    );
    assert.equal(readFileSync(file, 'utf8'), 'before');
    assert.deepEqual(readdirSync(folder), ['artifact.bin']);
  });

  test('a success replaces what was there before', async () => {
    writeFileSync(file, 'before, and longer than what comes');
    await streamToFile(file, async (sink) => sink.write(Buffer.from('after')));
    assert.equal(readFileSync(file, 'utf8'), 'after');
  });

  test('a folder that is not there', async () => {
    await assert.rejects(
      streamToFile(path.join(folder, 'no', 'file'), () => Promise.reject(new Error('not begun'))),
      { code: 'ENOENT' },
    );
  });

  test('a transfer that is cut goes on where it was cut, for the same content only', async () => {
    const asked: (Resumption | undefined)[] = [];
    const done = await streamToFile(file, async (sink: Sink, _signal, resume) => {
      asked.push(resume);
      if (resume === undefined) {
        await sink.begin?.(10, head(200, { etag: '"v1"' }));
        await sink.write(Buffer.from('01234'));
        throw cut();
      }
      await sink.begin?.(5, head(206, { 'content-range': 'bytes 5-9/10' }));
      await sink.write(Buffer.from('56789'));
    });
    assert.deepEqual(asked, [undefined, { bytes: 5, etag: '"v1"' }]);
    assert.equal(readFileSync(file, 'utf8'), '0123456789');
    assert.deepEqual(done, { bytes: 10, sha256: sha256Of('0123456789'), compared: false });
  });

  test('a server that sends everything again is taken from the start', async () => {
    let attempt = 0;
    const done = await streamToFile(file, async (sink: Sink) => {
      attempt += 1;
      await sink.begin?.(undefined, head(200, { etag: attempt === 1 ? '"v1"' : '"v2"' }));
      await sink.write(Buffer.from(attempt === 1 ? 'the old one, lo' : 'the new'));
      if (attempt === 1) {
        throw cut();
      }
    });
    assert.equal(readFileSync(file, 'utf8'), 'the new');
    assert.equal(done.sha256, sha256Of('the new'));
  });

  test('it is given up when nothing more comes', async () => {
    let attempts = 0;
    const receive: Receive = async (sink) => {
      attempts += 1;
      await sink.begin?.(10, head(200));
      await sink.write(Buffer.from('01'));
      throw cut();
    };
    await assert.rejects(streamToFile(file, receive), { kind: 'network' });
    assert.ok(attempts > 1 && attempts < 8, String(attempts));
    assert.deepEqual(readdirSync(folder), []);
  });

  test('a checksum that the server tells is compared', async () => {
    const md5 = createHash('md5').update('content').digest('base64');
    const receive =
      (told: Record<string, string>): Receive =>
      async (sink) => {
        await sink.begin?.(7, head(200, told));
        await sink.write(Buffer.from('content'));
      };
    assert.equal((await streamToFile(file, receive({ 'x-goog-hash': `crc32c=AAAAAA==,md5=${md5}` }))).compared, true);
    const digest = createHash('sha256').update('content').digest('base64');
    assert.equal((await streamToFile(file, receive({ 'repr-digest': `sha-256=:${digest}:` }))).compared, true);
    rmSync(file);
    const wrong = createHash('md5').update('other').digest('base64');
    await assert.rejects(streamToFile(file, receive({ 'content-md5': wrong })), WrongContent);
    assert.deepEqual(readdirSync(folder), []);
    const packed = { 'content-md5': wrong, 'x-goog-stored-content-encoding': 'gzip' };
    assert.equal((await streamToFile(file, receive(packed))).compared, false);
  });

  test('a disk that takes less than it is given gets the rest, whatever the chunks are', async () => {
    const handle = await open(path.join(folder, 'any'), 'w');
    const handles = Object.getPrototypeOf(handle) as { writev: (this: FileHandle, ...given: unknown[]) => unknown };
    await handle.close();
    rmSync(path.join(folder, 'any'));
    const { writev } = handles;
    const chunks = [...Array.from({ length: 3000 }, (_, at) => `${at},`), '', 'x'.repeat(600_000), 'the end'];
    handles.writev = function (given, at) {
      const [first] = given as readonly [Uint8Array, ...Uint8Array[]];
      const chunksGiven = given as readonly Uint8Array[];
      const few =
        chunksGiven.length > 2 ? chunksGiven.slice(0, 2) : [first.subarray(0, Math.ceil(first.byteLength / 2))];
      return writev.call(this, few, at);
    };
    try {
      await streamToFile(file, async (sink) => {
        for (const chunk of chunks) {
          await sink.write(Buffer.from(chunk));
        }
      });
    } finally {
      handles.writev = writev;
    }
    assert.equal(readFileSync(file, 'utf8'), chunks.join(''));
  });

  test('what has another size than was told is refused', async () => {
    const receive: Receive = (sink) => Promise.resolve(sink.write(Buffer.from('short')));
    await assert.rejects(downloadToFile(file, receive, { signal, size: 6 }), WrongContent);
    assert.deepEqual(readdirSync(folder), []);
  });
});

suite('Downloading a file of a run', function () {
  this.timeout(20_000);
  let factory: TestFactory;
  let folder: string;
  let file: string;
  let run: { factory: string; build: number; run: string };
  setup(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'stream-'));
    file = path.join(folder, 'image.wic.gz');
    factory = await startTestFactory({ devices: 20, logBytes: 3_000_000 });
    const { builds } = await factory.client.listBuilds(FACTORY, { limit: 25 });
    const platform = builds.find(({ trigger, status }) => trigger.startsWith('platform-') && status === 'PASSED')!;
    run = { factory: FACTORY, build: platform.id, run: platform.runs[0]!.name };
  });
  teardown(async () => {
    await factory.close();
    rmSync(folder, { recursive: true });
  });

  test('a connection that is cut half way is taken up again at the object store, without the token', async () => {
    const whole = path.join(folder, 'whole');
    const log: Receive = (sink, stop, resume) =>
      factory.client.receiveRunFile({ ...run, path: 'console.log' }, sink, stop, resume);
    const expected = await downloadToFile(whole, log, { signal, size: 3_000_000 });
    factory.server.emulator.requests.clear();
    factory.server.emulator.faults.add({ match: { path: '/storage/' }, cut: 1_000_000 });
    const done = await downloadToFile(file, log, { signal, size: 3_000_000, retryMs: 1 });
    assert.equal(done.sha256, expected.sha256);
    assert.equal(statSync(file).size, 3_000_000);
    const stored = factory.server.emulator.requests.all().filter(({ path: asked }) => asked.startsWith('/storage/'));
    assert.deepEqual(
      stored.map(({ headers, status }) => [status, headers.range?.replace(/\d+/, 'N'), headers['osf-token']]),
      [
        [200, undefined, undefined],
        [206, 'bytes=N-', undefined],
      ],
    );
  });

  test('cancelled at any point, nothing is left', async () => {
    const image = (await factory.client.getRun(run)).artifacts.find(({ path: name }) => name.endsWith('.wic.gz'))!;
    for (const after of [0, 1, 3_000_000]) {
      const stop = new AbortController();
      const downloading = downloadToFile(
        file,
        (sink, at, resume) => factory.client.receiveRunFile({ ...run, path: image.path }, sink, at, resume),
        {
          signal: stop.signal,
          size: image.size,
          onProgress: (received) => {
            assert.equal(existsSync(file), false);
            if (received >= after) {
              stop.abort();
            }
          },
        },
      );
      if (after === 0) {
        stop.abort();
      }
      await assert.rejects(downloading, { kind: 'cancelled' });
      assert.deepEqual(readdirSync(folder), []);
    }
  });
});
