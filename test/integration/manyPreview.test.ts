/** What is seen of a file for many devices before it is sent, and that nothing is sent by it. */
import assert from 'node:assert/strict';
import { test } from 'mocha';
import * as vscode from 'vscode';
import { until, untilEqual } from '../support/until';
import { ctrlS, replaceText } from './support/editors';
import { ManyScene, PREVIEW, sidesOfLast, textsOf, DRAFT } from './support/manyScene';
import { accept, QuickInputs } from './support/quickInputs';
import { setSetting, suiteWithSettings } from './support/settings';

suiteWithSettings('One file on many devices', { 'foundries.config.askForReason': 'never' }, () => {
  const it = ManyScene.ofEach();
  const inputs = QuickInputs.ofEach();

  test('nothing is sent by writing, saving, previewing, closing the preview, or an open question', async () => {
    await it.write('many = 1\n');
    assert.equal(textsOf(DRAFT).at(-1)?.isDirty, false);
    const written = () => sidesOfLast().filter((document) => document.getText() === 'many = 1\n').length;
    await untilEqual('the sides with the text', written, 3);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await it.send();
    assert.match(it.questions[0]?.message ?? '', /^Send app\.config to 3 devices\?$/);
    assert.match(
      it.questions[0]?.detail ?? '',
      /1 device gets another text\.\n2 devices get it as a new file\.\nA new file gets no handler\./,
    );
    // Something else may only begin once this is decided.
    await it.start();
    assert.equal(it.questions.length, 2);
    assert.match(it.questions[1]?.message ?? '', /was previewed and not sent/);
    it.answer = ({ buttons }) => buttons.find((button) => button.startsWith("Don't"));
    await it.send();
    await it.send();
    assert.equal(it.questions.length, 3);
    assert.deepEqual(it.writes(), []);
  });

  test('a preview that is replaced or given up while the reason is asked for is not sent', async () => {
    await setSetting('foundries.config.askForReason', 'always');
    await it.write('many = 1\n');
    const draft = textsOf(DRAFT).at(-1)!;
    it.answer = ({ buttons }) => buttons[0];
    const first = it.send();
    await inputs.pick();
    // A typo is found, and set right.
    await replaceText(await vscode.window.showTextDocument(draft.uri), 'many = 2\n');
    await ctrlS();
    await until('the second preview', () => sidesOfLast().some((document) => document.getText() === 'many = 2\n'));
    await accept();
    await first;
    await it.factory.quiet();
    assert.deepEqual(it.writes(), []);
    // The second one can be sent, although the question about the first was never answered; or given up.
    const second = it.send();
    await inputs.pick(1);
    await vscode.commands.executeCommand('foundries.discardPreview');
    await accept();
    await second;
    await it.factory.quiet();
    assert.deepEqual([it.writes(), it.isPreviewed], [[], false]);
  });

  test('wrong update settings lead to no preview; the text stays and can be set right', async () => {
    const lists: string[] = [];
    it.choose = (items) => {
      lists.push(items.map(({ label }) => label).join());
      return items.find(({ label }) => label === 'z-50-fioctl.toml') ?? items[0];
    };
    await it.start(it.devices.slice(0, 1));
    const editor = it.draftEditor();
    assert.match(editor.document.uri.path, /z-50-fioctl\.toml$/, lists.join('\n'));
    const right = editor.document.getText();
    const problems = () => vscode.languages.getDiagnostics(editor.document.uri).map(({ message }) => message);
    const problem = (what: string, fits: (message: string) => boolean) =>
      until(what, () => problems().some(fits), { found: problems });
    await replaceText(editor, '[pacman\n');
    await problem('the wrong syntax in Problems', (message) => message.startsWith('TOML:'));
    await replaceText(editor, '[pacman]\ncompose_app = "x"\ntags = 1\n');
    await problem('a wrong type in Problems', (message) => message.includes('pacman.tags'));
    assert.ok(problems().some((message) => message.includes('Is compose_apps meant?')));
    const at = (line: number, character: number) =>
      [editor.document.uri, new vscode.Position(line, character)] as const;
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', ...at(2, 1));
    assert.equal(hovers.length, 1);
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      ...at(3, 0),
    );
    assert.ok(items.some(({ label }) => label === 'compose_apps'));
    // Names are those of the Factory.
    await replaceText(editor, '[pacman]\ntags = "main"\ncompose_apps = "shelhttpd"\n');
    await problem('a wrong name in Problems', (message) => message.includes('shelhttpd'));
    await replaceText(editor, '[pacman\n');
    await ctrlS();
    await it.ended(/z-50-fioctl\.toml is not valid \(TOML/);
    assert.deepEqual([it.isPreviewed, editor.document.getText()], [false, '[pacman\n']);
    await replaceText(editor, `${right}\n# more\n`);
    await vscode.commands.executeCommand('foundries.continueToPreview');
    await until('the preview', () => it.isPreviewed);
    assert.deepEqual(it.writes(), []);
    await until('the preview', () => textsOf(PREVIEW).length > 0);
  });
});
