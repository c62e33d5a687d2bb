import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { startFactoryServer, type FactoryServer } from '../../src/demo/server';
import type { TestApi } from '../../src/extension';
import { extension, FACTORY, setApiUrl, until } from './support';

const DEVICES = 'GET /ota/devices/';

suite('Signing in', () => {
  let api: TestApi;
  let server: FactoryServer;
  let boxes: vscode.InputBox[];
  const { createInputBox } = vscode.window;

  setup(async () => {
    api = await extension().activate();
    server = await startFactoryServer();
    await setApiUrl(server.url);
    boxes = [];
    Object.assign(vscode.window, {
      createInputBox: () => {
        const box = createInputBox();
        boxes.push(box);
        return box;
      },
    });
  });
  teardown(async () => {
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    Object.assign(vscode.window, { createInputBox });
    for (const { id } of [...api.accounts.accounts]) {
      await api.accounts.remove(id);
    }
    await server.close();
  });

  const box = async (title: RegExp): Promise<vscode.InputBox> => {
    await until(`a box ${String(title)}`, () => title.test(boxes.at(-1)?.title ?? ''));
    return boxes.at(-1)!;
  };
  /** Types a text and presses Enter; resolves when it was judged. */
  async function enter(into: vscode.InputBox, text: string): Promise<string> {
    into.validationMessage = undefined;
    into.value = text;
    await new Promise((resolve) => setTimeout(resolve, 200));
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await until(
      'a judgement',
      () => into.validationMessage !== undefined || boxes.at(-1) !== into || !into.enabled,
      1500,
    )
      .then(() => until('the end of it', () => into.enabled))
      .catch(() => undefined);
    return typeof into.validationMessage === 'string' ? into.validationMessage : '';
  }
  const seen = () => {
    const requests = server.emulator.requests.all().map(({ method, path }) => `${method} ${path}`);
    server.emulator.requests.clear();
    return requests;
  };

  test('a token that lists no Factory: its name is typed, checked, and corrected in the same box', async () => {
    const done = vscode.commands.executeCommand('foundries.signIn');
    const token = await box(/^Sign in to /);
    assert.equal(token.password, true);
    assert.equal(await enter(token, ' '), 'Paste a token.');
    assert.match(await enter(token, 'tökén'), /no blanks and no special/);
    assert.deepEqual(seen(), []);
    assert.match(await enter(token, 'wrong-token'), /refused the token/);
    seen();
    await enter(token, ' no-factory-token ');
    const factory = await box(/^Which Factory/);
    assert.equal(factory.password, false);
    assert.deepEqual(seen(), ['GET /ota/factories/']);
    assert.match(await enter(factory, 'a/b'), /letters, digits, dots/);
    assert.match(await enter(factory, '..'), /letters, digits, dots/);
    assert.deepEqual(seen(), []);
    assert.equal(await enter(factory, 'elsewhere'), 'There is no Factory elsewhere that this token can see.');
    server.emulator.faults.add({ status: 500, count: 5, match: { path: '/ota/devices/' } });
    assert.match(await enter(factory, FACTORY), /has a problem/);
    server.emulator.faults.clear();
    seen();
    await enter(factory, ` ${FACTORY} `);
    await done;
    assert.equal(seen()[0], DEVICES);
    const [account] = api.accounts.accounts;
    assert.deepEqual([account?.factory, account?.factories], [FACTORY, []]);
    assert.equal(api.connections.session.state, 'signedIn');
  });

  test('giving up at the Factory keeps nothing', async () => {
    const done = vscode.commands.executeCommand('foundries.signIn');
    await enter(await box(/^Sign in to /), 'no-factory-token');
    const factory = await box(/^Which Factory/);
    factory.hide();
    await done;
    assert.deepEqual(api.accounts.accounts, []);
  });
});
