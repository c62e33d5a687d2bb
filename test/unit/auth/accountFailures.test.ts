import assert from 'node:assert/strict';
import { setup, suite, test } from 'mocha';
import { AccountStore, type Account, type Secrets } from '../../../src/auth/accountStore';
import { Emitter } from '../../../src/store/emitter';

const account = (id: string, over: Partial<Account> = {}): Account => ({
  id,
  label: id,
  apiUrl: 'https://gw',
  factory: 'acme',
  factories: ['acme'],
  ...over,
});
const APPLICATION = account('gw/application/ci', { oauthUrl: 'https://gw/oauth' });
const CREDENTIAL = { clientId: 'ci', clientSecret: 'secret' };
const FROM = { ...CREDENTIAL, url: 'https://gw/oauth' };

/** Secret storage in which accesses can be made to fail. */
class FailingSecrets implements Secrets {
  readonly values = new Map<string, string>();
  private readonly changed = new Emitter<{ readonly key: string }>();
  readonly onDidChange = this.changed.event;
  /** `store foundries.account.`: what fails. */
  failing: string | undefined;
  /** Whether what fails is done all the same. */
  done = false;

  get = (key: string) => this.access(`get ${key}`, () => this.values.get(key));
  store = (key: string, value: string) => this.access(`store ${key}`, () => void this.values.set(key, value), key);
  delete = (key: string) => this.access(`delete ${key}`, () => void this.values.delete(key), key);

  private access<T>(what: string, effect: () => T, changed?: string): Promise<T> {
    const fails = this.failing !== undefined && what.startsWith(this.failing);
    const result = fails && !this.done ? undefined : effect();
    if (changed !== undefined) {
      this.changed.fire({ key: changed });
    }
    return fails ? Promise.reject(new Error('the keyring is locked')) : Promise.resolve(result as T);
  }
}

suite('Secret storage that fails', () => {
  let secrets: FailingSecrets;
  let store: AccountStore;
  setup(async () => {
    secrets = new FailingSecrets();
    store = new AccountStore(secrets);
    await store.ready();
  });
  const ids = () => store.accounts.map(({ id }) => id);

  for (const failing of ['store foundries.accountList', 'store foundries.account.', 'get foundries.account.']) {
    test(`while signing in (${failing}) leaves nothing behind, or an account that is seen`, async () => {
      secrets.failing = failing;
      await assert.rejects(store.add(account('gw/ada'), 'token'), /keyring/);
      secrets.failing = undefined;
      await store.settle();
      // The record was stored before it could not be read back.
      const isThere = failing.startsWith('get');
      assert.deepEqual(ids(), isThere ? ['gw/ada'] : []);
      assert.equal(secrets.values.size, isThere ? 2 : 0, [...secrets.values.keys()].join());
    });
  }

  test('after it has done what it was asked for is no failure', async () => {
    secrets.failing = 'store foundries.account.';
    secrets.done = true;
    await store.add(account('gw/ada'), 'token');
    assert.deepEqual(ids(), ['gw/ada']);
  });

  test('while signing in again leaves the credential that was there', async () => {
    await store.add(account('gw/ada'), 'old');
    secrets.failing = 'store foundries.account.';
    await assert.rejects(store.add(account('gw/ada'), 'new'), /keyring/);
    assert.deepEqual(ids(), ['gw/ada']);
    assert.equal(await store.token('gw/ada'), 'old');
  });

  test('while signing out says so; the account is still there', async () => {
    await store.add(account('gw/ada'), 'token');
    secrets.failing = 'delete foundries.account.';
    await assert.rejects(store.remove('gw/ada'), /keyring/);
    assert.deepEqual(ids(), ['gw/ada']);
    assert.equal(await store.token('gw/ada'), 'token');
  });

  test('to remove an access token says so; the account is gone, and the token once it can be removed', async () => {
    await store.add(APPLICATION, CREDENTIAL);
    await store.keepToken(APPLICATION.id, { token: 'access' }, FROM);
    secrets.failing = 'delete foundries.access.';
    await assert.rejects(store.remove(APPLICATION.id), /keyring/);
    assert.deepEqual(ids(), []);
    assert.equal(await store.token(APPLICATION.id), undefined);
    secrets.failing = undefined;
    await store.settle();
    assert.deepEqual(secrets.values, new Map());
  });

  test('to remove an access token is made good by the next window', async () => {
    await store.add(APPLICATION, CREDENTIAL);
    await store.keepToken(APPLICATION.id, { token: 'access' }, FROM);
    secrets.failing = 'delete foundries.access.';
    await assert.rejects(store.remove(APPLICATION.id), /keyring/);
    store.dispose();
    secrets.failing = undefined;
    await new AccountStore(secrets).ready();
    assert.deepEqual(secrets.values, new Map());
  });

  for (const [what, failing] of Object.entries({
    'to read one account': 'get foundries.account.gw/ada',
    'to remove what is left of an account': 'delete foundries.access.',
    'to remove what an earlier version left': 'delete foundries.token.',
  })) {
    test(`${what} hides no other from a new window`, async () => {
      await store.add(account('gw/ada'), 'a');
      await store.add(account('gw/bo'), 'b');
      store.dispose();
      secrets.values.set('foundries.access.gw/gone', '{"token":"t"}');
      secrets.values.set('foundries.token.gw/old', 't');
      secrets.failing = failing;
      const fresh = new AccountStore(secrets);
      await fresh.ready();
      assert.ok(fresh.accounts.some(({ id }) => id === 'gw/bo'));
      assert.equal(await fresh.token('gw/bo'), 'b');
      secrets.failing = undefined;
      await fresh.settle();
      assert.deepEqual(
        fresh.accounts.map(({ id }) => id),
        ['gw/bo', 'gw/ada'],
      );
      fresh.dispose();
    });
  }

  test('for one account leaves the others as they were', async () => {
    await store.add(account('gw/ada'), 'a');
    await store.add(account('gw/bo'), 'b');
    secrets.failing = 'get foundries.account.gw/ada';
    await store.setFactory('gw/bo', 'lab');
    assert.deepEqual(ids(), ['gw/bo', 'gw/ada']);
  });
});

suite('Credentials of accounts', () => {
  let secrets: FailingSecrets;
  let store: AccountStore;
  setup(async () => {
    secrets = new FailingSecrets();
    store = new AccountStore(secrets);
    await store.ready();
  });

  test('are given out for the server of the account alone', async () => {
    await store.add(account('gw/ada', { apiUrl: 'https://gw/staging' }), 'token');
    assert.equal(await store.token('gw/ada', 'https://gw/staging'), 'token');
    for (const other of ['https://gw', 'http://gw/staging', 'https://gw/prod']) {
      assert.equal(await store.token('gw/ada', other), undefined);
      assert.equal(await store.credential('gw/ada', other), undefined);
    }
  });

  test('one that is not understood is left alone, and does not hide the others', async () => {
    await store.add(account('gw/ada'), 'a');
    await store.add(account('gw/bo'), 'b');
    secrets.values.set('foundries.account.gw/bo', '{"of":"a later version"}');
    const again = new AccountStore(secrets);
    await again.ready();
    assert.deepEqual(
      again.accounts.map(({ id }) => id),
      ['gw/ada'],
    );
    assert.ok(secrets.values.has('foundries.account.gw/bo'));
  });

  for (const list of ['', '{', 'null', '[{"id":5},{"factory":"x"},{"id":"gw/ada"}]', '[]']) {
    test(`are found again though the list is ${JSON.stringify(list)}, by an id that the workspace remembers`, async () => {
      await store.add(account('gw/ada'), 'a');
      secrets.values.set('foundries.accountList', list);
      const again = new AccountStore(secrets, () => ['gw/ada', 'gw/nobody']);
      await again.ready();
      assert.deepEqual(again.accounts, [account('gw/ada')]);
      const lines = JSON.parse(secrets.values.get('foundries.accountList') ?? '') as { id?: unknown }[];
      assert.equal(lines.filter(({ id }) => id === 'gw/ada').length, 1);
    });
  }

  test('an access token that comes when the credential is another one is not kept', async () => {
    await store.add(APPLICATION, { ...CREDENTIAL, clientSecret: 'newer' });
    await store.keepToken(APPLICATION.id, { token: 'access' }, FROM);
    assert.equal(secrets.values.has(`foundries.access.${APPLICATION.id}`), false);
    await store.keepToken(
      APPLICATION.id,
      { token: 'access' },
      { ...FROM, clientSecret: 'newer', url: 'https://gw/other' },
    );
    assert.equal(secrets.values.has(`foundries.access.${APPLICATION.id}`), false);
  });
});
