/** What a user does, from the click to the words about it. A new flow is an entry here. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { streamToFile } from '../../src/commands/streamToFile';
import type { ConfigAddress } from '../../src/configfs/address';
import { FileEdits, type FileEdit } from '../../src/configfs/fileEdits';
import { ManyFiles, type ManyChange, type ManyTarget } from '../../src/configfs/manyFiles';
import { MeantDevices } from '../../src/configfs/meantDevices';
import { ConfigOperations } from '../../src/configfs/operations';
import { SettingsEdits } from '../../src/configfs/settingsEdits';
import { currentFile, newConfigFile, type ConfigFile, type ConfigScope } from '../../src/model/config';
import { newRunId, oneshotFile } from '../../src/model/remoteActions';
import { readUpdateSettings, withTag } from '../../src/model/updateSettings';
import type { CiTrigger } from '../../src/api/triggers';
import type { Target } from '../../src/model/target';
import { BuildList } from '../../src/store/builds';
import { CiSecrets } from '../../src/store/ciSecrets';
import { TargetChanges } from '../../src/store/targetChanges';
import { WaveList } from '../../src/store/waves';
import { WaveWrites } from '../../src/store/waveWrites';
import { followRun } from '../../src/store/actionRun';
import { ConfigStore } from '../../src/store/configStore';
import { DeviceReports } from '../../src/store/deviceReports';
import { DeviceWrites } from '../../src/store/deviceWrites';
import { Fleet } from '../../src/store/fleet';
import { GroupList } from '../../src/store/groupList';
import { removeOne, restoreAll, restoreOne } from '../../src/store/restoring';
import { TargetList } from '../../src/store/targetList';
import { TestMemory, TestWindow } from '../unit/support/editor';
import { DEVICE, DEVICE_UUID, FACTORY } from '../unit/support/factory';
import type { FaultName } from './faults';
import { ANY_FILE, DEVICE_SCOPE, WAVE } from './operations';
import { SECRET } from './support/secret';
import type { World } from './support/world';

export interface Flow {
  /** Goes on after "the user …". */
  readonly title: string;
  readonly does: 'read' | 'write';
  /** Brings the user to where the fault comes in, while everything still works. */
  readonly begin: (world: World) => Promise<Begun>;
  /** Faults that the user is not to notice, of a flow that changes nothing. */
  readonly survives?: readonly FaultName[];
}

export interface Begun {
  /** What the user does then. Throws what is shown. */
  act(): Promise<unknown>;
  /** Whether it is in force; of a flow that changes something. */
  done?(): Promise<boolean>;
  /** What is left of the user's work. */
  kept?(ok: boolean): { readonly what: string; readonly lost: boolean };
}

const GROUP_SCOPE: ConfigScope = { kind: 'group', factory: FACTORY, group: 'lab' };
const FILE = 'app.config';
const at = (file: string, scope: ConfigScope = DEVICE_SCOPE): ConfigAddress => ({ host: 'h', scope, file });

/** @returns what a configuration holds, past every fault */
async function files({ witness }: World, scope: ConfigScope = DEVICE_SCOPE): Promise<readonly ConfigFile[]> {
  return (await witness.listConfig(scope))[0]?.files ?? [];
}
const file = async (world: World, name: string, scope?: ConfigScope) =>
  (await files(world, scope)).find((one) => one.name === name);

/** @throws the failure that a list shows */
function shown<T extends { readonly error: unknown }>(state: T): T {
  if (state.error !== undefined) {
    throw state.error as Error;
  }
  return state;
}

function fleetOf(world: World) {
  const fleet = new Fleet(world.client, FACTORY, () => 4);
  return { fleet, writes: new DeviceWrites(world.client, FACTORY, fleet) };
}

async function deviceOf(fleet: Fleet) {
  const device = await fleet.look(DEVICE_UUID);
  if (device === undefined) {
    throw new Error('no device');
  }
  return device;
}

/** The parts that act on files as wholes, with a user who agrees to everything. */
function filesOf(world: World) {
  const configs = new ConfigStore(world.client);
  const meant = new MeantDevices({
    configs: () => configs,
    knownUuid: () => DEVICE_UUID,
    fetchUuid: async () => (await world.client.getDevice(FACTORY, DEVICE)).uuid,
  });
  configs.onDidChange((scope) => meant.saw({ host: 'h', scope }));
  const host = {
    configs: () => configs,
    knownUuid: (_host: string, scope: ConfigScope) => (scope.kind === 'device' ? DEVICE_UUID : undefined),
    fetchUuid: async () => (await world.client.getDevice(FACTORY, DEVICE)).uuid,
    fetchKey: (_host: string, scope: ConfigScope & { readonly kind: 'device' }) =>
      world.client.getDeviceKey(scope.factory, scope.device),
    hasUnsentText: () => false,
    openText: () => undefined,
    meant: (...of: Parameters<MeantDevices['meant']>) => meant.meant(...of),
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

const applying =
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

const changingDevice =
  (change: Parameters<DeviceWrites['change']>[1], key: 'name' | 'group'): Flow['begin'] =>
  async (world) => {
    const { fleet, writes } = fleetOf(world);
    await fleet.all.load();
    const device = await deviceOf(fleet);
    const look = async () =>
      (await world.witness.listDevices({ factory: FACTORY, uuid: DEVICE_UUID, limit: 10 })).devices[0];
    return {
      act: () => writes.change(device, change),
      done: async () => (await look())?.[key] === Object.values(change)[0],
      kept: () => rowsOf(fleet, 12),
    };
  };

/** Rows stay in sight whatever happens. */
function rowsOf(fleet: Fleet, least: number) {
  const { length } = fleet.all.state.devices;
  return { what: length >= least ? 'the rows' : `${length} rows`, lost: length < least };
}

async function groupsOf(world: World): Promise<GroupList> {
  const groups = new GroupList(world.client, FACTORY);
  await groups.load();
  return groups;
}

const groupNames = async ({ witness }: World) => (await witness.listGroups(FACTORY)).map(({ name }) => name);

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

/** A change of the secrets of CI; `isDone` looks at them as the service keeps them. */
const changingSecret =
  (
    change: (secrets: CiSecrets, trigger: CiTrigger) => Promise<void>,
    isDone: (known: ReadonlyMap<string, string>) => boolean,
  ): Flow['begin'] =>
  async (world) => {
    const secrets = new CiSecrets(world.client, FACTORY);
    const [trigger] = await secrets.triggers();
    const kept = () => world.server.emulator.world.factories.get(FACTORY)?.ci.triggers[0]?.secrets;
    return {
      act: () => change(secrets, trigger!),
      done: () => Promise.resolve(isDone(new Map(kept()))),
    };
  };

/** A change of the oldest target, which a CI job carries out: done is what has started one. */
const changingTargets =
  (plan: (changes: TargetChanges, target: Target) => Promise<() => Promise<string>>): Flow['begin'] =>
  async (world) => {
    const list = new TargetList(world.client, FACTORY);
    const changes = new TargetChanges(world.client, FACTORY, list);
    const targets = await world.witness.listTargets(FACTORY);
    const oldest = targets.reduce((least, target) => (target.version < least.version ? target : least));
    const send = await plan(changes, oldest);
    const newest = async () => (await world.witness.listBuilds(FACTORY)).builds[0]?.id ?? 0;
    const before = await newest();
    return {
      act: async () => {
        const state = await send();
        if (state !== 'started') {
          throw new Error(`it ended as ${state}`);
        }
      },
      done: async () => (await newest()) > before,
    };
  };

export const FLOWS: readonly Flow[] = [
  {
    title: 'lists devices',
    does: 'read',
    begin: (world) => {
      const { fleet } = fleetOf(world);
      return Promise.resolve({ act: async () => shown(await fleet.all.load()) });
    },
  },
  {
    title: 'refreshes the devices that are shown',
    does: 'read',
    begin: async (world) => {
      const { fleet } = fleetOf(world);
      await fleet.all.load();
      return {
        act: async () => {
          await fleet.all.refresh();
          shown(fleet.all.state);
        },
        kept: () => rowsOf(fleet, 12),
      };
    },
  },
  {
    title: 'reads a list to its end',
    does: 'read',
    begin: (world) => {
      const { fleet } = fleetOf(world);
      return Promise.resolve({
        act: async () => {
          shown(await fleet.all.load());
          for (let more = 0; fleet.all.state.hasMore; more++) {
            if (more > 20) {
              throw new Error('it has no end');
            }
            await fleet.all.loadMore();
            shown(fleet.all.state);
          }
        },
      });
    },
  },
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
  { title: 'renames a device', does: 'write', begin: changingDevice({ name: 'renamed' }, 'name') },
  { title: 'moves a device to a group', does: 'write', begin: changingDevice({ group: 'lab' }, 'group') },
  {
    title: 'deletes a device',
    does: 'write',
    begin: async (world) => {
      const { fleet, writes } = fleetOf(world);
      await fleet.all.load();
      const device = await deviceOf(fleet);
      return {
        act: () => writes.remove(device),
        done: async () =>
          (await world.witness.listDevices({ factory: FACTORY, uuid: DEVICE_UUID, limit: 10 })).devices.length === 0,
        kept: (ok) => rowsOf(fleet, ok ? 11 : 12),
      };
    },
  },
  {
    title: 'makes a device group',
    does: 'write',
    begin: async (world) => {
      const groups = await groupsOf(world);
      return {
        act: () => groups.create({ name: 'night', description: 'shift' }),
        done: async () => (await groupNames(world)).includes('night'),
      };
    },
  },
  {
    title: 'renames a device group',
    does: 'write',
    begin: async (world) => {
      const groups = await groupsOf(world);
      return {
        act: () => groups.change('lab', { name: 'bench' }),
        done: async () => (await groupNames(world)).includes('bench'),
      };
    },
  },
  {
    title: 'deletes a device group',
    does: 'write',
    begin: async (world) => {
      await world.witness.createGroup(FACTORY, { name: 'empty', description: '' });
      const groups = await groupsOf(world);
      return {
        act: () => groups.remove('empty'),
        done: async () => !(await groupNames(world)).includes('empty'),
      };
    },
  },
  {
    title: 'runs a remote action',
    does: 'write',
    begin: (world) => {
      const { configs } = filesOf(world);
      const run = oneshotFile('diag', newRunId('diag'));
      return Promise.resolve({
        act: () => configs.update(DEVICE_SCOPE, () => ({ reason: 'why', file: run })),
        done: async () => (await file(world, run.name))?.value === run.value,
      });
    },
  },
  {
    title: 'follows a remote action, while the fault lasts for three looks',
    does: 'read',
    survives: [
      ...ANY_FILE,
      'connection refused',
      'unknown host name',
      'no answer, not done',
      'no answer, done',
      'answer stops half way',
      'cut before the answer, not done',
      'cut before the answer, done',
      'cut in the middle of the answer',
      '404',
      '429',
      '429, Retry-After: 90',
      '429, Retry-After: a date, clock a day behind',
      '500',
      '500, done',
      '502, a page',
      '204 without the body that is due',
      'half of the JSON',
      'JSON of wrong types',
      'a page instead of JSON',
    ],
    begin: async (world) => {
      const { items } = await world.witness.listTests(FACTORY, DEVICE);
      const id = items.find(({ completedAt }) => completedAt !== undefined)?.id ?? '';
      const stop = new AbortController();
      let looks = 0;
      return {
        act: async () => {
          const record = await followRun(
            (signal) => {
              looks += 1;
              if (looks > 3) {
                world.disarm();
              }
              return world.client.getTest(FACTORY, { uuid: DEVICE_UUID }, id, signal);
            },
            {
              clock: { now: () => 0, after: (_ms, run) => (setImmediate(run), { dispose: () => undefined }) },
              signal: stop.signal,
              isWatched: () => true,
              onDidChangeWatched: () => ({ dispose: () => undefined }),
            },
          );
          if (record === undefined) {
            throw new Error('it was not followed to its end');
          }
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
  {
    title: 'opens the page of a device',
    does: 'read',
    begin: (world) => {
      const { fleet } = fleetOf(world);
      const reports = new DeviceReports(world.client, FACTORY, fleet, new TargetList(world.client, FACTORY));
      return Promise.resolve({ act: async () => shown(await reports.detail(DEVICE).get(0)) });
    },
  },
  {
    title: 'reads the updates of a device to their end',
    does: 'read',
    begin: (world) => {
      const { fleet } = fleetOf(world);
      const reports = new DeviceReports(world.client, FACTORY, fleet, new TargetList(world.client, FACTORY));
      const updates = reports.updates(DEVICE);
      return Promise.resolve({
        act: async () => {
          shown(await updates.get(0));
          for (let more = 0; updates.state.value?.nextPage !== undefined; more++) {
            if (more > 20) {
              throw new Error('it has no end');
            }
            await updates.loadMore();
            shown(updates.state);
          }
        },
      });
    },
  },
  {
    title: 'saves an artifact of a test',
    does: 'read',
    survives: [
      ...ANY_FILE,
      'JSON of wrong types',
      'half of the JSON',
      '204 without the body that is due',
      'a page instead of JSON',
      'a huge body',
    ],
    begin: async (world) => {
      const { items } = await world.witness.listTests(FACTORY, DEVICE);
      const found = items.find(({ artifacts }) => artifacts.length > 0);
      const artifact = { factory: FACTORY, device: DEVICE, test: found?.id ?? '', name: found?.artifacts[0] ?? '' };
      const folder = await mkdtemp(path.join(os.tmpdir(), 'foundries-faults-'));
      let left: string[] = [];
      return {
        act: async () => {
          try {
            await streamToFile(path.join(folder, 'saved'), (sink) => world.client.receiveArtifact(artifact, sink));
          } finally {
            left = await readdir(folder);
            await rm(folder, { recursive: true });
          }
        },
        kept: (ok) => ({
          what: left.length === 0 ? 'no half file' : left.join(', '),
          lost: left.join() !== (ok ? 'saved' : ''),
        }),
      };
    },
  },
  {
    title: 'lists targets',
    does: 'read',
    begin: (world) => {
      const targets = new TargetList(world.client, FACTORY);
      return Promise.resolve({ act: async () => shown(await targets.load()) });
    },
  },
  {
    title: 'lists builds to their end',
    does: 'read',
    begin: (world) => {
      const builds = new BuildList(world.client, FACTORY);
      return Promise.resolve({
        act: async () => {
          shown(await builds.load());
          for (let more = 0; builds.state.hasMore; more++) {
            if (more > 20) {
              throw new Error('it has no end');
            }
            await builds.loadMore();
            shown(builds.state);
          }
        },
      });
    },
  },
  {
    title: 'makes a CI secret',
    does: 'write',
    begin: changingSecret(
      (secrets, trigger) => secrets.set(trigger, 'newtok', SECRET),
      (known) => known.get('newtok') === SECRET,
    ),
  },
  {
    title: 'replaces the value of a CI secret, which cannot be read back',
    does: 'write',
    begin: changingSecret(
      (secrets, trigger) => secrets.set(trigger, 'npmtok', SECRET),
      (known) => known.get('npmtok') === SECRET,
    ),
  },
  {
    title: 'deletes a CI secret',
    does: 'write',
    begin: changingSecret(
      (secrets, trigger) => secrets.remove(trigger, 'npmtok'),
      (known) => !known.has('npmtok'),
    ),
  },
  {
    title: 'changes the tags of a target',
    does: 'write',
    begin: changingTargets(async (changes, target) => {
      const plan = await changes.planTags([target], { kind: 'add', tags: ['more'] });
      return async () => (await changes.sendTags(plan)).state;
    }),
  },
  {
    title: 'prunes a target',
    does: 'write',
    begin: changingTargets(async (changes, target) => {
      const plan = await changes.planPrune([target]);
      return async () => (await changes.sendPrune(plan)).state;
    }),
  },
  {
    title: 'lists waves and looks at one',
    does: 'read',
    begin: (world) => {
      const waves = new WaveList(world.client, FACTORY, () => 4);
      return Promise.resolve({
        act: async () => {
          shown(await waves.load());
          shown(await waves.progressOf(WAVE).load());
        },
      });
    },
  },
  {
    title: 'rolls a wave out to two devices',
    does: 'write',
    begin: async (world) => {
      const waves = new WaveList(world.client, FACTORY, () => 4);
      await waves.load();
      const writes = new WaveWrites(world.client, FACTORY, waves);
      const plan = await writes.tryRollout(WAVE, { limit: 2 });
      const rollouts = async () =>
        (await world.witness.listWaves(FACTORY, 1)).waves.find(({ name }) => name === WAVE)?.rollouts.length ?? 0;
      const before = await rollouts();
      return {
        act: () => writes.rollout(plan),
        done: async () => (await rollouts()) > before,
        kept: () => ({ what: waves.state.waves.length > 0 ? 'the rows' : '', lost: waves.state.waves.length === 0 }),
      };
    },
  },
  {
    title: 'cancels a wave',
    does: 'write',
    begin: async (world) => {
      const waves = new WaveList(world.client, FACTORY, () => 4);
      await waves.load();
      const writes = new WaveWrites(world.client, FACTORY, waves);
      return {
        act: () => writes.end(WAVE, 'cancel'),
        done: async () =>
          (await world.witness.listWaves(FACTORY, 1)).waves.some(
            ({ name, status }) => name === WAVE && status.startsWith('cancel'),
          ),
      };
    },
  },
];
