import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { parseAddress } from '../../src/configfs/address';
import type { FileEdit } from '../../src/configfs/fileEdits';
import { currentFile, type ConfigScope } from '../../src/model/config';
import type { Question } from '../../src/ui/questions';
import { until } from '../support/until';
import { answering, messages } from './support/answering';
import { ctrlS, replaceText, tabIsDirty } from './support/editors';
import { DEVICE, FACTORY } from './support/extension';
import { suiteWithSettings } from './support/settings';
import { SignedIn } from './support/signedIn';

const PLAIN = 'PL41N-Grüße\nin two lines\n';
const PATCH = `PATCH /ota/devices/${DEVICE}/config/`;

suite('Secrets in VS Code', () => {
  let factory: SignedIn;

  setup(async () => {
    factory = await SignedIn.start();
  });
  teardown(() => factory.stop());

  async function apply(file: string, edit: FileEdit): Promise<boolean> {
    const address = parseAddress(factory.uri(file))!;
    const seen = currentFile((await factory.connection.configs.get(address.scope, 60_000)).entries, file);
    return factory.api.edits.apply(address, seen, edit, () => Promise.resolve(false));
  }
  const secret = (text: string): FileEdit => ({ kind: 'secret', value: Buffer.from(text) });
  async function onDevice(): Promise<{ secrets: Record<string, string>; 'config-error': string | null }> {
    await factory.control.checkIn(DEVICE);
    return (await factory.control.device(DEVICE)) as Awaited<ReturnType<typeof onDevice>>;
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
    await ctrlS();
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
    await ctrlS();
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
    // The command says so before it asks anything.
    const told: string[] = [];
    await answering(messages(told), () =>
      vscode.commands.executeCommand('foundries.makeSecret', factory.uri('app.config')),
    );
    assert.equal(told.length, 1);
    assert.deepEqual([textOf('app.config'), editor.document.isDirty], ['unsent', true]);
    assert.equal(factory.seen().includes(PATCH), false);
  });

  test('unsent text is not sent over a value that somebody else made secret', async () => {
    const editor = await factory.open('app.config');
    await replaceText(editor, 'unsent');
    await apply('other', secret(PLAIN));
    const blob = await factory.value('other');
    await factory.control.writeConfig({
      device: DEVICE,
      files: [{ name: 'app.config', value: blob!, unencrypted: false }],
    });
    await ctrlS();
    assert.equal(await factory.value('app.config'), blob);
    assert.equal(editor.document.getText(), 'unsent');
    assert.equal(tabIsDirty(), true);
  });

  suiteWithSettings('Through the commands', { 'foundries.config.askForReason': 'never' }, () => {
    const lab: ConfigScope = { kind: 'group', factory: FACTORY, group: 'lab' };
    let questions: Question[];
    let answer: string | undefined;
    setup(() => {
      questions = [];
      answer = undefined;
      factory.api.answerQuestions((question) => {
        questions.push(question);
        return Promise.resolve(answer);
      });
    });

    const put = (scope: ConfigScope, name: string, value: string, unencrypted: boolean) =>
      factory.put(scope, { name, value, unencrypted });
    const labUri = (file: string) => factory.uriIn(lab, file);
    const marks = (uri: vscode.Uri) =>
      vscode.languages.getDiagnostics(uri).map(({ code, severity, message }) => ({ code, severity, message }));
    const fixes = async (uri: vscode.Uri) =>
      (
        await vscode.commands.executeCommand<vscode.CodeAction[]>(
          'vscode.executeCodeActionProvider',
          uri,
          new vscode.Range(0, 0, 0, 1),
        )
      ).flatMap(({ command }) => (command?.command.startsWith('foundries.') ? [command] : []));

    test('Make Secret of a group: one question with all facts and numbers, one PATCH', async () => {
      await put(lab, 'plain', 'eu', true);
      answer = 'Make Secret';
      await vscode.commands.executeCommand('foundries.makeSecret', labUri('plain'));
      assert.equal(questions.length, 1);
      assert.match(questions[0]!.detail, /kept encrypted by the service[^]*keep a copy[^]*It reaches \d+ devices?\./);
      assert.deepEqual(await factory.file(lab, 'plain'), {
        name: 'plain',
        value: 'eu',
        unencrypted: false,
        onChanged: undefined,
      });
    });

    test('Make Secret of a production device: one question; saying no sends nothing', async () => {
      const { devices } = await factory.connection.client.listDevices({ factory: FACTORY, limit: 1000 });
      const { name } = devices.find(({ production }) => production)!;
      const scope: ConfigScope = { kind: 'device', factory: FACTORY, device: name };
      await put(scope, 'token', 'abc', true);
      const uri = factory.uri('token', name);
      await vscode.commands.executeCommand('foundries.makeSecret', uri);
      assert.equal((await factory.file(scope, 'token'))?.value, 'abc');
      answer = 'Make Secret';
      await vscode.commands.executeCommand('foundries.makeSecret', uri);
      assert.equal(questions.length, 2);
      assert.match(questions[1]!.detail, /encrypted on this machine[^]*is a production device/);
      assert.equal((await factory.file(scope, 'token'))?.unencrypted, false);
    });

    test('a value that is marked as encrypted but is not: marked, with both ways out; plain costs one question', async () => {
      await put({ kind: 'device', factory: FACTORY, device: DEVICE }, 'leak', 's3cret', false);
      const uri = factory.uri('leak');
      await factory.open('leak');
      assert.equal(textOf('leak'), 's3cret');
      await until('a mark', () => marks(uri).length > 0);
      assert.equal(marks(uri)[0]?.code, 'not-encrypted');
      assert.equal(marks(uri)[0]?.severity, vscode.DiagnosticSeverity.Warning);
      assert.match(marks(uri)[0]?.message ?? '', /device-01 fails to decrypt it/);
      const commands = await fixes(uri);
      assert.deepEqual(
        commands.map(({ command }) => command),
        ['foundries.makeSecret', 'foundries.makePlain'],
      );
      answer = 'Make Plain';
      factory.seen();
      await vscode.commands.executeCommand(commands[1]!.command, ...(commands[1]!.arguments as unknown[]));
      assert.equal(questions.length, 1);
      assert.deepEqual(
        factory.seen().filter((request) => request === PATCH),
        [PATCH],
      );
      assert.deepEqual(
        [await factory.value('leak'), (await onDevice())['config-error'], (await onDevice()).secrets.leak],
        ['s3cret', null, 's3cret'],
      );
      await until('no mark', () => marks(uri).length === 0);
    });

    test('the same made secret: the device can decrypt it then', async () => {
      await put({ kind: 'device', factory: FACTORY, device: DEVICE }, 'leak', 's3cret', false);
      answer = 'Make Secret';
      await vscode.commands.executeCommand('foundries.makeSecret', factory.uri('leak'));
      assert.notEqual(await factory.value('leak'), 's3cret');
      assert.equal((await onDevice()).secrets.leak, 's3cret');
    });

    test('a secret of a group that the service does not show is a page; one that it shows says what it is', async () => {
      await put(lab, 'hidden', '********', false);
      await put(lab, 'shown', 'eu-north-1', false);
      const hidden = await vscode.window.showTextDocument(labUri('hidden'));
      assert.match(hidden.document.getText(), /is a secret of group lab\.[^]*does not show it[^]*Replace Value…/);
      assert.equal(await isWritable(), false);
      assert.deepEqual(marks(labUri('hidden')), []);
      const shown = await vscode.window.showTextDocument(labUri('shown'));
      assert.equal(shown.document.getText(), 'eu-north-1');
      await until('a mark', () => marks(labUri('shown')).length > 0);
      assert.equal(marks(labUri('shown'))[0]?.severity, vscode.DiagnosticSeverity.Information);
      assert.match(marks(labUri('shown'))[0]?.message ?? '', /^A secret of group lab: the service keeps it encrypted/);
      assert.deepEqual(
        (await fixes(labUri('shown'))).map(({ command }) => command),
        ['foundries.replaceValue', 'foundries.makePlain'],
      );
    });
  });
});
