/** Configuration files, secrets and update settings. */
import type { ConfigAddress } from '../../../src/configfs/address';
import { FileEdits, type FileEdit } from '../../../src/configfs/fileEdits';
import { ManyFiles, type ManyChange, type ManyTarget } from '../../../src/configfs/manyFiles';
import { ConfigOperations } from '../../../src/configfs/operations';
import { SettingsEdits } from '../../../src/configfs/settingsEdits';
import { currentFile, newConfigFile, type ConfigFile, type ConfigScope } from '../../../src/model/config';
import { readUpdateSettings, withTag } from '../../../src/model/updateSettings';
import { ConfigStore } from '../../../src/store/configStore';
import { removeOne, restoreAll, restoreOne } from '../../unit/support/changes';
import { TestMemory, TestWindow } from '../../unit/support/editor';
import { DEVICE, DEVICE_UUID, FACTORY } from '../../unit/support/factory';
import { DEVICE_SCOPE } from '../operations';
import { SECRET } from '../support/secret';
import type { World } from '../support/world';
import type { Flow } from './flow';

const GROUP_SCOPE: ConfigScope = { kind: 'group', factory: FACTORY, group: 'lab' };
export const FILE = 'app.config';
const at = (file: string, scope: ConfigScope = DEVICE_SCOPE): ConfigAddress => ({ host: 'h', scope, file });

/** @returns what a configuration holds, past every fault */
async function files({ witness }: World, scope: ConfigScope = DEVICE_SCOPE): Promise<readonly ConfigFile[]> {
  return (await witness.listConfig(scope))[0]?.files ?? [];
}
export const file = async (world: World, name: string, scope?: ConfigScope) =>
  (await files(world, scope)).find((one) => one.name === name);

/** The parts that act on files as wholes, with a user who agrees to everything. */
export function filesOf(world: World) {
  const uuidOf = (scope: ConfigScope) => (scope.kind === 'device' && scope.device === DEVICE ? DEVICE_UUID : undefined);
  const configs = new ConfigStore(world.client, { uuidOf });
  const host = {
    configs: () => configs,
    knownUuid: (_host: string, scope: ConfigScope) => uuidOf(scope),
    fetchUuid: async () => (await world.client.getDevice(FACTORY, DEVICE)).uuid,
    fetchKey: (_host: string, scope: ConfigScope & { readonly kind: 'device' }, uuid: string | undefined) =>
      world.client.getDeviceKey(scope.factory, uuid === undefined ? scope.device : { uuid }),
    hasUnsentText: () => false,
    openText: () => undefined,
    check: () => Promise.resolve(),
    approve: () => Promise.resolve('why'),
  };
  return { configs, host };
}

async function editor(world: World, name: string): Promise<TestWindow> {
  const window = new TestWindow(world.factory, new TestMemory(), name);
  return name === FILE ? window.open() : window.openNew();
}

/** A text that is typed and saved. */
const saving =
  (name: string): Flow['begin'] =>
  async (world) => {
    const window = await editor(world, name);
    window.type('typed');
    return {
      act: () => window.save(),
      done: async () => (await file(world, name))?.value === 'typed',
      kept: (ok) => ({
        what: window.dirty ? 'in the editor, marked as unsaved' : 'saved',
        lost: window.text !== 'typed' || window.dirty === ok,
      }),
    };
  };

/** A change of what a file is, but not of its text in an editor. */
export const applying =
  (
    name: string,
    edit: FileEdit,
    isDone: (file: ConfigFile | undefined) => boolean,
    scope = DEVICE_SCOPE,
  ): Flow['begin'] =>
  async (world) => {
    const { configs, host } = filesOf(world);
    const seen = currentFile((await configs.get(scope, 0)).entries, name);
    const edits = new FileEdits(host);
    return {
      act: () => edits.apply(at(name, scope), seen, edit, () => Promise.resolve(false)),
      done: async () => isDone(await file(world, name, scope)),
    };
  };

/** One text for three devices; `what` is what becomes of each. */
const sendingToMany =
  (change: ManyChange, isDone: (file: ConfigFile | undefined) => boolean): Flow['begin'] =>
  async (world) => {
    const { host } = filesOf(world);
    const { devices } = await world.witness.listDevices({ factory: FACTORY, limit: 10 });
    const targets = devices.slice(0, 3).map(({ name, uuid }): ManyTarget => ({
      host: 'h',
      scope: { kind: 'device', factory: FACTORY, device: name },
      uuid,
    }));
    const many = new ManyFiles({
      ...host,
      fetchUuid: async (_host, scope) =>
        scope.kind === 'device' ? (await world.client.getDevice(FACTORY, scope.device)).uuid : undefined,
    });
    const plans = many.plan(await many.read(targets, 0, {}), change);
    return {
      act: async () => {
        const results = await many.send(plans, change, 'why', {});
        const failed = results.find(({ error }) => error !== undefined);
        if (failed !== undefined) {
          throw failed.error;
        }
      },
      done: async () => {
        const found = await Promise.all(targets.map(({ scope }) => file(world, change.file, scope)));
        return found.every(isDone);
      },
    };
  };

export const FILE_FLOWS: readonly Flow[] = [
  {
    title: 'opens a file',
    does: 'read',
    begin: (world) => {
      const window = new TestWindow(world.factory, new TestMemory(), FILE);
      return Promise.resolve({ act: () => window.open() });
    },
  },
  { title: 'saves a file', does: 'write', begin: saving(FILE) },
  { title: 'saves a new file', does: 'write', begin: saving('new.config') },
  {
    title: 'restores a version as a whole',
    does: 'write',
    begin: async (world) => {
      const { configs } = filesOf(world);
      const [seen] = (await configs.get(DEVICE_SCOPE, 0)).entries;
      const kept = (seen?.files ?? []).filter(({ name }) => name !== FILE);
      return {
        act: () => restoreAll(configs, DEVICE_SCOPE, { reason: 'why', files: kept }, seen),
        done: async () => (await file(world, FILE)) === undefined,
      };
    },
  },
  {
    title: 'restores one file',
    does: 'write',
    begin: async (world) => {
      const { configs } = filesOf(world);
      const [seen] = (await configs.get(DEVICE_SCOPE, 0)).entries;
      return {
        act: () => restoreOne(configs, DEVICE_SCOPE, { reason: 'why', file: newConfigFile(FILE, 'old') }, seen),
        done: async () => (await file(world, FILE))?.value === 'old',
      };
    },
  },
  {
    title: 'takes a file out by a restore',
    does: 'write',
    begin: async (world) => {
      const { configs } = filesOf(world);
      const [seen] = (await configs.get(DEVICE_SCOPE, 0)).entries;
      return {
        act: () => removeOne(configs, DEVICE_SCOPE, { reason: 'why', name: FILE }, seen),
        done: async () => (await file(world, FILE)) === undefined,
      };
    },
  },
  {
    title: 'deletes a file',
    does: 'write',
    begin: async (world) => {
      const operations = new ConfigOperations(filesOf(world).host);
      const seen = await operations.look(at(FILE));
      return {
        act: () => operations.remove(at(FILE), seen),
        done: async () => (await file(world, FILE)) === undefined,
      };
    },
  },
  {
    title: 'renames a file',
    does: 'write',
    begin: async (world) => {
      const operations = new ConfigOperations(filesOf(world).host);
      const seen = await operations.look(at(FILE));
      return {
        act: () => operations.rename(at(FILE), 'renamed', seen, 'why'),
        done: async () => {
          const names = (await files(world)).map(({ name }) => name);
          return names.includes('renamed') && !names.includes(FILE);
        },
      };
    },
  },
  {
    title: 'renames a file beside a secret of a group, in two steps',
    does: 'write',
    begin: async (world) => {
      await world.witness.patchConfig(GROUP_SCOPE, {
        reason: 'r',
        file: { name: 'kept', value: 'x', unencrypted: false, onChanged: undefined },
      });
      await world.witness.patchConfig(GROUP_SCOPE, { reason: 'r', file: newConfigFile('plain', 'value') });
      const operations = new ConfigOperations(filesOf(world).host);
      const address = at('plain', GROUP_SCOPE);
      const seen = await operations.look(address);
      return {
        act: () => operations.rename(address, 'renamed', seen, 'why'),
        done: async () => {
          const names = (await files(world, GROUP_SCOPE)).map(({ name }) => name);
          return names.includes('renamed') && !names.includes('plain');
        },
      };
    },
  },
  {
    title: 'copies a file to a group',
    does: 'write',
    begin: async (world) => {
      const operations = new ConfigOperations(filesOf(world).host);
      const target = at('copied', GROUP_SCOPE);
      await operations.look(target);
      return {
        act: () => operations.put(target, newConfigFile('copied', 'text'), undefined, 'why'),
        done: async () => (await file(world, 'copied', GROUP_SCOPE))?.value === 'text',
      };
    },
  },
  {
    title: 'sets a secret of a device',
    does: 'write',
    begin: applying('npmtok', { kind: 'secret', value: Buffer.from(SECRET) }, (found) => found?.unencrypted === false),
  },
  {
    title: 'sets a secret of a group, which goes in plain text',
    does: 'write',
    begin: applying(
      'npmtok',
      { kind: 'secret', value: Buffer.from(SECRET) },
      (found) => found?.unencrypted === false,
      GROUP_SCOPE,
    ),
  },
  {
    title: 'switches the tag of a device',
    does: 'write',
    begin: async (world) => {
      const { configs, host } = filesOf(world);
      await configs.get(DEVICE_SCOPE, 0);
      const edits = new SettingsEdits(host);
      const edit = { change: (text: string) => withTag(text, 'other'), isAsSeen: () => true };
      return {
        act: () => edits.apply({ host: 'h', scope: DEVICE_SCOPE, uuid: DEVICE_UUID }, edit, 'why'),
        done: async () => {
          const read = readUpdateSettings((await file(world, 'z-50-fioctl.toml'))?.value ?? '');
          return JSON.stringify(read).includes('other');
        },
      };
    },
  },
  {
    title: 'sends one file to many devices',
    does: 'write',
    begin: sendingToMany(
      { file: 'many.config', content: { kind: 'plain', value: 'for all' }, newHandler: undefined },
      (found) => found?.value === 'for all',
    ),
  },
  {
    title: 'sends a secret to many devices',
    does: 'write',
    begin: sendingToMany(
      { file: 'npmtok', content: { kind: 'secret', value: Buffer.from(SECRET) }, newHandler: undefined },
      (found) => found?.unencrypted === false,
    ),
  },
];
