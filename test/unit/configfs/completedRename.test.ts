/** A rename takes along what somebody else wrote right before it, by the rules of every other change, or the user is told. */
import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import type { FactoryClient } from '../../../src/api/client';
import type { ConfigAddress } from '../../../src/configfs/address';
import { CONFIG_LIMIT_BYTES, newConfigFile, type ConfigFile, type ConfigScope } from '../../../src/model/config';
import { ConfigStore } from '../../../src/store/configStore';
import { untilEqual } from '../../support/until';
import { followOverwritten } from '../support/changes';
import { DEVICE, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const DEVICE_SCOPE: ConfigScope = { kind: 'device', factory: FACTORY, device: DEVICE };
const GROUP: ConfigScope = { kind: 'group', factory: FACTORY, group: 'lab' };
const HALF = 'x'.repeat(CONFIG_LIMIT_BYTES / 2);

suite('What somebody else wrote right before a rename', () => {
  let factory: TestFactory;
  let store: ConfigStore;
  let told: string[];
  /** Runs right before the rename is sent. */
  let between: () => Promise<unknown>;
  /** Runs when it was sent, before anybody looks. */
  let after: () => unknown;
  let unsent: (address: ConfigAddress) => boolean;

  setup(async () => {
    factory = await startTestFactory({ way: 'in process' });
    told = [];
    between = () => Promise.resolve();
    after = () => undefined;
    unsent = () => false;
    const client: FactoryClient = {
      ...factory.client,
      postConfig: async (...call) => {
        await between();
        const entry = await factory.client.postConfig(...call);
        await after();
        return entry;
      },
    };
    store = new ConfigStore(client);
    const tell = (names: readonly { readonly name: string; readonly kind: string }[]) =>
      told.push(...names.map(({ name, kind }) => `${name} ${kind}`));
    followOverwritten(
      store,
      ({ changes }) => tell(changes),
      (address) => unsent(address),
    );
  });
  teardown(() => factory.close());

  const put = (scope: ConfigScope, name: string, value: string, more: Partial<ConfigFile> = {}) =>
    factory.client.patchConfig(scope, { reason: 'theirs', file: { ...newConfigFile(name, value), ...more } });
  const rename = (from: string, to: string, scope: ConfigScope = DEVICE_SCOPE) =>
    store.rename(scope, (latest) => {
      const file = latest[0]!.files.find(({ name }) => name === from)!;
      return { from, to: { ...file, name: to }, reason: 'ours' };
    });
  const valueOf = async (name: string, scope: ConfigScope = DEVICE_SCOPE) =>
    (await factory.client.listConfig(scope))[0]?.files.find((file) => file.name === name)?.value;

  test('is under the new name soon', async () => {
    await put(DEVICE_SCOPE, 'a', 'before');
    between = () => put(DEVICE_SCOPE, 'a', 'theirs');
    await rename('a', 'b');
    await untilEqual('the text under the new name', () => valueOf('b'), 'theirs');
    assert.deepEqual(told, []);
  });

  test('is not sent where the configuration would be too large', async () => {
    await put(DEVICE_SCOPE, 'a', 'before');
    between = () => put(DEVICE_SCOPE, 'a', HALF);
    after = () => put(DEVICE_SCOPE, 'other', HALF);
    await rename('a', 'b');
    await untilEqual('what is told', () => told, ['b changed']);
    assert.equal(await valueOf('b'), 'before');
  });

  test('is not sent beneath an editor with unsent text', async () => {
    await put(DEVICE_SCOPE, 'a', 'before');
    between = () => put(DEVICE_SCOPE, 'a', 'theirs');
    unsent = ({ file }) => file === 'b';
    await rename('a', 'b');
    await untilEqual('what is told', () => told, ['b changed']);
    assert.equal(await valueOf('b'), 'before');
  });

  test('does not replace what was saved under the new name meanwhile', async () => {
    await put(DEVICE_SCOPE, 'a', 'before');
    between = () => put(DEVICE_SCOPE, 'a', 'theirs');
    // Where the look is answered, the save is on its way.
    let saved: Promise<unknown> | undefined;
    store.onDidOverwrite(() => {
      saved = store.update(DEVICE_SCOPE, () => ({ reason: 'ours', file: newConfigFile('b', 'newest') }));
    });
    await rename('a', 'b');
    await untilEqual('what is told', () => told, ['b changed']);
    await saved;
    assert.equal(await valueOf('b'), 'newest');
  });

  test('is not sent in place of a secret that they made of it, which the service does not show', async () => {
    await put(GROUP, 'a', 'before');
    between = () => put(GROUP, 'a', 'their secret', { unencrypted: false });
    await rename('a', 'b', GROUP);
    await untilEqual('what is told', () => told, ['b changed']);
    assert.equal(await valueOf('b', GROUP), 'before');
  });

  for (const [what, text] of [
    ['that a program on the device rejects', '[pacman\n'],
    ['that programs read differently', '[pacman]\ntags = "main" # x\n'],
  ] as const) {
    test(`is not sent as update settings ${what}`, async () => {
      const settings = '[pacman]\ntags = "main"\n';
      await put(DEVICE_SCOPE, 'kept.toml', settings);
      between = () => put(DEVICE_SCOPE, 'kept.toml', text);
      await rename('kept.toml', 'z-50-fioctl.toml');
      await untilEqual('what is told', () => told, ['z-50-fioctl.toml changed']);
      assert.equal(await valueOf('z-50-fioctl.toml'), settings);
    });
  }

  test('is for the user to decide where it is found long after the rename', async () => {
    await put(DEVICE_SCOPE, 'a', 'before');
    between = () => put(DEVICE_SCOPE, 'a', 'theirs');
    const { now } = Date;
    after = () => {
      factory.server.emulator.faults.add({ match: { method: 'GET', path: '/config/' }, status: 503, count: 9 });
    };
    try {
      await rename('a', 'b');
      factory.server.emulator.faults.clear();
      Date.now = () => now() + 61_000;
      await store.get(DEVICE_SCOPE, 0);
    } finally {
      Date.now = now;
    }
    await untilEqual('what is told', () => told, ['b changed']);
    assert.equal(await valueOf('b'), 'before');
  });
});
