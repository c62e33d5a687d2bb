import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { DEVICE, replaceText, SignedIn, until } from './support';

suite('Delivery of a saved file', () => {
  let factory: SignedIn;
  setup(async () => {
    factory = await SignedIn.start({ checkInSeconds: 100_000 });
  });
  teardown(() => factory.stop());

  test('is marked until the device has fetched it, and then told to who asked', async () => {
    const editor = await factory.open('app.config');
    const { uri } = editor.document;
    assert.equal(factory.api.marks.provideFileDecoration(uri), undefined);
    await replaceText(editor, 'a = 1\n');
    await vscode.commands.executeCommand('workbench.action.files.save');
    await until('a mark', () => factory.api.marks.provideFileDecoration(uri) !== undefined);
    assert.match(factory.api.marks.textFor(uri)?.text ?? '', /^app\.config: waiting(,| for device-01)/);
    let told: boolean | undefined;
    const listening = factory.api.deliveries.onDidApply(({ wanted }) => {
      told = wanted;
    });
    try {
      await vscode.commands.executeCommand('foundries.notifyWhenApplied', uri);
      await fetch(`${factory.server.url}/_emulator/check-in`, {
        method: 'POST',
        body: JSON.stringify({ device: DEVICE }),
      });
      await until('the device to have it', () => told === true, 20_000);
      assert.equal(factory.api.marks.provideFileDecoration(uri), undefined);
      assert.equal(factory.api.deliveries.pending.length, 0);
      assert.match(factory.api.marks.textFor(uri)?.text ?? '', /^app\.config: applied \d{1,2}:\d\d/);
    } finally {
      listening.dispose();
    }
  });
});
