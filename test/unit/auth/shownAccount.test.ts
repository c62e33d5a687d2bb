import assert from 'node:assert/strict';
import { setup, suite, test } from 'mocha';
import { AccountStore, type Account, type Secrets } from '../../../src/auth/accountStore';
import { readyOnce } from '../../../src/auth/firstLook';
import { SecretsKept } from '../../../src/auth/secretsKept';
import { ShownAccount } from '../../../src/auth/shownAccount';
import type { FactoryClient } from '../../../src/api/client';
import { Connections } from '../../../src/store/connections';
import { Emitter } from '../../../src/store/emitter';

class Memory {
  readonly values = new Map<string, unknown>();
  get(key: string): unknown {
    return this.values.get(key);
  }
  update(key: string, value: unknown): Promise<void> {
    this.values.set(key, value);
    return Promise.resolve();
  }
}

const account = (id: string): Account => ({
  id,
  label: id,
  apiUrl: 'https://api.foundries.io',
  factory: 'acme',
  factories: ['acme'],
});
const demo: Account = { ...account('demo'), apiUrl: 'https://demo.invalid', factories: ['acme', 'lab'], demo: true };

suite('What a workspace shows', () => {
  let memory: Memory;
  let api: string;
  let shown: ShownAccount;
  let told: number;

  const open = () => new ShownAccount(memory, demo, () => api);
  setup(() => {
    memory = new Memory();
    api = 'https://api.foundries.io';
    shown = open();
    told = 0;
    shown.onDidChange(() => told++);
  });

  test('a choice lasts, for as long as the settings name the same address', async () => {
    await shown.choose('a', 'lab');
    assert.equal(told, 1);
    assert.deepEqual(open().choice, { account: 'a', factory: 'lab' });
    api = 'https://elsewhere.example';
    assert.equal(open().choice, undefined);
  });

  test('the demo is entered and left without the choice being forgotten, across a reload', async () => {
    await shown.choose('a', 'acme');
    await shown.enterDemo();
    assert.deepEqual(open().choice, { account: 'demo', factory: 'acme' });
    assert.deepEqual(shown.among([account('a')]), [account('a'), demo]);
    await shown.choose('demo', 'lab');
    assert.deepEqual(open().choice, { account: 'demo', factory: 'lab' });
    await open().leaveDemo();
    assert.deepEqual(shown.choice, { account: 'a', factory: 'acme' });
    assert.deepEqual(shown.among([account('a')]), [account('a')]);
  });

  test('choosing a real account leaves the demo', async () => {
    await shown.enterDemo();
    await shown.choose('a', 'acme');
    assert.equal(shown.inDemo, false);
  });

  test('a Factory that the demo no longer has, and a choice of another shape', async () => {
    await memory.update('foundries.demo', 'gone');
    assert.deepEqual(open().choice, { account: 'demo', factory: 'acme' });
    await memory.update('foundries.demo', undefined);
    await memory.update('foundries.shown', { account: 5 });
    assert.equal(open().choice, undefined);
  });
});

function storage(values: Map<string, string>): Secrets {
  const changed = new Emitter<{ key: string }>();
  return {
    get: (key) => Promise.resolve(values.get(key)),
    store: (key, value) => {
      values.set(key, value);
      changed.fire({ key });
      return Promise.resolve();
    },
    delete: (key) => {
      values.delete(key);
      changed.fire({ key });
      return Promise.resolve();
    },
    onDidChange: changed.event,
  };
}

suite('What a window begins with', () => {
  /** A window as `extension.ts` puts it together. */
  const open = (values: Map<string, string>, workspace: Memory, everywhere: Memory) => {
    const accounts = new AccountStore(storage(values));
    const shown = new ShownAccount(workspace, demo, () => 'https://api.foundries.io');
    const kept = new SecretsKept(accounts, everywhere);
    const lost: boolean[] = [];
    kept.onDidChange((isLost) => lost.push(isLost));
    const connections = new Connections(
      accounts,
      () => ({}) as FactoryClient,
      () => ({ account: shown.choice?.account ?? accounts.accounts[0]?.id ?? '', apiUrl: '', factory: '' }),
    );
    accounts.onDidChange(({ tokenOf }) => connections.update(tokenOf));
    return { accounts, shown, lost, ready: readyOnce({ accounts, shown, kept, show: () => connections.begin() }) };
  };

  test('the account that it shows first stays its choice, whatever other windows do', async () => {
    const values = new Map<string, string>();
    const { accounts } = open(values, new Memory(), new Memory());
    await accounts.add(account('b'), 'token-b');
    await accounts.add(account('a'), 'token-a');
    const workspace = new Memory();
    const { ready, shown: choice } = open(values, workspace, new Memory());
    await Promise.all([ready(), ready()]);
    assert.deepEqual(choice.choice, { account: 'a', factory: 'acme' });
  });

  test('accounts that were lost are told of once, and of no more after the next sign-in, however many ask', async () => {
    const everywhere = new Memory();
    await open(new Map(), new Memory(), everywhere).accounts.add(account('a'), 'token');
    const { accounts, lost, ready } = open(new Map(), new Memory(), everywhere);
    await Promise.all([ready(), ready(), ready()]);
    await accounts.add(account('a'), 'token');
    await ready();
    assert.deepEqual(lost, [true, false]);
  });

  test('storage that could not be read is read again', async () => {
    const values = new Map<string, string>();
    await open(values, new Memory(), new Memory()).accounts.add(account('a'), 'token');
    let fails = true;
    const secrets = storage(values);
    const accounts = new AccountStore({
      ...secrets,
      get: (key) => (fails ? Promise.reject(new Error('locked')) : secrets.get(key)),
    });
    const workspace = new ShownAccount(new Memory(), demo, () => '');
    const kept = new SecretsKept(accounts, new Memory());
    const ready = readyOnce({ accounts, shown: workspace, kept, show: () => ({ account: 'a', factory: 'acme' }) });
    await assert.rejects(ready(), /locked/);
    assert.equal(workspace.choice, undefined);
    fails = false;
    await ready();
    assert.deepEqual(workspace.choice, { account: 'a', factory: 'acme' });
  });
});

suite('Secret storage that forgets', () => {
  const start = async (values: Map<string, string>, memory: Memory) => {
    const accounts = new AccountStore(storage(values));
    const kept = new SecretsKept(accounts, memory);
    await accounts.ready();
    return { accounts, kept, lost: await kept.check() };
  };

  test('is noticed at the next start, said once, and over with the next sign-in', async () => {
    const memory = new Memory();
    const first = await start(new Map(), memory);
    assert.equal(first.lost, false);
    await first.accounts.add(account('a'), 'token');
    const empty = new Map<string, string>();
    const second = await start(empty, memory);
    assert.equal(second.lost, true);
    const told: boolean[] = [];
    second.kept.onDidChange((lost) => told.push(lost));
    await second.accounts.add(account('a'), 'token');
    assert.deepEqual(told, [false]);
    assert.equal((await start(new Map(), new Memory())).lost, false);
  });

  test('is not suspected where it kept the accounts, or the user signed out', async () => {
    const memory = new Memory();
    const values = new Map<string, string>();
    const first = await start(values, memory);
    await first.accounts.add(account('a'), 'token');
    const second = await start(values, memory);
    assert.equal(second.lost, false);
    await second.accounts.remove('a');
    assert.equal((await start(values, memory)).lost, false);
  });
});
