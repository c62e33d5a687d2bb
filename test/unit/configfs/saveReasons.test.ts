/** A save that VS Code's own check stops was announced and never comes: what is written later is not that save. */
import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { SaveReasons } from '../../../src/configfs/saveReasons';
import { SaveRefused } from '../../../src/configfs/saveRefused';
import { TestMemory, TestWindow } from '../support/editor';
import { startTestFactory, type TestFactory } from '../support/factory';

const KEY = 'foundries://h/app.config';
const bytes = (text: string) => Buffer.from(text, 'utf8');

suite('The reason of a write', () => {
  let reasons: SaveReasons;
  setup(() => {
    reasons = new SaveReasons();
  });

  test('is that of the save that was announced, once', () => {
    reasons.announce(KEY, 'manual', 'text');
    assert.equal(reasons.take(KEY, bytes('text')), 'manual');
    assert.equal(reasons.take(KEY, bytes('text')), 'unknown');
    reasons.announce(KEY, 'auto', 'text');
    assert.equal(reasons.take(KEY, bytes('text')), 'auto');
  });

  for (const [title, written] of [
    ['with a byte order mark', '\ufeffa\nb\n'],
    ['with other line ends', 'a\r\nb\r\n'],
    ['in another encoding', undefined],
  ] as const) {
    test(`also ${title}, which the editor does not show`, () => {
      reasons.announce(KEY, 'manual', 'a\nb\n');
      assert.equal(reasons.take(KEY, written === undefined ? new Uint8Array([0xff, 0xfe]) : bytes(written)), 'manual');
    });
  }

  test('also of a text that a formatter, or the user, made of it meanwhile', () => {
    for (const saved of ['typed', 'formatted', 'typed on']) {
      reasons.announce(KEY, 'manual', 'typed');
      reasons.changed(KEY, () => 'formatted');
      reasons.changed(KEY, () => 'typed on');
      assert.equal(reasons.take(KEY, bytes(saved)), 'manual', saved);
    }
  });

  test('is not that of a save that was announced for another text', () => {
    reasons.announce(KEY, 'manual', 'mine');
    assert.equal(reasons.take(KEY, bytes('of a program')), 'unknown');
    assert.equal(reasons.take(KEY, bytes('mine')), 'manual', 'the save may still come');
  });

  test('is not kept for a document that was closed, nor for another one', () => {
    reasons.announce(KEY, 'manual', 'mine');
    assert.equal(reasons.take(`${KEY}2`, bytes('mine')), 'unknown');
    reasons.closed(KEY);
    assert.equal(reasons.take(KEY, bytes('mine')), 'unknown');
    reasons.changed(KEY, () => assert.fail('nobody asked for the text'));
  });

  test('of a blocked auto-save does not refuse what a program writes', () => {
    reasons.announce(KEY, 'auto', 'mine');
    assert.equal(reasons.take(KEY, bytes('of a program')), 'unknown');
  });
});

suite('A save that VS Code blocked', () => {
  let factory: TestFactory;
  let window: TestWindow;
  let reasons: SaveReasons;
  setup(async () => {
    factory = await startTestFactory();
    window = await new TestWindow(factory, new TestMemory(), 'app.config').open();
    reasons = new SaveReasons();
  });
  teardown(() => factory.close());

  for (const cause of ['manual', 'auto'] as const) {
    test(`(${cause}) does not make a later write by a program the editor's own`, async () => {
      window.type('mine');
      reasons.announce(KEY, cause, 'mine');
      // VS Code asks for the state of the file, finds it newer, and writes nothing. Then another extension does.
      const theirs = bytes('of a program');
      await window.documents.save(window.address, theirs, reasons.take(KEY, theirs));
      assert.equal(await factory.value('app.config'), 'of a program');
      reasons.announce(KEY, 'manual', 'mine');
      const mine = bytes('mine');
      await assert.rejects(
        window.documents.save(window.address, mine, reasons.take(KEY, mine)),
        (error) => error instanceof SaveRefused && error.kind === 'conflict',
      );
      assert.deepEqual(
        window.conflicts.map(({ kind }) => kind),
        ['changed'],
      );
      assert.equal(await factory.value('app.config'), 'of a program');
    });
  }
});
