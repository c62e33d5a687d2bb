/** Devices, their groups, what they report and what they run. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { downloadToFile } from '../../../src/commands/downloadToFile';
import { newRunId, oneshotFile } from '../../../src/model/remoteActions';
import { USERS } from '../../../src/demo/world/people';
import { followRun } from '../../../src/store/actionRun';
import { ConfigStore } from '../../../src/store/configStore';
import { DeviceReports } from '../../../src/store/deviceReports';
import { DeviceWrites } from '../../../src/store/deviceWrites';
import { Fleet } from '../../../src/store/fleet';
import { GroupList } from '../../../src/store/groupList';
import { TargetList } from '../../../src/store/targetList';
import { DEVICE, DEVICE_UUID, FACTORY } from '../../unit/support/factory';
import type { FaultName } from '../faults';
import { ANY_FILE, DEVICE_SCOPE } from '../operations';
import type { World } from '../support/world';
import { shown, type Begun, type Flow } from './flow';

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

const changingDevice =
  (change: Parameters<DeviceWrites['change']>[1], key: 'name' | 'group' | 'owner'): Flow['begin'] =>
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

/** Faults that are got over: by looking again until they have passed, and by taking every byte for what was asked for. */
export const FOLLOWED = {
  passing: [
    'connection refused',
    'unknown host name',
    'no answer, not done',
    'no answer, done',
    'answer stops half way',
    'cut before the answer, not done',
    'cut before the answer, done',
    'cut in the middle of the answer',
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
  anyBytes: [
    ...ANY_FILE,
    'JSON of wrong types',
    'half of the JSON',
    '204 without the body that is due',
    'a page instead of JSON',
    'a huge body',
  ],
} as const satisfies Record<string, readonly FaultName[]>;

/** A download into a folder, of which no half file is left. */
export async function savingTo(receive: Parameters<typeof downloadToFile>[1]): Promise<Begun> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'foundries-faults-'));
  let left: string[] = [];
  return {
    act: async () => {
      try {
        const { signal } = new AbortController();
        await downloadToFile(path.join(folder, 'saved'), receive, { signal, retryMs: 1 });
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
}

export const DEVICE_FLOWS: readonly Flow[] = [
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
  { title: 'renames a device', does: 'write', begin: changingDevice({ name: 'renamed' }, 'name') },
  { title: 'moves a device to a group', does: 'write', begin: changingDevice({ group: 'lab' }, 'group') },
  { title: 'gives a device another owner', does: 'write', begin: changingDevice({ owner: USERS.bo.id }, 'owner') },
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
    title: 'describes a device group',
    does: 'write',
    begin: async (world) => {
      const groups = await groupsOf(world);
      const description = 'by night';
      return {
        act: () => groups.change('lab', { description }),
        done: async () => (await world.witness.listGroups(FACTORY)).some((group) => group.description === description),
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
      const configs = new ConfigStore(world.client);
      const run = oneshotFile('diag', newRunId('diag'));
      return Promise.resolve({
        act: () => configs.update(DEVICE_SCOPE, () => ({ reason: 'why', file: run })),
        done: async () => (await world.factory.value(run.name)) === run.value,
      });
    },
  },
  {
    title: 'follows a remote action, while the fault lasts for three looks',
    does: 'read',
    survives: [...ANY_FILE, '404', ...FOLLOWED.passing],
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
    survives: FOLLOWED.anyBytes,
    begin: async (world) => {
      const { items } = await world.witness.listTests(FACTORY, DEVICE);
      const found = items.find(({ artifacts }) => artifacts.length > 0);
      const artifact = { factory: FACTORY, device: DEVICE, test: found?.id ?? '', name: found?.artifacts[0] ?? '' };
      return savingTo((sink, signal) => world.client.receiveArtifact(artifact, sink, signal));
    },
  },
];
