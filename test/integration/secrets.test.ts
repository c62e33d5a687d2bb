import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { parseAddress } from '../../src/configfs/address';
import type { FileEdit } from '../../src/configfs/fileEdits';
import { currentFile } from '../../src/model/config';
import { DEVICE, FACTORY, replaceText, SignedIn, until } from './support';

const PLAIN = 'PL41N-Grüße\nin two lines\n';
const PATCH = `PATCH /ota/devices/${DEVICE}/config/`;

suite('Secrets in VS Code', () => {
  let factory: SignedIn;

  setup(async () => {
    factory = await SignedIn.start();
  });
  teardown(() => factory.stop());

  const configs = () => factory.api.connections.forFactory(factory.host, FACTORY)!.configs;
  async function apply(file: string, edit: FileEdit): Promise<boolean> {
    const address = parseAddress(factory.uri(file))!;
    const seen = currentFile((await configs().get(address.scope, 60_000)).entries, file);
    return factory.api.edits.apply(address, seen, edit, () => Promise.resolve(false));
  }
  const secret = (text: string): FileEdit => ({ kind: 'secret', value: Buffer.from(text) });
  async function onDevice(): Promise<{ secrets: Record<string, string>; 'config-error': string | null }> {
    const { url } = factory.server;
    await fetch(`${url}/_emulator/check-in`, { method: 'POST', body: JSON.stringify({ device: DEVICE }) });
    const state = await fetch(`${url}/_emulator/device?name=${DEVICE}`);
    return (await state.json()) as Awaited<ReturnType<typeof onDevice>>;
  }
  const textOf = (file: string) =>
    vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === factory.uri(file).toString())?.getText() ?? '';
  /** Whether the editor in front takes typing. */
  async function isWritable(): Promise<boolean> {
    const { document } = vscode.window.activeTextEditor!;
    const before = document.getText();
    await vscode.commands.executeCommand('type', { text: '#' });
    const changed = document.getText() !== before;
    if (changed) {
      await vscode.commands.executeCommand('undo');
    }
    return changed;
  }

  test('the device reads a secret, an empty one too; nothing that was sent, logged or stored holds it', async () => {
    await apply('npmtok', secret(PLAIN));
    await apply('empty', secret(''));
    const { secrets, 'config-error': error } = await onDevice();
    assert.deepEqual([secrets.npmtok, secrets.empty, error], [PLAIN, '', null]);
    const requests = factory.server.emulator.requests.all();
    assert.ok(requests.some(({ method }) => method === 'PATCH'));
    const { workspaceState, globalState } = factory.api.context;
    const kept = [workspaceState, globalState].flatMap((memory) => memory.keys().map((key) => memory.get(key)));
    const everything = JSON.stringify([requests, factory.api.logged, kept]);
    assert.ok(!everything.includes('PL41N'));
    assert.ok(!everything.includes(Buffer.from(PLAIN).toString('base64').slice(0, 16)));
  });

  test('an encrypted file opens as a read-only page that names the command', async () => {
    await apply('npmtok', secret(PLAIN));
    await factory.open('npmtok');
    assert.match(textOf('npmtok'), /The value of npmtok is encrypted\.[^]*Foundries: Replace Value…/);
    assert.ok(!textOf('npmtok').includes('fioctl'));
    assert.equal(await isWritable(), false);
    factory.seen();
    await apply('npmtok', secret('another'));
    assert.equal(vscode.window.activeTextEditor?.document.isDirty, false);
    await vscode.commands.executeCommand('workbench.action.files.save');
    assert.deepEqual(
      factory.seen().filter((request) => request === PATCH),
      [PATCH],
    );
    assert.equal((await onDevice()).secrets.npmtok, 'another');
  });

  test('an open document follows: secret, then plain, then saved by Ctrl+S', async () => {
    await factory.open('app.config');
    const plain = textOf('app.config');
    await apply('app.config', { kind: 'makeSecret' });
    await until('the page', () => textOf('app.config').includes('is encrypted'));
    assert.equal(await isWritable(), false);
    assert.equal((await onDevice()).secrets['app.config'], plain);
    await apply('app.config', { kind: 'plain', value: 'a = 1\n' });
    await until('the text', () => textOf('app.config') === 'a = 1\n');
    await until('a writable editor', isWritable);
    await replaceText(vscode.window.activeTextEditor!, 'a = 2\n');
    await vscode.commands.executeCommand('workbench.action.files.save');
    await until('the value on the server', async () => (await factory.value('app.config')) === 'a = 2\n');
  });

  test('Make Secret while there is unsent text is refused, and the text stays', async () => {
    const editor = await factory.open('app.config');
    await replaceText(editor, 'unsent');
    factory.seen();
    await assert.rejects(
      apply('app.config', { kind: 'makeSecret' }),
      (error: { kind?: string }) => error.kind === 'unsent',
    );
    // The command says so before it asks anything; its message stays open.
    void vscode.commands.executeCommand('foundries.makeSecret', factory.uri('app.config'));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assert.deepEqual([textOf('app.config'), editor.document.isDirty], ['unsent', true]);
    assert.equal(factory.seen().includes(PATCH), false);
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  test('unsent text is not sent over a value that somebody else made secret', async () => {
    const editor = await factory.open('app.config');
    await replaceText(editor, 'unsent');
    await apply('other', secret(PLAIN));
    const blob = await factory.value('other');
    await fetch(`${factory.server.url}/_emulator/config`, {
      method: 'POST',
      body: JSON.stringify({ device: DEVICE, files: [{ name: 'app.config', value: blob, unencrypted: false }] }),
    });
    await vscode.commands.executeCommand('workbench.action.files.save');
    assert.equal(await factory.value('app.config'), blob);
    assert.equal(editor.document.getText(), 'unsent');
    assert.equal(vscode.window.tabGroups.activeTabGroup.activeTab?.isDirty, true);
  });
});
