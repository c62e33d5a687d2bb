/** A change reaches the group that was meant, or nothing: names of groups move, too, and groups have no uuid. */
import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FileEdits } from '../../../src/configfs/fileEdits';
import { meantAt, type Meant } from '../../../src/configfs/identityGuard';
import { ConfigOperations } from '../../../src/configfs/operations';
import { restoreAll, restoreFiles } from '../../../src/configfs/restoring';
import { SaveRefused } from '../../../src/configfs/saveRefused';
import { SettingsEdits } from '../../../src/configfs/settingsEdits';
import type { ConfigEntry, ConfigFile, ConfigScope } from '../../../src/model/config';
import { withTag } from '../../../src/model/updateSettings';
import { explain } from '../../../src/ui/errorText';
import { testHost } from '../support/changes';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const BENCH: ConfigScope & { kind: 'group' } = { kind: 'group', factory: FACTORY, group: 'bench' };
const FILE = 'app.config';
const SETTINGS = 'z-50-fioctl.toml';
const at = (file: string) => ({ host: 'h', scope: BENCH, file });
const plain = (name: string, value: string): ConfigFile => ({ name, value, unencrypted: true, onChanged: undefined });
const FILES = [plain(FILE, 'same text'), plain(SETTINGS, '[pacman]\ntags = "main"\n')];

let factory: TestFactory;
let world: ReturnType<typeof testHost>;
let before: readonly ConfigEntry[];
/** What a question told; it is answered with no. */
let asked: string[];

const refuse = (change: { readonly kind: string }) => {
  asked.push(change.kind);
  return Promise.resolve(false);
};

const PATHS: Readonly<Record<string, (meant: Meant, file: ConfigFile) => Promise<unknown>>> = {
  'a secret': (meant) =>
    new FileEdits(world.host).apply(
      { ...at('tok'), meant },
      undefined,
      { kind: 'secret', value: Buffer.from('s') },
      refuse,
    ),
  'a plain value': (meant, file) =>
    new FileEdits(world.host).apply({ ...at(FILE), meant }, file, { kind: 'plain', value: 'mine' }, refuse),
  'a handler': (meant, file) =>
    new FileEdits(world.host).apply({ ...at(FILE), meant }, file, { kind: 'handler', onChanged: ['/x'] }, refuse),
  'a tag': () =>
    new SettingsEdits(world.host).apply(
      { host: 'h', scope: BENCH },
      { change: (text) => withTag(text, 'other'), isAsSeen: () => true },
    ),
  'a copy': (meant, file) =>
    new ConfigOperations(world.host).put({ ...at(FILE), meant }, { ...file, value: 'mine' }, file, 'r'),
  'a delete': (meant, file) => new ConfigOperations(world.host).remove({ ...at(FILE), meant }, file),
  'a rename': (meant, file) => new ConfigOperations(world.host).rename({ ...at(FILE), meant }, 'b', file, 'r'),
  'a restored configuration': (meant) =>
    restoreAll(world.host, { place: at(''), meant, newest: before[0] }, { reason: 'r', files: [] }),
};

/** Ways in which the name comes to belong to another group, whose files are the same. */
const MOVES: Readonly<Record<string, () => Promise<unknown>>> = {
  'two groups swap their names': async () => {
    await factory.client.changeGroup(FACTORY, 'bench', { name: 'bench-old' });
    await factory.client.changeGroup(FACTORY, 'other', { name: 'bench' });
  },
  'it is deleted, and another one made with its name': async () => {
    await factory.client.deleteGroup(FACTORY, 'bench');
    await factory.client.createGroup(FACTORY, { name: 'bench', description: '' });
    await factory.client.postConfig(BENCH, { reason: 'anew', files: FILES });
  },
};

suite('Names of groups that move', () => {
  setup(async () => {
    asked = [];
    factory = await startTestFactory({ devices: 3, way: 'in process' });
    for (const name of ['bench', 'other']) {
      await factory.client.createGroup(FACTORY, { name, description: '' });
      await factory.client.postConfig({ ...BENCH, group: name }, { reason: `of ${name}`, files: FILES });
    }
    world = testHost(factory);
    before = (await world.configs.get(BENCH, 0)).entries;
  });
  teardown(() => factory.close());

  const now = () => factory.client.listConfig(BENCH);

  for (const [path, change] of Object.entries(PATHS)) {
    for (const [way, move] of Object.entries(MOVES)) {
      test(`${path}: ${way}`, async () => {
        const meant = meantAt(world.host, at(FILE));
        await move();
        const there = await now();
        const outcome = await change(meant, FILES[0]!).then(
          () => 'sent',
          (error: unknown) => error,
        );
        assert.deepEqual(await now(), there);
        assert.notEqual(outcome, 'sent');
        const isTold = outcome instanceof SaveRefused && outcome.kind === 'otherDevice';
        if (isTold) {
          assert.match(explain(outcome).message, /whether group bench is still the one that you meant/);
        }
        assert.ok(isTold || asked.includes('unproven') || path === 'a restored configuration', String(outcome));
      });
    }

    test(`${path}: the group is still the one`, async () => {
      const meant = meantAt(world.host, at(FILE));
      const there = await now();
      if (path !== 'a restored configuration') {
        await factory.client.patchConfig(BENCH, { reason: 'by somebody else', file: plain('other', 'x') });
      }
      await change(meant, FILES[0]!);
      assert.notDeepEqual((await now())[0]?.files, there[0]?.files);
      assert.deepEqual(asked, []);
    });
  }

  test('a long row of files is restored whole', async () => {
    const meant = meantAt(world.host, at(FILE));
    const changes = Array.from({ length: 13 }, (_, index) => {
      const after = plain(`file-${index}`, 'old');
      return { name: after.name, kind: 'added', aspects: ['value'], before: undefined, after } as const;
    });
    await restoreFiles(world.host, { place: at(''), meant, newest: before[0] }, changes, 'r');
    assert.equal((await now())[0]?.files.length, 15);
  });
});
