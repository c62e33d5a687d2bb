/** The text that is checked is the text that is sent, also where the file was changed since it was last read. */
import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import type { ConfigAddress } from '../../../src/configfs/address';
import { AppChanges } from '../../../src/configfs/appChanges';
import type { ApprovalDetails } from '../../../src/configfs/documentsHost';
import { SaveRefused } from '../../../src/configfs/saveRefused';
import { sendText } from '../../../src/configfs/sendText';
import { SettingsEdits, type SettingsPlace, type SettingsTextEdit } from '../../../src/configfs/settingsEdits';
import { currentFile } from '../../../src/model/config';
import { withApps, withTag } from '../../../src/model/updateSettings';
import { testHost } from '../support/changes';
import { DEVICE, FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const FILE = 'z-50-fioctl.toml';
const SEEN = '[pacman]\n  tags = "main"\n  compose_apps = "web"\n';
/** As somebody else left it, while we still knew the text above. */
const NEWER = `${SEEN}[uptane]\n  polling_sec = 60 # fast\n`;
const place: SettingsPlace = { host: 'h', scope: { kind: 'device', factory: FACTORY, device: DEVICE } };

const EDITS: Readonly<Record<string, SettingsTextEdit>> = {
  'a tag': { change: (text) => withTag(text, 'devel'), isAsSeen: () => true },
  'a list of apps': { change: (text) => withApps(text, { kind: 'none' }), isAsSeen: () => true },
  'what was there before': { change: () => ({ ok: true, value: SEEN.replace('web', 'db') }), isAsSeen: () => true },
};

suite('The text that is checked', () => {
  let factory: TestFactory;
  let world: ReturnType<typeof testHost>;
  let edits: SettingsEdits;
  let checked: string[];
  /** Runs while a text is looked at. */
  let check: (value: string) => Promise<void> | void;

  setup(async () => {
    factory = await startTestFactory();
    world = testHost(factory);
    checked = [];
    check = () => undefined;
    edits = new SettingsEdits({
      ...world.host,
      check: async (_address: ConfigAddress, value: string) => {
        checked.push(value);
        await check(value);
      },
    });
    await put(SEEN);
    await world.configs.get(place.scope, 0);
    factory.seen();
  });
  teardown(() => factory.close());

  const put = (value: string) =>
    factory.client.patchConfig(place.scope, {
      reason: 'r',
      file: { name: FILE, value, unencrypted: true, onChanged: undefined },
    });
  const now = async () => currentFile(await factory.client.listConfig(place.scope), FILE)?.value;
  const refuseNewer = (value: string) => {
    if (value.includes('# fast')) {
      throw new SaveRefused('cancelled', { ...place, file: FILE });
    }
  };

  for (const [what, edit] of Object.entries(EDITS)) {
    test(`is the one that is sent, of ${what}`, async () => {
      await put(NEWER);
      await edits.apply(place, edit);
      assert.equal(checked.at(-1), await now());
    });
  }

  test('is checked once where nothing was changed meanwhile', async () => {
    await edits.apply(place, EDITS['a tag']!);
    assert.deepEqual(checked, [await now()]);
  });

  test('is not sent where what the newest file makes of it is refused', async () => {
    await put(NEWER);
    check = refuseNewer;
    await assert.rejects(edits.apply(place, EDITS['a tag']!), { kind: 'cancelled' });
    assert.equal(await now(), NEWER);
  });

  test('is checked again as often as the file is changed during the question', async () => {
    let writes = 0;
    check = async () => {
      if (++writes <= 3) {
        await put(`${SEEN}# ${String(writes)}\n`);
      }
    };
    await edits.apply(place, EDITS['a tag']!);
    assert.equal(checked.length, 4);
    assert.equal(checked.at(-1), await now());
    assert.match(checked.at(-1)!, /devel[^]*# 3/);
  });

  test('is not waited for by other writes of the configuration', async () => {
    await put(NEWER);
    check = async (value) => {
      if (value.includes('# fast')) {
        check = () => undefined;
        await world.configs.update(place.scope, () => ({
          reason: 'r',
          file: { name: 'other', value: 'x', unencrypted: true, onChanged: undefined },
        }));
      }
    };
    await edits.apply(place, EDITS['a tag']!);
    assert.match((await now()) ?? '', /devel/);
  });

  test('is what the reason of a save tells of, whatever an editor shows', async () => {
    const approved: (string | undefined)[] = [];
    const host = {
      ...world.host,
      openText: () => ({ text: SEEN, dirty: false }),
      resolveConflict: () => Promise.resolve('overwrite' as const),
      approve: (_address: ConfigAddress, _isNew: boolean, details?: ApprovalDetails) => {
        approved.push(details?.value);
        return Promise.resolve('why');
      },
    };
    const document = { address: { ...place, file: FILE }, base: undefined };
    await sendText(host, document, NEWER, undefined);
    assert.deepEqual([approved, await now()], [[NEWER], NEWER]);
  });

  test('is that of each of several devices', async () => {
    const others = (await factory.client.listDevices({ factory: FACTORY, limit: 10 })).devices.slice(0, 3);
    const places = others.map(({ name }) => ({ ...place, scope: { ...place.scope, device: name } as const }));
    for (const [index, { scope }] of places.entries()) {
      const file = { name: FILE, value: SEEN, unencrypted: true, onChanged: undefined };
      await factory.client.patchConfig(scope, { reason: 'r', file });
      await world.configs.get(scope, 0);
      const value = index === 1 ? NEWER : `${SEEN}# ${String(index)}\n`;
      await factory.client.patchConfig(scope, { reason: 'r', file: { ...file, value } });
    }
    check = refuseNewer;
    const ends = await Promise.allSettled(places.map((one) => edits.apply(one, EDITS['a tag']!)));
    assert.deepEqual(
      ends.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
  });

  test('is that of a box that was clicked', async () => {
    const changes = new AppChanges(edits, 0);
    const failures: unknown[] = [];
    changes.onDidFail(({ error }) => failures.push(error));
    await put(NEWER);
    check = refuseNewer;
    const own = { kind: 'only', apps: ['web'] } as const;
    changes.toggle(place, { own, effective: own, offered: ['web', 'db'] }, 'db', true);
    await changes.settled(place);
    assert.deepEqual(
      failures.map((error) => (error as SaveRefused).kind),
      ['cancelled'],
    );
    assert.equal(await now(), NEWER);
    changes.dispose();
  });
});
