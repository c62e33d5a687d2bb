import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setup, suite, teardown, test } from 'mocha';
import { streamToFile } from '../../../src/commands/streamToFile';

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
});
