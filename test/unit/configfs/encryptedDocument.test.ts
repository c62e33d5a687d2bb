import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FileEdits, type FileEdit } from '../../../src/configfs/fileEdits';
import { SaveRefused } from '../../../src/configfs/saveRefused';
import { currentFile, type ConfigFile, type ConfigScope } from '../../../src/model/config';
import { TestMemory, TestWindow } from '../support/editor';
import { DEVICE, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

suite('An encrypted file as a document', () => {
  let factory: TestFactory;
  let memory: TestMemory;

  setup(async () => {
    factory = await startTestFactory();
    memory = new TestMemory();
  });
  teardown(() => factory.close());

  const scope: ConfigScope = { kind: 'device', factory: FACTORY, device: DEVICE };
  const edit = (window: TestWindow, seen: ConfigFile | undefined, what: FileEdit) =>
    new FileEdits({
      configs: () => window.configs,
      knownUuid: () => undefined,
      fetchKey: () => factory.client.getDeviceKey(FACTORY, DEVICE),
      hasUnsentText: () => window.dirty,
      fetchUuid: () => Promise.resolve(undefined),
      check: () => Promise.resolve(),
      approve: () => Promise.resolve('test'),
    }).apply(window.address, seen, what, () => Promise.resolve(true));
  const seenIn = (window: TestWindow) => currentFile(window.configs.peek(scope)?.entries ?? [], window.address.file);

  test('a plain document that is made secret becomes the page, and plain again the text', async () => {
    const window = await new TestWindow(factory, memory, 'app.config').open();
    const plain = window.text!;
    await edit(window, seenIn(window), { kind: 'makeSecret' });
    await window.idle();
    assert.equal((await window.documents.read(window.address)).encrypted, true);
    const stat = await window.documents.stat(window.address);
    assert.ok(stat !== 'folder' && stat.encrypted);
    assert.equal(window.text, '');
    assert.ok(!memory.dump().includes(plain));
    await edit(window, seenIn(window), { kind: 'plain', value: 'a = 2\n' });
    await window.idle();
    assert.equal(window.text, 'a = 2\n');
    window.type('a = 3\n');
    await window.save();
    assert.equal(await factory.value('app.config'), 'a = 3\n');
    assert.equal(window.conflicts.length, 0);
  });

  test('the stat after the change already says whether the document can be edited', async () => {
    const window = await new TestWindow(factory, memory, 'app.config').open();
    const stats: boolean[] = [];
    window.documents.onDidChange(() => {
      void window.documents.stat(window.address).then((view) => stats.push(view !== 'folder' && view.encrypted));
    });
    await edit(window, seenIn(window), { kind: 'makeSecret' });
    await window.idle();
    await edit(window, seenIn(window), { kind: 'plain', value: 'x' });
    await window.idle();
    assert.deepEqual(stats, [true, false]);
  });

  test('a page that is open keeps being a page when its secret is replaced, also after a restart', async () => {
    const window = await new TestWindow(factory, memory, 'tok').openNew();
    await edit(window, undefined, { kind: 'secret', value: Buffer.from('one') });
    window.text = undefined;
    window.documents.closed(window.address);
    await window.open();
    await edit(window, seenIn(window), { kind: 'secret', value: Buffer.from('two') });
    await window.idle();
    assert.equal(window.dirty, false);
    const next = window.restart();
    const stat = await next.documents.stat(next.address);
    assert.ok(stat !== 'folder' && stat.encrypted);
    next.text = 'typed into the page';
    next.dirty = true;
    await assert.rejects(next.save(), (error) => error instanceof SaveRefused && error.kind === 'encrypted');
  });

  test('unsent text is never sent over a value that became secret meanwhile', async () => {
    const window = await new TestWindow(factory, memory, 'app.config').open();
    window.type('mine');
    const other = await new TestWindow(factory, new TestMemory(), 'app.config').open();
    await edit(other, seenIn(other), { kind: 'makeSecret' });
    const blob = await factory.value('app.config');
    window.answer = 'overwrite';
    await assert.rejects(window.save(), (error) => error instanceof SaveRefused && error.kind === 'encrypted');
    assert.equal(await factory.value('app.config'), blob);
    assert.deepEqual([window.text, window.dirty], ['mine', true]);
  });
});
