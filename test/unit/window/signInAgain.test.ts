import assert from 'node:assert/strict';
import type { Clients } from '../../../src/clients';
import { keepAccount } from '../../../src/commands/accounts/keepAccount';
import type { AccountServices } from '../../../src/commands/accounts/services';
import { signInElsewhere } from '../../../src/commands/accounts/signIn';
import { AccountStore } from '../../../src/auth/accountStore';
import type { ShownAccount } from '../../../src/auth/shownAccount';
import { Connections } from '../../../src/store/connections';
import { clearDesk, desk, ShownInput } from '../../support/vscode';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

suite('Signing in again', () => {
  let factory: TestFactory;
  let services: AccountServices;
  let asked: { message: string; buttons: readonly string[] }[];
  let says: string | undefined;
  const token = async () => services.accounts.token(services.accounts.accounts[0]!.id);
  const accept = (credential: string, factories: readonly string[]) =>
    keepAccount(services, { client: factory.client, credential, factories }, FACTORY);

  setup(async () => {
    clearDesk();
    factory = await startTestFactory({ devices: 5, way: 'in process' });
    const stored = new Map<string, string>();
    const accounts = new AccountStore({
      get: (key) => Promise.resolve(stored.get(key)),
      store: (key, value) => Promise.resolve(void stored.set(key, value)),
      delete: (key) => Promise.resolve(void stored.delete(key)),
      onDidChange: () => ({ dispose: () => undefined }),
    });
    const connections = new Connections(
      accounts,
      () => factory.client,
      () => ({ apiUrl: factory.server.url, factory: '' }),
    );
    services = {
      accounts,
      connections,
      shown: { inDemo: false, choose: () => Promise.resolve() } as unknown as ShownAccount,
      clients: { tryToken: () => factory.client } as unknown as Clients,
      ready: () => Promise.resolve(),
      configuredApi: () => 'https://api.foundries.io',
    };
    asked = [];
    says = undefined;
    desk.answer = (message, buttons) => {
      asked.push({ message, buttons });
      return says;
    };
    await accept('strong', [FACTORY, 'second']);
    connections.update();
    assert.deepEqual(asked, []);
  });
  teardown(() => factory.close());

  test('a token that works is not replaced unasked, and Enter keeps it', async () => {
    says = 'Keep Current Token';
    const account = await accept('weak', [FACTORY]);
    assert.deepEqual(asked[0]?.buttons, ['Keep Current Token', 'Replace Token']);
    assert.match(asked[0].message, /^Replace the token for https?:/);
    assert.deepEqual(account?.factories, [FACTORY, 'second']);
    assert.equal(await token(), 'strong');
  });

  test('who turns away from the question has not signed in', async () => {
    assert.equal(await accept('weak', [FACTORY]), undefined);
    assert.equal(await token(), 'strong');
  });

  test('it is replaced if that is wanted; the same one is not asked about', async () => {
    says = 'Replace Token';
    await accept('weak', [FACTORY]);
    assert.equal(await token(), 'weak');
    await accept('weak', [FACTORY]);
    assert.equal(asked.length, 1);
  });

  test('a token that was refused, or lacks a scope, is replaced without a question', async () => {
    const connection = services.connections.forFactory(factory.client.server.key, FACTORY)!;
    connection.refused = true;
    await accept('new', [FACTORY]);
    assert.equal(await token(), 'new');
    assert.deepEqual(asked, []);
  });

  const address = async (typed: string): Promise<unknown> => {
    let problem: unknown;
    desk.meet = (box) => {
      if (box instanceof ShownInput && box.title === 'Sign in to another server') {
        assert.equal(box.value, '');
        box.type(typed);
        void box.enter().then(() => {
          problem ??= box.validationMessage;
          box.hide();
        });
      } else {
        problem = box.title;
        box.hide();
      }
    };
    await signInElsewhere(services);
    return problem;
  };

  test('another server: known ones are offered, and the box starts empty', async () => {
    let offered: unknown;
    desk.choose = (items) => {
      offered = (items as { label: string }[]).map(({ label }) => label);
      return items[0];
    };
    assert.equal(await address('gw.example.com/api'), 'Sign in to gw.example.com/api');
    assert.deepEqual(offered, ['Another Server…', 'https://api.foundries.io', factory.server.url]);
    assert.equal(await address('localhost:8080'), 'Sign in to localhost:8080');
    assert.equal(await address('ftp://gw'), 'This is not an http(s) address of an API.');
  });
});
