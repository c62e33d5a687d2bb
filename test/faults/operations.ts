/** Every operation of the client. A new one is a line here; without it neither the compiler nor the test is content. */
import type { FactoryClient } from '../../src/api/client';
import type { ConfigScope } from '../../src/model/config';
import { DEVICE, DEVICE_UUID, FACTORY } from '../unit/support/factory';
import type { FaultName } from './faults';
import type { World } from './support/world';

type Act = (client: FactoryClient) => Promise<unknown>;

export interface Operation {
  /** A read is repeated when a failure may pass, a write never. */
  readonly does: 'read' | 'write';
  /** What of the answer is needed: JSON of some shape, bytes of any kind as they come, text, or that there was one. */
  readonly needs: 'json' | 'bytes' | 'text' | 'nothing';
  /** Prepares it, while everything still works. */
  readonly prepare: (world: World) => Act | Promise<Act>;
  /** Faults that it is to get over, beside those that spoil only what it does not need. */
  readonly survives?: readonly FaultName[];
}

const read = (act: Act, more: Partial<Operation> = {}): Operation => ({
  does: 'read',
  needs: 'json',
  prepare: () => act,
  ...more,
});
const write = (act: Act, more: Partial<Operation> = {}): Operation => ({
  does: 'write',
  needs: 'nothing',
  prepare: () => act,
  ...more,
});

export const DEVICE_SCOPE: ConfigScope = { kind: 'device', factory: FACTORY, device: DEVICE };
const file = { name: 'app.config', value: 'new', unencrypted: true, onChanged: undefined };

/** What is read as it comes, and may come from another host: nobody can tell that these are not it. */
export const ANY_FILE: readonly FaultName[] = ['redirect to a page of another host', 'redirect (307) to another host'];

/** @returns the first update and test of a device, and the newest target */
async function ids({ witness }: World): Promise<{ update: string; test: string; artifact: string; target: string }> {
  const [updates, tests, targets] = await Promise.all([
    witness.listUpdates(FACTORY, DEVICE),
    witness.listTests(FACTORY, DEVICE),
    witness.listTargets(FACTORY),
  ]);
  const test = tests.items.find(({ artifacts }) => artifacts.length > 0);
  return {
    update: updates.items[0]?.id ?? '',
    test: test?.id ?? '',
    artifact: test?.artifacts[0] ?? '',
    target: targets[0]?.name ?? '',
  };
}

export const OPERATIONS: Readonly<Record<Exclude<keyof FactoryClient, 'server'>, Operation>> = {
  listFactories: read((client) => client.listFactories()),
  getSelf: read((client) => client.getSelf(FACTORY)),
  listUsers: read((client) => client.listUsers(FACTORY)),
  listDevices: read((client) => client.listDevices({ factory: FACTORY, limit: 10 })),
  getDevice: read((client) => client.getDevice(FACTORY, DEVICE)),
  countDevices: read((client) => client.countDevices({ factory: FACTORY })),
  getFleetStatus: read((client) => client.getFleetStatus(FACTORY, 4)),
  getPresence: read((client) => client.getPresence(FACTORY, 4)),
  listGroups: read((client) => client.listGroups(FACTORY)),
  changeDevice: write((client) => client.changeDevice(FACTORY, DEVICE_UUID, { name: 'other' })),
  deleteDevice: write((client) => client.deleteDevice(FACTORY, DEVICE_UUID)),
  createGroup: write((client) => client.createGroup(FACTORY, { name: 'new', description: '' })),
  changeGroup: write((client) => client.changeGroup(FACTORY, 'lab', { description: 'other' })),
  deleteGroup: write((client) => client.deleteGroup(FACTORY, 'empty'), {
    prepare: async ({ witness }) => {
      await witness.createGroup(FACTORY, { name: 'empty', description: '' });
      return (client) => client.deleteGroup(FACTORY, 'empty');
    },
  }),
  getActionRecord: read((client) => client.getActionRecord(FACTORY, DEVICE_UUID, 'x'), {
    prepare: async (world) => {
      const { test } = await ids(world);
      return (client) => client.getActionRecord(FACTORY, DEVICE_UUID, test);
    },
    // The device has not run it yet.
    survives: ['404'],
  }),
  getActionArtifact: read((client) => client.getActionArtifact(FACTORY, DEVICE_UUID, 'x', 'y'), {
    needs: 'text',
    survives: [...ANY_FILE],
    prepare: async (world) => {
      const { test, artifact } = await ids(world);
      return (client) => client.getActionArtifact(FACTORY, DEVICE_UUID, test, artifact);
    },
  }),
  listVpnAddresses: read((client) => client.listVpnAddresses(FACTORY)),
  getDeviceKey: read((client) => client.getDeviceKey(FACTORY, DEVICE)),
  listTargets: read((client) => client.listTargets(FACTORY)),
  getTarget: read((client) => client.getTarget(FACTORY, 'x'), {
    prepare: async (world) => {
      const { target } = await ids(world);
      return (client) => client.getTarget(FACTORY, target);
    },
  }),
  newestAppsReport: read((client) => client.newestAppsReport(FACTORY, DEVICE)),
  listAppsReports: read((client) => client.listAppsReports(FACTORY, DEVICE)),
  getDeviceDetail: read((client) => client.getDeviceDetail(FACTORY, DEVICE)),
  listUpdates: read((client) => client.listUpdates(FACTORY, DEVICE)),
  listUpdateEvents: read((client) => client.listUpdateEvents(FACTORY, DEVICE, 'x'), {
    prepare: async (world) => {
      const { update } = await ids(world);
      return (client) => client.listUpdateEvents(FACTORY, DEVICE, update);
    },
  }),
  listTests: read((client) => client.listTests(FACTORY, DEVICE)),
  getTest: read((client) => client.getTest(FACTORY, DEVICE, 'x'), {
    prepare: async (world) => {
      const { test } = await ids(world);
      return (client) => client.getTest(FACTORY, DEVICE, test);
    },
  }),
  receiveArtifact: read(() => Promise.resolve(), {
    needs: 'bytes',
    survives: [...ANY_FILE, 'a huge body'],
    prepare: async (world) => {
      const { test, artifact: name } = await ids(world);
      const artifact = { factory: FACTORY, device: DEVICE, test, name };
      return (client) => client.receiveArtifact(artifact, { write: () => undefined });
    },
  }),
  listConfig: read((client) => client.listConfig(DEVICE_SCOPE)),
  patchConfig: write((client) => client.patchConfig(DEVICE_SCOPE, { reason: 'r', file })),
  postConfig: write((client) => client.postConfig(DEVICE_SCOPE, { reason: 'r', files: [file] })),
  deleteConfigFile: write((client) => client.deleteConfigFile(DEVICE_SCOPE, 'app.config')),
};
