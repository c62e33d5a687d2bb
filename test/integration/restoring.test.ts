/** Putting an earlier version of a configuration back. */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../support/until';
import { activeDiff, ctrlS, replaceText, textOf } from './support/editors';
import { DEVICE, FACTORY } from './support/extension';
import { deviceRow, HistoryScene } from './support/historyScene';
import { setSetting } from './support/settings';

const GET = `GET /ota/devices/${DEVICE}/config/`;
const PATCH = `PATCH /ota/devices/${DEVICE}/config/`;
const POST = `POST /ota/devices/${DEVICE}/config/`;
const USERS = `GET /ota/factories/${FACTORY}/users/`;
const GUIDE = '[page]\nurl = "https://foundries.io/"\n';

suite('History, effective configuration and comparison', () => {
  const it = HistoryScene.ofEach();
  const body = (method: string) =>
    JSON.parse(it.factory.server.emulator.requests.all().findLast((one) => one.method === method)?.body ?? '{}') as {
      reason: string;
      files: { name: string; value: string }[];
    };

  test('restoring a file: asked, one GET and one PATCH, with what belonged to it; the open editor follows', async () => {
    const handler = '/usr/share/fioconfig/handlers/x';
    await it.write('Old', { 'app.config': 'old' }, { unencrypted: false, 'on-changed': [handler] });
    await it.write('New', { 'app.config': 'new' });
    const editor = await it.factory.open('app.config');
    assert.equal(editor.document.getText(), 'new');
    it.answers.set('Restore app.config', 'Restore');
    await it.run('foundries.restoreVersion', it.factory.uri('app.config'), 'Old');
    const { reason, files } = body('PATCH');
    assert.match(reason, /^Restore app\.config as of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
    assert.deepEqual(files, [{ name: 'app.config', value: 'old', unencrypted: false, 'on-changed': [handler] }]);
    assert.deepEqual(it.factory.seen().slice(-3), [USERS, GET, PATCH]);
    assert.equal(it.questions.length, 1);
    assert.match(it.questions[0]!.detail, /app\.config: changed \(handler, encryption\)/);
    assert.ok(it.questions[0]!.detail.includes(reason));
    await until('the editor to follow', () => editor.document.getText() === 'old');
    assert.equal(editor.document.isDirty, false);
  });

  test('unsent text in an editor survives a restore, and its save is a conflict', async () => {
    await it.write('New', { 'app.config': 'new' });
    const editor = await it.factory.open('app.config');
    await replaceText(editor, 'mine');
    it.answers.set('Restore app.config', 'Restore');
    await it.run('foundries.restoreVersion', it.factory.uri('app.config'), 'API test');
    assert.equal(await it.factory.value('app.config'), GUIDE);
    assert.equal(editor.document.getText(), 'mine');
    const conflicts: string[] = [];
    it.factory.api.answerConflicts((_address, { kind }) => {
      conflicts.push(kind);
      return Promise.resolve('cancel');
    });
    await vscode.window.showTextDocument(editor.document);
    await ctrlS();
    assert.deepEqual(conflicts, ['changed']);
    assert.equal(await it.factory.value('app.config'), GUIDE);
  });

  test('saying no sends nothing', async () => {
    await it.write('New', { 'app.config': 'new' });
    it.factory.seen();
    await it.run('foundries.restoreVersion', it.factory.uri('app.config'), 'API test');
    assert.equal(it.questions.length, 1);
    assert.deepEqual(it.factory.seen(), [GET, USERS]);
  });

  test('restoring everything: the changes are listed, and one POST replaces the set', async () => {
    await it.factory.control.writeConfig({
      device: DEVICE,
      files: [
        { name: 'app.config', value: 'x' },
        { name: 'new', value: 'y' },
        { name: 'fioconfig-oneshot-reboot', value: 'COMMAND_ID=1' },
      ],
      remove: ['wireguard-client'],
      reason: 'Much',
    });
    await it.factory.control.writeConfig({
      device: DEVICE,
      files: [],
      remove: ['fioconfig-oneshot-reboot', 'app.config'],
      reason: 'Less',
    });
    it.answers.set(`Restore ${DEVICE}`, 'Restore');
    await it.run('foundries.restoreVersion', deviceRow, 'Much');
    assert.match(it.questions[0]?.detail ?? '', /app\.config: added\nfioconfig-oneshot-reboot: added/);
    assert.match(it.questions[0]?.detail ?? '', /commands, which devices will run again: fioconfig-oneshot-reboot/);
    assert.deepEqual(it.factory.seen().slice(-3), [GET, POST, GET]);
    await it.run('foundries.restoreVersion', deviceRow, 'API test');
    const detail = it.questions[1]?.detail ?? '';
    for (const line of ['app.config: changed', 'new: removed', 'wireguard-client: added']) {
      assert.ok(detail.includes(line), detail);
    }
    assert.equal(await it.factory.value('app.config'), GUIDE);
    assert.equal(await it.factory.value('new'), undefined);
  });

  test('a secret of a group is neither restored nor put in danger, whatever is shown of it', async () => {
    const lab = { kind: 'group', factory: FACTORY, group: 'lab' } as const;
    const put = (name: string, value: string, unencrypted: boolean, reason: string) =>
      it.factory.put(lab, { name, value, unencrypted }, reason);
    await put('npmtok', 'REDACTED', false, 'Secret');
    await put('a', 'old', true, 'Old');
    await put('a', 'new', true, 'New');
    it.answers.set('Restore group lab', 'Restore');
    await setSetting('foundries.config.askForReason', 'never');
    it.factory.seen();
    await it.run('foundries.restoreVersion', { scope: lab }, 'Old');
    assert.match(it.questions[0]?.detail ?? '', /a: changed\nLeft as it is, .* not show its value: npmtok\./);
    const path = `/ota/factories/${FACTORY}/device-groups/lab/config/`;
    assert.deepEqual(it.factory.writes(), [`PATCH ${path}`]);
    assert.equal((await it.factory.file(lab, 'a'))?.value, 'old');
  });

  test('a change by somebody else while one thinks: nothing is sent, and it is said', async () => {
    await it.write('New', { 'app.config': 'new' });
    for (const [subject, part] of [
      [it.factory.uri('app.config'), 'Restore app.config'],
      [deviceRow, `Restore ${DEVICE}`],
    ] as const) {
      it.told.length = 0;
      it.answers.set(part, async () => {
        await it.write('Theirs', { 'app.config': `theirs for ${part}` });
        return 'Restore';
      });
      await it.run('foundries.restoreVersion', subject, 'API test');
      assert.match(it.told[0] ?? '', /Nothing was restored: .* was changed since/);
      assert.deepEqual(it.factory.writes(), []);
      assert.equal(await it.factory.value('app.config'), `theirs for ${part}`);
    }
  });

  test('another file changed by somebody else does not stop the restore of this one, and is kept', async () => {
    await it.write('New', { 'app.config': 'new' });
    it.answers.set('Restore app.config', async () => {
      await it.write('Theirs', { theirs: '1' });
      return 'Restore';
    });
    await it.run('foundries.restoreVersion', it.factory.uri('app.config'), 'API test');
    assert.equal(await it.factory.value('app.config'), GUIDE);
    assert.equal(await it.factory.value('theirs'), '1');
  });

  test('an encrypted value is words, not noise; restoring it warns of the key', async () => {
    const blob = (seed: number) => Buffer.alloc(130, seed).fill(4, 0, 1).toString('base64');
    await it.write('Secret', { token: blob(1) }, { unencrypted: false });
    it.factory.control.advance(90);
    await it.write('Other secret', { token: blob(2) }, { unencrypted: false });
    await it.run('foundries.showConfigHistory', it.factory.uri('token'), 'Other secret');
    const { original, modified } = await activeDiff();
    for (const uri of [original, modified]) {
      const words = await textOf(uri);
      assert.match(words, /^Encrypted value, set .+\.\nOnly device-01 can read it\.\nWhether /);
      assert.ok(!words.includes('AQEB') && !words.includes('AgIC'));
    }
    await it.run('foundries.restoreVersion', it.factory.uri('token'), 'Secret');
    assert.match(
      it.questions[0]?.detail ?? '',
      /encrypted values \(token\): if the key of device-01 has changed since/,
    );
  });
});
