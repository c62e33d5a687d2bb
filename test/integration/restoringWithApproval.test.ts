import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';
import { entryUri, versionUri } from '../../src/configfs/versions';
import type { ConfigScope } from '../../src/model/config';
import { activeDiff } from './support/editors';
import { FACTORY } from './support/extension';
import { BO, HistoryScene } from './support/historyScene';
import { accept, escape } from './support/quickInputs';

const lab: ConfigScope = { kind: 'group', factory: FACTORY, group: 'lab' };

suite('Any two versions, and restoring with approval', () => {
  const it = HistoryScene.ofEach({ devices: 40 }, BO);

  suite('Restoring', () => {
    test('a group: one question with the numbers, then the reason; that is what is sent', async () => {
      await it.factory.put(lab, { name: 'x', value: '1' }, 'Newer');
      const old = (await it.factory.entries(lab))[1]!;
      it.answers.set('Restore group lab', 'Restore');
      it.factory.seen();
      const count = it.inputs.picks.length;
      const done = vscode.commands.executeCommand(
        'foundries.restoreVersion',
        entryUri(it.factory.host, lab, old, 'whatever is shown'),
      );
      const pick = await it.inputs.pick(count);
      assert.equal(pick.title, 'Reason for the change of group lab');
      assert.match(pick.value, /^Restore all files as of \d{4}-/);
      assert.deepEqual(it.factory.writes(), []);
      await it.inputs.type(pick, 'Back to what worked');
      await accept();
      await done;
      assert.equal(it.questions.length, 1);
      assert.match(it.questions[0]!.detail, /x: removed[^]*It reaches \d+ devices?\.[^]*Offline|None is offline/i);
      assert.doesNotMatch(it.questions[0]!.detail, /Reason in the history/);
      assert.deepEqual(it.questions[0]!.buttons, ['Leave As It Is', 'Restore', 'Compare First']);
      const [now] = await it.factory.entries(lab);
      assert.deepEqual([now?.reason, now?.files], ['Back to what worked', old.files]);
    });

    test('Escape at the reason, or at the question, sends nothing', async () => {
      await it.factory.put(lab, { name: 'x', value: '1' }, 'Newer');
      const subject = entryUri(it.factory.host, lab, (await it.factory.entries(lab))[1]!, '');
      it.factory.seen();
      await vscode.commands.executeCommand('foundries.restoreVersion', subject);
      it.answers.set('Restore group lab', 'Restore');
      const count = it.inputs.picks.length;
      const done = vscode.commands.executeCommand('foundries.restoreVersion', subject);
      await it.inputs.pick(count);
      await escape();
      await done;
      assert.equal(it.questions.length, 2);
      assert.deepEqual(it.factory.writes(), []);
      assert.deepEqual(it.told, []);
    });

    test('from a comparison with the present, where VS Code names the present side', async () => {
      await it.write('Newer', { 'app.config': 'new' });
      it.answers.set('Restore app.config', 'Restore');
      await it.run('foundries.compareVersion', it.factory.uri('app.config'), 'API test');
      const { modified } = await activeDiff();
      assert.equal(modified.scheme, 'foundries');
      await vscode.commands.executeCommand('foundries.restoreVersion', modified);
      assert.match((await it.factory.value('app.config')) ?? '', /foundries\.io/);
      assert.deepEqual(it.inputs.picks.length, 1, 'nothing more was asked');
    });

    test('a version that the device could not decrypt is warned of', async () => {
      await it.write('Leak', { token: 's3cret' }, { unencrypted: false });
      await it.write('Mended', { token: 's3cret' }, { unencrypted: true });
      await it.run('foundries.restoreVersion', it.factory.uri('token'), 'Leak');
      assert.match(it.questions[0]!.detail, /token was marked as encrypted but was not: device-01 fails to decrypt it/);
      assert.deepEqual(it.factory.writes(), []);
    });

    test('what the service does not show of a group is left as it is: said before, and sent by no way', async () => {
      await it.factory.put(lab, { name: 'token', value: '********', unencrypted: false }, 'Secret');
      await it.factory.put(lab, { name: 'x', value: '1' }, 'Newer');
      it.factory.seen();
      const [, old] = await it.factory.entries(lab);
      await vscode.commands.executeCommand('foundries.restoreVersion', entryUri(it.factory.host, lab, old!, ''));
      assert.match(
        it.questions[0]?.detail ?? '',
        /Left as it is, because the service does not show its value: token\./,
      );
      assert.equal(it.told.length, 0);
      // Alone there is nothing that could be done.
      await vscode.commands.executeCommand('foundries.restoreVersion', versionUri(it.factory.host, lab, 'token', old));
      assert.match(it.told[0] ?? '', /^Not restored: the service does not show the value of token/);
      assert.deepEqual([it.factory.writes(), it.questions.length], [[], 1]);
    });
  });
});
