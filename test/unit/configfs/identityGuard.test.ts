/** A change reaches the device that was meant, or nothing: every path, whatever happens to names. */
import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { FileEdits } from '../../../src/configfs/fileEdits';
import { changeFile } from '../../../src/configfs/changeFile';
import { meantAt, type Meant } from '../../../src/configfs/identityGuard';
import { ManyFiles, type ManyTarget } from '../../../src/configfs/manyFiles';
import { ConfigOperations } from '../../../src/configfs/operations';
import { restoreAll, restoreFiles } from '../../../src/configfs/restoring';
import { SaveRefused } from '../../../src/configfs/saveRefused';
import { SettingsEdits } from '../../../src/configfs/settingsEdits';
import { currentFile, newConfigFile, type ConfigFile, type ConfigScope } from '../../../src/model/config';
import { withTag } from '../../../src/model/updateSettings';
import { FactoryControl } from '../../support/factoryControl';
import { testHost } from '../support/changes';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

type DeviceScope = ConfigScope & { readonly kind: 'device' };
const BENCH: DeviceScope = { kind: 'device', factory: FACTORY, device: 'bench' };
const FILE = 'app.config';
const SETTINGS = 'z-50-fioctl.toml';
const at = (file: string) => ({ host: 'h', scope: BENCH, file });

let factory: TestFactory;
let control: FactoryControl;
let uuids: Record<string, string>;
/** What the list of devices told, before names moved. */
let listed: Map<string, string>;
let world: ReturnType<typeof testHost>;

const rename = (uuid: string, name: string) => factory.client.changeDevice(FACTORY, uuid, { name });
const byUuid = (uuid: string) => factory.client.listConfig({ ...BENCH, uuid });
const content = async () =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(uuids).map(async ([name, uuid]) => [name, await byUuid(uuid).catch(() => 'gone')] as const),
    ),
  );

/** Ways in which names move; all of them leave `bench` with another device, or with none. */
const MOVES: Readonly<Record<string, () => Promise<unknown>>> = {
  'two devices swap their names': async () => {
    await rename(uuids.bench!, 'moving');
    await rename(uuids.twin!, 'bench');
    await rename(uuids.bench!, 'twin');
  },
  'three devices rename in a row': async () => {
    await rename(uuids.bench!, 'bench-old');
    await rename(uuids.twin!, 'bench');
    await rename(uuids.third!, 'twin');
  },
  'it is deleted, and another one made with its name': async () => {
    await factory.client.deleteDevice(FACTORY, uuids.bench!);
    await control.changeDevice({ name: 'bench', create: true, uuid: '11111111-2222-4333-8444-555555555555' });
    await control.writeConfig({ device: 'bench', files: FILES, reason: reasonOf('twin') });
  },
  'it is renamed, and nothing has its name': () => rename(uuids.bench!, 'bench-old'),
  'it is deleted, and nothing has its name': () => factory.client.deleteDevice(FACTORY, uuids.bench!),
};
const FILES = [
  { name: FILE, value: 'same text' },
  { name: SETTINGS, value: '[pacman]\ntags = "main"\n' },
];

/** What the user saw of the device and decided on. */
interface Seen {
  readonly meant: Meant;
  readonly file: ConfigFile;
}

/** Every way in which the product changes a configuration other than by an editor, which has a suite of its own. */
const PATHS: Readonly<Record<string, (seen: Seen) => Promise<unknown>>> = {
  'a secret': ({ meant }) =>
    new FileEdits(world.host).apply({ ...at('tok'), meant }, undefined, secret, () => Promise.resolve(true)),
  'a plain value': ({ meant, file }) =>
    new FileEdits(world.host).apply({ ...at(FILE), meant }, file, { kind: 'plain', value: 'mine' }, agree),
  'a handler': ({ meant, file }) =>
    new FileEdits(world.host).apply({ ...at(FILE), meant }, file, { kind: 'handler', onChanged: ['/x'] }, agree),
  'a tag': ({ meant: { uuid } }) =>
    new SettingsEdits(world.host).apply(
      { host: 'h', scope: BENCH, uuid },
      { change: (text) => withTag(text, 'other'), isAsSeen: () => true },
    ),
  'a copy': ({ meant, file }) =>
    new ConfigOperations(world.host).put({ ...at(FILE), meant }, { ...file, value: 'mine' }, file, 'r'),
  'a new file': ({ meant }) =>
    new ConfigOperations(world.host).put({ ...at('new'), meant }, newConfigFile('new', 'mine'), undefined, 'r'),
  'a delete': ({ meant, file }) => new ConfigOperations(world.host).remove({ ...at(FILE), meant }, file),
  'a rename': ({ meant, file }) => new ConfigOperations(world.host).rename({ ...at(FILE), meant }, 'b', file, 'r'),
  'a restored file': async ({ meant, file }) => {
    const seen = { place: at(''), meant, newest: before[0] };
    const after = { ...file, value: 'old' };
    await restoreFiles(
      world.host,
      seen,
      [{ name: FILE, kind: 'changed', aspects: ['value'], before: file, after }],
      'r',
    );
  },
  'a restored configuration': ({ meant }) =>
    restoreAll(world.host, { place: at(''), meant, newest: before[0] }, { reason: 'r', files: [] }),
  'an action that is run': ({ meant }) =>
    changeFile(world.host, {
      address: at('fioconfig-oneshot-reboot'),
      meant: { uuid: meant.uuid },
      kind: 'put',
      wasThere: true,
      reason: 'r',
      compare: () => 'asSeen',
      make: () => ({ kind: 'put', file: newConfigFile('fioconfig-oneshot-reboot', 'x') }),
    }),
};
const secret = { kind: 'secret', value: Buffer.from('s3cr3t') } as const;
const agree = () => Promise.resolve(true);
let before: Awaited<ReturnType<typeof byUuid>>;

/** How the histories of the others compare with that of the device; all entries are of one second. */
type Others = 'other' | 'the same at first' | 'the very same';
let others: Others = 'other';
const reasonOf = (name: string) => (others === 'other' && name !== 'bench' ? `of ${name}` : 'provisioned');

async function begin(kind: Others = 'other'): Promise<void> {
  others = kind;
  factory = await startTestFactory({ devices: 5, startTime: Date.parse('2026-01-01T10:00:00Z') });
  control = new FactoryControl(factory.server.emulator);
  uuids = {};
  for (const name of ['bench', 'twin', 'third']) {
    await control.changeDevice({ name, create: true });
    await control.writeConfig({ device: name, files: FILES, reason: reasonOf(name) });
    uuids[name] = (await factory.client.getDevice(FACTORY, name)).uuid;
  }
  listed = new Map(Object.entries(uuids));
  world = testHost(factory, { uuidOf: (name) => listed.get(name) });
  before = await byUuid(uuids.bench!);
}

const isOther = (error: unknown): boolean => error instanceof SaveRefused && error.kind === 'otherDevice';

for (const [path, change] of Object.entries(PATHS)) {
  suite(`Names that move: ${path}`, () => {
    setup(() => begin());
    teardown(() => factory.close());

    const look = async (): Promise<Seen> => {
      const { entries } = await world.configs.get(BENCH, 0);
      return { meant: meantAt(world.host, at('')), file: currentFile(entries, FILE)! };
    };
    const writes = () => factory.addressed().filter((request) => !request.startsWith('GET'));

    test('the device that kept its name gets it, by its uuid', async () => {
      const seen = await look();
      factory.addressed();
      await change(seen);
      const [write = '', ...more] = writes();
      assert.ok(write.includes(`/ota/devices/${uuids.bench}/config/`), write);
      assert.deepEqual(more, []);
    });

    for (const [title, move] of Object.entries(MOVES)) {
      for (const kind of ['other', 'the same at first', 'the very same'] as const) {
        test(`${title}; histories are ${kind}: no other device gets it`, async () => {
          await factory.close();
          await begin(kind);
          if (kind === 'the same at first') {
            await control.writeConfig({ device: 'twin', files: [{ name: 'of-twin', value: '1' }] });
          }
          const seen = await look();
          await move();
          const state = await content();
          factory.addressed();
          const outcome = await change(seen).then(
            () => 'done',
            (error: unknown) => error,
          );
          const after = await content();
          // What is written can be told apart by its uuid; it is of the device that was meant, or there is nothing.
          delete state.bench;
          delete after.bench;
          assert.deepEqual(after, state);
          const sent = writes();
          assert.ok(
            sent.every((request) => request.includes(uuids.bench!)),
            sent.join(),
          );
          // Where another device has the very entry, too, the name is not found to have moved; the uuid reaches the one that was meant.
          if (kind === 'other' || title.includes('nothing has')) {
            assert.ok(isOther(outcome), String(outcome));
            assert.deepEqual(sent, []);
          }
        });
      }
    }

    test('the list is older than the move, and what is shown is of the listed device', async () => {
      await MOVES['two devices swap their names']!();
      const seen = await look();
      assert.equal(seen.meant.uuid, uuids.bench);
      factory.addressed();
      await assert.rejects(change(seen), isOther);
      assert.deepEqual(writes(), []);
    });
  });
}

suite('What is told of a device that is not sent to', () => {
  setup(() => begin());
  teardown(() => factory.close());
  const EXPECTED: Readonly<Record<string, object>> = {
    'two devices swap their names': { fate: 'renamed', name: 'twin', isTaken: true },
    'three devices rename in a row': { fate: 'renamed', name: 'bench-old', isTaken: true },
    'it is deleted, and another one made with its name': { fate: 'deleted', isTaken: true },
    'it is renamed, and nothing has its name': { fate: 'renamed', name: 'bench-old', isTaken: false },
    'it is deleted, and nothing has its name': { fate: 'deleted', isTaken: false },
  };
  for (const [title, move] of Object.entries(MOVES)) {
    test(title, async () => {
      const { entries } = await world.configs.get(BENCH, 0);
      const seen = { meant: meantAt(world.host, at('')), file: currentFile(entries, FILE)! };
      await move();
      await assert.rejects(PATHS['a copy']!(seen), (error) => {
        assert.ok(error instanceof SaveRefused, String(error));
        assert.deepEqual([error.kind, error.details.device], ['otherDevice', EXPECTED[title]]);
        return true;
      });
    });
  }
});

suite('Names that move: one file on many devices', () => {
  setup(() => begin());
  teardown(() => factory.close());
  const change = { file: FILE, content: { kind: 'plain', value: 'new' }, newHandler: undefined } as const;
  const secretChange = { file: 'tok', content: secret, newHandler: undefined } as const;
  const targets = (): ManyTarget[] =>
    ['bench', 'third'].map((device) => ({ host: 'h', scope: { ...BENCH, device }, uuid: uuids[device]! }));
  const value = async (uuid: string, name = FILE) => currentFile(await byUuid(uuid), name)?.value;

  for (const wanted of [change, secretChange]) {
    for (const when of ['before the preview', 'between preview and sending'] as const) {
      test(`${wanted.content.kind}, ${when}: done is not said of the device, and no other one gets it`, async () => {
        const many = new ManyFiles(world.host);
        const move = MOVES['two devices swap their names']!;
        if (when === 'before the preview') {
          await move();
        }
        const plans = many.plan(await many.read(targets(), 0, {}), wanted);
        if (when !== 'before the preview') {
          await move();
        }
        const results = await many.send(plans, wanted, 'r', {});
        assert.deepEqual(
          results.map(({ state }) => state),
          ['failed', 'done'],
        );
        assert.ok(isOther(results[0]?.error));
        assert.equal(await value(uuids.twin!, wanted.file), wanted === change ? 'same text' : undefined);
      });
    }
  }

  test('a retry, and a text that was kept for days, reach the device under its new name', async () => {
    const many = new ManyFiles(world.host);
    const plans = many.plan(await many.read(targets(), 0, {}), change);
    factory.server.emulator.faults.add({ match: { method: 'PATCH' }, status: 500, count: 2 });
    const failed = await many.send(plans, change, 'r', { parallel: 1 });
    assert.ok(failed.every(({ state }) => state === 'failed'));
    await MOVES['two devices swap their names']!();
    listed.clear();
    const again = await many.located(targets(), {});
    assert.deepEqual(
      again.map(({ scope }) => scope.device),
      ['twin', 'third'],
    );
    const results = await many.send(many.plan(await many.read(again, 0, {}), change), change, 'r', {});
    assert.deepEqual(
      results.map(({ state }) => state),
      ['done', 'done'],
    );
    assert.deepEqual(
      [await value(uuids.bench!), await value(uuids.twin!), await value(uuids.third!)],
      ['new', 'same text', 'new'],
    );
  });

  test('during the run: a name that moves between the read and the write takes no write along', async () => {
    const many = new ManyFiles(world.host);
    const plans = many.plan(await many.read(targets(), 0, {}), change);
    const hooked = testHost(
      {
        ...factory,
        client: {
          ...factory.client,
          patchConfig: async (...call) => {
            await MOVES['two devices swap their names']!().catch(() => undefined);
            return factory.client.patchConfig(...call);
          },
        },
      },
      { uuidOf: (name) => listed.get(name) },
    );
    await new ManyFiles(hooked.host).send(plans.slice(0, 1), change, 'r', {});
    assert.deepEqual([await value(uuids.bench!), await value(uuids.twin!)], ['new', 'same text']);
  });

  test('a device that is gone is left out of the preview, and said to be deleted', async () => {
    await factory.client.deleteDevice(FACTORY, uuids.bench!);
    const many = new ManyFiles(world.host);
    const [plan] = many.plan(await many.read(await many.located(targets(), {}), 0, {}), change);
    assert.ok(plan?.step === 'refused' && isOther(plan.error));
  });
});

suite('A restore of many files beside a secret', () => {
  setup(() => begin());
  teardown(() => factory.close());
  const GROUP: ConfigScope = { kind: 'group', factory: FACTORY, group: 'lab' };
  for (const scope of [GROUP, { kind: 'factory', factory: FACTORY }] satisfies ConfigScope[]) {
    for (const count of [3, 10, 11, 25]) {
      test(`of a ${scope.kind}: ${count} files, each a write of its own`, async () => {
        const names = [...Array(count).keys()].map((each) => `f${each}`);
        const files = names.map((name) => newConfigFile(name, 'old'));
        const kept = { ...newConfigFile('tok', 'REDACTED'), unencrypted: false };
        await factory.client.postConfig(scope, { reason: 'then', files: [...files, kept] });
        await factory.client.postConfig(scope, {
          reason: 'now',
          files: [...names.slice(1).map((name) => newConfigFile(name, 'new')), kept, newConfigFile('extra', '1')],
        });
        const place = { host: 'h', scope, file: '' };
        const [newest] = (await world.configs.get(scope, 0)).entries;
        await restoreAll(world.host, { place, meant: {}, newest }, { reason: 'Restore', files: [...files, kept] });
        const [after] = await factory.client.listConfig(scope);
        assert.deepEqual(
          after?.files
            .filter(({ name }) => name !== 'tok')
            .map(({ name, value }) => `${name} ${value}`)
            .sort(),
          names.map((name) => `${name} old`).sort(),
        );
      });
    }
  }
});
