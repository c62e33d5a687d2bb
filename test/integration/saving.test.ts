import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import type { ConflictChoice } from '../../src/configfs/documents';
import type { Conflict } from '../../src/configfs/saveRefused';
import { closeEverything, DEVICE, pause, replaceText, SignedIn, until } from './support';

const GET = `GET /ota/devices/${DEVICE}/config/`;
const PATCH = `PATCH /ota/devices/${DEVICE}/config/`;
const MINE = '[page]\nurl = "https://mine.example/"\n';
const SAME_SIZE = '[page]\nurl = "https://FOUNDRIES.io/"\n';
const LONGER = '[page]\nurl = "https://somebody-else.example/"\n';

suite('Saving in VS Code', () => {
  let factory: SignedIn;
  let conflicts: Conflict[];
  let answer: ConflictChoice;

  setup(async () => {
    factory = await SignedIn.start();
    conflicts = [];
    answer = 'cancel';
    factory.api.answerConflicts((_address, conflict) => {
      conflicts.push(conflict);
      return Promise.resolve(answer);
    });
  });
  teardown(() => factory.stop());

  const ctrlS = () => vscode.commands.executeCommand('workbench.action.files.save');
  /** What a tab says is what a person sees; a document may say otherwise while a save is under way. */
  const tabIsDirty = () => vscode.window.tabGroups.activeTabGroup.activeTab?.isDirty === true;

  test('a file opens with one GET, ten of one device and the same twice too', async () => {
    for (let file = 0; file < 8; file++) {
      await factory.writeAs(`file-${file}`, String(file));
    }
    for (const file of [
      'app.config',
      'z-50-fioctl.toml',
      ...[...Array(8).keys()].map((n) => `file-${n}`),
      'app.config',
    ]) {
      await factory.open(file);
    }
    assert.deepEqual(factory.seen(), [GET]);
  });

  test('Ctrl+S: one GET, one PATCH with what belongs to the file', async () => {
    const editor = await factory.open('z-50-fioctl.toml');
    factory.seen();
    await replaceText(editor, '[pacman]\ntags = "main"\n');
    await ctrlS();
    await until('a clean tab', () => !tabIsDirty());
    const body = JSON.parse(factory.server.emulator.requests.all().at(-1)?.body ?? '') as unknown;
    assert.deepEqual(body, {
      reason: "Use the target's default apps, switch to tag main from VS Code",
      files: [
        {
          name: 'z-50-fioctl.toml',
          value: '[pacman]\ntags = "main"\n',
          unencrypted: true,
          'on-changed': ['/usr/share/fioconfig/handlers/aktualizr-toml-update'],
        },
      ],
    });
    assert.deepEqual(factory.seen(), [GET, PATCH]);
  });

  test('Ctrl+S again on a clean document sends no PATCH', async () => {
    const editor = await factory.open('app.config');
    await replaceText(editor, MINE);
    await ctrlS();
    factory.seen();
    await ctrlS();
    await pause(300);
    assert.deepEqual(factory.seen(), [GET]);
    assert.equal(tabIsDirty(), false);
  });

  for (const [name, theirs] of [
    ['the same size', SAME_SIZE],
    ['another size', LONGER],
  ] as const) {
    test(`a remote change of ${name} is not overwritten; Overwrite does`, async () => {
      const editor = await factory.open('app.config');
      await factory.writeAs('app.config', theirs);
      await replaceText(editor, MINE);
      await ctrlS();
      await until('the question', () => conflicts.length === 1);
      await until('a dirty tab', () => tabIsDirty());
      assert.equal(await factory.value('app.config'), theirs);
      assert.equal(editor.document.getText(), MINE);
      answer = 'overwrite';
      await ctrlS();
      await until('a clean tab', () => !tabIsDirty());
      assert.equal(await factory.value('app.config'), MINE);
    });

    test(`Ctrl+S on a clean document shows a remote change of ${name} and sends nothing`, async () => {
      const editor = await factory.open('app.config');
      await factory.writeAs('app.config', theirs);
      factory.seen();
      await ctrlS();
      await until('the new text', () => editor.document.getText() === theirs);
      assert.equal(factory.seen().includes(PATCH), false);
      assert.equal(tabIsDirty(), false);
    });
  }

  test('Revert after a conflict: the next save is no conflict', async () => {
    const editor = await factory.open('app.config');
    await factory.writeAs('app.config', LONGER);
    await replaceText(editor, MINE);
    await ctrlS();
    await until('the question', () => conflicts.length === 1);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await until('the text of the server', () => editor.document.getText() === LONGER);
    await replaceText(editor, MINE);
    await ctrlS();
    await until('a clean tab', () => !tabIsDirty());
    assert.equal(conflicts.length, 1);
    assert.equal(await factory.value('app.config'), MINE);
  });

  test('a failed PATCH leaves the tab dirty; Ctrl+S again sends', async () => {
    const editor = await factory.open('app.config');
    factory.server.emulator.faults.add({ match: { method: 'PATCH' }, status: 500 });
    await replaceText(editor, MINE);
    await ctrlS();
    assert.equal(tabIsDirty(), true);
    await ctrlS();
    await until('a clean tab', () => !tabIsDirty());
    assert.equal(await factory.value('app.config'), MINE);
  });

  test('a PATCH whose answer is cut is read back and reported as saved', async () => {
    const editor = await factory.open('app.config');
    factory.server.emulator.faults.add({ match: { method: 'PATCH' }, cut: true, applied: true });
    await replaceText(editor, MINE);
    factory.seen();
    await ctrlS();
    await until('a clean tab', () => !tabIsDirty());
    assert.deepEqual(factory.seen(), [GET, PATCH, GET]);
  });

  test('Save All of two files of one device: both arrive, one after the other', async () => {
    await replaceText(await factory.open('app.config'), MINE);
    await replaceText(await factory.open('z-50-fioctl.toml'), '[pacman]\n');
    factory.seen();
    await vscode.workspace.saveAll();
    assert.deepEqual(factory.seen(), [GET, PATCH, GET, PATCH]);
    assert.equal(await factory.value('app.config'), MINE);
    assert.equal(await factory.value('z-50-fioctl.toml'), '[pacman]\n');
  });

  for (const mode of ['afterDelay', 'onFocusChange', 'onWindowChange'] as const) {
    test(`auto-save ${mode} of the user sends nothing`, async () => {
      const files = vscode.workspace.getConfiguration('files');
      await files.update('autoSave', mode, vscode.ConfigurationTarget.Global);
      try {
        const editor = await factory.open('app.config');
        await replaceText(editor, MINE);
        await pause(1600);
        await vscode.commands.executeCommand('workbench.action.openSettings');
        await pause(500);
        assert.equal(factory.seen().includes(PATCH), false);
        assert.equal(editor.document.isDirty, true);
      } finally {
        await files.update('autoSave', undefined, vscode.ConfigurationTarget.Global);
      }
    });
  }

  test('auto-save that the user insists on for our language is refused, and Ctrl+S then sends', async () => {
    const files = vscode.workspace.getConfiguration('files', { languageId: 'foundries-config' });
    await files.update('autoSave', 'afterDelay', vscode.ConfigurationTarget.Global, true);
    try {
      const editor = await factory.open('app.config');
      await replaceText(editor, MINE);
      await pause(2000);
      assert.equal(factory.seen().includes(PATCH), false);
      assert.equal(tabIsDirty(), true);
      await ctrlS();
      await until('a clean tab', () => !tabIsDirty());
      assert.equal(await factory.value('app.config'), MINE);
    } finally {
      await files.update('autoSave', undefined, vscode.ConfigurationTarget.Global, true);
    }
  });

  test("the user's clean-up on save does not touch a value", async () => {
    const files = vscode.workspace.getConfiguration('files');
    await files.update('insertFinalNewline', true, vscode.ConfigurationTarget.Global);
    await files.update('trimTrailingWhitespace', true, vscode.ConfigurationTarget.Global);
    try {
      const editor = await factory.open('app.config');
      await replaceText(editor, 'a = 1   \nb = 2');
      await ctrlS();
      await until('a clean tab', () => !tabIsDirty());
      assert.equal(await factory.value('app.config'), 'a = 1   \nb = 2');
    } finally {
      await files.update('insertFinalNewline', undefined, vscode.ConfigurationTarget.Global);
      await files.update('trimTrailingWhitespace', undefined, vscode.ConfigurationTarget.Global);
    }
  });

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
      await pause(300);
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

  test('signed out, an open file keeps its text and says what to do', async () => {
    const editor = await factory.open('app.config');
    await replaceText(editor, MINE);
    for (const { id } of [...factory.api.accounts.accounts]) {
      await factory.api.accounts.remove(id);
    }
    factory.seen();
    await ctrlS();
    assert.equal(tabIsDirty(), true);
    assert.deepEqual(factory.seen(), []);
  });

  test('a file of another host is never asked of this one', async () => {
    const uri = factory.uri('app.config').with({ authority: 'other.example:8443' });
    await assert.rejects(() => Promise.resolve(vscode.workspace.openTextDocument(uri)));
    assert.deepEqual(factory.seen(), []);
  });

  test('closing a file forgets what was read of it', async () => {
    await factory.open('app.config');
    await closeEverything();
    await pause(1500);
    await factory.writeAs('app.config', LONGER);
    factory.api.connections.forFactory(factory.host, 'getting-started')?.configs.invalidate();
    const editor = await factory.open('app.config');
    await until('the new text', () => editor.document.getText() === LONGER);
    await replaceText(editor, MINE);
    await ctrlS();
    await until('a clean tab', () => !tabIsDirty());
    assert.equal(conflicts.length, 0);
  });
});
