import assert from 'node:assert/strict';
import { setup, suite, test } from 'mocha';
import { AccountStore, type Account, type Secrets } from '../../../src/auth/accountStore';
import { chosenAmong } from '../../../src/auth/shownAccount';
import { Emitter } from '../../../src/store/emitter';

const LIST = 'foundries.accounts';
const account = (id: string, apiUrl: string, over: Partial<Account> = {}): Account => ({
  id,
  label: `user ${id}`,
  apiUrl,
  factory: 'acme',
  factories: ['acme'],
  ...over,
});
const PLAIN = account('api.foundries.io/ada', 'https://api.foundries.io');
const APPLICATION = account('api.foundries.io/application/ci', 'https://api.foundries.io', {
  oauthUrl: 'https://app.foundries.io/oauth',
});
const STAGING = account('gw/ada', 'https://gw/staging');
const PROD = account('gw/bo', 'https://gw/Prod', { oauthUrl: 'https://gw/Prod/oauth' });
const LOCAL = account('localhost:8080/ada', 'http://localhost:8080');

/** Secret storage of one window, as an earlier version has left it. */
class FormerSecrets implements Secrets {
  readonly values = new Map<string, string>();
  readonly changed = new Emitter<{ readonly key: string }>();
  readonly onDidChange = this.changed.event;
  keys?: () => Promise<string[]>;

  constructor(lines: readonly unknown[]) {
    this.values.set(LIST, JSON.stringify({ accounts: lines }));
    for (const { id, oauthUrl } of lines as readonly Account[]) {
      const application = JSON.stringify({ clientId: id, clientSecret: `secret of ${id}` });
      this.values.set(`foundries.token.${id}`, oauthUrl === undefined ? `token of ${id}` : application);
      if (oauthUrl !== undefined) {
        this.values.set(`foundries.access.${id}`, JSON.stringify({ token: `access of ${id}` }));
      }
    }
  }

  get = (key: string) => Promise.resolve(this.values.get(key));
  store = (key: string, value: string) => {
    this.values.set(key, value);
    this.changed.fire({ key });
    return Promise.resolve();
  };
  delete = (key: string) => {
    this.values.delete(key);
    this.changed.fire({ key });
    return Promise.resolve();
  };
}

async function open(secrets: Secrets): Promise<AccountStore> {
  const store = new AccountStore(secrets);
  await store.ready();
  return store;
}

suite('Accounts that an earlier version kept', () => {
  let secrets: FormerSecrets;
  setup(() => {
    secrets = new FormerSecrets([PLAIN, APPLICATION, STAGING, PROD, LOCAL]);
  });

  test('of https without a path are there as they were, with the same ids and credentials', async () => {
    const store = await open(secrets);
    assert.deepEqual(store.accounts.slice(0, 2), [PLAIN, APPLICATION]);
    assert.equal(await store.token(PLAIN.id), `token of ${PLAIN.id}`);
    assert.equal(await store.token(APPLICATION.id), `access of ${APPLICATION.id}`);
  });

  test('of other servers have ids that tell the server, and the same credentials', async () => {
    const store = await open(secrets);
    assert.deepEqual(store.accounts.slice(2), [
      { ...STAGING, id: 'https_staging@gw/ada' },
      { ...PROD, id: 'https_~50rod@gw/bo' },
      { ...LOCAL, id: 'http@localhost:8080/ada' },
    ]);
    assert.equal(await store.token('https_staging@gw/ada'), 'token of gw/ada');
    assert.equal(await store.token('http@localhost:8080/ada'), `token of ${LOCAL.id}`);
    assert.deepEqual(await store.credential('https_~50rod@gw/bo'), {
      clientId: 'gw/bo',
      clientSecret: 'secret of gw/bo',
    });
    assert.equal(await store.token('gw/ada'), undefined);
  });

  test('are not rewritten: an earlier version can still read them', async () => {
    const before = new Map(secrets.values);
    await open(secrets);
    // The access token of an account that has another id by now is fetched anew.
    before.delete('foundries.access.gw/bo');
    assert.deepEqual(secrets.values, before);
  });

  test('are all there but one whose line is broken, which is left alone', async () => {
    const { label: _label, ...nameless } = PLAIN;
    const { factory: _factory, ...withoutFactory } = LOCAL;
    const { apiUrl: _apiUrl, ...homeless } = STAGING;
    secrets = new FormerSecrets([nameless, homeless, { id: 'x', apiUrl: 5 }, withoutFactory]);
    secrets.keys = () => Promise.resolve([...secrets.values.keys()]);
    const store = await open(secrets);
    assert.deepEqual(
      store.accounts.map(({ label, factory }) => [label, factory]),
      [
        [PLAIN.id, 'acme'],
        [LOCAL.label, 'acme'],
      ],
    );
    await store.remove(PLAIN.id);
    assert.ok(secrets.values.has('foundries.token.gw/ada'), 'nobody knows where it belongs');
    assert.deepEqual(JSON.parse(secrets.values.get(LIST) ?? ''), {
      accounts: [homeless, { id: 'x', apiUrl: 5 }, withoutFactory],
    });
  });

  test('are removed whole when they are signed out, the last one with the list', async () => {
    const store = await open(secrets);
    for (const { id } of [...store.accounts]) {
      await store.remove(id);
    }
    assert.deepEqual(secrets.values, new Map());
    assert.deepEqual((await open(secrets)).accounts, []);
  });

  test('are replaced when they are signed in to again', async () => {
    const store = await open(secrets);
    await store.add({ ...STAGING, id: 'https_staging@gw/ada' }, 'new');
    assert.equal(store.accounts.length, 5);
    assert.equal(store.accounts[0]?.apiUrl, STAGING.apiUrl);
    assert.equal(await store.token('https_staging@gw/ada'), 'new');
    assert.equal(secrets.values.has('foundries.token.gw/ada'), false);
    await store.remove('https_staging@gw/ada');
    assert.equal((await open(secrets)).accounts.length, 4);
  });

  test('are not touched by the same user of another server on the host', async () => {
    const store = await open(secrets);
    await store.add(account('gw/ada', 'https://gw'), 'of https://gw');
    const both = async () => [await store.token('gw/ada'), await store.token('https_staging@gw/ada')];
    assert.deepEqual(await both(), ['of https://gw', 'token of gw/ada']);
    await store.remove('gw/ada');
    assert.deepEqual(await both(), [undefined, 'token of gw/ada']);
  });

  test('keep the Factory that is chosen, and come first then', async () => {
    const store = await open(secrets);
    await store.setFactory(LOCAL.id, 'nobody has this id by now');
    await store.setFactory('http@localhost:8080/ada', 'lab');
    const [first] = (await open(secrets)).accounts;
    assert.deepEqual([first?.id, first?.factory], ['http@localhost:8080/ada', 'lab']);
  });

  test('leave no credential behind that has no account, where secrets can be listed', async () => {
    secrets.values.set('foundries.token.gw/gone', 'T0KEN');
    secrets.values.set('foundries.access.gw/gone', '{"token":"T0KEN"}');
    secrets.values.set('foundries.access.api.foundries.io/application/gone', '{"token":"T0KEN"}');
    secrets.values.set('somebody.elses', 'T0KEN');
    secrets.keys = () => Promise.resolve([...secrets.values.keys()]);
    await open(secrets);
    const left = [...secrets.values].filter(([, value]) => value.includes('T0KEN'));
    assert.deepEqual(left, [['somebody.elses', 'T0KEN']]);
  });

  test('stay the choice of a workspace where it is clear which one was meant', async () => {
    const { accounts } = await open(secrets);
    const chosen = (id: string) => chosenAmong({ account: id, factory: 'acme', isFormer: true }, accounts)?.id;
    assert.equal(chosen(PLAIN.id), PLAIN.id);
    assert.equal(chosen('gw/ada'), 'https_staging@gw/ada');
    assert.equal(chosen('gw/nobody'), undefined);
    const more = [...accounts, account('gw/ada', 'https://gw')];
    assert.equal(chosenAmong({ account: 'gw/ada', factory: 'acme', isFormer: true }, more), undefined);
    assert.equal(chosenAmong({ account: 'gw/ada', factory: 'acme' }, more)?.apiUrl, 'https://gw');
    assert.equal(chosenAmong(undefined, more), undefined);
  });
});
