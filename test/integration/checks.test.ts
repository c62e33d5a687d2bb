import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { versionUri } from '../../src/configfs/versions';
import { until } from '../support/until';
import { answering, messages } from './support/answering';
import { ctrlS, replaceText, tabIsDirty } from './support/editors';
import { DEVICE, FACTORY } from './support/extension';
import { SignedIn } from './support/signedIn';

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
    assert.equal(tabIsDirty(), true);
    assert.deepEqual(patches(), []);
    assert.deepEqual(asked, []);
    await replaceText(editor, '[pacman]\ntags = "main"\n');
    await until('no problem', () => problems(editor.document.uri).length === 0);
    await ctrlS();
    await until('a clean tab', () => !tabIsDirty());
    assert.deepEqual(patches(), [`PATCH /ota/devices/${DEVICE}/config/`]);
  });

  test('for another file the user decides', async () => {
    await factory.writeAs('settings.json', '{}\n');
    const editor = await factory.open('settings.json');
    await replaceText(editor, '{"a": }\n');
    await ctrlS();
    assert.equal(tabIsDirty(), true);
    assert.deepEqual(patches(), []);
    assert.match(asked[0] ?? '', /^JSON line 1: /);
    send = true;
    await ctrlS();
    await until('a clean tab', () => !tabIsDirty());
    assert.equal(await factory.value('settings.json'), '{"a": }\n');
  });

  test('wrong update settings are not sent by a rename, a copy or a restore either; another file is asked about', async () => {
    const group = { kind: 'group', factory: FACTORY, group: 'stores' } as const;
    const inGroup = factory.uriIn(group, 'z-50-fioctl.toml');
    const fails = (task: () => Thenable<unknown>) => assert.rejects(() => Promise.resolve(task()));
    await factory.writeAs('old.toml', '[pacman\n');
    await factory.writeAs('z-50-fioctl.toml', '[pacman\n');
    factory.seen();
    await fails(() => vscode.workspace.fs.copy(factory.uri('z-50-fioctl.toml'), inGroup));
    await fails(() => vscode.workspace.fs.copy(factory.uri('old.toml'), inGroup));
    await vscode.workspace.fs.delete(factory.uri('z-50-fioctl.toml'));
    factory.seen();
    await fails(() => vscode.workspace.fs.rename(factory.uri('old.toml'), factory.uri('z-50-fioctl.toml')));
    assert.deepEqual([factory.writes(), asked], [[], []]);
    await fails(() => vscode.workspace.fs.rename(factory.uri('old.toml'), factory.uri('new.toml')));
    assert.deepEqual(factory.writes(), []);
    assert.match(asked[0] ?? '', /^TOML line 1: /);
    send = true;
    await vscode.workspace.fs.rename(factory.uri('old.toml'), factory.uri('new.toml'));
    assert.deepEqual(factory.writes(), [`POST /ota/devices/${DEVICE}/config/`]);
    const device = { kind: 'device', factory: FACTORY, device: DEVICE } as const;
    const { entries } = await factory.connection.configs.get(device, 0);
    const broken = entries.find(({ files }) => files.some(({ name }) => name === 'z-50-fioctl.toml'))!;
    const told: string[] = [];
    await answering(messages(told), () =>
      vscode.commands.executeCommand(
        'foundries.restoreVersion',
        versionUri(factory.host, device, 'z-50-fioctl.toml', broken),
      ),
    );
    assert.match(told[0] ?? '', /Could not restore .*z-50-fioctl\.toml is not valid \(TOML, line 1: /s);
    assert.deepEqual(factory.writes(), []);
  });

  test('a file whose name promises nothing is not looked at', async () => {
    const editor = await factory.open('app.config');
    await replaceText(editor, '[[[ not = anything\n');
    await ctrlS();
    await until('a clean tab', () => !tabIsDirty());
    assert.deepEqual(asked, []);
    assert.deepEqual(problems(editor.document.uri), []);
  });

  test('a handler that the device skips is marked', async () => {
    await factory.control.writeConfig({
      device: DEVICE,
      files: [{ name: 'touchy', value: 'x', 'on-changed': ['/usr/bin/touch', '/tmp/x'] }],
    });
    const { document } = await factory.open('touchy');
    await until('a problem', () => problems(document.uri).length === 1);
    assert.match(problems(document.uri)[0] ?? '', /does not run \/usr\/bin\/touch \/tmp\/x/);
  });
});
