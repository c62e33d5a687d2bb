/** What an editor shows, and what the server has. */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { SaveRefused } from '../../../src/configfs/saveRefused';
import { TestWindow } from '../support/editor';
import { GET, PATCH, ORIGINAL, SAME_SIZE, MINE, THEIRS, SavingScene } from '../support/savingScene';

suite('Saving a configuration file', () => {
  const it = SavingScene.ofEach();

  test('reading by something else does not move the base of unsent text', async () => {
    it.window.type(MINE);
    await it.theirs(SAME_SIZE);
    it.window.configs.invalidate();
    await it.window.documents.read(it.window.address);
    await it.refused('conflict', it.window.save());
    assert.equal(await it.factory.value('app.config'), SAME_SIZE);
  });

  test('typing while the editor reads a remote change does not move the base', async () => {
    await it.theirs(SAME_SIZE);
    it.window.configs.invalidate();
    // The editor reads, but somebody types before the answer is in: VS Code drops what it read.
    const reading = it.window.documents.read(it.window.address);
    it.window.type(MINE);
    await reading;
    it.window.documents.settle(it.window.address);
    await it.refused('conflict', it.window.save());
    assert.equal(await it.factory.value('app.config'), SAME_SIZE);
  });

  test('a read that ends before the first key is no base either while it is not shown', async () => {
    it.window.follows = false;
    await it.theirs(SAME_SIZE);
    it.window.configs.invalidate();
    await it.window.documents.read(it.window.address);
    it.window.type(MINE);
    await it.refused('conflict', it.window.save());
    assert.equal(await it.factory.value('app.config'), SAME_SIZE);
  });

  test('text is never sent in place of an encrypted value', async () => {
    const blob = Buffer.concat([Buffer.from([4]), Buffer.alloc(150, 7)]).toString('base64');
    await it.factory.writeAs([{ name: 'app.config', value: blob, unencrypted: false }]);
    it.window.answer = 'overwrite';
    it.window.type(MINE);
    await it.refused('encrypted', it.window.save());
    await assert.rejects(
      it.window.documents.save({ ...it.window.address, file: 'app.config' }, Buffer.from('page'), 'unknown'),
      SaveRefused,
    );
    assert.equal(await it.factory.value('app.config'), blob);
  });

  test('a file that becomes encrypted while it is open becomes its page, and back', async () => {
    const blob = Buffer.concat([Buffer.from([4]), Buffer.alloc(150, 7)]).toString('base64');
    await it.factory.writeAs([{ name: 'app.config', value: blob, unencrypted: false }]);
    await it.window.configs.get(it.window.address.scope, 0);
    await it.window.idle();
    const view = await it.window.documents.stat(it.window.address);
    assert.ok(view !== 'folder' && view.encrypted);
    await assert.rejects(it.window.documents.save(it.window.address, Buffer.from('the page'), 'manual'), SaveRefused);
    await it.theirs(THEIRS);
    await it.window.configs.get(it.window.address.scope, 0);
    await it.window.idle();
    assert.equal(it.window.text, THEIRS);
    it.window.type(MINE);
    await it.window.save();
    assert.equal(await it.factory.value('app.config'), MINE);
  });

  test('Save As and the Explorer make an empty file first: it is not sent', async () => {
    const fresh = new TestWindow(it.factory, it.memory, 'saved-as.toml');
    await fresh.documents.save(fresh.address, new Uint8Array(), 'unknown');
    assert.deepEqual(it.factory.seen(), [GET]);
    await fresh.open();
    fresh.type('a = 1\n');
    await fresh.save();
    assert.equal(await it.factory.value('saved-as.toml'), 'a = 1\n');
    assert.equal(it.factory.seen().filter((request) => request === PATCH).length, 1);
  });

  test('an empty file that nobody opens is no draft for ever, and can be sent', async () => {
    const fresh = new TestWindow(it.factory, it.memory, 'dropped');
    const told: string[] = [];
    fresh.documents.onDidChange(({ address, type }) => told.push(`${address.file} ${type}`));
    await fresh.documents.save(fresh.address, new Uint8Array(), 'unknown');
    assert.equal(fresh.documents.forgetUnopened(fresh.address), true);
    assert.deepEqual(told, ['dropped deleted']);
    await assert.rejects(fresh.documents.stat(fresh.address), SaveRefused);
    assert.equal(fresh.documents.forgetUnopened(fresh.address), false);
    assert.equal(await it.factory.value('dropped'), undefined);
    await fresh.documents.save(fresh.address, new Uint8Array(), 'manual');
    assert.equal(await it.factory.value('dropped'), '');
  });

  test('an empty file that an editor shows stays one that is to be written', async () => {
    const fresh = new TestWindow(it.factory, it.memory, 'new-file');
    await fresh.documents.save(fresh.address, new Uint8Array(), 'unknown');
    await fresh.open();
    assert.equal(fresh.documents.forgetUnopened(fresh.address), false);
    assert.equal(fresh.documents.isDraft(fresh.address), true);
  });

  test('a new file of the name of an unsent one that was deleted on the server is still that one', async () => {
    const settings = await new TestWindow(it.factory, it.memory, 'z-50-fioctl.toml').open();
    settings.type('[pacman]\ntags = "mine"\n');
    await it.factory.writeAs([{ name: 'other', value: 'x' }], true);
    await settings.configs.get(settings.address.scope, 0);
    settings.documents.draft(settings.address);
    await assert.rejects(settings.save(), SaveRefused);
    assert.deepEqual(
      settings.conflicts.map(({ kind }) => kind),
      ['deleted'],
    );
    assert.equal(settings.documents.handlerOf(settings.address)?.length, 1);
  });

  test('Ctrl+S on a clean file whose line ends VS Code made equal sends nothing', async () => {
    await it.theirs('a = 1\r\nb = 2\nc = 3\n');
    await it.window.configs.get(it.window.address.scope, 0);
    await it.window.idle();
    it.window.text = 'a = 1\r\nb = 2\r\nc = 3\r\n';
    it.factory.seen();
    await it.window.save();
    assert.deepEqual(it.factory.seen(), [GET]);
    it.window.type('a = 1\nb = 2\nc = 3\n');
    await it.window.save();
    assert.equal(await it.factory.value('app.config'), 'a = 1\nb = 2\nc = 3\n');
  });

  test('a file that is looked for in vain by something else is not made again silently by its editor', async () => {
    await it.factory.writeAs([{ name: 'other', value: 'x' }], true);
    it.window.configs.invalidate();
    await assert.rejects(it.window.documents.read(it.window.address), SaveRefused);
    it.window.type(MINE);
    await it.refused('conflict', it.window.save());
    assert.equal(it.window.conflicts[0]?.kind, 'deleted');
  });

  test('what something else read is forgotten when it is gone, and can be made anew', async () => {
    const other = new TestWindow(it.factory, it.memory, 'wireguard-client');
    await other.documents.read(other.address);
    await it.factory.writeAs([{ name: 'app.config', value: ORIGINAL }], true);
    await other.configs.get(other.address.scope, 0);
    await assert.rejects(other.documents.stat(other.address), SaveRefused);
    await other.documents.save(other.address, Buffer.from('new\n'), 'unknown');
    assert.deepEqual(other.conflicts, []);
    assert.equal(await it.factory.value('wireguard-client'), 'new\n');
  });

  test('a program that writes what it read, where no editor is open, is not told that this was done', async () => {
    const other = new TestWindow(it.factory, it.memory, 'wireguard-client');
    const { bytes } = await other.documents.read(other.address);
    await it.factory.writeAs([{ name: 'wireguard-client', value: 'theirs' }]);
    await assert.rejects(other.documents.save(other.address, bytes, 'unknown'), SaveRefused);
    assert.equal(other.conflicts[0]?.kind, 'changed');
  });

  test('Ctrl+S on a file that was deleted on the server asks, also without an edit', async () => {
    await it.factory.writeAs([{ name: 'other', value: 'x' }], true);
    await it.window.configs.get(it.window.address.scope, 0);
    await it.window.idle();
    await assert.rejects(it.window.save(), SaveRefused);
    assert.equal(it.window.conflicts[0]?.kind, 'deleted');
    it.window.answer = 'overwrite';
    await it.window.save();
    assert.equal(await it.factory.value('app.config'), ORIGINAL);
  });

  test('after undo to the saved text the editor shows what is newer on the server', async () => {
    it.window.type(MINE);
    await it.theirs(THEIRS);
    await it.window.configs.get(it.window.address.scope, 0);
    it.window.text = ORIGINAL;
    it.window.dirty = false;
    it.window.documents.settle(it.window.address);
    await it.window.idle();
    assert.equal(it.window.text, THEIRS);
  });

  test('a service that trims values is followed, without a false conflict', async () => {
    const files = [{ name: 'app.config', value: MINE.trim(), unencrypted: true }];
    for (const name of ['wireguard-client', 'fio-remote-actions', 'z-50-fioctl.toml']) {
      files.push({ name, value: 'x', unencrypted: true });
    }
    it.factory.server.emulator.faults.add({
      match: { method: 'PATCH' },
      status: 201,
      body: { 'created-at': '2099-01-01T00:00:00+00:00', files },
    });
    it.window.type(MINE);
    await it.window.save();
    assert.equal(it.window.text, MINE.trim());
    assert.equal(it.window.dirty, false);
  });

  test('a file that was deleted on the server is told, and can be made again with its handler', async () => {
    const settings = await new TestWindow(it.factory, it.memory, 'z-50-fioctl.toml').open();
    await it.factory.writeAs([{ name: 'other', value: 'x' }], true);
    settings.type('[pacman]\n');
    await assert.rejects(settings.save(), SaveRefused);
    assert.equal(settings.conflicts[0]?.kind, 'deleted');
    settings.answer = 'overwrite';
    await settings.save();
    assert.deepEqual(it.lastBody().files, [
      {
        name: 'z-50-fioctl.toml',
        value: '[pacman]\n',
        unencrypted: true,
        'on-changed': ['/usr/share/fioconfig/handlers/aktualizr-toml-update'],
      },
    ]);
  });

  suite('following the server', () => {
    test('an editor without unsent text shows a change of the same size', async () => {
      await it.theirs(SAME_SIZE);
      await it.window.configs.get(it.window.address.scope, 0);
      await it.window.idle();
      assert.equal(it.window.text, SAME_SIZE);
      it.window.type(MINE);
      await it.window.save();
      assert.deepEqual(it.window.conflicts, []);
    });

    test('an editor with unsent text keeps it', async () => {
      it.window.type(MINE);
      await it.theirs(THEIRS);
      await it.window.configs.get(it.window.address.scope, 0);
      await it.window.idle();
      assert.equal(it.window.text, MINE);
    });

    test('a file that went and came back is shown again', async () => {
      await it.factory.writeAs([{ name: 'other', value: 'x' }], true);
      await it.window.configs.get(it.window.address.scope, 0);
      await it.window.idle();
      await it.theirs(THEIRS);
      await it.window.configs.get(it.window.address.scope, 0);
      await it.window.idle();
      assert.equal(it.window.text, THEIRS);
    });

    test('a file that went and came back with the same value has its new handler', async () => {
      await it.factory.writeAs([{ name: 'other', value: 'x' }], true);
      await it.window.configs.get(it.window.address.scope, 0);
      await it.window.idle();
      const handler = ['/usr/share/fioconfig/handlers/other'];
      const file = { name: 'app.config', value: ORIGINAL, unencrypted: true, 'on-changed': handler };
      await it.factory.writeAs([file], true);
      await it.window.configs.get(it.window.address.scope, 0);
      await it.window.idle();
      assert.deepEqual(it.window.documents.handlerOf(it.window.address), handler);
    });
  });
});
