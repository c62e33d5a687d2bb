import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import { newConfigFile, type ConfigScope } from '../../../src/model/config';
import { ConfigStore } from '../../../src/store/configStore';
import { Connections, type ConnectedAccount } from '../../../src/store/connections';
import { DeviceList } from '../../../src/store/deviceList';
import { Fleet } from '../../../src/store/fleet';
import { TargetList } from '../../../src/store/targetList';
import { DEVICE, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const scope: ConfigScope = { kind: 'device', factory: FACTORY, device: DEVICE };
const GET = `GET /ota/devices/${DEVICE}/config/`;
const PATCH = `PATCH /ota/devices/${DEVICE}/config/`;
const write = (name: string, value: string) => () => ({ reason: 'r', file: newConfigFile(name, value) });

suite('Configurations', () => {
  let factory: TestFactory;
  let store: ConfigStore;
  setup(async () => {
    factory = await startTestFactory();
    store = new ConfigStore(factory.client);
  });
  teardown(() => factory.close());

  test('asked for at once or in a row: one GET', async () => {
    await Promise.all([store.get(scope, 60_000), store.get(scope, 60_000), store.get(scope, 0)]);
    for (let file = 0; file < 10; file++) {
      await store.get(scope, 60_000);
    }
    assert.deepEqual(factory.seen(), [GET]);
  });

  test('too old is asked again', async () => {
    await store.get(scope, 60_000);
    await store.get(scope, 0);
    assert.deepEqual(factory.seen(), [GET, GET]);
  });

  test('two writes at once: neither is lost, and each reads before it writes', async () => {
    await Promise.all([store.update(scope, write('a', '1')), store.update(scope, write('b', '2'))]);
    assert.deepEqual(factory.seen(), [GET, PATCH, GET, PATCH]);
    assert.equal(await factory.value('a'), '1');
    assert.equal(await factory.value('b'), '2');
  });

  test('a write after one that failed is done', async () => {
    factory.server.emulator.faults.add({ status: 500, match: { method: 'PATCH' } });
    const failed = store.update(scope, write('a', '1'));
    const done = store.update(scope, write('b', '2'));
    await assert.rejects(failed, FactoryError);
    await done;
    assert.equal(await factory.value('b'), '2');
  });

  test('a write whose answer is lost, and the look at it too, fails as one that may be done', async () => {
    const fault = (rule: object) => factory.server.emulator.faults.add(rule);
    fault({ cut: true, match: { method: 'PATCH' } });
    await store.get(scope, 0);
    const failing = store.update(scope, () => {
      fault({ status: 500, match: { method: 'GET' }, count: null });
      return { reason: 'r', file: newConfigFile('a', '1') };
    });
    const isUnknown = (error: unknown) => error instanceof FactoryError && error.info.unverified === true;
    await assert.rejects(failing, isUnknown);
    factory.server.emulator.faults.clear();
    assert.equal(await factory.value('a'), '1');
    fault({ cut: -1, applied: false, match: { method: 'PATCH' } });
    await assert.rejects(store.update(scope, write('b', '2')), (error) => !isUnknown(error));
  });

  test('the answer of a write is the truth from then on', async () => {
    await store.update(scope, write('a', '1'));
    factory.seen();
    const { entries } = await store.get(scope, 60_000);
    assert.equal(entries[0]?.files.find(({ name }) => name === 'a')?.value, '1');
    assert.ok(entries[0].files.length > 3);
    assert.deepEqual(factory.seen(), []);
  });

  test('an answer with only the written file does not make the others vanish', async () => {
    const value = { name: 'a', value: '1', unencrypted: true };
    factory.server.emulator.faults.add({
      match: { method: 'PATCH' },
      status: 201,
      applied: true,
      body: { 'created-at': '2026-01-01T00:00:00', reason: '', files: [value] },
    });
    const { entries } = await store.update(scope, write('a', '1'));
    assert.ok((entries[0]?.files.length ?? 0) > 3);
  });

  test('a look that began before a write does not bring the past back', async () => {
    await store.get(scope, 0);
    const held = factory.network.hold();
    const slow = store.get(scope, 0);
    await held.arrived;
    await store.update(scope, write('a', '1'));
    held.release();
    const { entries } = await slow;
    assert.ok(entries[0]?.files.some(({ name }) => name === 'a'));
    assert.ok(store.peek(scope)?.entries[0]?.files.some(({ name }) => name === 'a'));
  });

  test('an older look that ends later does not replace a newer one', async () => {
    factory.server.emulator.faults.add({ match: { method: 'GET' }, count: 1, status: 200, body: { config: [] } });
    const held = factory.network.hold();
    const old = store.get(scope, 0);
    await held.arrived;
    await store.update(scope, () => undefined);
    held.release();
    assert.ok((await old).entries.length > 0);
    assert.ok((store.peek(scope)?.entries.length ?? 0) > 0);
  });

  test('a change is told once, the same again is not', async () => {
    let told = 0;
    store.onDidChange(() => told++);
    await store.get(scope, 0);
    await store.get(scope, 0);
    assert.equal(told, 1);
    await factory.writeAs([{ name: 'a', value: '1' }]);
    await store.get(scope, 0);
    assert.equal(told, 2);
  });
});

suite('The device list', () => {
  let factory: TestFactory;
  let list: DeviceList;
  setup(async () => {
    factory = await startTestFactory({ devices: 45 });
    list = new DeviceList(factory.client, FACTORY, { pageSize: 20 });
  });
  teardown(() => factory.close());
  const names = () => list.state.devices.map(({ name }) => name);

  test('a page at a time, each with one request', async () => {
    await Promise.all([list.load(), list.load()]);
    assert.deepEqual([list.state.devices.length, list.state.total, list.state.hasMore], [20, 45, true]);
    await Promise.all([list.loadMore(), list.loadMore()]);
    assert.equal(list.state.devices.length, 40);
    await list.loadMore();
    assert.deepEqual([list.state.devices.length, list.state.hasMore], [45, false]);
    await list.loadMore();
    assert.equal(factory.seen().length, 3);
    assert.equal(new Set(names()).size, 45);
  });

  test('a refresh asks for what is shown, by one large page, and goes on after it', async () => {
    await list.load();
    await list.loadMore();
    factory.seen();
    await list.refresh();
    assert.deepEqual([factory.seen().length, list.state.devices.length, list.state.hasMore], [1, 40, true]);
    await list.loadMore();
    assert.deepEqual([names().length, new Set(names()).size, list.state.hasMore], [45, 45, false]);
  });

  test('what is shown stays when a refresh fails, and the reason is there', async () => {
    await list.load();
    const before = names();
    const { fetchedAt } = list.state;
    factory.server.emulator.faults.add({ status: 500, count: null });
    await list.refresh();
    assert.deepEqual(names(), before);
    assert.equal(list.state.fetchedAt, fetchedAt);
    assert.ok(list.state.error instanceof FactoryError);
    factory.server.emulator.faults.clear();
    await list.refresh();
    assert.equal(list.state.error, undefined);
  });

  test('a device that moved between pages is shown once', async () => {
    const row = (name: string) => ({ uuid: name, name });
    factory.server.emulator.faults.add({ status: 200, body: { devices: ['a', 'b'].map(row), total: 4, next: 'x' } });
    factory.server.emulator.faults.add({ status: 200, body: { devices: ['b', 'c'].map(row), total: 4, next: null } });
    await list.load();
    await list.loadMore();
    assert.deepEqual(names(), ['a', 'b', 'c']);
  });

  test('a list whose next leads back for ever is not walked for ever', async () => {
    const body = { devices: [{ uuid: 'a', name: 'a' }], total: 1, next: `${factory.server.url}/ota/devices/` };
    factory.server.emulator.faults.add({ status: 200, body, count: null });
    await list.load();
    await list.loadMore();
    await list.refresh();
    assert.equal(factory.seen().length, 3);
  });

  test('search asks the service, with the special characters of a glob made plain', async () => {
    const fleet = new Fleet(factory.client, FACTORY, () => 4);
    const found = await fleet.search('Device-0');
    assert.ok(found.some(({ name }) => name === DEVICE));
    assert.ok(found.every(({ name }) => name.includes('device-0')));
    assert.deepEqual(await fleet.search('*'), []);
  });
});

suite('The target list', () => {
  test('is fetched once and grouped; a failure keeps what is there', async () => {
    const factory = await startTestFactory();
    try {
      const list = new TargetList(factory.client, FACTORY);
      await Promise.all([list.load(), list.load()]);
      assert.ok(list.state.tags.some(({ tag }) => tag === 'devel'));
      factory.server.emulator.faults.add({ status: 500, count: null });
      await list.refresh();
      assert.ok(list.state.tags.length > 0);
      assert.ok(list.state.error instanceof FactoryError);
    } finally {
      await factory.close();
    }
  });
});

suite('Connections', () => {
  const account = (id: string, over: Partial<ConnectedAccount> = {}): ConnectedAccount => ({
    id,
    label: id,
    apiUrl: 'https://a.test',
    factory: 'acme',
    factories: ['acme'],
    ...over,
  });

  function connections(accounts: ConnectedAccount[], wanted = { apiUrl: 'https://a.test', factory: '' }) {
    const refuse: (() => void)[] = [];
    const source = { accounts };
    const made = new Connections(
      source,
      (_account, onUnauthorized) => {
        refuse.push(onUnauthorized);
        return {} as never;
      },
      () => wanted,
    );
    return { made, refuse, source, wanted };
  }

  test('nothing is said before the accounts are known', () => {
    const { made } = connections([]);
    assert.equal(made.session.state, 'loading');
    made.update();
    assert.equal(made.session.state, 'signedOut');
  });

  test('the most recent account of the wanted address is shown', () => {
    const { made, wanted } = connections([account('x', { apiUrl: 'https://b.test' }), account('y'), account('z')]);
    made.update();
    const shown = () => ('connection' in made.session ? made.session.connection.account.id : made.session.state);
    assert.equal(shown(), 'y');
    wanted.apiUrl = 'https://b.test';
    assert.equal(shown(), 'x');
    wanted.apiUrl = 'https://c.test';
    assert.equal(shown(), 'signedOut');
  });

  test('the setting for the Factory wins', () => {
    const { made, wanted } = connections([account('x')]);
    made.update();
    wanted.factory = 'other';
    assert.equal('factory' in made.session && made.session.factory.name, 'other');
  });

  test('a refused token changes the state; a new token starts afresh', () => {
    const { made, refuse } = connections([account('x')]);
    made.update();
    assert.equal(made.session.state, 'signedIn');
    refuse[0]!();
    assert.equal(made.session.state, 'refused');
    made.update('x');
    assert.equal(made.session.state, 'signedIn');
    assert.equal(refuse.length, 2);
  });

  test('what was fetched stays when only the Factory changes', () => {
    const { made, source } = connections([account('x')]);
    made.update();
    const before = made.forFactory('a.test', 'acme');
    source.accounts = [account('x', { factory: 'other' })];
    made.update();
    assert.equal(made.forFactory('a.test', 'acme'), before);
  });

  test('a file of a Factory goes through the account that has it, never to another host', () => {
    const { made } = connections([
      account('x', { factory: 'one', factories: ['one'] }),
      account('y', { factory: 'two', factories: ['two', 'three'] }),
      account('z', { apiUrl: 'https://b.test:8443' }),
    ]);
    made.update();
    const of = (host: string, factory: string) => made.forFactory(host, factory)?.account.id;
    assert.equal(of('a.test', 'three'), 'y');
    assert.equal(of('a.test', 'one'), 'x');
    assert.equal(of('A.TEST', 'unknown'), 'x');
    assert.equal(of('b.test:8443', 'acme'), 'z');
    assert.equal(of('b.test', 'acme'), undefined);
  });
});
