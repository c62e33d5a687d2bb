import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { Connections, type ConnectedAccount } from '../../../src/store/connections';

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
