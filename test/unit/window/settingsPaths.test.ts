/**
 * The rule for update settings holds on every way to a device: what a reader rejects is not sent, what is read differently, is an
 * Error or names a tag without targets is asked about with the reason, and sent when the user says so.
 */
import assert from 'node:assert/strict';
import { setup, suite, teardown, test } from 'mocha';
import { AppCommandFamily } from '../../../src/commands/apps';
import { copyFilesTo } from '../../../src/commands/copyConfigFiles';
import type { Drafts } from '../../../src/commands/many/drafts';
import { ManyCommands, type ManyServices } from '../../../src/commands/many/setConfigFile';
import { renameConfigFile } from '../../../src/commands/moveConfigFile';
import { settleOverwritten } from '../../../src/commands/overwritten';
import { restoreVersion } from '../../../src/commands/restoreVersion';
import { AppChanges } from '../../../src/configfs/appChanges';
import { SettingsEdits } from '../../../src/configfs/settingsEdits';
import type { AnnouncedMoves } from '../../../src/configfs/announcedMoves';
import { uriOf } from '../../../src/configfs/fileSystem';
import { FileSystemOperations } from '../../../src/configfs/fileSystemOperations';
import { meantAt } from '../../../src/configfs/identityGuard';
import { ConfigOperations } from '../../../src/configfs/operations';
import { SaveRefused } from '../../../src/configfs/saveRefused';
import { currentFile, newConfigFile, type ConfigEntry } from '../../../src/model/config';
import { entryKey, findEntry } from '../../../src/model/configHistory';
import { explain } from '../../../src/ui/errorText';
import { desk } from '../../support/vscode';
import { CommandScene } from '../support/commandScene';
import { FACTORY } from '../support/factory';

const SETTINGS = 'z-50-fioctl.toml';
const GOOD = '[pacman]\ntags = "main"\n';
const KEPT = 'kept.toml';

/** Texts, and what has to be said of them. */
const REFUSED = [
  ['that a program rejects', '[pacman\n', /TOML/],
  ['with a flag in words', '[pacman]\ndocker_prune = "yes"\n', /docker_prune|line 2/i],
] as const;
const ASKED = [
  ['that programs read differently', '[pacman]\ntags = "main" # x\n', /comment/],
  ['with an Error', '[pacman]\ncompose_apps = 5\n', /compose_apps|line 2/i],
  ['with a tag that no target has', '[pacman]\ntags = "nowhere"\n', /No target has the tag nowhere/],
] as const;

suite('Update settings', () => {
  let it: CommandScene;
  setup(async () => {
    it = await CommandScene.start();
    await it.context.factory.targets.refresh();
  });
  teardown(() => it.factory.close());

  const scope = { kind: 'device', factory: FACTORY, device: 'bench' } as const;
  const at = (file: string, device = 'bench') => ({ host: it.server, scope: { ...scope, device }, file });
  const operations = () => new ConfigOperations(it.host);
  const files = () => ({ ...it.services, operations: operations() });
  const wholeFiles = () =>
    new FileSystemOperations(operations(), it.services.approval, it.services.connections, {
      take: () => undefined,
    } as unknown as AnnouncedMoves);
  /** Somebody else writes, whatever the text is like. */
  const write = async (device: string, ...written: readonly (readonly [file: string, value: string])[]) => {
    const set = written.map(([name, value]) => ({ name, value }));
    await it.factory.control.writeConfig({ device, files: set, reason: `written ${written.length}`, replace: true });
    return (await it.context.connection.configs.get({ ...scope, device }, 0)).entries;
  };
  const entryWith = (entries: readonly ConfigEntry[], value: string) =>
    entries.find((entry) => entry.files.some((file) => file.name === SETTINGS && file.value === value))!;
  const onServer = async (file = SETTINGS) => currentFile(await it.factory.client.listConfig(scope), file)?.value;

  /** What is asked and said on the way, and whether it was sent. */
  const WAYS: Readonly<Record<string, (text: string) => Promise<unknown>>> = {
    'the restore of an old version': async (text) => {
      await write('bench', [SETTINGS, text]);
      const entries = await write('bench', [SETTINGS, GOOD]);
      const place = { connection: it.context.connection, host: it.server, scope, file: SETTINGS };
      it.factory.log.length = 0;
      await restoreVersion(it.services, place, entryWith(entries, text), entries, () => undefined);
    },
    'the restore of a whole old version': async (text) => {
      await write('bench', [SETTINGS, text]);
      const entries = await write('bench', [SETTINGS, GOOD]);
      const place = { connection: it.context.connection, host: it.server, scope };
      it.factory.log.length = 0;
      await restoreVersion(it.services, place, entryWith(entries, text), entries, () => undefined);
    },
    'Put It Back': async (text) => {
      const theirs = entryWith(await write('bench', [SETTINGS, text]), text);
      const entries = await write('bench', [SETTINGS, GOOD]);
      assert.ok(findEntry(entries, entryKey(theirs)));
      const [before, after] = [newConfigFile(SETTINGS, GOOD), theirs.files[0]!];
      desk.answer = (_message, buttons) => buttons.find((button) => button === 'Put It Back…');
      it.factory.log.length = 0;
      await settleOverwritten(it.services, it.context.connection, {
        scope,
        entries: [theirs],
        changes: [{ name: SETTINGS, kind: 'changed', aspects: [], before, after }],
      });
    },
    'a copy from another device': async (text) => {
      await write('twin', [SETTINGS, text]);
      it.factory.log.length = 0;
      const to = { host: it.server, scope, uuid: it.uuids.bench };
      await copyFilesTo(files(), [{ uri: uriOf(at(SETTINGS, 'twin')) }], to);
    },
    'a paste over settings that are there': async (text) => {
      await write('twin', [SETTINGS, text]);
      await write('bench', [SETTINGS, GOOD]);
      it.factory.log.length = 0;
      const to = { host: it.server, scope, uuid: it.uuids.bench };
      await copyFilesTo(files(), [{ uri: uriOf(at(SETTINGS, 'twin')) }], to);
    },
    'a copy in the Explorer': async (text) => {
      await write('twin', [SETTINGS, text]);
      it.factory.log.length = 0;
      await wholeFiles().copy(uriOf(at(SETTINGS, 'twin')), uriOf(at(SETTINGS)), true);
    },
    'a rename in the Explorer': async (text) => {
      await write('bench', [KEPT, text]);
      it.factory.log.length = 0;
      await wholeFiles().rename(uriOf(at(KEPT)), uriOf(at(SETTINGS)), false);
    },
    'a rename': async (text) => {
      const [entry] = await write('bench', [KEPT, text]);
      desk.type = () => SETTINGS;
      it.factory.log.length = 0;
      const meant = meantAt(it.host, at(KEPT), it.uuids.bench);
      await renameConfigFile(files(), { address: { ...at(KEPT), meant }, file: entry!.files[0]! });
    },
    'the undo of a change of apps': async (text) => {
      const only = `${GOOD}compose_apps = "shellhttpd"\n`;
      await write('bench', [SETTINGS, text]);
      const [entry] = await write('bench', [SETTINGS, only]);
      const settings = new SettingsEdits(it.host);
      const changes = new AppChanges(settings, 0);
      const family = new AppCommandFamily({ services: it.services, files: files(), settings, changes });
      const [before, after] = [newConfigFile(SETTINGS, text), newConfigFile(SETTINGS, only)];
      family.sent({
        place: { host: it.server, scope, uuid: it.uuids.bench },
        sent: { address: at(SETTINGS), before, after, entry: entryKey(entry!) },
        from: { kind: 'default' },
        to: { kind: 'only', apps: ['shellhttpd'] },
      });
      it.factory.log.length = 0;
      await family.commands['foundries.undoAppChange']();
      changes.dispose();
    },
    'the undo of a delete': async (text) => {
      await write('bench', [SETTINGS, text]);
      const whole = wholeFiles();
      await whole.delete(uriOf(at(SETTINGS)));
      it.asked.length = it.askedToSend.length = it.factory.log.length = 0;
      await whole.bringBack(at(SETTINGS), Buffer.from(text));
    },
  };
  const run = (way: string, text: string) =>
    WAYS[way]!(text).catch((error: unknown) => {
      if (!(error instanceof SaveRefused && error.kind === 'cancelled')) {
        desk.messages.push(explain(error).message);
      }
    });
  /** All that the user was asked and told. */
  const told = () =>
    [...it.asked.map(({ message, detail }) => `${message} ${detail}`), ...it.askedToSend, ...desk.messages].join('\n');

  for (const way of Object.keys(WAYS)) {
    suite(`by ${way}`, () => {
      // Each waits until trees have come to rest.
      const most = way === 'a rename' ? 1 : 9;
      for (const [what, text, why] of REFUSED.slice(0, most)) {
        test(`${what} are not sent`, async () => {
          await run(way, text);
          assert.deepEqual(it.written(), [], told());
          assert.match(told(), why);
          assert.deepEqual([it.asked, it.askedToSend], [[], []], 'there is nothing to ask');
        });
      }
      for (const [what, text, why] of ASKED.slice(0, most)) {
        test(`${what} are asked about, and not sent without a yes`, async () => {
          it.says = 'no';
          await run(way, text);
          assert.match(told(), why);
          assert.deepEqual(it.written(), [], told());
        });

        test(`${what} are sent with a yes`, async () => {
          await run(way, text);
          assert.match(told(), why);
          assert.equal(await onServer(), text, told());
          assert.ok(it.written().length > 0);
        });
      }

      test('that are as they should be are sent without more', async () => {
        const text = '[pacman]\ntags = "main"\ncompose_apps = "shellhttpd"\n';
        await run(way, text);
        assert.equal(await onServer(), text, told());
        assert.doesNotMatch(told(), /differently|not valid|may not do/);
      });
    });
  }

  suite('for several devices', () => {
    async function setOn(text: string): Promise<void> {
      await write('bench', [SETTINGS, GOOD]);
      await write('twin', [SETTINGS, GOOD]);
      const services = { ...it.services, host: it.host, devices: { tree: { selection: [] } } };
      const many = new ManyCommands(services as unknown as ManyServices, {} as unknown as Drafts);
      it.asked.length = 0;
      const draft = {
        host: it.server,
        factory: FACTORY,
        file: SETTINGS,
        place: '2 devices',
        devices: ['bench', 'twin'].map((name) => it.context.factory.fleet.find(name)!),
      };
      await many.proceed(draft, text, () => undefined);
      many.dispose();
    }
    const isPreviewed = () => told().includes('Look at the preview');

    for (const [what, text, why] of REFUSED) {
      test(`${what} are not previewed`, async () => {
        await setOn(text);
        assert.match(told(), why);
        assert.ok(!isPreviewed(), told());
      });
    }
    for (const [what, text, why] of ASKED) {
      for (const says of ['yes', 'no'] as const) {
        test(`${what} are asked about, and previewed only with a yes: ${says}`, async () => {
          it.says = says;
          await setOn(text);
          assert.match(told(), why);
          assert.equal(isPreviewed(), says === 'yes', told());
        });
      }
    }
  });
});
