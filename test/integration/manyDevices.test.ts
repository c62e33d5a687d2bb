/** As many devices as a Factory has. */
import assert from 'node:assert/strict';
import { setup, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import type { Question } from '../../src/ui/questions';
import { until } from '../support/until';
import { answering, choosing, messages } from './support/answering';
import { FACTORY } from './support/extension';
import { sidesOfLast } from './support/manyScene';
import { suiteWithSettings } from './support/settings';
import { SignedIn } from './support/signedIn';

suiteWithSettings('One file on three hundred devices', { 'foundries.config.askForReason': 'never' }, () => {
  let factory: SignedIn;

  setup(async () => {
    factory = await SignedIn.start({ devices: 300 });
  });
  teardown(async () => {
    await vscode.commands.executeCommand('foundries.discardPreview');
    await factory.stop();
  });

  test('is previewed in a moment, a hundred of them, and sent with one GET and one PATCH each', async () => {
    const list = factory.data.fleet.all;
    await list.load();
    await list.loadMore();
    await list.loadMore();
    const { devices } = list.state;
    assert.equal(devices.length, 300);
    const rows = devices.map((device) => ({
      device,
      scope: { kind: 'device', factory: FACTORY, device: device.name },
    }));
    const text = 'many = 1\n'.repeat(50);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: text }));
    factory.server.emulator.requests.clear();
    const requests = () => factory.server.emulator.requests.all();
    const told: string[] = [];
    const lists: number[] = [];
    const answers = {
      ...messages(told),
      ...choosing((items) => {
        lists.push(Date.now());
        return items.find(({ label }) => label === 'Text of the Editor') ?? items[0];
      }),
      showInputBox: ({ value }: vscode.InputBoxOptions) => Promise.resolve(value === '' ? 'many.config' : value),
    };
    let question: Question | undefined;
    factory.api.answerQuestions((asked) => {
      question = asked;
      return Promise.resolve('Send');
    });
    const earlier = sidesOfLast();
    const previews = () =>
      sidesOfLast().filter((document) => document.uri.query.endsWith('new') && !earlier.includes(document));
    await answering(answers, async () => {
      await vscode.commands.executeCommand('foundries.setConfigFileOnDevices', rows[0], rows);
      assert.equal(requests().length, 300);
      await until('the message about the preview', () => told.length > 0);
      const previewing = Date.now() - lists.at(-1)!;
      assert.ok(previewing < 15_000, `previewed in ${previewing} ms`);
      assert.match(told[0]!, /The preview shows 100 of 300 devices/);
      // Older versions of VS Code read what is in view, newer ones all: a hundred at most.
      await until('the documents of the preview', () => previews().length > 0);
      assert.ok(previews().length <= 100);
      assert.deepEqual([...new Set(previews().map((document) => document.getText()))], [text]);
      assert.ok(requests().every(({ method }) => method === 'GET'));
      factory.server.emulator.requests.clear();
      await vscode.commands.executeCommand('foundries.sendToDevices');
      await until('the result', () => told.some((message) => message.endsWith('on 300 devices: 300 sent')));
    });
    assert.match(question?.message ?? '', /^Send \S+ to 300 devices\?$/);
    const patches = requests().filter(({ method }) => method === 'PATCH');
    assert.equal(patches.length, 300);
    assert.equal(new Set(patches.map(({ path }) => path)).size, 300);
    const configs = requests().filter(({ path }) => path.endsWith('/config/'));
    // Each is looked at once more, a moment after its write: some already were.
    assert.ok(configs.length >= 600 && configs.length <= 900, String(configs.length));
  });
});
