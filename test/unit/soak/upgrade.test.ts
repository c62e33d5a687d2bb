import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { SaveRefused } from '../../../src/configfs/saveRefused';
import { open, Storage, type Window } from './support/window';

const SETTING = 'https://api.foundries.io';
const STAGING = { id: 'gw/ada', label: 'Ada', apiUrl: 'https://gw/staging', factory: 'acme', factories: ['acme'] };
const OLD_TAB = { host: 'gw', scope: { kind: 'factory', factory: 'acme' } as const, file: 'shared.config' };

suite('A window that an earlier version has left', () => {
  let storage: Storage;
  let window: Window;
  const refusal = async (kind: string) =>
    assert.rejects(
      window.api.documents.save(OLD_TAB, Buffer.from('a = 2\n'), 'manual'),
      (error: unknown) => error instanceof SaveRefused && error.kind === kind,
    );

  setup(async () => {
    storage = new Storage();
    storage.secrets.set('foundries.accounts', JSON.stringify({ accounts: [STAGING] }));
    storage.secrets.set(`foundries.token.${STAGING.id}`, 'token');
    storage.workspace.set('foundries.shown', { account: STAGING.id, factory: 'acme', api: SETTING });
    storage.workspace.set('foundries.openFiles', {
      'foundries://gw/factories/acme/config/shared.config': { hash: 'h', mtime: 1, size: 6 },
    });
    window = open(storage);
    await window.api.accounts.ready();
  });
  teardown(() => window.end());

  test('shows the account that was chosen', () => {
    const { session } = window.api.connections;
    assert.ok('connection' in session);
    assert.equal(session.connection.account.id, 'https_staging@gw/ada');
    assert.equal(session.connection.account.apiUrl, STAGING.apiUrl);
  });

  test('saves a tab that was restored to no server that it may not be from', async () => {
    await refusal('signedOut');
    await window.api.accounts.add({ ...STAGING, id: 'gw/ada', apiUrl: 'https://gw' }, 'token');
    await refusal('formerServer');
    await window.end();
    window = open(storage);
    await window.api.accounts.ready();
    await refusal('formerServer');
  });

  test('is signed out of it for good', async () => {
    await window.api.accounts.remove('https_staging@gw/ada');
    assert.deepEqual(storage.secrets, new Map());
  });
});
