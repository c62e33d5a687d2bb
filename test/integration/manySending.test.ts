/** Sending a file to many devices, and trying again. */
import assert from 'node:assert/strict';
import { test } from 'mocha';
import * as vscode from 'vscode';
import { parseAddress } from '../../src/configfs/address';
import { until } from '../support/until';
import { ManyScene, PREVIEW, patchOf, sidesOfLast, textsOf } from './support/manyScene';
import { suiteWithSettings } from './support/settings';

const SECRET = 'PL41N-Grüße\nin two lines\n';

suiteWithSettings('One file on many devices', { 'foundries.config.askForReason': 'never' }, () => {
  const it = ManyScene.ofEach();
  const retry = () => vscode.commands.executeCommand('foundries.retryOnDevices');

  test('what changed after the preview is a conflict; trying again previews it anew, and only it', async () => {
    const { devices } = it;
    await it.write('many = 1\n');
    await it.factory.writeAs('app.config', 'theirs = 1\n');
    it.answer = () => 'Send';
    await it.send();
    await it.ended(/^app\.config on 3 devices: 2 sent, 1 conflict$/);
    assert.deepEqual(it.writes().sort(), devices.slice(1).map(patchOf).sort());
    assert.deepEqual(await Promise.all(devices.map((device) => it.value(device))), [
      'theirs = 1\n',
      'many = 1\n',
      'many = 1\n',
    ]);
    assert.equal(it.isPreviewed, false);
    await retry();
    await until('a preview', () => it.isPreviewed);
    assert.equal(it.writes().length, 2);
    await until('their text', () => textsOf(PREVIEW).some((document) => document.getText() === 'theirs = 1\n'));
    await it.send();
    assert.match(it.questions.at(-1)?.message ?? '', /^Send app\.config to device-01\?$/);
    await it.ended(/^app\.config on 3 devices: 3 sent$/);
    assert.equal(it.writes().length, 3);
    assert.equal(await it.value(devices[0]!), 'many = 1\n');
    // A device that was sent to is watched until it has fetched it, as after a save.
    const watched = it.factory.api.deliveries.pending.map(({ scope }) => scope.device);
    assert.deepEqual(watched.sort(), devices.map(({ name }) => name).sort());
  });

  test('a failure is tried again without a new question, where all is as it was agreed to', async () => {
    const second = it.devices[1]!;
    await it.write('many = 1\n');
    it.factory.fault({ match: { method: 'PATCH', path: `/${second.name}/` }, status: 500 });
    it.answer = () => 'Send';
    await it.send();
    await it.ended(/^app\.config on 3 devices: 2 sent, 1 failed$/);
    assert.equal(it.writes().length, 3);
    assert.equal(await it.value(second), undefined);
    await retry();
    await it.ended(/^app\.config on 3 devices: 3 sent$/);
    assert.equal(it.writes().length, 4);
    assert.equal(it.questions.length, 1);
    assert.equal(await it.value(second), 'many = 1\n');
  });

  test('a secret: no text of it in the preview, in a document, in a request or in the log; each device reads it', async () => {
    const { factory } = it;
    const two = it.devices.slice(1);
    it.answer = ({ buttons }) => buttons[0];
    for (const device of two) {
      const address = parseAddress(factory.uri('a-secret', device.name))!;
      await factory.api.edits.apply(address, undefined, { kind: 'secret', value: Buffer.from('old') }, () =>
        Promise.resolve(false),
      );
    }
    factory.server.emulator.requests.clear();
    it.questions = [];
    await vscode.env.clipboard.writeText(SECRET);
    const earlier = sidesOfLast();
    const sides = () => sidesOfLast().filter((document) => !earlier.includes(document));
    it.choose = (items) =>
      items.find(({ label }) => label === 'a-secret' || label === 'From the Clipboard') ?? items[0];
    await it.start(two);
    await until('the preview', () => it.isPreviewed);
    // Older versions of VS Code read what is in view, newer ones all.
    await until('a device with both sides', () => sides().length >= 2);
    assert.match(it.questions[0]?.message ?? '', /Give a-secret of 2 devices the value from the clipboard/);
    assert.ok(sides().every((document) => /[Ee]ncrypted/.test(document.getText())));
    assert.deepEqual(it.writes(), []);
    await it.send();
    await it.ended(/^a-secret on 2 devices: 2 sent$/);
    await factory.quiet();
    assert.equal(it.writes().length, 2);
    const requests = factory.server.emulator.requests.all();
    const documents = vscode.workspace.textDocuments.map((document) => document.getText());
    assert.ok(!JSON.stringify([requests, documents, factory.api.logged]).includes('PL41N'));
    for (const { name } of two) {
      await factory.control.checkIn(name);
      const { secrets } = await factory.control.device(name);
      assert.equal((secrets as Record<string, string>)['a-secret'], SECRET);
    }
  });
});
