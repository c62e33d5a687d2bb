import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../support/until';
import { ctrlS, replaceText } from './support/editors';
import { TOKEN } from './support/extension';
import { setSetting } from './support/settings';
import { addAccount, SignedIn } from './support/signedIn';

suite('The session', () => {
  let factory: SignedIn;
  setup(async () => {
    factory = await SignedIn.start();
  });
  teardown(() => factory.stop());
  const state = () => factory.api.connections.session.state;

  test('is an account of VS Code, and signing out takes it away', async () => {
    const [account] = await vscode.authentication.getAccounts('foundries');
    // Its server is named where the address is not a plain one of https.
    assert.equal(account?.label, `Test (${factory.server.url})`);
    await factory.api.accounts.remove(account.id);
    assert.deepEqual(await vscode.authentication.getAccounts('foundries'), []);
    assert.equal(state(), 'signedOut');
  });

  test('the first 401 stops every call until there is another token', async () => {
    const [account] = factory.api.accounts.accounts;
    await addAccount(factory.api, account!.id, factory.server.url, 'revoked');
    factory.seen();
    await assert.rejects(() => Promise.resolve(vscode.workspace.openTextDocument(factory.uri('app.config'))));
    assert.equal(state(), 'refused');
    const asked = factory.seen().length;
    await assert.rejects(() => Promise.resolve(vscode.workspace.openTextDocument(factory.uri('z-50-fioctl.toml'))));
    assert.deepEqual([asked, factory.seen().length], [1, 0]);
    await addAccount(factory.api, account!.id, factory.server.url, TOKEN);
    await until('signed in again', () => state() === 'signedIn');
    await vscode.workspace.openTextDocument(factory.uri('app.config'));
  });

  test('the Factory of the settings is shown', async () => {
    await setSetting('foundries.factory', 'acme');
    const { session } = factory.api.connections;
    assert.equal('factory' in session && session.factory.name, 'acme');
  });

  test('another address in the settings shows nobody, and asks nothing of the old one', async () => {
    assert.equal(state(), 'signedIn');
    await setSetting('foundries.apiUrl', 'https://elsewhere.example');
    assert.equal(state(), 'signedOut');
    assert.deepEqual(factory.seen(), []);
  });

  test('the token is in the request header and in no memory of the extension', async () => {
    await vscode.commands.executeCommand('foundries.devices.focus');
    await until('devices', () => factory.server.emulator.requests.all().some(({ path }) => path === '/ota/devices/'));
    const editor = await factory.open('app.config');
    await replaceText(editor, 'x = 1\n');
    factory.fault({ match: { method: 'PATCH' }, status: 403, body: 'no scope' });
    await ctrlS();
    await ctrlS();
    await factory.quiet();
    const requests = factory.server.emulator.requests.all();
    assert.ok(requests.length > 2);
    for (const { headers, ...rest } of requests) {
      assert.equal(headers['osf-token'], TOKEN);
      const others = Object.entries(headers).filter(([name]) => name !== 'osf-token');
      assert.equal(JSON.stringify([rest, others]).includes(TOKEN), false);
    }
    const { workspaceState, globalState } = factory.api.context;
    const kept = [workspaceState, globalState].flatMap((memento) => memento.keys().map((key) => memento.get(key)));
    assert.equal(JSON.stringify(kept).includes(TOKEN), false);
    const settings = JSON.stringify(vscode.workspace.getConfiguration());
    assert.equal(settings.includes(TOKEN), false);
    assert.ok(factory.api.logged.length > 2);
    assert.equal(factory.api.logged.join('\n').includes(TOKEN), false);
  });
});
