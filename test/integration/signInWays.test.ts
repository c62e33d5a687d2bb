import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../support/until';
import { answering, messages } from './support/answering';
import { replaceText } from './support/editors';
import { FACTORY, TOKEN } from './support/extension';
import { accept, QuickInputs } from './support/quickInputs';
import { setSetting } from './support/settings';
import { addAccount, SignedIn } from './support/signedIn';

suite('Ways to sign in, and accounts', () => {
  let signed: SignedIn;
  let folder: string;
  const { boxes } = QuickInputs.ofEach();
  const { FIOCTL_CONFIG } = process.env;

  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'foundries-accounts-'));
  });
  teardown(async () => {
    delete process.env.FIOCTL_CONFIG;
    Object.assign(process.env, FIOCTL_CONFIG === undefined ? {} : { FIOCTL_CONFIG });
    await signed.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const shown = () => {
    const { session } = signed.api.connections;
    return 'connection' in session ? [session.connection.account.id, session.factory.name] : [session.state];
  };

  /** Imports what fioctl uses; `details` gets what is said before. */
  const importing = (details: string[], agreed: boolean) =>
    answering(
      {
        showInformationMessage: (_message: string, { detail }: vscode.MessageOptions, ...buttons: string[]) => {
          details.push(detail ?? '');
          return Promise.resolve(agreed ? buttons[0] : undefined);
        },
      },
      () => vscode.commands.executeCommand('foundries.importFromFioctl'),
    );

  test('a file that may not be changed says which scope is missing, and is read-only until it may', async () => {
    signed = await SignedIn.start({}, 'read-only-token');
    const editor = await signed.open('app.config');
    await replaceText(editor, 'colour = "red"\n');
    assert.equal(await editor.document.save(), false);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    const { uri } = editor.document;
    const permissions = async () => (await vscode.workspace.fs.stat(uri)).permissions;
    assert.equal(await permissions(), vscode.FilePermission.Readonly);
    const marks = () => vscode.languages.getDiagnostics(uri).filter(({ code }) => code === 'read-only');
    assert.match(marks()[0]?.message ?? '', /the token lacks the scope devices:read-update/);
    const [account] = signed.api.accounts.accounts;
    await addAccount(signed.api, account!.id, signed.server.url, TOKEN);
    assert.equal(await permissions(), undefined);
    assert.deepEqual(marks(), []);
  });

  test('what fioctl uses is taken over after it was said what and where to; the file is only read', async () => {
    signed = await SignedIn.start();
    const file = path.join(folder, 'fioctl.yaml');
    const text = `factory: ${FACTORY}\nclientcredentials:\n  client_id: two-factories-client\n  client_secret: demo-secret\n  url: ${signed.server.url}/oauth\nserver:\n  url: ${signed.server.url}\nextraheaders:\n  x-one: two\n`;
    writeFileSync(file, text);
    process.env.FIOCTL_CONFIG = file;
    const details: string[] = [];
    signed.seen();
    await importing(details, true);
    assert.match(details[0] ?? '', /client ID two-factories-client and its secret/);
    assert.match(details[0] ?? '', /The file is not changed/);
    assert.match(details[0] ?? '', /extra headers are not taken over/);
    assert.ok(!details[0]?.includes('demo-secret'));
    assert.deepEqual(shown(), [`${signed.host}/application/two-factories-client`, FACTORY]);
    assert.equal(readFileSync(file, 'utf8'), text);
    assert.deepEqual(signed.seen().slice(0, 2), ['POST /oauth/token/', 'GET /ota/factories/']);
    // What is kept serves the views without another exchange.
    await signed.api.devices.refresh();
    assert.ok(!signed.seen().includes('POST /oauth/token/'));
    assert.ok(!JSON.stringify(signed.api.logged).includes('demo-secret'));
  });

  test('what fioctl sends without encryption is named before it is taken over, but for one on this machine', async () => {
    signed = await SignedIn.start();
    process.env.FIOCTL_CONFIG = path.join(folder, 'fioctl.yaml');
    const details: string[] = [];
    const ask = async (text: string) => {
      writeFileSync(process.env.FIOCTL_CONFIG ?? '', text);
      await importing(details, false);
      return [...(details.at(-1) ?? '').matchAll(/Mind that (\S+) is not encrypted/g)].map(([, address]) => address);
    };
    const credentials = (url: string) => `clientcredentials:\n  client_id: a\n  client_secret: b\n  url: ${url}\n`;
    assert.deepEqual(await ask('token: a\nserver:\n  url: http://192.0.2.1\n'), ['http://192.0.2.1']);
    assert.deepEqual(await ask(`${credentials('http://192.0.2.2/oauth')}server:\n  url: https://192.0.2.1\n`), [
      'http://192.0.2.2/oauth',
    ]);
    assert.deepEqual(await ask(`token: a\nserver:\n  url: ${signed.server.url}\n`), []);
    assert.equal(details.length, 3);
    assert.equal(signed.api.accounts.accounts.length, 1);
  });

  const odd: [string, string | undefined, RegExp][] = [
    ['is missing', undefined, /There is no .*fioctl\.yaml on .*fioctl login/],
    ['is no YAML', 'token: "a\n', /not valid YAML \(line 2\)/],
    ['has no credential', 'factory: acme\n', /neither a token nor a client ID/],
    ['names the demo', 'token: a\nserver:\n  url: https://demo.invalid\n', /server\.url is not an http\(s\) address/],
  ];
  for (const [name, text, says] of odd) {
    test(`a file of fioctl that ${name} is explained`, async () => {
      signed = await SignedIn.start();
      const file = path.join(folder, 'fioctl.yaml');
      if (text !== undefined) {
        writeFileSync(file, text);
      }
      process.env.FIOCTL_CONFIG = file;
      const told: string[] = [];
      signed.seen();
      await answering(messages(told), () => vscode.commands.executeCommand('foundries.importFromFioctl'));
      assert.match(told[0] ?? '', says);
      assert.deepEqual(signed.seen(), []);
      assert.equal(signed.api.accounts.accounts.length, 1);
    });
  }

  test('application credentials are asked for in two boxes; a wrong secret is corrected in its own', async () => {
    signed = await SignedIn.start();
    await setSetting('foundries.apiUrl', signed.server.url);
    const enter = async (count: number, text: string) => {
      await until(`box ${count}`, () => boxes.length === count && boxes[count - 1]!.enabled);
      boxes[count - 1]!.value = text;
      await accept();
    };
    const done = vscode.commands.executeCommand('foundries.signInAsApplication');
    await enter(1, 'demo-client');
    await enter(2, 'not-the-secret');
    const complaint = () => JSON.stringify(boxes[1]!.validationMessage ?? '');
    await until('the complaint', () => complaint().includes('Unknown client or wrong secret'), { found: complaint });
    assert.equal(boxes[1]!.password, true);
    await enter(2, 'demo-secret');
    await done;
    assert.deepEqual(shown(), [`${signed.host}/application/demo-client`, FACTORY]);
    assert.deepEqual(await signed.api.accounts.credential(`${signed.host}/application/demo-client`), {
      clientId: 'demo-client',
      clientSecret: 'demo-secret',
    });
  });

  test('a workspace keeps to its account whatever is used elsewhere', async () => {
    signed = await SignedIn.start({}, 'two-factories-token');
    const { accounts, shown: choice } = signed.api;
    const id = `${signed.host}/test`;
    await choice.choose(id, 'acme');
    assert.deepEqual(shown(), [id, 'acme']);
    await accounts.add(
      { id: 'other', label: 'Other', apiUrl: signed.server.url, factory: FACTORY, factories: [FACTORY] },
      'demo-token',
    );
    assert.deepEqual(shown(), [id, 'acme']);
    await accounts.remove(id);
    assert.deepEqual(shown(), ['other', FACTORY]);
  });
});
