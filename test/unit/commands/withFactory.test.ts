import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { withFactory } from '../../../src/commands/withFactory';
import type { Session } from '../../../src/store/connections';

const session = (state: 'refused' | 'signedIn', host: string, name: string) =>
  ({ state, connection: { client: { server: { key: host } } }, factory: { name } }) as unknown as Session;

/** @returns the Factory that a command ran with, and that which the user was told of instead */
async function run(before: Session, after: Session) {
  let now = before;
  let asked = 0;
  let told: string | undefined;
  const ran = await withFactory({
    connections: {
      get session() {
        return now;
      },
    },
    ready: () => Promise.resolve(),
    tellUnreadable: () => undefined,
    signIn: () => {
      asked += 1;
      now = after;
      return Promise.resolve();
    },
    tellMoved: (factory) => {
      told = factory;
    },
  })(({ factory }) => factory.name);
  return { ran, told, asked };
}

suite('What needs a Factory', () => {
  const acme = session('signedIn', 'api.foundries.io', 'acme');
  const out: Session = { state: 'signedOut' };

  test('runs with the one that is shown, without asking', async () => {
    assert.deepEqual(await run(acme, out), { ran: 'acme', told: undefined, asked: 0 });
  });

  test('runs after signing in, where nobody was or the token was refused', async () => {
    assert.deepEqual(await run(out, acme), { ran: 'acme', told: undefined, asked: 1 });
    const refused = session('refused', 'api.foundries.io', 'acme');
    assert.deepEqual(await run(refused, acme), { ran: 'acme', told: undefined, asked: 1 });
    assert.deepEqual(await run(refused, out), { ran: undefined, told: undefined, asked: 1 });
  });

  test('does nothing to another Factory, or to one of that name elsewhere, that came with the sign-in', async () => {
    for (const refused of [session('refused', 'api.foundries.io', 'lab'), session('refused', 'elsewhere', 'acme')]) {
      assert.deepEqual(await run(refused, acme), { ran: undefined, told: 'acme', asked: 1 });
    }
  });

  test('does nothing where secret storage cannot be read, and says so', async () => {
    const told: unknown[] = [];
    const asked: string[] = [];
    const result = await withFactory({
      connections: { session: { state: 'loading' } },
      ready: () => Promise.reject(new Error('locked')),
      tellUnreadable: (error) => told.push((error as Error).message),
      signIn: () => Promise.resolve(asked.push('signIn')),
      tellMoved: () => asked.push('moved'),
    })(() => asked.push('ran'));
    assert.deepEqual([result, told, asked], [undefined, ['locked'], []]);
  });
});
