import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { startFactoryServer, type FactoryServer } from '../../src/demo/server';
import { serverKey } from '../../src/model/serverKey';
import { DEVICE, extension, FACTORY, TOKEN } from './support/extension';
import { setSetting } from './support/settings';
import { addAccount } from './support/signedIn';

const API_URL = 'http://factory.example.test';

suite("VS Code's proxy", () => {
  let server: FactoryServer;
  let proxy: http.Server;
  let through: string[];

  setup(async () => {
    server = await startFactoryServer();
    through = [];
    // The host exists only for the proxy: a client that goes around it finds nobody.
    proxy = http.createServer((request, response) => {
      const asked = new URL(request.url ?? '');
      through.push(`${request.method ?? ''} ${asked.host}${asked.pathname}`);
      const onward = http.request(
        `${server.url}${asked.pathname}${asked.search}`,
        { method: request.method ?? 'GET', headers: { ...request.headers, host: new URL(server.url).host } },
        (answer) => {
          response.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(response);
        },
      );
      request.pipe(onward);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    await setSetting('http.proxy', `http://127.0.0.1:${port}`);
  });
  teardown(async () => {
    proxy.close();
    await server.close();
  });

  const uri = vscode.Uri.parse(
    `foundries://${serverKey(API_URL)}/factories/${FACTORY}/devices/${DEVICE}/config/app.config`,
  );
  const signIn = async () => {
    const api = await extension().activate();
    await addAccount(api, 'proxied', API_URL, TOKEN);
  };

  test('carries the requests', async () => {
    await signIn();
    const document = await vscode.workspace.openTextDocument(uri);
    assert.match(document.getText(), /foundries\.io/);
    assert.deepEqual(through, [`GET factory.example.test/ota/devices/${DEVICE}/config/`]);
  });

  const refusing: [string, (() => void) | undefined, RegExp][] = [
    [
      'that wants to know who asks is named, with the setting',
      () => {
        proxy.removeAllListeners('request');
        proxy.on('request', (_request: http.IncomingMessage, response: http.ServerResponse) => {
          response.writeHead(407, { 'proxy-authenticate': 'Basic realm="office"' }).end('no');
        });
      },
      /A proxy before factory\.example\.test asks for .*http\.proxy/,
    ],
    ['where nobody listens is thought of', () => proxy.close(), /Cannot reach factory\.example\.test.*http\.proxy and/],
  ];
  for (const [title, prepare, words] of refusing) {
    test(`a proxy ${title}`, async () => {
      prepare?.();
      await signIn();
      await assert.rejects(async () => vscode.workspace.fs.readFile(uri), words);
    });
  }
});
