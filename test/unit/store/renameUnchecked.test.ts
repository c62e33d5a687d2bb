/** A text that somebody else writes during a rename does not become update settings: nobody has checked it. */
import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FactoryError } from '../../../src/api/errors';
import type { FactoryClient } from '../../../src/api/client';
import { newConfigFile, type ConfigScope } from '../../../src/model/config';
import { ConfigStore } from '../../../src/store/configStore';
import { untilEqual } from '../../support/until';
import { DEVICE, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const SETTINGS = 'z-50-fioctl.toml';
const OURS = '[pacman]\n  tags = "main"\n';
const THEIRS = `${OURS}no equals sign\n`;

suite('A rename to z-50-fioctl.toml', () => {
  let factory: TestFactory;
  let client: FactoryClient;
  /** Runs right before the first write. */
  let between: () => Promise<unknown>;
  setup(async () => {
    factory = await startTestFactory();
    const first = async <T>(send: () => Promise<T>): Promise<T> => {
      const run = between;
      between = () => Promise.resolve();
      await run();
      return send();
    };
    const { client: real } = factory;
    client = {
      ...real,
      patchConfig: (...all) => first(() => real.patchConfig(...all)),
      postConfig: (...all) => first(() => real.postConfig(...all)),
      deleteConfigFile: real.deleteConfigFile.bind(real),
    };
  });
  teardown(() => factory.close());

  const put = (scope: ConfigScope, name: string, value: string, unencrypted = true) =>
    factory.client.patchConfig(scope, { reason: 'r', file: { ...newConfigFile(name, value), unencrypted } });
  const rename = (store: ConfigStore, scope: ConfigScope) =>
    store.rename(scope, (latest) => {
      const file = latest[0]!.files.find(({ name }) => name === 'draft.toml')!;
      return { from: 'draft.toml', to: { ...file, name: SETTINGS }, reason: 'r' };
    });
  const files = async (scope: ConfigScope) =>
    Object.fromEntries(
      ((await factory.client.listConfig(scope))[0]?.files ?? [])
        .filter(({ name }) => name === SETTINGS || name === 'draft.toml')
        .map(({ name, value }) => [name, value]),
    );

  test('tells of their text instead of taking it along', async () => {
    const scope: ConfigScope = { kind: 'device', factory: FACTORY, device: DEVICE };
    await put(scope, 'draft.toml', OURS);
    await factory.client.deleteConfigFile(scope, SETTINGS).catch(() => undefined);
    const store = new ConfigStore(client, { checkAfterMs: 0 });
    const told: string[] = [];
    store.onDidOverwrite(({ changes }) => told.push(...changes.map(({ name, after }) => `${name} ${after?.value}`)));
    between = () => put(scope, 'draft.toml', THEIRS);
    await rename(store, scope);
    await untilEqual('what is told', () => told, [`${SETTINGS} ${THEIRS}`]);
    assert.deepEqual(await files(scope), { [SETTINGS]: OURS });
  });

  test('in two steps leaves both files', async () => {
    const scope: ConfigScope = { kind: 'group', factory: FACTORY, group: 'lab' };
    await put(scope, 'npmtok', 'REDACTED', false);
    await put(scope, 'draft.toml', OURS);
    await factory.client.deleteConfigFile(scope, SETTINGS).catch(() => undefined);
    between = () => put(scope, 'draft.toml', THEIRS);
    await assert.rejects(
      rename(new ConfigStore(client, { checkAfterMs: 0 }), scope),
      (error) => error instanceof FactoryError && error.info.halfDone === true,
    );
    assert.deepEqual(await files(scope), { 'draft.toml': THEIRS, [SETTINGS]: OURS });
  });
});
