import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setup, suite, teardown, test } from 'mocha';
import {
  AppChanges,
  type AppChange,
  type FailedAppChange,
  type RefusedToggle,
  type SeenApps,
} from '../../../src/configfs/appChanges';
import { KeptAppChanges } from '../../../src/configfs/keptAppChanges';
import { SaveRefused } from '../../../src/configfs/saveRefused';
import { SettingsEdits, type SettingsPlace } from '../../../src/configfs/settingsEdits';
import type { AppsSetting } from '../../../src/model/appsSetting';
import { withTag } from '../../../src/model/updateSettings';
import { ConfigStore } from '../../../src/store/configStore';
import { inVirtualTime } from '../../support/virtualTime';
import { DEVICE, DEVICE_UUID, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const FILE = 'z-50-fioctl.toml';
const HANDLER = ['/usr/share/fioconfig/handlers/aktualizr-toml-update'];
const GET = `GET /ota/devices/${DEVICE}/config/`;
const PATCH = `PATCH /ota/devices/${DEVICE}/config/`;
const place: SettingsPlace = { host: 'h', scope: { kind: 'device', factory: FACTORY, device: DEVICE } };
const offered = ['alpha', 'beta', 'gamma'];
const only = (...apps: string[]): AppsSetting => ({ kind: 'only', apps });

suite('Turning apps on and off', () => {
  let factory: TestFactory;
  let configs: ConfigStore;
  let open: { text: string; dirty: boolean } | undefined;
  let approve: (summary: string | undefined) => Promise<string>;
  let fleetUuid: string | undefined;
  let edits: SettingsEdits;
  let changes: AppChanges;
  let sent: AppChange[];
  let failed: FailedAppChange[];

  setup(async () => {
    factory = await startTestFactory();
    configs = new ConfigStore(factory.client, { uuidOf: () => fleetUuid });
    open = undefined;
    approve = (summary) => Promise.resolve(`${summary ?? 'change'} from VS Code`);
    fleetUuid = undefined;
    edits = new SettingsEdits({
      configs: () => configs,
      hasUnsentText: () => open?.dirty === true,
      knownUuid: () => fleetUuid,
      fetchUuid: async () => (await factory.client.getDevice(FACTORY, DEVICE)).uuid,
      check: () => Promise.resolve(),
      approve: (_address, _isNew, details) => approve(details?.summary),
    });
    changes = new AppChanges(edits, 20);
    sent = [];
    failed = [];
    changes.onDidSend((change) => sent.push(change));
    changes.onDidFail((failure) => failed.push(failure));
  });
  teardown(async () => {
    changes.dispose();
    await factory.close();
  });

  const start = async (text: string | undefined): Promise<void> => {
    await factory.writeAs(text === undefined ? [] : [{ name: FILE, value: text, unencrypted: true }], true);
    await configs.get(place.scope, 0);
    factory.seen();
  };
  test('settings that are marked as encrypted without being so are sent as plain text', async () => {
    await factory.writeAs([{ name: FILE, value: '[pacman]\n', unencrypted: false }], true);
    await configs.get(place.scope, 0);
    changes.toggle(place, seen({ kind: 'default' }), 'beta', false);
    await changes.settled(place);
    assert.deepEqual(
      patches().map(({ files }) => files),
      [[{ name: FILE, value: '[pacman]\n  compose_apps = "alpha,gamma"\n', unencrypted: true }]],
    );
  });

  const patches = () =>
    factory.server.emulator.requests
      .all()
      .filter(({ method }) => method === 'PATCH')
      .map(({ body }) => JSON.parse(body) as { reason: string; files: { value: string; name: string }[] });
  const seen = (own: AppsSetting, effective = own): SeenApps => ({ own, effective, offered });

  suite('over a reload of the window', () => {
    let folder: string;
    setup(() => {
      folder = fs.mkdtempSync(path.join(os.tmpdir(), 'foundries-apps-'));
    });
    teardown(() => fs.rmSync(folder, { recursive: true }));

    const file = () => path.join(folder, 'unsent-apps.json');
    const window = () => new AppChanges(edits, 20, new KeptAppChanges(folder));
    /** A click, and the window is gone: what is to be sent then fails. */
    const click = async (): Promise<void> => {
      await start('[pacman]\n  tags = "main"\n');
      const failing = { apply: () => Promise.reject(new Error('the window is gone')) };
      const closing = new AppChanges(failing, 20, new KeptAppChanges(folder));
      closing.toggle(place, seen({ kind: 'default' }), 'beta', false);
      await closing.flush(true);
      closing.dispose();
    };
    const resume = async (): Promise<void> => {
      changes = window();
      changes.onDidFail((failure) => failed.push(failure));
      changes.resume();
      await changes.settled(place);
    };
    const value = async () => (await factory.client.listConfig(place.scope))[0]?.files[0]?.value;
    const writeApps = (apps: string) =>
      factory.writeAs([{ name: FILE, value: `[pacman]\n  compose_apps = "${apps}"\n`, unencrypted: true }], true);

    test('what was clicked is sent by the next window, once', async () => {
      await click();
      assert.deepEqual(patches(), []);
      await resume();
      assert.match((await value()) ?? '', /compose_apps = "alpha,gamma"/);
      await resume();
      assert.deepEqual([patches().length, failed, fs.existsSync(file())], [1, [], false]);
    });

    test('what the closed window has sent after all is not sent again', async () => {
      await click();
      await writeApps('alpha,gamma');
      await resume();
      assert.deepEqual([patches(), failed], [[], []]);
    });

    test('what somebody else set meanwhile stays', async () => {
      await click();
      await writeApps('alpha');
      await resume();
      assert.deepEqual(patches(), []);
      assert.match(String(failed[0]?.error), /changed/);
    });

    test('an old click is told of, not sent', async () => {
      await click();
      const [kept] = JSON.parse(fs.readFileSync(file(), 'utf8')) as object[];
      fs.writeFileSync(file(), JSON.stringify([{ ...kept, at: Date.now() - 3_600_000 }]));
      await resume();
      assert.deepEqual(patches(), []);
      assert.match(String(failed[0]?.error), /windowClosed/);
      await resume();
      assert.equal(failed.length, 1);
    });

    test('what is stored by something else is passed over', async () => {
      const other = [1, { at: 1 }, { at: 1, place: { host: 'h', scope: { kind: 'device' } } }];
      for (const text of ['{', '"nonsense"', JSON.stringify(other)]) {
        fs.writeFileSync(file(), text);
        await resume();
      }
      assert.deepEqual([patches(), failed], [[], []]);
    });
  });

  test('several clicks become one PATCH, with the file as it is but for its apps', async () => {
    await start('# bench\n[pacman]\n  tags = "main" # x\n');
    changes.toggle(place, seen({ kind: 'default' }), 'beta', false);
    assert.deepEqual(changes.wanted(place), { setting: only('alpha', 'gamma'), isSending: false });
    changes.toggle(place, seen({ kind: 'default' }), 'gamma', false);
    changes.toggle(place, seen({ kind: 'default' }), 'beta', true);
    await changes.settled(place);
    assert.deepEqual(patches(), [
      {
        reason: 'Run only alpha, beta from VS Code',
        files: [
          {
            name: FILE,
            value: '# bench\n[pacman]\n  tags = "main" # x\n  compose_apps = "alpha,beta"\n',
            unencrypted: true,
          },
        ],
      },
    ]);
    assert.deepEqual(factory.seen(), [GET, PATCH]);
    assert.deepEqual(
      sent.map(({ from, to }) => [from, to]),
      [[{ kind: 'default' }, only('alpha', 'beta')]],
    );
    assert.equal(changes.wanted(place), undefined);
  });

  test('under the default nothing is turned on or off while the apps of the target are not known', async () => {
    await start('[pacman]\n');
    const refused: RefusedToggle[] = [];
    changes.onDidRefuse((each) => refused.push(each));
    const unknown: SeenApps = { own: { kind: 'default' }, effective: { kind: 'default' }, offered: undefined };
    changes.toggle(place, unknown, 'alpha', true);
    changes.toggle(place, unknown, 'beta', false);
    changes.toggle(place, seen({ kind: 'default' }), 'old', false);
    await changes.settled(place);
    assert.deepEqual(
      refused.map(({ app, on, problem }) => [app, on, problem]),
      [
        ['alpha', true, 'unknown'],
        ['beta', false, 'unknown'],
        ['old', false, 'notOffered'],
      ],
    );
    assert.deepEqual(factory.seen(), []);
    // A list says itself which apps run.
    await start('[pacman]\ncompose_apps = "alpha"\n');
    changes.toggle(place, { ...unknown, own: only('alpha'), effective: only('alpha') }, 'beta', true);
    await changes.settled(place);
    assert.equal(await factory.value(FILE), '[pacman]\ncompose_apps = "alpha,beta"\n');
  });

  test('a click and a click back send nothing', async () => {
    for (const own of [{ kind: 'default' } as const, only('beta', 'alpha')]) {
      await start(own.kind === 'default' ? '[pacman]\n' : '[pacman]\ncompose_apps = "beta,alpha"\n');
      changes.toggle(place, seen(own), 'beta', false);
      changes.toggle(place, seen(own), 'beta', true);
      await changes.settled(place);
      assert.deepEqual(factory.seen(), []);
    }
  });

  test('the last clicks are sent before the window is gone', async () => {
    await start('[pacman]\ncompose_apps = "alpha"\n');
    const slow = new AppChanges(edits, 60_000);
    slow.toggle(place, seen(only('alpha')), 'beta', true);
    await slow.flush();
    slow.dispose();
    assert.equal(await factory.value(FILE), '[pacman]\ncompose_apps = "alpha,beta"\n');
  });

  test('a device without the file gets it as fioctl makes it, handler included', async () => {
    await start(undefined);
    changes.toggle(place, seen({ kind: 'default' }, only('alpha')), 'beta', true);
    await changes.settled(place);
    assert.deepEqual(patches()[0]?.files, [
      {
        name: FILE,
        value: '\n[pacman]\n  compose_apps = "alpha,beta"\n',
        unencrypted: true,
        'on-changed': HANDLER,
      },
    ]);
    assert.equal(sent[0]?.sent.before, undefined);
  });

  test('the default takes both keys out, and none writes them empty', async () => {
    await start('\n[pacman]\n  compose_apps = "alpha"\n  docker_apps = "alpha"\n');
    changes.set(place, seen(only('alpha')), { kind: 'none' });
    await changes.settled(place);
    changes.set(place, seen({ kind: 'none' }), { kind: 'default' });
    await changes.settled(place);
    assert.deepEqual(
      patches().map(({ reason, files }) => [reason, files[0]?.value]),
      [
        ['Disable alpha from VS Code', '\n[pacman]\n  compose_apps = ""\n  docker_apps = ""\n'],
        ["Use the target's default apps from VS Code", '\n[pacman]\n'],
      ],
    );
  });

  test('a click while a write is under way follows it', async () => {
    await start('[pacman]\ncompose_apps = "alpha"\n');
    let go = (): void => undefined;
    approve = () =>
      new Promise((resolve) => {
        go = () => resolve('first');
      });
    await inVirtualTime(
      async (time) => {
        changes.toggle(place, seen(only('alpha')), 'beta', true);
        await time.pass(20);
        assert.equal(changes.wanted(place)?.isSending, true);
        changes.toggle(place, seen(only('alpha')), 'gamma', true);
        await time.pass(20);
      },
      () => factory.network.settled(),
    );
    approve = () => Promise.resolve('second');
    go();
    await changes.settled(place);
    assert.deepEqual(
      patches().map(({ reason, files }) => [reason, files[0]?.value]),
      [
        ['first', '[pacman]\ncompose_apps = "alpha,beta"\n'],
        ['second', '[pacman]\ncompose_apps = "alpha,beta,gamma"\n'],
      ],
    );
  });

  test('somebody changed the rest of the file: both changes are there', async () => {
    await start('[pacman]\ncompose_apps = "alpha"\n');
    await factory.writeAs([
      { name: FILE, value: '[pacman]\ntags = "theirs"\ncompose_apps = "alpha"\n', unencrypted: true },
    ]);
    changes.toggle(place, seen(only('alpha')), 'beta', true);
    await changes.settled(place);
    assert.equal(await factory.value(FILE), '[pacman]\ntags = "theirs"\ncompose_apps = "alpha,beta"\n');
  });

  test('nothing is sent, and the boxes go back, where that would undo or lose something', async () => {
    const refusals: [string, () => void | Promise<void>, string, number][] = [
      [
        'changed',
        () => factory.writeAs([{ name: FILE, value: '[pacman]\ncompose_apps = "gamma"\n', unencrypted: true }]),
        '[pacman]\ncompose_apps = "gamma"\n',
        1,
      ],
      ['unsent', () => void (open = { text: 'x', dirty: true }), '[pacman]\ncompose_apps = "alpha"\n', 0],
      [
        'cancelled',
        () => void (approve = () => Promise.reject(new SaveRefused('cancelled', { ...place, file: FILE }))),
        '[pacman]\ncompose_apps = "alpha"\n',
        0,
      ],
    ];
    for (const [kind, happen, value, gets] of refusals) {
      await start('[pacman]\ncompose_apps = "alpha"\n');
      await happen();
      factory.seen();
      changes.toggle(place, seen(only('alpha')), 'beta', true);
      await changes.settled(place);
      const { error } = failed.at(-1)!;
      assert.ok(error instanceof SaveRefused && error.kind === kind, String(error));
      assert.deepEqual(factory.seen(), Array(gets).fill(GET), kind);
      assert.equal(changes.wanted(place), undefined);
      open = undefined;
      approve = () => Promise.resolve('x');
      assert.equal(await factory.value(FILE), value, kind);
    }
    assert.deepEqual(sent, []);
  });

  test('a document that is not valid is told with the line, before anything is asked', async () => {
    await start('[pacman]\ncompose_apps = "alpha\n');
    approve = () => Promise.reject(new Error('asked'));
    changes.set(place, seen(only('alpha')), { kind: 'none' });
    await changes.settled(place);
    const { error } = failed[0]!;
    assert.ok(error instanceof SaveRefused && error.kind === 'invalid');
    assert.match(error.details.problem ?? '', /^line 2: /);
  });

  test('a refused write can be tried again as it was wanted', async () => {
    await start('[pacman]\ncompose_apps = "alpha"\n');
    await factory.control.fault({ status: 403, match: { method: 'PATCH' } });
    changes.toggle(place, seen(only('alpha')), 'beta', true);
    await changes.settled(place);
    assert.equal(await factory.value(FILE), '[pacman]\ncompose_apps = "alpha"\n');
    const { seen: again, wanted } = failed[0]!;
    changes.set(place, again, wanted);
    await changes.settled(place);
    assert.equal(await factory.value(FILE), '[pacman]\ncompose_apps = "alpha,beta"\n');
  });

  test('a device of the same name and settings that is another one gets nothing', async () => {
    const edit = { change: (text: string) => withTag(text, 'main'), isAsSeen: () => true };
    const other = (error: unknown) => error instanceof SaveRefused && error.kind === 'otherDevice';
    // What was seen was read by the uuid of the list: nobody is asked.
    fleetUuid = DEVICE_UUID;
    await start('[pacman]\n');
    assert.notEqual(await edits.apply({ ...place, uuid: DEVICE_UUID }, edit), undefined);
    assert.deepEqual(factory.seen(), [GET, PATCH]);
    // The row is of a device that is no more.
    await start('[pacman]\n');
    await assert.rejects(edits.apply({ ...place, uuid: 'of-the-row' }, edit), other);
    assert.ok(factory.seen().every((request) => request.startsWith('GET')));
    assert.equal(await factory.value(FILE), '[pacman]\n');
    // No list has told: the configuration is read by the uuid of the row once, and need not be again.
    fleetUuid = undefined;
    configs = new ConfigStore(factory.client);
    factory.seen();
    const asked = { ...place, uuid: DEVICE_UUID };
    assert.notEqual(await edits.apply(asked, edit), undefined);
    assert.deepEqual(factory.seen(), [GET, GET, PATCH]);
    assert.notEqual(await edits.apply(asked, { ...edit, change: (text) => withTag(text, 'devel') }), undefined);
    assert.deepEqual(factory.seen(), [GET, PATCH]);
  });

  test('a tag that is so already is not sent', async () => {
    await start('[pacman]\ntags = "main"\n');
    const edit = { change: (text: string) => withTag(text, 'main'), isAsSeen: () => true };
    assert.equal(await edits.apply(place, edit), undefined);
    assert.deepEqual(factory.seen(), [GET]);
  });

  test('that it is so already, or cannot be changed, is not said of what was there a while ago', async () => {
    await start('[pacman]\ntags = "main"\n');
    await factory.writeAs([{ name: FILE, value: '[pacman]\ntags = "theirs"\n', unencrypted: true }]);
    factory.seen();
    const toMain = { change: (text: string) => withTag(text, 'main'), isAsSeen: () => true };
    const sent = await edits.apply(place, toMain);
    assert.equal(sent?.after.value, '[pacman]\ntags = "main"\n');
    assert.deepEqual(factory.seen(), [GET, GET, PATCH]);
    assert.equal(await factory.value(FILE), '[pacman]\ntags = "main"\n');

    await start('[pacman]\ntags = "main" "\n');
    await factory.writeAs([{ name: FILE, value: '[pacman]\ntags = "theirs"\n', unencrypted: true }]);
    const undo = {
      change: (text: string) => withTag(text, 'main'),
      isAsSeen: ({ tags }: { tags: readonly string[] | undefined }) => tags?.join() === 'theirs',
    };
    assert.equal((await edits.apply(place, undo))?.after.value, '[pacman]\ntags = "main"\n');
  });
});
