/** Somebody else changed the file meanwhile. */
import assert from 'node:assert/strict';
import { setup, suite, test } from 'mocha';
import { GET, PATCH, ORIGINAL, SAME_SIZE, MINE, THEIRS, SavingScene } from '../support/savingScene';

suite('Saving a configuration file', () => {
  const it = SavingScene.ofEach();

  for (const [name, value] of [
    ['another size', THEIRS],
    ['the same size', SAME_SIZE],
  ] as const) {
    test(`a remote change of ${name} is a conflict`, async () => {
      await it.theirs(value);
      it.window.type(MINE);
      await it.refused('conflict', it.window.save());
      assert.equal(await it.factory.value('app.config'), value);
      assert.equal(it.window.text, MINE);
      const [conflict] = it.window.conflicts;
      assert.deepEqual([conflict?.kind, conflict?.reason], ['changed', 'by somebody else']);
      assert.ok(Math.abs((conflict?.when ?? 0) - Date.now()) < 60_000);
    });
  }

  test('Overwrite sends', async () => {
    await it.theirs(THEIRS);
    it.window.answer = 'overwrite';
    it.window.type(MINE);
    await it.window.save();
    assert.equal(await it.factory.value('app.config'), MINE);
    assert.equal(it.window.conflicts.length, 1);
  });

  test('Overwrite counts for what was seen, not for what came in while one thought', async () => {
    await it.theirs(SAME_SIZE);
    it.window.type(MINE);
    const answers = [
      async () => {
        await it.theirs(THEIRS);
        return 'overwrite' as const;
      },
      () => Promise.resolve('cancel' as const),
    ];
    it.window.answer = () => answers.shift()!();
    await it.refused('conflict', it.window.save());
    assert.equal(it.window.conflicts.length, 2);
    assert.equal(await it.factory.value('app.config'), THEIRS);
  });

  test('Overwrite after a comparison sends without asking again, once', async () => {
    await it.theirs(SAME_SIZE);
    it.window.type(MINE);
    it.window.answer = 'compare';
    assert.equal((await it.refused('conflict', it.window.save())).details.choice, 'compare');
    await it.window.overwrite(await it.window.documents.serverValue(it.window.address));
    assert.equal(it.window.conflicts.length, 1);
    assert.equal(await it.factory.value('app.config'), MINE);
    await it.theirs(THEIRS);
    it.window.type(ORIGINAL);
    await it.refused('conflict', it.window.save());
  });

  test('Overwrite after a comparison sends also the text that was opened', async () => {
    await it.theirs(THEIRS);
    it.window.type(MINE);
    it.window.answer = 'compare';
    await it.refused('conflict', it.window.save());
    it.window.type(ORIGINAL);
    assert.equal(await it.window.overwrite(await it.window.documents.serverValue(it.window.address)), true);
    assert.equal(await it.factory.value('app.config'), ORIGINAL);
    assert.deepEqual([it.window.text, it.window.dirty], [ORIGINAL, false]);
  });

  test('Overwrite sends from an editor without unsent text, byte for byte', async () => {
    const bytes = '\ufeffa = 1\r\nb = 2\n';
    await it.theirs(bytes);
    await it.window.configs.get(it.window.address.scope, 0);
    await it.window.idle();
    it.window.text = 'a = 1\nb = 2\n';
    it.window.documents.settle(it.window.address);
    await it.factory.writeAs([{ name: 'other', value: 'x' }], true);
    assert.equal(await it.window.documents.serverValue(it.window.address), undefined);
    await it.window.idle();
    it.factory.seen();
    assert.equal(await it.window.overwrite(undefined), true);
    assert.deepEqual(it.factory.seen().slice(-2), [GET, PATCH]);
    assert.equal(await it.factory.value('app.config'), bytes);
    assert.deepEqual([it.window.dirty, it.window.conflicts.length], [false, 0]);
    it.window.type(MINE);
    await it.window.save();
    assert.equal(await it.factory.value('app.config'), MINE);
  });

  test('an agreement counts for one save, also where that was refused', async () => {
    await it.theirs(THEIRS);
    it.window.type(MINE);
    it.window.answer = 'compare';
    await it.refused('conflict', it.window.save());
    it.window.type('x'.repeat(1024 * 1024));
    await assert.rejects(it.window.overwrite(await it.window.documents.serverValue(it.window.address)));
    it.window.type(MINE);
    await it.refused('conflict', it.window.save());
    assert.equal(await it.factory.value('app.config'), THEIRS);
  });

  suite('when the handler was edited meanwhile', () => {
    const HANDLER = ['/usr/share/fioconfig/handlers/aktualizr-toml-update'];
    const edit = (onChanged: readonly string[] | undefined) =>
      it.window.configs.update(it.window.address.scope, (latest) => {
        const file = latest[0]!.files.find(({ name }) => name === 'app.config')!;
        return { reason: 'handler', file: { ...file, onChanged } };
      });
    let told: string[];
    setup(() => {
      told = [];
      it.window.documents.onDidChangeHandler(({ file }) => told.push(file));
    });

    for (const dirty of [false, true]) {
      test(`it is known of the ${dirty ? 'unsent' : 'clean'} text, and told`, async () => {
        if (dirty) {
          it.window.type(MINE);
        }
        await edit(HANDLER);
        assert.deepEqual(it.window.documents.handlerOf(it.window.address), HANDLER);
        await edit(undefined);
        assert.equal(it.window.documents.handlerOf(it.window.address), undefined);
        assert.deepEqual(told, ['app.config', 'app.config']);
        assert.equal(it.window.text, dirty ? MINE : ORIGINAL);
      });
    }

    test('Create Again after a delete sends it', async () => {
      await edit(HANDLER);
      it.window.type(MINE);
      await it.factory.writeAs([{ name: 'other', value: 'x' }], true);
      it.window.answer = 'overwrite';
      await it.window.save();
      assert.deepEqual(it.lastBody().files, [
        { name: 'app.config', value: MINE, unencrypted: true, 'on-changed': HANDLER },
      ]);
    });

    test('that of another value belongs to it', async () => {
      it.window.type(MINE);
      await edit(HANDLER);
      told = [];
      await it.factory.writeAs([{ name: 'app.config', value: THEIRS }]);
      await it.window.configs.get(it.window.address.scope, 0);
      assert.deepEqual(it.window.documents.handlerOf(it.window.address), HANDLER);
      assert.deepEqual(told, []);
    });
  });

  test('a merge has the value that was opened as its base, also after a restart', async () => {
    await it.theirs(THEIRS);
    it.window.type(MINE);
    await it.refused('conflict', it.window.save());
    const again = it.window.restart();
    assert.equal(await again.documents.baseValue(again.address), ORIGINAL);
    const seen = await again.documents.serverValue(again.address);
    again.documents.rebase(again.address, seen ?? '');
    again.type(`${THEIRS}# and mine\n`);
    await again.save();
    assert.deepEqual(again.conflicts, []);
    assert.equal(await it.factory.value('app.config'), `${THEIRS}# and mine\n`);
  });

  test('a further change after a merge is a conflict again', async () => {
    await it.theirs(THEIRS);
    it.window.type(MINE);
    await it.refused('conflict', it.window.save());
    it.window.documents.rebase(it.window.address, (await it.window.documents.serverValue(it.window.address)) ?? '');
    await it.theirs(SAME_SIZE);
    await it.refused('conflict', it.window.save());
    assert.equal(await it.factory.value('app.config'), SAME_SIZE);
  });

  test('a base that the history has dropped is not made up', async () => {
    it.window.type(MINE);
    for (let version = 0; version < 11; version++) {
      await it.theirs(`version ${version}\n`);
    }
    await it.refused('conflict', it.window.save());
    assert.equal(await it.window.documents.baseValue(it.window.address), undefined);
  });

  test('reverting takes the server version as the new base', async () => {
    await it.theirs(THEIRS);
    it.window.type(MINE);
    await it.refused('conflict', it.window.save());
    await it.window.revert();
    assert.equal(it.window.text, THEIRS);
    it.window.type(MINE);
    await it.window.save();
    assert.equal(await it.factory.value('app.config'), MINE);
  });
});
