import assert from 'node:assert/strict';
import { setup, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../support/until';
import { ctrlS } from './support/editors';
import { suiteWithSettings } from './support/settings';
import { SignedIn } from './support/signedIn';

suiteWithSettings('Line ends', { 'files.eol': '\r\n' }, () => {
  let factory: SignedIn;
  setup(async () => {
    factory = await SignedIn.start();
  });
  teardown(() => factory.stop());

  for (const name of ['new.toml', 'new.json', 'new.yml', 'new.conf']) {
    test(`a new ${name} is sent with line feeds where files.eol is that of Windows`, async () => {
      await vscode.workspace.fs.writeFile(factory.uri(name), new Uint8Array());
      const editor = await factory.open(name);
      const lines = name.endsWith('json') ? ['{', '}', ''] : name.endsWith('toml') ? ['a = 1', ''] : ['a: 1', ''];
      for (const [at, line] of lines.entries()) {
        await editor.edit((edit) => edit.insert(editor.document.positionAt(1_000), `${at === 0 ? '' : '\n'}${line}`));
      }
      await ctrlS();
      await until('the saved file', async () => (await factory.value(name)) !== undefined);
      assert.equal(await factory.value(name), lines.join('\n'));
    });
  }

  test('an existing file keeps its line ends', async () => {
    await factory.writeAs('old.conf', 'a\r\nb\r\n');
    const editor = await factory.open('old.conf');
    await editor.edit((edit) => edit.insert(new vscode.Position(2, 0), 'c\n'));
    await ctrlS();
    await until('the saved file', async () => (await factory.value('old.conf')) === 'a\r\nb\r\nc\r\n', {
      found: () => factory.value('old.conf'),
    });
  });
});
