/** A change reaches the group that was meant, or nothing: names of groups move, too, and groups have no uuid. */
import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FileEdits } from '../../../src/configfs/fileEdits';
import { meantAt, type Meant } from '../../../src/configfs/identityGuard';
import { ConfigOperations } from '../../../src/configfs/operations';
import { ConfigMoved, restoreAll, restoreFiles } from '../../../src/configfs/restoring';
import { SaveRefused } from '../../../src/configfs/saveRefused';
import { SettingsEdits } from '../../../src/configfs/settingsEdits';
import type { ConfigEntry, ConfigFile, ConfigScope } from '../../../src/model/config';
import { leadsBack } from '../../../src/model/configHistory';
import { withTag } from '../../../src/model/updateSettings';
import { explain } from '../../../src/ui/errorText';
import { testHost } from '../support/changes';
import { TestMemory, TestWindow } from '../support/editor';
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

/** Ways in which the name comes to belong to another group. */
const MOVES: Readonly<Record<string, () => Promise<unknown>>> = {
  'two groups swap their names, and the other has other files': async () => {
    await factory.client.patchConfig({ ...BENCH, group: 'other' }, { reason: 'theirs', file: plain(FILE, 'theirs') });
    await factory.client.changeGroup(FACTORY, 'bench', { name: 'bench-old' });
    await factory.client.changeGroup(FACTORY, 'other', { name: 'bench' });
  },
  'it is deleted, and another one made with its name, which has no files': async () => {
    await factory.client.deleteGroup(FACTORY, 'bench');
    await factory.client.createGroup(FACTORY, { name: 'bench', description: '' });
  },
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

/** Whether lists have told the ids of the groups. */
const KNOWN = { 'ids are known': true, 'no id is known': false };

let ids: ReadonlyMap<string, number | undefined>;

async function start(files: readonly ConfigFile[], isKnown: boolean, reason?: string): Promise<void> {
  asked = [];
  factory = await startTestFactory({ devices: 3, way: 'in process' });
  for (const name of ['bench', 'other']) {
    await factory.client.createGroup(FACTORY, { name, description: '' });
    if (files.length > 0) {
      await factory.client.postConfig({ ...BENCH, group: name }, { reason: reason ?? `of ${name}`, files });
    }
  }
  ids = new Map(isKnown ? (await factory.client.listGroups(FACTORY)).map(({ name, id }) => [name, id]) : []);
  world = testHost(factory, { groupOf: (name) => ids.get(name) });
  before = (await world.configs.get(BENCH, 0)).entries;
}

const now = () => factory.client.listConfig(BENCH);

for (const [knowledge, isKnown] of Object.entries(KNOWN)) {
  suite(`Names of groups that move: ${knowledge}`, () => {
    setup(() => start(FILES, isKnown));
    teardown(() => factory.close());

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
            const told = isKnown ? /group bench is now another group/ : /whether group bench is still the one that you/;
            assert.match(explain(outcome).message, told);
          }
          const isRefused = isTold || path === 'a restored configuration' || outcome instanceof ConfigMoved;
          assert.ok(isRefused || (!isKnown && asked.join() === 'unproven'), `${String(outcome)} ${asked.join()}`);
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

    test('a list of groups that was read since does not make the other group the one that was meant', async () => {
      const meant = meantAt(world.host, at(FILE));
      await MOVES['two groups swap their names']!();
      ids = new Map((await factory.client.listGroups(FACTORY)).map(({ name, id }) => [name, id]));
      const there = await now();
      const remove = (seen: Meant) => new ConfigOperations(world.host).remove({ ...at(FILE), meant: seen }, FILES[0]);
      for (const seen of [meant, meantAt(world.host, at(FILE))]) {
        await assert.rejects(remove(seen), (error) => error instanceof SaveRefused && error.kind === 'otherDevice');
      }
      const settings = new SettingsEdits(world.host).apply(
        { host: 'h', scope: BENCH, meant },
        { change: (text) => withTag(text, 'other'), isAsSeen: () => true },
      );
      await assert.rejects(settings);
      assert.deepEqual(await now(), there);
    });

    test('a long row of files is restored whole', async () => {
      const meant = meantAt(world.host, at(FILE));
      const changes = Array.from({ length: 13 }, (_, index) => {
        const after = plain(`file-${index}`, 'old');
        return { name: after.name, kind: 'added', aspects: ['value'], before: undefined, after } as const;
      });
      await restoreFiles(world.host, { place: at(''), meant, newest: before[0] }, changes, 'r');
      assert.equal((await now())[0]?.files.length, 15);
    });

    test('a history that was changed more often than the service keeps asks only where nobody can tell', async () => {
      const meant = meantAt(world.host, at(FILE));
      for (let change = 0; change < 11; change += 1) {
        await factory.client.patchConfig(BENCH, { reason: 'again', file: plain('other', `${change}`) });
      }
      const edit = { kind: 'plain', value: 'mine' } as const;
      const sent = new FileEdits(world.host).apply({ ...at(FILE), meant }, FILES[0], edit, (change) => {
        asked.push(change.kind);
        return Promise.resolve(true);
      });
      assert.equal(await sent, true);
      assert.deepEqual(asked, isKnown ? [] : ['unproven']);
    });
  });

  suite(`Names of groups without files that move: ${knowledge}`, () => {
    setup(() => start([], isKnown));
    teardown(() => factory.close());

    const moves = {
      'to a group with files': async () => {
        await factory.client.postConfig({ ...BENCH, group: 'other' }, { reason: 'theirs', files: FILES });
        await MOVES['two groups swap their names']!();
      },
      ...(isKnown ? { 'to a group without files': () => MOVES['two groups swap their names']!() } : {}),
    };
    for (const [way, move] of Object.entries(moves)) {
      test(`a new file is not sent: ${way}`, async () => {
        const meant = meantAt(world.host, at('new'));
        await move();
        const there = await now();
        const sent = new ConfigOperations(world.host).put(
          { ...at('new'), meant },
          plain('new', 'mine'),
          undefined,
          'r',
        );
        await assert.rejects(sent, (error) => error instanceof SaveRefused && error.kind === 'otherDevice');
        assert.deepEqual(await now(), there);
      });
    }

    test('a new file is sent to the group that is still the one', async () => {
      const meant = meantAt(world.host, at('new'));
      await new ConfigOperations(world.host).put({ ...at('new'), meant }, plain('new', 'mine'), undefined, 'r');
      assert.equal((await now())[0]?.files.length, 1);
    });
  });
}

suite('Two groups that a script has set up in one second', () => {
  setup(() => start(FILES, true, 'set up'));
  teardown(() => factory.close());

  for (const [path, change] of Object.entries(PATHS)) {
    test(`${path}: their names are swapped`, async () => {
      const meant = meantAt(world.host, at(FILE));
      await MOVES['two groups swap their names']!();
      const there = await now();
      assert.ok(leadsBack(there, before), 'the histories are the same');
      const outcome = await change(meant, FILES[0]!).then(
        () => 'sent',
        (error: unknown) => error,
      );
      assert.ok(outcome instanceof SaveRefused && outcome.kind === 'otherDevice', String(outcome));
      assert.deepEqual(await now(), there);
    });
  }
});

suite('Update settings of a group that was seen without any', () => {
  setup(() => start([], true));
  teardown(() => factory.close());

  test('are not those of the group that has its name by now, though all was read anew', async () => {
    const place = { host: 'h', scope: BENCH, meant: meantAt(world.host, at(SETTINGS)) };
    await factory.client.postConfig({ ...BENCH, group: 'other' }, { reason: 'theirs', files: [plain(FILE, 'x')] });
    await MOVES['two groups swap their names']!();
    ids = new Map((await factory.client.listGroups(FACTORY)).map(({ name, id }) => [name, id]));
    const there = (await world.configs.get(BENCH, 0)).entries;
    const sent = new SettingsEdits(world.host).apply(place, {
      change: (text) => withTag(text, 'other'),
      isAsSeen: () => true,
    });
    await assert.rejects(sent, (error) => error instanceof SaveRefused && error.kind === 'otherDevice');
    assert.deepEqual(await now(), there);
  });
});

suite('Questions about a group that may be another one', () => {
  setup(() => start(FILES, false));
  teardown(() => factory.close());

  const differs = () => MOVES['two groups swap their names, and the other has other files']!();

  test('going on does not agree to what the other group has: that is a question of its own', async () => {
    const meant = meantAt(world.host, at(FILE));
    await differs();
    const there = await now();
    const edit = { kind: 'plain', value: 'mine' } as const;
    const sent = new FileEdits(world.host).apply({ ...at(FILE), meant }, FILES[0], edit, (change) => {
      asked.push(change.kind);
      return Promise.resolve(asked.length === 1);
    });
    await assert.rejects(sent, (error) => error instanceof SaveRefused && error.kind === 'cancelled');
    assert.deepEqual(asked, ['unproven', 'changed']);
    assert.deepEqual(await now(), there);
  });

  const openEditor = (group?: number) => new TestWindow(factory, new TestMemory(), FILE, null, BENCH, group).open();

  test('an editor asks which group it is before it says what changed', async () => {
    const editor = await openEditor();
    editor.type('mine');
    await differs();
    const there = await now();
    editor.answer = () => (editor.conflicts.length === 1 ? 'overwrite' : 'cancel');
    await assert.rejects(editor.save());
    assert.deepEqual(
      editor.conflicts.map(({ kind }) => kind),
      ['unproven', 'changed'],
    );
    assert.deepEqual(await now(), there);
  });

  test('an editor that merged the other group into its text still asks which group it is', async () => {
    const editor = await openEditor();
    editor.type('mine');
    await differs();
    const value = await editor.documents.serverValue(editor.address);
    editor.documents.rebase(editor.address, value!);
    await assert.rejects(editor.save());
    assert.deepEqual(
      editor.conflicts.map(({ kind }) => kind),
      ['unproven'],
    );
  });

  test('an editor is asked once: what was sent is of the group that it is of from then on', async () => {
    const editor = await openEditor();
    editor.type('mine');
    await MOVES['two groups swap their names']!();
    editor.answer = 'overwrite';
    await editor.save();
    editor.type('mine again');
    await editor.save();
    assert.equal(editor.conflicts.length, 1);
    assert.equal((await now())[0]?.files[0]?.value, 'mine again');
  });

  test('an editor whose group is known is not asked: it is refused', async () => {
    const [group] = (await factory.client.listGroups(FACTORY)).filter(({ name }) => name === 'bench');
    const editor = await openEditor(group?.id);
    editor.type('mine');
    await MOVES['two groups swap their names']!();
    const there = await now();
    await assert.rejects(editor.save(), (error) => error instanceof SaveRefused && error.kind === 'otherDevice');
    assert.deepEqual(await now(), there);
  });
});
