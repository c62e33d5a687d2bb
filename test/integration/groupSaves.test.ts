import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';
import type { ConfigScope } from '../../src/model/config';
import { until } from '../support/until';
import { ctrlS, replaceText, tabIsDirty } from './support/editors';
import { FACTORY } from './support/extension';
import { lab, PlacesScene, whole } from './support/placesScene';
import { suiteWithSettings } from './support/settings';

const LAB_CONFIG = `/ota/factories/${FACTORY}/device-groups/lab/config/`;

suite('Where files live', () => {
  const it = PlacesScene.ofEach();

  suiteWithSettings('Saving for many devices', { 'foundries.config.askForReason': 'never' }, () => {
    const edit = async (scope: ConfigScope, file: string, text = '[pacman]\ntags = "main"\n') => {
      const editor = await it.factory.openIn(scope, file);
      await replaceText(editor, text);
      it.factory.seen();
      return editor;
    };

    test('says how many devices it reaches; Cancel sends nothing and keeps the text', async () => {
      const { devices } = await it.factory.connection.client.listDevices({ factory: FACTORY, limit: 1000 });
      const inField = devices.filter(({ group }) => group === 'field');
      await edit({ ...lab, group: 'field' }, 'telemetry.json', '{}\n');
      await ctrlS();
      assert.equal(it.questions.length, 1);
      assert.match(it.questions[0]!.message, /^Send telemetry.json to group field\?$/);
      assert.match(it.questions[0]!.detail, new RegExp(`It reaches ${inField.length} device`));
      const production = inField.filter((found) => found.production).length;
      assert.match(
        it.questions[0]!.detail,
        production === 0 ? /None of them is a production/ : new RegExp(`Production devices: ${production}`),
      );
      assert.match(it.questions[0]!.detail, /None is offline|Offline, to get it when they are back: \d+/);
      assert.deepEqual(it.questions[0]!.buttons, ['Send', "Send and Don't Ask Again"]);
      assert.deepEqual(it.factory.seen().sort(), [
        'GET /ota/devices/',
        'GET /ota/devices/',
        `GET /ota/factories/${FACTORY}/status/`,
      ]);
      assert.equal(tabIsDirty(), true);
    });

    test('Send: then one GET and one PATCH', async () => {
      await edit(lab, 'z-50-fioctl.toml');
      it.answer = 'Send';
      await ctrlS();
      await until('a clean tab', () => !tabIsDirty());
      const sent = it.factory.seen().filter((request) => request.endsWith(LAB_CONFIG));
      assert.deepEqual(sent, [`GET ${LAB_CONFIG}`, `PATCH ${LAB_CONFIG}`]);
      assert.equal((await it.latest(lab)).reason, "Use the target's default apps, switch to tag main from VS Code");
    });

    test("Don't Ask Again is remembered, and costs no count", async () => {
      const editor = await edit(whole, 'AWS_REGION');
      it.answer = "Send and Don't Ask Again";
      await ctrlS();
      await until('a clean tab', () => !tabIsDirty());
      await replaceText(editor, 'eu-north-1');
      it.factory.seen();
      await ctrlS();
      await until('a clean tab', () => !tabIsDirty());
      assert.equal(it.questions.length, 1);
      assert.equal(it.factory.seen().length, 2);
    });

    test('numbers that cannot be had are called unknown', async () => {
      await edit(whole, 'AWS_REGION');
      it.factory.fault({ match: { path: '/ota/devices/' }, status: 403, count: 2 });
      await ctrlS();
      assert.match(it.questions[0]!.detail, /Could not count the devices that it reaches/);
      assert.match(it.questions[0]!.detail, /Not permitted/);
    });

    test('a production device is asked about once', async () => {
      const { devices } = await it.factory.data.fleet.all.load();
      const { name } = devices.find((found) => found.production)!;
      const scope: ConfigScope = { kind: 'device', factory: FACTORY, device: name };
      const uri = it.factory.uriIn(scope, 'hello.txt');
      await assert.rejects(() => Promise.resolve(vscode.workspace.fs.writeFile(uri, Buffer.from('1'))));
      assert.match(it.questions[0]!.detail, /production device/);
      assert.deepEqual(it.questions[0]!.buttons, ['Send']);
      it.answer = 'Send';
      await vscode.workspace.fs.writeFile(uri, Buffer.from('1'));
      await vscode.workspace.fs.writeFile(uri, Buffer.from('2'));
      assert.equal(it.questions.length, 2);
    });
  });
});
