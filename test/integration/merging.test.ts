import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../support/until';
import { replaceText, tabs } from './support/editors';
import { DEVICE } from './support/extension';
import { SignedIn } from './support/signedIn';

const MINE = 'a = "mine"\n';
const THEIRS = 'a = "theirs, and longer than mine"\n';
const MERGED = 'a = "both"\n';
const FILE = 'app.config';

suite('Merging and overwriting', () => {
  let factory: SignedIn;
  let editor: vscode.TextEditor;

  setup(async () => {
    factory = await SignedIn.start();
    factory.api.answerConflicts(() => Promise.resolve('cancel'));
    factory.api.answerQuestions(() => Promise.resolve(undefined));
    editor = await factory.open(FILE);
  });
  teardown(() => factory.stop());

  const results = () =>
    vscode.workspace.textDocuments.filter(
      ({ uri }) => uri.scheme === 'foundries-merge' && uri.authority.endsWith('-result'),
    );
  async function merge(): Promise<vscode.TextDocument> {
    await replaceText(editor, MINE);
    await factory.writeAs(FILE, THEIRS);
    await vscode.commands.executeCommand('foundries.mergeWithServer', editor.document.uri);
    await until('the result', () => results().length === 1);
    const [result] = results();
    // VS Code merges a moment after opening.
    await until('it to be merged', () => !result!.getText().includes('<<<<<<<'));
    return result!;
  }
  async function put(document: vscode.TextDocument, text: string): Promise<void> {
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
    assert.ok(await vscode.workspace.applyEdit(edit));
  }

  test('what was typed in the editor meanwhile is not replaced', async () => {
    const result = await merge();
    await put(editor.document, `${MINE}# more\n`);
    await put(result, MERGED);
    await Promise.resolve(result.save()).catch(() => false);
    assert.equal(editor.document.getText(), `${MINE}# more\n`);
    assert.deepEqual([result.isDirty, result.getText()], [true, MERGED]);
    await put(editor.document, MINE);
    assert.equal(await result.save(), true);
    assert.equal(editor.document.getText(), MERGED);
    assert.equal(await factory.value(FILE), THEIRS);
    assert.equal(await editor.document.save(), true);
    assert.equal(await factory.value(FILE), MERGED);
  });

  test('Overwrite sends a text without unsent changes, where the file was deleted on the server', async () => {
    const text = editor.document.getText();
    await factory.control.writeConfig({ device: DEVICE, files: [{ name: 'other', value: 'x' }], replace: true });
    await vscode.commands.executeCommand('foundries.compareWithServer', editor.document.uri);
    await until('the comparison', () => tabs().some(({ label }) => label.includes('not on the server')));
    assert.equal(editor.document.isDirty, false);
    await vscode.commands.executeCommand('foundries.overwriteOnServer', editor.document.uri);
    assert.equal(await factory.value(FILE), text);
  });
});
