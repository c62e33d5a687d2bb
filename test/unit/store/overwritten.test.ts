import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import type { FactoryClient } from '../../../src/api/client';
import { FactoryError } from '../../../src/api/errors';
import { newConfigFile, type ConfigScope } from '../../../src/model/config';
import { ConfigStore } from '../../../src/store/configStore';
import type { Overwritten } from '../../../src/store/overwritten';
import { turn } from '../../support/clock';
import { followOverwritten, restoreAll } from '../support/changes';
import { untilEqual } from '../../support/until';
import { DEVICE, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const scope: ConfigScope = { kind: 'device', factory: FACTORY, device: DEVICE };
const GET = `GET /ota/devices/${DEVICE}/config/`;
const POST = `POST /ota/devices/${DEVICE}/config/`;

suite('A change by somebody else between our look and our write', () => {
  let factory: TestFactory;
  let store: ConfigStore;
  let found: Overwritten[];
  /** What happens right before and right after our POST. */
  let before: () => Promise<void>;
  let after: () => Promise<void>;
  setup(async () => {
    factory = await startTestFactory();
    before = after = () => Promise.resolve();
    found = [];
    const client: FactoryClient = {
      ...factory.client,
      postConfig: async (...call) => {
        await before();
        const entry = await factory.client.postConfig(...call);
        await after();
        return entry;
      },
    };
    store = new ConfigStore(client);
    followOverwritten(store, (overwritten) => found.push(overwritten));
  });
  teardown(() => factory.close());

  const write = (name: string, value: string) => () => factory.writeAs([{ name, value }]);
  const latest = async () => (await store.get(scope, 0)).entries[0];
  const restore = async (...names: string[]) =>
    restoreAll(
      store,
      scope,
      { reason: 'Restore', files: names.map((name) => newConfigFile(name, 'old')) },
      await latest(),
    );
  const rename = (from: string, to: string) =>
    store.rename(scope, (entries) => {
      const file = entries[0]!.files.find(({ name }) => name === from)!;
      return { from, to: { ...file, name: to }, reason: 'Rename' };
    });
  const told = () =>
    found.map(({ entries, changes }) => [
      entries.map(({ reason, createdBy }) => `${reason} (${createdBy})`),
      changes.map(({ name, kind, after: theirs }) => `${name} ${kind} ${theirs?.value ?? ''}`),
    ]);
  const THEIRS = 'by somebody else (5e13232f73927550af883e7c)';

  test('restoring a whole entry: noticed by one GET after the POST, with who and what', async () => {
    await restore('a', 'b');
    before = write('a', 'theirs');
    factory.seen();
    await restore('a');
    assert.deepEqual(
      factory.seen().filter((request) => !request.includes('_emulator')),
      [GET, GET, POST, GET],
    );
    assert.deepEqual(told(), [[[THEIRS], ['a changed theirs']]]);
    assert.equal(await factory.value('a'), 'old');
  });

  test('nobody was there: nothing is said, neither of later changes', async () => {
    await restore('a');
    after = write('b', 'later');
    await restore('a', 'c');
    await store.get(scope, 0);
    assert.deepEqual(told(), []);
    assert.equal(store.peek(scope)?.entries[0]?.files.length, 3, 'the later change is shown');
  });

  test('renaming: their new text of the same file belongs to its new name', async () => {
    before = async () => {
      await write('app.config', 'theirs')();
      await write('other', '1')();
    };
    await rename('app.config', 'b.config');
    assert.deepEqual(told(), [[[THEIRS, THEIRS], ['other added 1']]]);
    await untilEqual('the newest text under the new name', () => factory.value('b.config'), 'theirs');
  });

  test('deleting a name with a slash', async () => {
    await write('a/b', '1')();
    before = write('other', '2');
    await store.remove(scope, () => ({ name: 'a/b', reason: 'Delete' }));
    assert.deepEqual(told(), [[[THEIRS], ['other added 2']]]);
  });

  test('what they did is in force all the same: nothing was lost', async () => {
    before = write('a', 'old');
    await restore('a');
    assert.deepEqual(told(), []);
  });

  test('the answer is lost, or the look afterwards fails: noticed with the next look', async () => {
    before = write('theirs', '1');
    factory.server.emulator.faults.add({ status: 502, applied: true, match: { method: 'POST' } });
    await restore('a');
    assert.equal(found.length, 1);
    after = () => {
      factory.server.emulator.faults.add({ status: 500, count: 9, match: { method: 'GET', path: '/config/' } });
      return Promise.resolve();
    };
    before = write('theirs', '2');
    await restore('a', 'b');
    assert.equal(found.length, 1);
    factory.server.emulator.faults.clear();
    await store.get(scope, 0);
    assert.equal(found.length, 2);
    await store.get(scope, 0);
    assert.equal(found.length, 2, 'once');
  });

  test('a question that was asked before the write and answered meanwhile decides nothing', async () => {
    before = async () => {
      await store.get(scope, 0);
      await write('theirs', '1')();
    };
    await restore('a');
    assert.equal(found.length, 1);
  });

  test('nor one that is answered when the answer to the write was lost, before the look that follows', async () => {
    let release: () => void = () => undefined;
    let asked = 0;
    const slow = new ConfigStore({
      ...factory.client,
      listConfig: async (...call) => {
        asked += 1;
        const entries = await factory.client.listConfig(...call);
        if (asked === 2) {
          await new Promise<void>((resolve) => (release = resolve));
        } else if (asked === 3) {
          release();
          await turn();
        }
        return entries;
      },
      postConfig: async (...call) => {
        void slow.get(scope, 0);
        await write('theirs', '1')();
        await factory.client.postConfig(...call);
        throw new FactoryError('network', { request: 'POST', host: 'h' });
      },
    });
    slow.onDidOverwrite((overwritten) => found.push(overwritten));
    await slow.replace(scope, () => ({ reason: 'Restore', files: [newConfigFile('a', 'old')] }));
    assert.equal(asked, 3);
    assert.deepEqual(told(), [[[THEIRS], ['theirs added 1']]]);
  });

  test('the first configuration of all', async () => {
    const group: ConfigScope = { kind: 'group', factory: FACTORY, group: 'stores' };
    before = async () => {
      await factory.client.patchConfig(group, { reason: 'theirs', file: newConfigFile('t', '1') });
    };
    await restoreAll(store, group, { reason: 'r', files: [newConfigFile('a', '1')] }, undefined);
    assert.deepEqual(
      found.map(({ scope: where, changes }) => [where, changes.map(({ name }) => name)]),
      [[group, ['t']]],
    );
  });
});
