/** The look at the history after each write: what somebody else wrote between our read and our write is told. */
import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import type { FactoryClient } from '../../../src/api/client';
import { newConfigFile, type ConfigFile, type ConfigScope } from '../../../src/model/config';
import { ConfigStore } from '../../../src/store/configStore';
import type { Overwritten } from '../../../src/store/overwritten';
import { until, untilEqual } from '../../support/until';
import { inVirtualTime } from '../../support/virtualTime';
import { followOverwritten } from '../support/changes';
import { DEVICE, DEVICE_UUID, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const DEVICE_SCOPE: ConfigScope = { kind: 'device', factory: FACTORY, device: DEVICE };
const GROUP: ConfigScope = { kind: 'group', factory: FACTORY, group: 'lab' };
const FACTORY_SCOPE: ConfigScope = { kind: 'factory', factory: FACTORY };
const GET = `GET /ota/devices/${DEVICE}/config/`;

suite('A change by somebody else between our read and our write', () => {
  let factory: TestFactory;
  let client: FactoryClient;
  let store: ConfigStore;
  let told: string[];
  let overwritten: Overwritten[];
  /** Runs right before the next request that writes. */
  let between: () => Promise<unknown>;
  /** Runs right after the next request that writes. */
  let after: () => Promise<unknown>;

  const nothing = () => Promise.resolve();
  const once = async (hook: 'between' | 'after') => {
    const run = hook === 'between' ? between : after;
    if (hook === 'between') {
      between = nothing;
    } else {
      after = nothing;
    }
    await run();
  };
  const newStore = (options: ConstructorParameters<typeof ConfigStore>[1] = { checkAfterMs: 0 }) => {
    const made = new ConfigStore(client, options);
    followOverwritten(made, (found) => {
      overwritten.push(found);
      told.push(...found.changes.map(({ name, kind, after: theirs }) => `${name} ${kind} ${theirs?.value ?? '-'}`));
    });
    return made;
  };

  setup(async () => {
    factory = await startTestFactory();
    [told, overwritten] = [[], []];
    between = after = nothing;
    const hooked =
      <Args extends unknown[], Result>(send: (...args: Args) => Promise<Result>) =>
      async (...args: Args): Promise<Result> => {
        await once('between');
        const result = await send(...args);
        await once('after');
        return result;
      };
    client = {
      ...factory.client,
      patchConfig: hooked(factory.client.patchConfig.bind(factory.client)),
      postConfig: hooked(factory.client.postConfig.bind(factory.client)),
      deleteConfigFile: hooked(factory.client.deleteConfigFile.bind(factory.client)),
    };
    store = newStore();
  });
  teardown(() => factory.close());

  const put = (scope: ConfigScope, name: string, value: string, unencrypted = true) =>
    factory.client.patchConfig(scope, {
      reason: 'theirs',
      file: { ...newConfigFile(name, value), unencrypted },
    });
  const save = (name: string, value: string, scope: ConfigScope = DEVICE_SCOPE) =>
    store.update(scope, () => ({ reason: 'ours', file: newConfigFile(name, value) }));
  const remove = (name: string, scope: ConfigScope = DEVICE_SCOPE) =>
    store.remove(scope, () => ({ name, reason: 'ours' }));
  const rename = (from: string, to: string, scope: ConfigScope = DEVICE_SCOPE) =>
    store.rename(scope, (latest) => {
      const file = latest[0]!.files.find(({ name }) => name === from)!;
      return { from, to: { ...file, name: to }, reason: 'ours' };
    });
  const value = async (name: string, scope: ConfigScope = DEVICE_SCOPE): Promise<string | undefined> =>
    (await factory.client.listConfig(scope))[0]?.files.find((file: ConfigFile) => file.name === name)?.value;
  /** Until the look after a write was answered, and a while in which more would be told. */
  const checked = async (requests = 1) => {
    const seen: string[] = [];
    await until(`${requests} more looks`, () => {
      seen.push(...factory.seen());
      return seen.filter((request) => request.startsWith('GET')).length >= requests;
    });
    await store.get(DEVICE_SCOPE, 60_000);
    return seen;
  };

  for (const scope of [DEVICE_SCOPE, GROUP, FACTORY_SCOPE]) {
    suite(`of a ${scope.kind}`, () => {
      setup(async () => {
        await put(scope, 'a', 'before');
        factory.seen();
      });

      test('a save: told with who and what', async () => {
        between = () => put(scope, 'a', 'theirs');
        await save('a', 'ours', scope);
        await untilEqual('what is told', () => told, ['a changed theirs']);
        assert.equal(overwritten[0]?.entries[0].reason, 'theirs');
        assert.deepEqual(overwritten[0].scope, scope);
      });

      test('a delete: their newer text is told', async () => {
        between = () => put(scope, 'a', 'theirs');
        await remove('a', scope);
        await untilEqual('what is told', () => told, ['a changed theirs']);
        assert.equal(await value('a', scope), undefined);
      });

      test('a rename keeps their newest text, under the new name', async () => {
        between = () => put(scope, 'a', 'theirs');
        await rename('a', 'b', scope);
        await untilEqual('the text under the new name', () => value('b', scope), 'theirs');
        assert.deepEqual([told, await value('a', scope)], [[], undefined]);
      });

      test('a save of a file that they deleted, and of one that they made', async () => {
        between = () => factory.client.deleteConfigFile(scope, 'a');
        await save('a', 'ours', scope);
        await untilEqual('what is told', () => told, ['a removed -']);
        between = () => put(scope, 'new', 'theirs');
        await save('new', 'ours', scope);
        await untilEqual('what is told', () => told, ['a removed -', 'new added theirs']);
      });
    });
  }

  suite('a rename', () => {
    setup(() => put(DEVICE_SCOPE, 'a', 'before'));

    test('of a file that they deleted: told, because it is there again', async () => {
      between = () => factory.client.deleteConfigFile(DEVICE_SCOPE, 'a');
      await rename('a', 'b');
      await untilEqual('what is told', () => told, ['b removed -']);
    });

    test('what was written to the new name since is newer than what was lost', async () => {
      between = () => put(DEVICE_SCOPE, 'a', 'theirs');
      after = () => put(DEVICE_SCOPE, 'b', 'newest');
      await rename('a', 'b');
      await store.get(DEVICE_SCOPE, 0);
      await untilEqual('the text under the new name', () => value('b'), 'newest');
    });

    test('where their text cannot be put there, it is told', async () => {
      between = () => put(DEVICE_SCOPE, 'a', 'theirs');
      after = () => {
        factory.server.emulator.faults.add({ match: { method: 'PATCH' }, status: 403 });
        return Promise.resolve();
      };
      await rename('a', 'b');
      await untilEqual('what is told', () => told, ['b changed theirs']);
    });

    for (const [shows, body] of [
      ['shows all files', undefined],
      ['shows the sent file alone', { reason: 'ours', files: [{ name: 'b', value: 'before', unencrypted: true }] }],
      ['shows nothing', {}],
    ] as const) {
      test(`in two steps beside a secret, whose first answer ${shows}`, async () => {
        await put(GROUP, 'npmtok', 'REDACTED', false);
        await put(GROUP, 'a', 'before');
        between = () => put(GROUP, 'a', 'theirs');
        if (body !== undefined) {
          const fault = { match: { method: 'PATCH' }, status: 201, body, applied: true };
          // The first PATCH is theirs.
          between = async () => {
            await put(GROUP, 'a', 'theirs');
            factory.server.emulator.faults.add(fault);
          };
        }
        await rename('a', 'b', GROUP);
        assert.deepEqual([await value('a', GROUP), await value('b', GROUP)], [undefined, 'theirs']);
        await untilEqual('the check', () => store.peek(GROUP)?.entries[0]?.files.length, 2 + (await others()));
        assert.deepEqual(told, []);
      });
    }
    const others = async () => {
      const names = (await factory.client.listConfig(GROUP))[0]?.files.map(({ name }) => name) ?? [];
      return names.filter((name) => name !== 'npmtok' && name !== 'b').length;
    };

    test('in two steps, between the steps: told', async () => {
      await put(GROUP, 'npmtok', 'REDACTED', false);
      await put(GROUP, 'a', 'before');
      after = () => put(GROUP, 'a', 'theirs');
      await rename('a', 'b', GROUP);
      await until('it to be told or kept', async () => told.length > 0 || (await value('b', GROUP)) === 'theirs');
      assert.equal(await value('b', GROUP), 'theirs');
    });
  });

  suite('the request', () => {
    test('is one, after the save has ended, and none where somebody reads before', async () => {
      store = newStore({ checkAfterMs: 30 });
      factory.seen();
      await save('a', '1');
      assert.deepEqual(factory.seen(), [GET, GET.replace('GET', 'PATCH')]);
      assert.deepEqual(await checked(), [GET]);
      await inVirtualTime(
        async (time) => {
          await save('a', '2');
          await store.get(DEVICE_SCOPE, 0);
          factory.seen();
          await time.pass(80);
          assert.deepEqual(factory.seen(), []);
        },
        () => factory.network.settled(),
      );
    });

    test('is one for several writes in a row', async () => {
      store = newStore({ checkAfterMs: 60 });
      await Promise.all(['a', 'b', 'c'].map((name) => save(name, '1')));
      factory.seen();
      assert.deepEqual(await checked(), [GET]);
    });

    test('does not delay a save, even where it hangs', async () => {
      after = () => {
        factory.server.emulator.faults.add({ match: { method: 'GET' }, delayMs: 60_000 });
        return Promise.resolve();
      };
      await save('a', '1');
      await until('the look', () => factory.server.emulator.faults.waiting().length === 0);
      await save('b', '2');
      assert.equal(await value('b'), '2');
    });

    test('that fails is not asked again; the next look tells', async () => {
      between = () => put(DEVICE_SCOPE, 'a', 'theirs');
      after = () => {
        factory.server.emulator.faults.add({ match: { method: 'GET' }, status: 403 });
        return Promise.resolve();
      };
      await save('a', 'ours');
      await until('the failure', () => factory.log.some(({ status }) => status === 403));
      assert.deepEqual(told, []);
      await until('the next look', () => store.get(DEVICE_SCOPE, 0).catch(() => undefined));
      assert.deepEqual(told, ['a added theirs']);
      await store.get(DEVICE_SCOPE, 0);
      assert.equal(told.length, 1, 'once');
    });

    test('is by uuid where the write was', async () => {
      factory.addressed();
      await store.update(DEVICE_SCOPE, () => ({ reason: 'ours', file: newConfigFile('a', '1') }), {
        to: () => DEVICE_UUID,
      });
      const byUuid = `/ota/devices/${DEVICE_UUID}/config/`;
      const seen: string[] = [];
      await until('the look', () => seen.push(...factory.addressed()) > 2);
      assert.deepEqual(seen, [GET, `PATCH ${byUuid}`, `GET ${byUuid}`]);
    });
  });

  suite('nothing is told', () => {
    setup(() => put(DEVICE_SCOPE, 'a', 'before'));
    const quiet = async () => {
      await checked();
      assert.deepEqual(told, []);
    };

    test('of another file, which a PATCH leaves alone', async () => {
      between = () => put(DEVICE_SCOPE, 'other', 'theirs');
      await save('a', 'ours');
      await quiet();
      assert.equal(await value('other'), 'theirs');
    });

    test('of the same text', async () => {
      between = () => put(DEVICE_SCOPE, 'a', 'ours');
      await save('a', 'ours');
      await quiet();
    });

    test('of our own writes, one after the other with one reason', async () => {
      store = newStore({ checkAfterMs: 40 });
      await save('a', '1');
      await save('b', '1');
      await save('a', '2');
      await remove('b');
      await quiet();
    });

    test('of what came after', async () => {
      after = () => put(DEVICE_SCOPE, 'a', 'later');
      await save('a', 'ours');
      await quiet();
    });

    test('of another device that has the name by now, and got the same file', async () => {
      const { devices } = await factory.client.listDevices({ factory: FACTORY, limit: 10 });
      const other = devices.find(({ uuid }) => uuid !== DEVICE_UUID)!;
      const theirs: ConfigScope = { kind: 'device', factory: FACTORY, device: other.name };
      const same = () => factory.client.patchConfig(theirs, { reason: 'ours', file: newConfigFile('a', 'ours') });
      after = async () => {
        await put(theirs, 'a', 'theirs');
        await same();
        await factory.client.changeDevice(FACTORY, DEVICE_UUID, { name: 'device-01-old' });
        await factory.client.changeDevice(FACTORY, other.uuid, { name: DEVICE });
      };
      store = newStore({ checkAfterMs: 60_000 });
      const to = { to: () => DEVICE_UUID };
      await store.update(DEVICE_SCOPE, () => ({ reason: 'ours', file: newConfigFile('a', 'ours') }), to);
      await store.get(DEVICE_SCOPE, 0);
      assert.deepEqual(told, []);
    });

    test('of a write that was not done', async () => {
      between = () => put(DEVICE_SCOPE, 'a', 'theirs');
      after = nothing;
      factory.server.emulator.faults.add({ match: { method: 'PATCH' }, status: 500 });
      await assert.rejects(store.update(DEVICE_SCOPE, () => ({ reason: 'o', file: newConfigFile('a', 'x') })));
      await store.get(DEVICE_SCOPE, 0);
      assert.deepEqual(told, []);
    });
  });

  test('also where the answer to the write was lost, or names no author', async () => {
    await put(DEVICE_SCOPE, 'a', 'before');
    between = async () => {
      await put(DEVICE_SCOPE, 'a', 'theirs 1');
      factory.server.emulator.faults.add({ match: { method: 'PATCH' }, cut: true, applied: true });
    };
    await save('a', 'ours 1');
    assert.deepEqual(told, ['a changed theirs 1']);
    client = {
      ...client,
      patchConfig: async (...call) => {
        await put(DEVICE_SCOPE, 'a', 'theirs 2');
        const entry = await factory.client.patchConfig(...call);
        return entry && { ...entry, createdBy: undefined };
      },
    };
    store = newStore();
    await save('a', 'ours 2');
    await untilEqual('what is told', () => told, ['a changed theirs 1', 'a changed theirs 2']);
  });

  test('a save in the same second, with the same reason, by the same user in another window', async () => {
    await put(DEVICE_SCOPE, 'a', 'before');
    between = () => factory.client.patchConfig(DEVICE_SCOPE, { reason: 'ours', file: newConfigFile('a', 'window 2') });
    await save('a', 'ours');
    await untilEqual('what is told', () => told, ['a changed window 2']);
  });
});
