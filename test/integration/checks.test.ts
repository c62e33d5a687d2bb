import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { DEVICE, replaceText, SignedIn, until } from './support';

suite('Checks before a file is sent', () => {
  let factory: SignedIn;
  let asked: string[];
  let send: boolean;

  setup(async () => {
    factory = await SignedIn.start();
    asked = [];
    send = false;
    factory.api.answerSyntax((_address, language, problem) => {
      asked.push(`${language} ${problem}`);
      return Promise.resolve(send);
    });
  });
  teardown(() => factory.stop());

  const ctrlS = () => vscode.commands.executeCommand('workbench.action.files.save');
  const dirty = () => vscode.window.tabGroups.activeTabGroup.activeTab?.isDirty === true;
  const patches = () => factory.seen().filter((request) => request.startsWith('PATCH'));
  const problems = (uri: vscode.Uri) => vscode.languages.getDiagnostics(uri).map(({ message }) => message);

  test('wrong update settings are marked and not sent; mended ones are', async () => {
    const editor = await factory.open('z-50-fioctl.toml');
    await replaceText(editor, '[pacman]\ntags = main\n');
    await until('a problem', () => problems(editor.document.uri).length === 1);
    const [problem] = vscode.languages.getDiagnostics(editor.document.uri);
    assert.equal(problem?.range.start.line, 1);
    assert.equal(problem.severity, vscode.DiagnosticSeverity.Error);
    await ctrlS();
    assert.equal(dirty(), true);
    assert.deepEqual(patches(), []);
    assert.deepEqual(asked, []);
    await replaceText(editor, '[pacman]\ntags = "main"\n');
    await until('no problem', () => problems(editor.document.uri).length === 0);
    await ctrlS();
    await until('a clean tab', () => !dirty());
    assert.deepEqual(patches(), [`PATCH /ota/devices/${DEVICE}/config/`]);
  });

  test('for another file the user decides', async () => {
    await factory.writeAs('settings.json', '{}\n');
    const editor = await factory.open('settings.json');
    await replaceText(editor, '{"a": }\n');
    await ctrlS();
    assert.equal(dirty(), true);
    assert.deepEqual(patches(), []);
    assert.match(asked[0] ?? '', /^JSON line 1: /);
    send = true;
    await ctrlS();
    await until('a clean tab', () => !dirty());
    assert.equal(await factory.value('settings.json'), '{"a": }\n');
  });

  test('a file whose name promises nothing is not looked at', async () => {
    const editor = await factory.open('app.config');
    await replaceText(editor, '[[[ not = anything\n');
    await ctrlS();
    await until('a clean tab', () => !dirty());
    assert.deepEqual(asked, []);
    assert.deepEqual(problems(editor.document.uri), []);
  });

  test('a handler that the device skips is marked', async () => {
    await fetch(`${factory.server.url}/_emulator/config`, {
      method: 'POST',
      body: JSON.stringify({
        device: DEVICE,
        files: [{ name: 'touchy', value: 'x', 'on-changed': ['/usr/bin/touch', '/tmp/x'] }],
      }),
    });
    const { document } = await factory.open('touchy');
    await until('a problem', () => problems(document.uri).length === 1);
    assert.match(problems(document.uri)[0] ?? '', /does not run \/usr\/bin\/touch \/tmp\/x/);
  });
});
