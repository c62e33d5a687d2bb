import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { formatAddress } from '../../src/configfs/address';
import { until } from '../support/until';
import { answering, messages } from './support/answering';
import { replaceText } from './support/editors';
import { DEVICE, FACTORY } from './support/extension';
import { SignedIn } from './support/signedIn';

const TEXT = 'colour = "demo"\n';

suite('The demo Factory', () => {
  let signed: SignedIn;
  let connected: unknown[];
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const { connect } = Socket.prototype;

  const uri = (file = 'app.config') =>
    vscode.Uri.from(
      formatAddress({ host: 'demo.invalid', scope: { kind: 'device', factory: FACTORY, device: DEVICE }, file }),
    );
  const run = (command: string) => vscode.commands.executeCommand(`foundries.${command}`);
  const account = () => {
    const { session } = signed.api.connections;
    return 'connection' in session ? session.connection.account.id : session.state;
  };
  const open = (file?: string) => vscode.window.showTextDocument(uri(file), { preview: false });

  setup(async () => {
    signed = await SignedIn.start();
    await run('exploreDemo');
    await run('resetDemo');
    signed.seen();
    connected = [];
    Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
      connected.push(args);
      return Reflect.apply(connect, this, args) as Socket;
    };
  });
  teardown(async () => {
    Socket.prototype.connect = connect;
    await signed.stop();
  });

  test('opens no page of the web, and copies no address of one', async () => {
    const { session } = signed.api.connections;
    assert.ok('factory' in session);
    const [build] = (await session.factory.builds.load()).builds;
    assert.match(build?.webUrl ?? '', /^https:/);
    const told: string[] = [];
    const showQuickPick = () => assert.fail('a build is asked for');
    await answering({ ...messages(told), showQuickPick }, async () => {
      await vscode.env.clipboard.writeText('before');
      await run('openBuildPage');
      await run('copyBuildPage');
      await run('openInWebUi');
      assert.equal(await vscode.env.clipboard.readText(), 'before');
    });
    assert.deepEqual(told, Array(3).fill('The demo Factory has no web UI.'));
  });

  test('works without a socket, a secret or a word to the real server', async () => {
    assert.equal(account(), 'demo');
    const { devices, targets, configuration, accounts, context } = signed.api;
    const rows = await devices.children();
    assert.ok(
      rows.some((row) => row.id.endsWith('f4120660-ffbf-483f-b2ca-a6186da467f4')),
      rows[0]?.id,
    );
    await Promise.all([targets.refresh(), configuration.refresh()]);
    const editor = await open();
    const before = editor.document.getText();
    await replaceText(editor, TEXT);
    assert.equal(await editor.document.save(), true);
    const { session } = signed.api.connections;
    assert.ok('connection' in session);
    const scope = { kind: 'device', factory: FACTORY, device: DEVICE } as const;
    const [entry] = await session.connection.client.listConfig(scope);
    assert.equal(entry?.files.find(({ name }) => name === 'app.config')?.value, TEXT);
    assert.notEqual(before, TEXT);
    assert.deepEqual(connected, []);
    assert.deepEqual(signed.seen(), []);
    assert.deepEqual(
      accounts.accounts.map(({ demo }) => demo),
      [undefined],
    );
    assert.equal(await context.secrets.get('foundries.token.demo'), undefined);
  });

  test('begins anew when it is reset, and open files follow', async () => {
    const editor = await open();
    const before = editor.document.getText();
    await replaceText(editor, TEXT);
    await editor.document.save();
    assert.notEqual(editor.document.getText(), before);
    await run('resetDemo');
    await until('the text of the new demo', () => editor.document.getText() === before);
    assert.equal(editor.document.isDirty, false);
  });

  test('brings the former account back when it is left; its files are closed, and cannot be saved elsewhere', async () => {
    await open();
    await run('leaveDemo');
    assert.equal(account(), `${signed.host}/test`);
    await until('no tab of the demo', () => vscode.window.tabGroups.all.every(({ tabs }) => tabs.length === 0));
    await run('exploreDemo');
    // VS Code cannot read the file again when it throws this text away, and goes on with it for a while.
    const editor = await open('wireguard-client');
    await replaceText(editor, TEXT);
    await run('leaveDemo');
    signed.seen();
    await editor.document.save().then(undefined, () => false);
    assert.equal(editor.document.isDirty, true, 'the text is kept');
    assert.equal(editor.document.getText(), TEXT);
    assert.deepEqual(signed.writes(), []);
    await assert.rejects(
      Promise.resolve(vscode.workspace.fs.writeFile(uri(), Buffer.from(`${TEXT}# more\n`))),
      /demo Factory, which you have left/,
    );
    assert.deepEqual(signed.writes(), []);
  });
});
