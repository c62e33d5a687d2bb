import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setup, suite, test } from 'mocha';
import * as vscode from 'vscode';
import type { Row } from '../../src/views/rows/row';
import { until } from '../support/until';
import { answeringEach, messages } from './support/answering';
import { replaceText, tabs } from './support/editors';
import { DEVICE, FACTORY } from './support/extension';
import { device, lab, PlacesScene, whole } from './support/placesScene';
import { accept, QuickInputs } from './support/quickInputs';
import { setSetting } from './support/settings';

const DEVICE_CONFIG = `/ota/devices/${DEVICE}/config/`;
const LAB_CONFIG = `/ota/factories/${FACTORY}/device-groups/lab/config/`;

suite('Where files live', () => {
  const it = PlacesScene.ofEach();

  suite('Whole files', () => {
    const inputs = QuickInputs.ofEach();
    const told: string[] = [];
    setup(() => {
      told.length = 0;
    });
    answeringEach(() => messages(told));
    const fileRow = async (file: string, below: string) => it.row(file, await it.row(below));

    test('Delete asks, and sends one DELETE', async () => {
      const found = await fileRow('AWS_REGION', FACTORY);
      it.factory.seen();
      await vscode.commands.executeCommand('foundries.deleteConfigFile', found);
      assert.deepEqual(it.factory.writes(), []);
      assert.match(it.questions[0]!.message, /^Delete AWS_REGION from Factory getting-started\?$/);
      assert.match(it.questions[0]!.detail, /It reaches 40 devices\./);
      it.answer = 'Delete';
      await vscode.commands.executeCommand('foundries.deleteConfigFile', found);
      assert.deepEqual(it.factory.writes(), [`DELETE /ota/factories/${FACTORY}/config/AWS_REGION/`]);
      const labels = (await it.rows(await it.row(FACTORY))).map((shown) => shown.item().label);
      assert.deepEqual(labels, ['wireguard-server']);
    });

    test('Delete asks for the reason that a name with a slash can carry, and says where none is taken', async () => {
      await it.factory.put(lab, { name: 'app/a.conf', value: '1' });
      const [slashed, settings] = [await fileRow('app/a.conf', 'lab'), await fileRow('z-50-fioctl.toml', 'lab')];
      it.factory.seen();
      it.answer = 'Delete';
      const deleting = vscode.commands.executeCommand('foundries.deleteConfigFile', slashed);
      await inputs.pick();
      assert.equal(it.questions.length, 1);
      assert.doesNotMatch(it.questions[0]!.detail, /reason/);
      await it.factory.quiet();
      assert.deepEqual(it.factory.writes(), []);
      await accept();
      await deleting;
      assert.deepEqual(it.factory.writes(), [`POST ${LAB_CONFIG}`]);
      assert.equal((await it.latest(lab)).reason, 'Delete app/a.conf from VS Code');
      it.factory.seen();
      await vscode.commands.executeCommand('foundries.deleteConfigFile', settings);
      assert.match(it.questions[1]!.detail, /the service takes none for a delete/);
      assert.deepEqual(it.factory.writes(), [`DELETE ${LAB_CONFIG}z-50-fioctl.toml/`]);
    });

    test('Delete closes the tab, but not one with unsent text', async () => {
      const editor = await it.factory.openIn(whole, 'AWS_REGION');
      await replaceText(editor, 'mine');
      it.answer = 'Delete';
      const found = await fileRow('AWS_REGION', FACTORY);
      await vscode.commands.executeCommand('foundries.deleteConfigFile', found);
      assert.equal(it.questions.length, 1);
      assert.match(told[0] ?? '', /AWS_REGION/);
      assert.deepEqual(it.factory.writes(), []);
      assert.equal(editor.document.getText(), 'mine');
      await vscode.commands.executeCommand('workbench.action.files.revert');
      await vscode.commands.executeCommand('foundries.deleteConfigFile', found);
      await until('no tab', () => tabs().length === 0);
    });

    test('through the file system: rename keeps what belongs to the file, in one POST', async () => {
      const before = (await it.factory.files(device)).find(({ name }) => name === 'z-50-fioctl.toml')!;
      it.factory.seen();
      await vscode.workspace.fs.rename(
        it.factory.uriIn(device, 'z-50-fioctl.toml'),
        it.factory.uriIn(device, 'z-60.toml'),
      );
      const sent = it.factory.writes();
      assert.deepEqual(sent, [`POST ${DEVICE_CONFIG}`]);
      const after = await it.factory.files(device);
      assert.deepEqual(
        after.find(({ name }) => name === 'z-60.toml'),
        { ...before, name: 'z-60.toml' },
      );
      assert.equal((await it.latest(device)).reason, 'Rename z-50-fioctl.toml to z-60.toml from VS Code');
    });

    test('through the file system: a rename onto another file, or to another place, is refused', async () => {
      const rename = (to: vscode.Uri) =>
        Promise.resolve(vscode.workspace.fs.rename(it.factory.uriIn(device, 'app.config'), to));
      await assert.rejects(() => rename(it.factory.uriIn(lab, 'app.config')));
      await assert.rejects(() => rename(it.factory.uriIn(device, 'z-50-fioctl.toml')));
      assert.deepEqual(it.factory.writes(), []);
    });

    test('through the file system: copy and delete', async () => {
      await vscode.workspace.fs.copy(it.factory.uriIn(device, 'app.config'), it.factory.uriIn(device, 'copy.config'));
      assert.equal(await it.factory.value('copy.config'), await it.factory.value('app.config'));
      await vscode.workspace.fs.delete(it.factory.uriIn(device, 'app.config'));
      assert.equal(await it.factory.value('app.config'), undefined);
      assert.deepEqual(it.factory.writes(), [`PATCH ${DEVICE_CONFIG}`, `DELETE ${DEVICE_CONFIG}app.config/`]);
    });

    test('copy and paste from a group onto a device: says what goes where, then one PATCH', async () => {
      await vscode.commands.executeCommand('foundries.copyConfigFile', await fileRow('telemetry.json', 'field'));
      it.factory.seen();
      await vscode.commands.executeCommand('foundries.pasteConfigFile', it.deviceRow);
      assert.match(it.questions[0]!.message, /^Copy telemetry.json from group field to device-01\?$/);
      assert.deepEqual(it.factory.writes(), []);
      it.answer = 'Copy';
      await vscode.commands.executeCommand('foundries.pasteConfigFile', it.deviceRow);
      assert.deepEqual(it.factory.writes(), [`PATCH ${DEVICE_CONFIG}`]);
      assert.match((await it.factory.value('telemetry.json')) ?? '', /telemetry.example.com/);
    });

    test('a copy over another file says that it brings another handler', async () => {
      const handler = '/usr/share/fioconfig/handlers/x';
      const file = { name: 'telemetry.json', value: '{}' };
      await it.factory.put(device, { ...file, onChanged: [handler] });
      await it.factory.put(lab, { ...file, onChanged: ['/usr/share/fioconfig/handlers/y'] });
      await vscode.commands.executeCommand('foundries.copyConfigFile', await fileRow('telemetry.json', 'field'));
      it.answer = 'Replace';
      await vscode.commands.executeCommand('foundries.pasteConfigFile', it.deviceRow);
      assert.doesNotMatch(it.questions[0]!.detail, /handler/);
      const pasted = (await it.factory.files(device)).find(({ name }) => name === 'telemetry.json');
      assert.deepEqual(pasted?.onChanged, [handler]);
      await vscode.commands.executeCommand('foundries.copyConfigFile', await fileRow('telemetry.json', 'lab'));
      it.answer = undefined;
      await vscode.commands.executeCommand('foundries.pasteConfigFile', it.deviceRow);
      assert.match(
        it.questions[1]!.detail,
        /Replaces the present telemetry\.json: .*\ntelemetry\.json then runs the handler .*\/y instead of .*\/x\./,
      );
    });

    const drop = async (target: Row, ...uris: vscode.Uri[]) => {
      const data = new vscode.DataTransfer();
      data.set('text/uri-list', new vscode.DataTransferItem(uris.map(String).join('\r\n')));
      await it.factory.api.drops.handleDrop(target, data);
    };

    test('files dropped from the Explorer: new ones and existing ones are told apart', async () => {
      await setSetting('foundries.config.askForReason', 'never');
      writeFileSync(path.join(it.temporary, 'telemetry.json'), '{ "interval": 5 }\n');
      writeFileSync(path.join(it.temporary, 'new.txt'), 'hello\r\n');
      writeFileSync(path.join(it.temporary, 'picture.png'), Buffer.from([0x89, 0xff, 0xfe]));
      const uris = ['telemetry.json', 'new.txt', 'picture.png'].map((name) =>
        vscode.Uri.file(path.join(it.temporary, name)),
      );
      it.answer = 'Skip Existing';
      await drop(await it.row('field'), ...uris);
      await until('the new file', async () => (await it.factory.files({ ...lab, group: 'field' })).length === 2);
      assert.deepEqual(it.questions[0]!.buttons, ['Replace', 'Skip Existing']);
      assert.match(it.questions[0]!.detail, /New: new.txt from .*new.txt/);
      assert.match(it.questions[0]!.detail, /Replaces the present telemetry.json/);
      assert.match(it.questions[0]!.detail, /Left out: .*not UTF-8/);
      assert.match(it.questions[0]!.detail, /It reaches \d+ device/);
      const files = await it.factory.files({ ...lab, group: 'field' });
      assert.equal(files.find(({ name }) => name === 'new.txt')?.value, 'hello\r\n');
      assert.match(files.find(({ name }) => name === 'telemetry.json')!.value, /telemetry.example.com/);
    });

    test('a secret of a device dropped elsewhere is refused before anything is asked', async () => {
      const value = Buffer.concat([Buffer.from([4]), Buffer.alloc(140, 7)]).toString('base64');
      await it.factory.put(device, { name: 'token', value, unencrypted: false });
      it.factory.seen();
      await drop(await it.row('lab'), it.factory.uriIn(device, 'token'));
      await until('the message', () => told.length > 0);
      assert.match(told[0]!, /^Could not copy to /);
      assert.deepEqual(it.questions, []);
      assert.deepEqual(it.factory.writes(), []);
    });

    test('update settings are not offered to a whole Factory', async () => {
      await drop(await it.row(FACTORY), it.factory.uriIn(lab, 'z-50-fioctl.toml'));
      await until('the message', () => told.length > 0);
      assert.match(told[0]!, /^Could not copy to /);
      assert.deepEqual(it.questions, []);
      assert.deepEqual(it.factory.writes(), []);
    });
  });
});
