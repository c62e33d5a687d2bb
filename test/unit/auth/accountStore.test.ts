import assert from 'node:assert/strict';
import { setup, suite, test } from 'mocha';
import { AccountStore, SecretStorageBroken, type Account, type Secrets } from '../../../src/auth/accountStore';
import { Emitter } from '../../../src/store/emitter';
import { turn } from '../../support/clock';

/** Secret storage that several windows share. */
class SharedSecrets {
  readonly values = new Map<string, string>();
  readonly changed = new Emitter<{ key: string }>();

  window(): Secrets {
    return {
      get: (key) => Promise.resolve(this.values.get(key)),
      store: (key, value) => {
        this.values.set(key, value);
        this.changed.fire({ key });
        return Promise.resolve();
      },
      delete: (key) => {
        this.values.delete(key);
        this.changed.fire({ key });
        return Promise.resolve();
      },
      onDidChange: this.changed.event,
    };
  }
}

const account = (id: string, over: Partial<Account> = {}): Account => ({
  id,
  label: id,
  apiUrl: 'https://api.foundries.io',
  factory: 'acme',
  factories: ['acme'],
  ...over,
});

suite('Accounts', () => {
  let secrets: SharedSecrets;
  let store: AccountStore;

  setup(() => {
    secrets = new SharedSecrets();
    store = new AccountStore(secrets.window());
  });

  test('survive a restart', async () => {
    await store.add(account('a'), 'token-a');
    const again = new AccountStore(secrets.window());
    await again.ready();
    assert.deepEqual(again.accounts, [account('a')]);
    assert.equal(await again.token('a'), 'token-a');
  });

  test('the list of accounts holds no token', async () => {
    await store.add(account('a'), 'token-a');
    const index = secrets.values.get('foundries.accountList');
    assert.ok(index !== undefined && !index.includes('token-a'));
  });

  test('the most recent is first; signing in again replaces', async () => {
    await store.add(account('a'), '1');
    await store.add(account('b'), '2');
    await store.add(account('a', { label: 'new' }), '3');
    assert.deepEqual(
      store.accounts.map(({ id, label }) => [id, label]),
      [
        ['a', 'new'],
        ['b', 'b'],
      ],
    );
    assert.equal(await store.token('a'), '3');
  });

  test('removing takes token and account away', async () => {
    await store.add(account('a'), '1');
    await store.remove('a');
    assert.deepEqual(store.accounts, []);
    assert.deepEqual([...secrets.values], []);
  });

  test('another window hears of sign-in, of another Factory, of a new token and of sign-out', async () => {
    const other = new AccountStore(secrets.window());
    await other.ready();
    const events: unknown[] = [];
    other.onDidChange((event) => events.push(event));
    await store.add(account('a'), '1');
    await turn();
    assert.deepEqual(other.accounts, [account('a')]);
    await store.setFactory('a', 'other');
    await turn();
    assert.equal(other.accounts[0]?.factory, 'other');
    events.length = 0;
    await store.add(other.accounts[0], '2');
    await turn();
    assert.deepEqual(events, [{ tokenOf: 'a' }]);
    await store.remove('a');
    await turn();
    assert.deepEqual(other.accounts, []);
  });

  test('two changes at once are both kept', async () => {
    await Promise.all([store.add(account('a'), '1'), store.add(account('b'), '2'), store.add(account('c'), '3')]);
    assert.equal(store.accounts.length, 3);
  });

  test('a list that cannot be read is no list', async () => {
    for (const index of ['', '{', 'null', '{"accounts":[{"id":1}]}', '[]']) {
      secrets.values.set('foundries.accounts', index);
      const broken = new AccountStore(secrets.window());
      await broken.ready();
      assert.deepEqual(broken.accounts, []);
    }
  });

  test('storage that forgets is told', async () => {
    const forgetful = { ...secrets.window(), get: () => Promise.resolve(undefined) };
    await assert.rejects(new AccountStore(forgetful).add(account('a'), '1'), SecretStorageBroken);
  });

  test('storage that fails once is asked again', async () => {
    let calls = 0;
    const window = secrets.window();
    const failing = new AccountStore({
      ...window,
      get: (key) => (calls++ === 0 ? Promise.reject(new Error('locked')) : window.get(key)),
    });
    await assert.rejects(failing.ready());
    await failing.ready();
  });
});

suite('Accounts with application credentials', () => {
  const application = account('a', { oauthUrl: 'https://app.foundries.io/oauth' });
  const credential = { clientId: 'id', clientSecret: 'secret' };
  const exchanged = { ...credential, url: 'https://app.foundries.io/oauth' };

  test('keep the credentials, and lend others the access token only', async () => {
    const secrets = new SharedSecrets();
    const store = new AccountStore(secrets.window());
    await store.add(application, credential);
    assert.equal(await store.token('a'), undefined);
    await store.keepToken('a', { token: 'access', expiresAt: 5 }, exchanged);
    const again = new AccountStore(secrets.window());
    await again.ready();
    assert.deepEqual(again.accounts, [application]);
    assert.deepEqual(await again.credential('a'), credential);
    assert.deepEqual(await again.keptToken('a'), { token: 'access', expiresAt: 5 });
    assert.equal(await again.token('a'), 'access');
  });

  test('an access token that is kept disturbs nobody; signing in again drops it, signing out drops all', async () => {
    const secrets = new SharedSecrets();
    const store = new AccountStore(secrets.window());
    const other = new AccountStore(secrets.window());
    await other.ready();
    await store.add(application, credential);
    await turn();
    const events: unknown[] = [];
    other.onDidChange((event) => events.push(event));
    await store.keepToken('a', { token: 'access' }, exchanged);
    await turn();
    assert.deepEqual(events, []);
    await store.add(application, { ...credential, clientSecret: 'other' });
    assert.equal(await store.keptToken('a'), undefined);
    await store.keepToken('a', { token: 'access' }, { ...exchanged, clientSecret: 'other' });
    await store.remove('a');
    assert.deepEqual([...secrets.values.keys()], []);
    await store.keepToken('a', { token: 'late' }, { ...exchanged, clientSecret: 'other' });
    assert.deepEqual([...secrets.values.keys()], [], 'nothing comes back after signing out');
  });
});
