import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import type { FactoryServer } from '../../src/demo/server';
import type { TestApi } from '../../src/extension';
import { FactoryControl } from '../support/factoryControl';
import { until } from '../support/until';
import { extension, FACTORY } from './support/extension';
import { accept, QuickInputs } from './support/quickInputs';
import { setSetting } from './support/settings';
import { startOnNewPort } from './support/signedIn';
import { cleanWindow } from './support/window';

const DEVICES = 'GET /ota/devices/';

suite('Signing in', () => {
  let api: TestApi;
  let server: FactoryServer;
  const { boxes } = QuickInputs.ofEach();

  setup(async () => {
    api = await extension().activate();
    server = await startOnNewPort();
    await setSetting('foundries.apiUrl', server.url);
  });
  teardown(async () => {
    await cleanWindow();
    await server.close();
  });

  const box = (title: RegExp): Promise<vscode.InputBox> =>
    until(`a box ${String(title)}`, () => title.test(boxes.at(-1)?.title ?? '') && boxes.at(-1), {
      found: () => boxes.map((one) => one.title),
    });
  /** Types a text and presses Enter. */
  async function enter(into: vscode.InputBox, text: string): Promise<void> {
    into.validationMessage = undefined;
    into.value = text;
    await accept();
  }
  /** What is said of a text that is refused. */
  async function refusal(into: vscode.InputBox, text: string): Promise<string> {
    await enter(into, text);
    return until('what is wrong with it', () => {
      const { validationMessage } = into;
      return into.enabled && typeof validationMessage === 'string' && validationMessage;
    });
  }
  const seen = () => new FactoryControl(server.emulator).seen();

  test('a token that lists no Factory: its name is typed, checked, and corrected in the same box', async () => {
    const done = vscode.commands.executeCommand('foundries.signIn');
    const token = await box(/^Sign in to /);
    assert.equal(token.password, true);
    assert.equal(await refusal(token, ' '), 'Paste a token.');
    assert.match(await refusal(token, 'tökén'), /no blanks and no special/);
    assert.deepEqual(seen(), []);
    assert.match(await refusal(token, 'wrong-token'), /refused the token/);
    seen();
    await enter(token, ' no-factory-token ');
    const factory = await box(/^Which Factory/);
    assert.equal(factory.password, false);
    assert.deepEqual(seen(), ['GET /ota/factories/']);
    assert.match(await refusal(factory, 'a/b'), /letters, digits, dots/);
    assert.match(await refusal(factory, '..'), /letters, digits, dots/);
    assert.deepEqual(seen(), []);
    assert.equal(await refusal(factory, 'elsewhere'), 'There is no Factory elsewhere that this token can see.');
    server.emulator.faults.add({ status: 500, count: 5, match: { path: '/ota/devices/' } });
    assert.match(await refusal(factory, FACTORY), /has a problem/);
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
