import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { createClient } from '../../../src/api/client';
import type { Fetch } from '../../../src/api/http';
import { foundriesServer } from '../../../src/api/server';
import { Transport } from '../../../src/api/transport';
import { formatAddress, parseAddress, type ConfigAddress } from '../../../src/configfs/address';
import { StoredBaselines } from '../../../src/configfs/baseline';
import { ConfigDocuments } from '../../../src/configfs/documents';
import { createEmulator, type Emulator } from '../../../src/demo/emulator';
import { inProcessFetch } from '../../../src/demo/inProcess';
import { Connections, type ConnectedAccount } from '../../../src/store/connections';
import { FactoryControl } from '../../support/factoryControl';
import { TestMemory } from '../support/editor';
import { FACTORY } from '../support/factory';

const FILE = 'shared.config';
const SCOPE = { kind: 'factory', factory: FACTORY } as const;

/** Two servers that somebody is signed in to with one account each, and a window that can show either. */
async function twoServers(first: string, second: string) {
  const emulators = new Map<string, Emulator>();
  const accounts: ConnectedAccount[] = [];
  for (const apiUrl of [first, second]) {
    const emulator = createEmulator();
    emulators.set(apiUrl, emulator);
    await new FactoryControl(emulator).writeConfig({
      factory: FACTORY,
      files: [{ name: FILE, value: 'a = 1\n', unencrypted: true }],
    });
    emulator.requests.clear();
    accounts.push({ id: apiUrl, label: 'Ada', apiUrl, factory: FACTORY, factories: [FACTORY] });
  }
  const connections = new Connections(
    { accounts },
    ({ apiUrl }) => {
      const factory = inProcessFetch(emulators.get(apiUrl)!);
      // It stands behind a gateway, and knows nothing of the path.
      const fetch: Fetch = (url, init) => factory(url.replace(apiUrl, 'https://factory.test'), init);
      const token = () => Promise.resolve('demo-token');
      return createClient(new Transport({ server: foundriesServer(apiUrl), fetch, token, userAgent: 'test' }));
    },
    () => wanted,
  );
  const wanted = { account: first, apiUrl: first, factory: FACTORY };
  const show = (account: string) => {
    Object.assign(wanted, { account, apiUrl: account });
    connections.update();
    const { session } = connections;
    assert.ok('connection' in session);
    return session.connection;
  };
  let open: { text: string; dirty: boolean } | undefined;
  const documents = new ConfigDocuments(
    {
      configs: (server, { factory }) => connections.forFactory(server, factory)?.configs,
      knownUuid: () => undefined,
      fetchUuid: () => Promise.resolve(undefined),
      fetchKey: () => Promise.resolve(undefined),
      openText: () => open,
      resolveConflict: () => assert.fail('nobody else has changed it'),
      check: () => Promise.resolve(),
      approve: () => Promise.resolve('why'),
    },
    new StoredBaselines(new TestMemory(), uriOf, addressOf),
  );
  return {
    show,
    documents,
    type: (text: string) => (open = { text, dirty: true }),
    /** Changes that came in at each server. */
    changes: () =>
      [...emulators.values()].map((emulator) =>
        emulator.requests
          .all()
          .filter(({ method }) => method !== 'GET')
          .map(({ method }) => method),
      ),
  };
}

/** As VS Code writes the URI of a document. */
function uriOf(address: ConfigAddress): string {
  const { scheme, authority, path } = formatAddress(address);
  return `${scheme}://${authority.toLowerCase()}${path}`;
}

function addressOf(text: string): ConfigAddress | undefined {
  const [, scheme = '', authority = '', path = ''] = /^([^:]+):\/\/([^/]*)(.*)$/.exec(text) ?? [];
  return parseAddress({ scheme, authority, path });
}

suite('Servers on one host name', () => {
  for (const [first, second] of [
    ['https://gw.test/staging', 'https://gw.test/prod'],
    ['https://gw.test/prod', 'https://gw.test/staging'],
    ['https://gw.test/api', 'https://gw.test'],
    ['https://gw.test', 'https://gw.test/api'],
    ['https://gw.test/Staging', 'https://gw.test/staging'],
    ['http://gw.test', 'https://gw.test'],
    ['https://gw.test', 'http://gw.test'],
    ['https://gw.test:8443', 'https://gw.test'],
  ] as const) {
    test(`a file of ${first} is saved there, though ${second} is shown by now`, async () => {
      const { show, documents, type, changes } = await twoServers(first, second);
      const { client } = show(first);
      // A tab knows nothing but its URI.
      const address = addressOf(uriOf({ host: client.server.key, scope: SCOPE, file: FILE }))!;
      await documents.read(address);
      type('a = 2\n');
      show(second);
      await documents.save(address, Buffer.from('a = 2\n'), 'manual');
      assert.deepEqual(changes(), [['PATCH'], []]);
    });
  }

  test('have different addresses of files', () => {
    const keys = ['https://gw.test', 'http://gw.test', 'https://gw.test/staging', 'https://gw.test/Staging'].map(
      (url) => foundriesServer(url).key,
    );
    assert.equal(new Set(keys.map((host) => uriOf({ host, scope: SCOPE, file: FILE }))).size, 4);
    assert.equal(
      uriOf({ host: foundriesServer('https://api.foundries.io').key, scope: SCOPE, file: FILE }),
      'foundries://api.foundries.io/factories/getting-started/config/shared.config',
    );
  });
});
