import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { uriOf } from '../../../src/configfs/fileSystem';
import { FactoryError } from '../../../src/api/errors';
import { registerReadOnlyMarks } from '../../../src/language/readOnlyMarks';
import { desk } from '../../support/vscode';
import * as api from '../../support/vscode/api';
import { CommandScene } from '../support/commandScene';
import { FACTORY } from '../support/factory';

const SAID = 'Credential used must include one of these scopes: getting-started:devices:read-update';

suite('With a token that may not change configurations', () => {
  let it: CommandScene;
  let marks: vscode.Disposable;
  let lenses: vscode.CodeLensProvider;
  let keys: Map<string, unknown>;
  const scope = { kind: 'device', factory: FACTORY, device: 'bench' } as const;
  const refuse = () => {
    const info = { host: it.server, request: 'PATCH /x', status: 403, serverMessage: SAID };
    it.context.connection.configs.denials.failed(scope, new FactoryError('forbidden', info));
  };
  setup(async () => {
    it = await CommandScene.start();
    keys = new Map();
    desk.commands.set('setContext', (key, value) => keys.set(String(key), value));
    const before = api.languages.registerCodeLensProvider;
    (api.languages as { registerCodeLensProvider: unknown }).registerCodeLensProvider = (
      _selector: unknown,
      provider: vscode.CodeLensProvider,
    ) => {
      lenses = provider;
      return before('lenses');
    };
    marks = registerReadOnlyMarks(it.services.connections, () => undefined);
    (api.languages as { registerCodeLensProvider: unknown }).registerCodeLensProvider = before;
    it.services.connections.update();
  });
  teardown(() => {
    marks.dispose();
    return it.factory.close();
  });

  test('the file says above its text why it is locked, and where to sign in; commands are not offered', async () => {
    const uri = uriOf({ host: it.server, scope, file: 'app.config' });
    const shown = async () =>
      (await lenses.provideCodeLenses({ uri } as vscode.TextDocument, undefined as never))?.map(
        ({ command }) => command,
      );
    assert.deepEqual(await shown(), []);
    assert.notEqual(keys.get('foundries.changesDenied'), true);
    refuse();
    it.services.connections.update();
    assert.equal(keys.get('foundries.changesDenied'), true);
    const [lens] = (await shown()) ?? [];
    assert.match(lens?.title ?? '', /^Read-only: .*the token lacks the scope devices:read-update.* Sign In…$/);
    assert.ok(['foundries.signIn', 'foundries.signInElsewhere'].includes(lens?.command ?? ''));
    it.context.connection.configs.denials.clear();
    it.services.connections.update();
    assert.equal(keys.get('foundries.changesDenied'), false);
    assert.deepEqual(await shown(), []);
  });
});
