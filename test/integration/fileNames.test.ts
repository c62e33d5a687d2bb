import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../support/until';
import { ctrlS, replaceText, tabIsDirty } from './support/editors';
import { DEVICE, FACTORY } from './support/extension';
import { SignedIn } from './support/signedIn';

suite('Files in VS Code', () => {
  let factory: SignedIn;

  setup(async () => {
    factory = await SignedIn.start();
  });
  teardown(() => factory.stop());

  test('a file in a folder of its name, new and opened again', async () => {
    const uri = factory.uri('app/conf.json');
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode('{}\n'));
    assert.equal(await factory.value('app/conf.json'), '{}\n');
    const editor = await vscode.window.showTextDocument(uri);
    assert.equal(editor.document.getText(), '{}\n');
    assert.equal(editor.document.languageId, 'foundries-config-json');
    const names = await vscode.workspace.fs.readDirectory(vscode.Uri.joinPath(uri, '../..'));
    assert.ok(names.some(([name, type]) => name === 'app' && type === vscode.FileType.Directory));
    assert.deepEqual(await vscode.workspace.fs.readDirectory(vscode.Uri.joinPath(uri, '..')), [
      ['conf.json', vscode.FileType.File],
    ]);
  });

  test('names with blanks, %, # and ?, and right-to-left ones', async () => {
    for (const name of ['a b%20c.txt', 'what?#1.txt', 'שלום.txt', '100%.txt']) {
      await factory.writeAs(name, 'first\n');
      // A file that was not there a moment ago is not asked for again at once.
      await factory.connection.configs.get({ kind: 'device', factory: FACTORY, device: DEVICE }, 0);
      const { document } = await factory.open(name);
      const editor = vscode.window.activeTextEditor!;
      assert.equal(document.getText(), 'first\n', name);
      await replaceText(editor, `second ${name}\n`);
      await ctrlS();
      await until('a clean tab', () => !tabIsDirty());
      assert.equal(await factory.value(name), `second ${name}\n`);
    }
  });

  test('a probe for a file that no configuration can have costs no request', async () => {
    const probe = vscode.Uri.from({ scheme: 'foundries', authority: factory.host, path: '/.vscode/settings.json' });
    await assert.rejects(() => Promise.resolve(vscode.workspace.fs.stat(probe)));
    await assert.rejects(() => Promise.resolve(vscode.workspace.fs.readFile(probe)));
    assert.deepEqual(factory.seen(), []);
  });

  test('a file of another host is never asked of this one', async () => {
    const uri = factory.uri('app.config').with({ authority: 'other.example:8443' });
    await assert.rejects(() => Promise.resolve(vscode.workspace.openTextDocument(uri)));
    assert.deepEqual(factory.seen(), []);
  });
});
