/** What the service shows in place of a value that it keeps is never taken for the value. */
import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FileEdits } from '../../../src/configfs/fileEdits';
import { ConfigOperations } from '../../../src/configfs/operations';
import { SaveRefused } from '../../../src/configfs/saveRefused';
import { SettingsEdits } from '../../../src/configfs/settingsEdits';
import { currentFile, type ConfigFile, type ConfigScope } from '../../../src/model/config';
import { effectiveConfig } from '../../../src/model/effectiveConfig';
import { isUnreadable, knownText } from '../../../src/model/secrecy';
import { withApps, withTag } from '../../../src/model/updateSettings';
import { FactoryApps } from '../../../src/store/factoryApps';
import { TargetList } from '../../../src/store/targetList';
import { UpdateFacts } from '../../../src/store/updateFacts';
import { Fleet } from '../../../src/store/fleet';
import { testHost } from '../support/changes';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const GROUP: ConfigScope = { kind: 'group', factory: FACTORY, group: 'lab' };
const SETTINGS = 'z-50-fioctl.toml';

/** What a service may show of a secret of a group (docs/api.md §4.3). */
const SHOWN = {
  nothing: '',
  'a blank line': '\n',
  'a mask': '********',
  'an encoded value': Buffer.alloc(90, 7).toString('base64'),
  bytes: '\u0001\u0002\ufffd',
};

for (const [title, value] of Object.entries(SHOWN)) {
  suite(`A value of which the service shows ${title}`, () => {
    let factory: TestFactory;
    let world: ReturnType<typeof testHost>;
    setup(async () => {
      factory = await startTestFactory();
      world = testHost(factory);
      await put(SETTINGS);
      await put('secret.json');
      factory.seen();
    });
    teardown(() => factory.close());

    const put = (name: string) =>
      factory.client.patchConfig(GROUP, {
        reason: 'r',
        file: { name, value, unencrypted: false, onChanged: undefined },
      });
    const file = async (name: string): Promise<ConfigFile> =>
      currentFile(await factory.client.listConfig(GROUP), name)!;
    const address = (name: string) => ({ host: 'h', scope: GROUP, file: name });
    const writes = () => factory.seen().filter((request) => !request.startsWith('GET'));
    const refusedAs = (kind: string) => (error: unknown) => error instanceof SaveRefused && error.kind === kind;

    test('is not known', async () => {
      const found = await file(SETTINGS);
      assert.deepEqual([isUnreadable(GROUP, found), knownText(GROUP, found)], [true, undefined]);
    });

    test('tag and apps of the group are not set over it', async () => {
      const edits = new SettingsEdits(world.host);
      for (const change of [
        (text: string) => withTag(text, 'main'),
        (text: string) => withApps(text, { kind: 'none' }),
      ]) {
        const place = { host: 'h', scope: GROUP };
        await assert.rejects(edits.apply(place, { change, isAsSeen: () => true }), refusedAs('encrypted'));
      }
      assert.deepEqual(writes(), []);
      assert.equal((await file(SETTINGS)).value, value);
    });

    test('what the group sets is said to be unknown, not the default', async () => {
      const fleet = new Fleet(factory.client, FACTORY, () => 4);
      const targets = new TargetList(factory.client, FACTORY);
      const facts = new UpdateFacts(factory.client, FACTORY, fleet, targets);
      const apps = new FactoryApps(factory.client, FACTORY, world.configs, targets, facts);
      const { setting, level } = await apps.ofGroup('lab');
      assert.deepEqual([setting, level.problem], [undefined, { kind: 'encrypted' }]);
      const found = effectiveConfig({ group: [await file(SETTINGS)] });
      assert.deepEqual(found[0]?.merged?.unreadable, [{ level: 'group', why: 'encrypted' }]);
    });

    test('making it secret again does not send what is shown', async () => {
      const edits = new FileEdits(world.host);
      const seen = { ...(await file('secret.json')), value: 'plain when seen', unencrypted: true };
      const sent = await edits.apply(address('secret.json'), seen, { kind: 'makeSecret' }, () => Promise.resolve(true));
      assert.deepEqual([sent, writes()], [false, []]);
    });

    test('it is neither renamed nor copied, nor does plain text take its place', async () => {
      const operations = new ConfigOperations(world.host);
      const seen = await file('secret.json');
      await assert.rejects(operations.rename(address('secret.json'), 'b', seen, 'r'), refusedAs('keptSecret'));
      assert.throws(() => operations.plan(seen, GROUP_PLACE, address('b'), undefined), refusedAs('foreignSecret'));
      const text = { name: 'secret.json', value: '{}' };
      assert.throws(() => operations.plan(text, undefined, address('secret.json'), seen), refusedAs('secretThere'));
      assert.deepEqual(writes(), []);
    });
  });
}

const GROUP_PLACE = { host: 'h', scope: GROUP };
