import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import type * as vscode from 'vscode';
import { until } from '../support/until';
import { answering } from './support/answering';
import { ctrlS, replaceText, tabIsDirty } from './support/editors';
import { DEVICE, FACTORY } from './support/extension';
import { SignedIn } from './support/signedIn';

suite('What a save that fails says', () => {
  let it: SignedIn;
  let shown: { message: string; buttons: readonly string[] }[];
  let thrown: Error[];
  teardown(async () => {
    delete (it.api.fileSystem as { writeFile?: unknown }).writeFile;
    await it.stop();
  });
  const start = async (token?: string) => {
    it = await SignedIn.start({}, token);
    const { fileSystem } = it.api;
    const write = fileSystem.writeFile.bind(fileSystem);
    fileSystem.writeFile = (uri, content) =>
      write(uri, content).catch((error: unknown) => {
        thrown.push(error as Error);
        throw error;
      });
  };
  setup(() => {
    shown = [];
    thrown = [];
  });

  /** Types and presses Ctrl+S. */
  async function save(
    before: () => Promise<unknown> = () => Promise.resolve(),
    other?: vscode.TextEditor,
  ): Promise<void> {
    const editor = other ?? (await it.open('app.config'));
    await replaceText(editor, 'colour = "red"\n');
    await before();
    const showErrorMessage = (message: string, ...buttons: string[]) => {
      shown.push({ message, buttons });
      return Promise.resolve(undefined);
    };
    await answering({ showErrorMessage }, async () => {
      await ctrlS();
      await until('the save to fail', () => thrown.length > 0);
    });
    assert.equal(tabIsDirty(), true);
    assert.deepEqual(
      thrown.map(({ name }) => name),
      [''],
    );
  }
  const signOut = () => it.api.accounts.remove(it.api.accounts.accounts[0]!.id);

  test('403: our message names the scope and has Sign In; that of VS Code does not say it again', async () => {
    await start('read-only-token');
    await save();
    assert.match(shown[0]!.message, /^Could not send app\.config to device-01: .*lacks the scope devices:read-update/);
    assert.ok(shown[0]!.buttons.includes('Sign In'));
    assert.equal(thrown[0]!.message, 'Not sent. See the other message.');
  });

  test('signed out: likewise', async () => {
    await start();
    await save(signOut);
    assert.match(shown[0]!.message, /^Could not send app\.config to device-01: Not signed in to /);
    assert.ok(shown[0]!.buttons.includes('Sign In'));
  });

  test('401: likewise', async () => {
    await start();
    await save(() => {
      it.fault({ status: 401, count: null });
      return Promise.resolve();
    });
    assert.match(shown[0]!.message, /refused the token/);
    assert.ok(shown[0]!.buttons.includes('Sign In'));
  });

  test('a prompt that was canceled: VS Code is given as little to say as can be', async () => {
    await start();
    await it.control.writeConfig({ group: 'lab', files: [{ name: 'app.config', value: 'x' }] });
    it.api.answerQuestions(() => Promise.resolve(undefined));
    await save(undefined, await it.openIn({ kind: 'group', factory: FACTORY, group: 'lab' }, 'app.config'));
    assert.deepEqual(shown, []);
    assert.equal(thrown[0]!.message, 'Canceled. Nothing was sent.');
  });

  test('the device was deleted: said so', async () => {
    await start();
    await save(() => it.ask(`/ota/devices/${DEVICE}/`, 'DELETE'));
    assert.deepEqual(shown, []);
    assert.match(thrown[0]!.message, /^Not sent: the device device-01 was deleted\./);
  });
});
