import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { formatAddress, parseAddress, SCHEME } from '../../src/configfs/address';
import { createEmulator, type Emulator } from '../../src/demo/emulator';
import type { TestApi } from '../../src/extension';
import { serverBase, serverKey } from '../../src/model/serverKey';
import { FactoryControl } from '../support/factoryControl';
import { startGateway, type Gateway } from '../support/gateway';
import { replaceText } from './support/editors';
import { extension, FACTORY, TOKEN } from './support/extension';
import { suiteWithSettings } from './support/settings';
import { addAccount } from './support/signedIn';
import { cleanWindow } from './support/window';

/** Nothing is asked before a Factory file is saved. */
const UNASKED = { 'foundries.config.confirmGroupSaves': false, 'foundries.config.askForReason': 'never' };

const FILE = 'shared.config';
const SCOPE = { kind: 'factory', factory: FACTORY } as const;

/** Base addresses of every kind, each another server. */
const BASES = ['https', 'http'].flatMap((scheme) =>
  ['gw', 'gw.example', 'gw.example:8443', '127.0.0.1:1', '[::1]', '[2001:db8::1]:8080', 'xn--mnchen-3ya.de'].flatMap(
    (host) =>
      [
        '',
        '/staging',
        '/Staging',
        '/STAGING',
        '/staging/v1',
        '/staging_v1',
        '/a~b',
        '/~61',
        '/%41',
        '/%2F',
        '/%2f',
        '/@',
        '//x',
        '/a:80',
      ].map((path) => `${scheme}://${host}${path}`),
  ),
);

suite('The address of a document', () => {
  test('names its server, whatever VS Code makes of the address', () => {
    const seen = new Map<string, string>();
    for (const base of BASES) {
      const key = serverKey(base);
      for (const scheme of [SCHEME, 'foundries-history', 'foundries-device', 'foundries-run', 'foundries-target']) {
        const uri = vscode.Uri.from({ scheme, authority: key, path: '/factories/acme/config/x', query: '{"a":1}' });
        const again = [
          vscode.Uri.parse(uri.toString()),
          vscode.Uri.parse(uri.toString(true)),
          vscode.Uri.parse(uri.toString().toLowerCase()),
          uri.with({ authority: uri.authority.toUpperCase().toLowerCase() }),
        ];
        assert.deepEqual(
          again.map(({ authority }) => serverBase(authority)),
          Array(4).fill(base),
          uri.toString(),
        );
        assert.equal(vscode.Uri.parse(uri.toString()).toString(), uri.toString());
      }
      const text = vscode.Uri.from({ scheme: SCHEME, authority: key }).toString();
      assert.equal(seen.get(text), undefined, `${base} and ${seen.get(text) ?? ''} are ${text}`);
      seen.set(text, base);
    }
    assert.equal(seen.size, BASES.length);
  });

  test('is as it was in all earlier versions for https without a path', () => {
    const address = { host: serverKey('https://api.foundries.io'), scope: SCOPE, file: FILE };
    const uri = vscode.Uri.from(formatAddress(address));
    assert.equal(uri.toString(), 'foundries://api.foundries.io/factories/getting-started/config/shared.config');
    assert.deepEqual(parseAddress(uri), address);
  });
});

suiteWithSettings('Two servers behind one gateway', UNASKED, () => {
  let behind: Record<string, Emulator>;
  let api: TestApi;
  let gateway: Gateway;

  const at = (path: string) => `${gateway.origin}${path}`;
  const uri = (path: string) => vscode.Uri.from(formatAddress({ host: serverKey(at(path)), scope: SCOPE, file: FILE }));
  const changes = () =>
    Object.entries(behind).flatMap(([path, { requests }]) =>
      requests
        .all()
        .filter(({ method }) => method !== 'GET')
        .map(({ method, headers }) => `${method} ${path} ${headers['osf-token'] ?? ''}`),
    );

  setup(async () => {
    api = await extension().activate();
    behind = { '/staging': createEmulator(), '/Prod': createEmulator() };
    gateway = await startGateway(behind);
    for (const [path, emulator] of Object.entries(behind)) {
      await new FactoryControl(emulator).writeConfig({
        factory: FACTORY,
        files: [{ name: FILE, value: 'a = 1\n', unencrypted: true }],
      });
      await addAccount(api, `${serverKey(at(path))}/ada`, at(path), TOKEN);
    }
  });
  teardown(async () => {
    await cleanWindow();
    await gateway.close();
  });

  for (const [of, other] of [
    ['/staging', '/Prod'],
    ['/Prod', '/staging'],
  ] as const) {
    test(`a Factory file of ${of} is saved there after a switch to ${other}`, async () => {
      await api.shown.choose(`${serverKey(at(of))}/ada`, FACTORY);
      const editor = await vscode.window.showTextDocument(uri(of), { preview: false });
      await replaceText(editor, `a = "${of}"\n`);
      await api.shown.choose(`${serverKey(at(other))}/ada`, FACTORY);
      Object.values(behind).forEach(({ requests }) => requests.clear());
      assert.equal(await editor.document.save(), true);
      assert.deepEqual(changes(), [`PATCH ${of} ${TOKEN}`]);
      const beside = await vscode.workspace.openTextDocument(uri(other));
      assert.notEqual(beside.getText(), editor.document.getText());
    });
  }
});
