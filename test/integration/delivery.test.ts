import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../support/until';
import { ctrlS, replaceText } from './support/editors';
import { DEVICE, FACTORY } from './support/extension';
import { ExtensionClock } from './support/extensionClock';
import { setSetting } from './support/settings';
import { SignedIn } from './support/signedIn';

suite('Delivery of a saved file', () => {
  let factory: SignedIn;
  setup(async () => {
    factory = await SignedIn.start({ checkInSeconds: 100_000 });
  });
  teardown(() => factory.stop());

  test('is marked until the device has fetched it, and then told to who asked', () =>
    ExtensionClock.during(async (clock) => {
      const editor = await factory.open('app.config');
      const { uri } = editor.document;
      assert.equal(factory.api.marks.provideFileDecoration(uri), undefined);
      await replaceText(editor, 'a = 1\n');
      await ctrlS();
      await until('a mark', () => factory.api.marks.provideFileDecoration(uri) !== undefined);
      assert.match(factory.api.marks.textFor(uri)?.text ?? '', /^app\.config: waiting(,| for device-01)/);
      let told: boolean | undefined;
      const listening = factory.api.deliveries.onDidApply(({ wanted }) => {
        told = wanted;
      });
      try {
        await vscode.commands.executeCommand('foundries.notifyWhenApplied', uri);
        await factory.control.checkIn(DEVICE);
        await clock.until('the device to have it', () => told === true);
        assert.equal(factory.api.marks.provideFileDecoration(uri), undefined);
        assert.equal(factory.api.deliveries.pending.length, 0);
        assert.match(factory.api.marks.textFor(uri)?.text ?? '', /^app\.config: applied \d{1,2}:\d\d/);
      } finally {
        listening.dispose();
      }
    }));

  test('of a group or the Factory is no more than sent: each device fetches it on its own', async () => {
    const editor = await factory.openIn({ kind: 'factory', factory: FACTORY }, 'AWS_REGION');
    const { uri } = editor.document;
    assert.equal(factory.api.marks.textFor(uri), undefined, 'an old value is no news');
    factory.api.answerQuestions(() => Promise.resolve('Send'));
    await setSetting('foundries.config.askForReason', 'never');
    await replaceText(editor, 'eu-north-1');
    await ctrlS();
    await until('a text', () => factory.api.marks.textFor(uri) !== undefined);
    const { text = '', tooltip } = factory.api.marks.textFor(uri) ?? {};
    assert.match(text, /^AWS_REGION: sent \d{1,2}:\d\d/);
    assert.match(tooltip ?? '', /^Each device fetches it on its own\./);
    const [whole] = await factory.api.configuration.children();
    const rows = await factory.api.configuration.children(whole);
    const item = rows.map((row) => row.item()).find(({ label }) => label === 'AWS_REGION');
    assert.match(String(item?.description), /^sent \d{1,2}:\d\d/);
  });

  test('is kept for after a restart without its text; an open file that somebody else sent is followed too', () =>
    ExtensionClock.during(async (clock) => {
      const kept = () => JSON.stringify(factory.api.context.workspaceState.get('foundries.deliveries') ?? []);
      const editor = await factory.open('app.config');
      await replaceText(editor, 'of-this-window = 1\n');
      await ctrlS();
      await until('a kept delivery', () => kept().includes(`"device":"${DEVICE}"`));
      assert.ok(!kept().includes('of-this-window') && !kept().includes('app.config'), kept());
      factory.api.deliveries.keep(() => false);
      assert.equal(factory.api.deliveries.pending.length, 0);
      await factory.writeAs('app.config', 'of another = 1\n');
      await factory.connection.configs.get({ kind: 'device', factory: FACTORY, device: DEVICE }, 0);
      await until('the delivery to be followed', () => factory.api.deliveries.pending.length === 1);
      await factory.control.checkIn(DEVICE);
      factory.api.deliveries.lookedAt();
      const text = () => factory.api.marks.textFor(editor.document.uri)?.text ?? '';
      await clock.until('the device to have it', () => /^app\.config: applied \d/.test(text()));
    }));
});
