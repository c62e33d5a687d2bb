/** Writers other than Ctrl+S: auto-save, programs, restarted windows, new files. */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { SaveRefused } from '../../../src/configfs/saveRefused';
import { TestWindow } from '../support/editor';
import { GET, PATCH, ORIGINAL, SAME_SIZE, MINE, THEIRS, SavingScene } from '../support/savingScene';

suite('Saving a configuration file', () => {
  const it = SavingScene.ofEach();

  test('auto-save is never sent, and says what to do', async () => {
    it.window.type(MINE);
    await it.refused('autoSave', it.window.save('auto'));
    assert.deepEqual(it.factory.seen(), []);
    await it.window.save();
    assert.equal(await it.factory.value('app.config'), MINE);
  });

  test('a save that nobody announced is taken for an auto-save where an editor has that text', async () => {
    it.window.type(MINE);
    await it.refused('unannounced', it.window.save('unknown'));
    assert.deepEqual(it.factory.seen(), []);
  });

  test('a program that writes beside unsent text of an editor does not make that text follow: its save is a conflict', async () => {
    it.window.type(MINE);
    await it.window.documents.save(it.window.address, Buffer.from(SAME_SIZE), 'unknown');
    assert.equal(await it.factory.value('app.config'), SAME_SIZE);
    await it.refused('conflict', it.window.save());
    assert.equal(it.window.conflicts[0]?.kind, 'changed');
    assert.equal(await it.factory.value('app.config'), SAME_SIZE);
    it.window.answer = 'overwrite';
    await it.window.save();
    assert.equal(await it.factory.value('app.config'), MINE);
  });

  test('an editor without unsent text shows what a program wrote; what is typed before it does is a conflict', async () => {
    await it.window.documents.save(it.window.address, Buffer.from(SAME_SIZE), 'unknown');
    await it.window.idle();
    assert.deepEqual([it.window.text, it.window.dirty], [SAME_SIZE, false]);
    it.window.type(MINE);
    await it.window.save();
    assert.deepEqual(it.window.conflicts, []);
    it.window.follows = false;
    await it.window.documents.save(it.window.address, Buffer.from(THEIRS), 'unknown');
    await it.window.idle();
    it.window.type(ORIGINAL);
    it.window.follows = true;
    await assert.rejects(it.window.save());
    assert.equal(await it.factory.value('app.config'), THEIRS);
  });

  test('a program may write a file that is in no editor, but not over one it did not read', async () => {
    const elsewhere = { ...it.window.address, file: 'by-program' };
    await it.window.documents.save(elsewhere, Buffer.from('x'), 'unknown');
    assert.equal(await it.factory.value('by-program'), 'x');
    await it.factory.writeAs([{ name: 'unread', value: 'theirs' }]);
    await assert.rejects(
      it.window.documents.save({ ...it.window.address, file: 'unread' }, Buffer.from('x'), 'unknown'),
      SaveRefused,
    );
    assert.equal(await it.factory.value('unread'), 'theirs');
  });

  suite('after a restart', () => {
    test('unsent text is sent without a read of the editor', async () => {
      it.window.type(MINE);
      const again = it.window.restart();
      await again.save();
      assert.equal(await it.factory.value('app.config'), MINE);
      assert.deepEqual(it.factory.seen().slice(0, 2), [GET, PATCH]);
    });

    for (const value of [THEIRS, SAME_SIZE]) {
      test(`a change meanwhile is still a conflict (${value.length} bytes)`, async () => {
        it.window.type(MINE);
        await it.theirs(value);
        const again = it.window.restart();
        await assert.rejects(again.save(), SaveRefused);
        assert.equal(await it.factory.value('app.config'), value);
      });
    }

    test('a new file is still new', async () => {
      const fresh = new TestWindow(it.factory, it.memory, 'fresh.toml');
      fresh.documents.draft(fresh.address);
      await fresh.open();
      fresh.type('a = 1\n');
      const again = fresh.restart();
      await again.save();
      assert.equal(await it.factory.value('fresh.toml'), 'a = 1\n');
    });

    test('what is remembered holds no text of the file', async () => {
      it.window.type(MINE);
      await it.window.save();
      assert.equal(it.memory.dump().includes('example.com'), false);
    });
  });

  suite('new files', () => {
    test('the update settings get their handler', async () => {
      await it.factory.writeAs([{ name: 'other', value: 'x' }], true);
      const fresh = new TestWindow(it.factory, it.memory, 'z-50-fioctl.toml');
      fresh.documents.draft(fresh.address);
      await fresh.open();
      assert.equal(fresh.text, '');
      fresh.type('[pacman]\n');
      await fresh.save();
      assert.deepEqual(it.lastBody().files, [
        {
          name: 'z-50-fioctl.toml',
          value: '[pacman]\n',
          unencrypted: true,
          'on-changed': ['/usr/share/fioconfig/handlers/aktualizr-toml-update'],
        },
      ]);
    });

    test('somebody made it meanwhile: a conflict', async () => {
      const fresh = new TestWindow(it.factory, it.memory, 'fresh');
      fresh.documents.draft(fresh.address);
      await fresh.open();
      await it.factory.writeAs([{ name: 'fresh', value: 'theirs' }]);
      fresh.type('mine');
      await assert.rejects(fresh.save(), SaveRefused);
      assert.equal(fresh.conflicts[0]?.kind, 'exists');
      assert.equal(await it.factory.value('fresh'), 'theirs');
    });

    test('an empty one can be made', async () => {
      const fresh = new TestWindow(it.factory, it.memory, 'empty');
      fresh.documents.draft(fresh.address);
      await fresh.open();
      await fresh.save();
      assert.equal(await it.factory.value('empty'), '');
    });

    test('a file that is neither there nor prepared is not found', async () => {
      await assert.rejects(
        new TestWindow(it.factory, it.memory, 'nope').open(),
        (error) => error instanceof SaveRefused && error.kind === 'notFound',
      );
    });
  });
});
