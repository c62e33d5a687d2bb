/** Every operation of the client. A new one is a line here; without it neither the compiler nor the test is content. */
import type { FactoryClient } from '../../src/api/client';
import type { FailureKind } from '../../src/api/errors';
import type { ConfigScope } from '../../src/model/config';
import type { RolloutBody } from '../../src/model/waves';
import { DEVICE, DEVICE_UUID, FACTORY } from '../unit/support/factory';
import type { FaultName } from './faults';
import { SECRET } from './support/secret';
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
  /** What its failures may be taken for, beside what they are for all. */
  readonly kinds?: readonly FailureKind[];
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

const BYTES: Partial<Operation> = { needs: 'bytes', survives: [...ANY_FILE, 'a huge body'] };

/** @returns what some operations are about: of each kind one that is there */
export async function found({ witness }: World) {
  const [updates, tests, targets, { builds }, triggers] = await Promise.all([
    witness.listUpdates(FACTORY, DEVICE),
    witness.listTests(FACTORY, DEVICE),
    witness.listTargets(FACTORY),
    witness.listBuilds(FACTORY),
    witness.listTriggers(FACTORY),
  ]);
  const test = tests.items.find(({ artifacts }) => artifacts.length > 0);
  const target = targets.find(({ apps }) => apps.length > 0);
  const build = builds.find(({ runs, status }) => runs.length > 0 && status === 'PASSED');
  const [trigger] = triggers;
  if (test === undefined || target === undefined || build === undefined || trigger === undefined) {
    throw new Error('the Factory of the tests lacks something');
  }
  return {
    update: updates.items[0]?.id ?? '',
    test: test.id,
    artifact: test.artifacts[0] ?? '',
    target,
    build: build.id,
    run: { factory: FACTORY, build: build.id, run: build.runs[0]?.name ?? '' },
    trigger,
  };
}
export type Found = Awaited<ReturnType<typeof found>>;

/** About something that is looked for while everything still works. */
const withFound =
  (act: (client: FactoryClient, what: Found) => Promise<unknown>): Operation['prepare'] =>
  async (world) => {
    const what = await found(world);
    return (client) => act(client, what);
  };

/** @returns a version that was tested, and a test of it that left files */
export async function testedVersion({ witness }: World): Promise<{ version: number; test: string; artifact: string }> {
  const versions = [...new Set((await witness.listTargets(FACTORY)).map(({ version }) => version))];
  for (const version of versions.sort((a, b) => b - a)) {
    const { items } = await witness.listTargetTests(FACTORY, version);
    const test = items.find(({ artifacts }) => artifacts.length > 0);
    if (test !== undefined) {
      return { version, test: test.id, artifact: test.artifacts[0] ?? '' };
    }
  }
  throw new Error('no version was tested');
}
const withTested =
  (
    act: (client: FactoryClient, what: Awaited<ReturnType<typeof testedVersion>>) => Promise<unknown>,
  ): Operation['prepare'] =>
  async (world) => {
    const what = await testedVersion(world);
    return (client) => act(client, what);
  };

export const WAVE = 'spring-rollout';
const DRY: RolloutBody = { limit: 1, 'dry-run': true, 'return-uuids': true, 'return-names': true };
const sink = { write: () => undefined };
/** Its row prepares it. */
const prepared: Act = () => Promise.reject(new Error('not prepared'));

/** What no client does by itself: it is asked of another service. */
export const BESIDE_THE_CLIENT = ['exchangeCredentials'] as const;

type Named = Exclude<keyof FactoryClient, 'server'> | (typeof BESIDE_THE_CLIENT)[number];

export const OPERATIONS: Readonly<Record<Named, Operation>> = {
  exchangeCredentials: write(prepared, {
    needs: 'json',
    // That is how the service says that it does not know them (docs/api.md §1.2).
    kinds: ['unauthorized'],
    prepare: (world) => {
      const tokens = world.application();
      return () => tokens.token();
    },
  }),
  listFactories: read((client) => client.listFactories()),
  getSelf: read((client) => client.getSelf(FACTORY)),
  listUsers: read((client) => client.listUsers(FACTORY)),
  listDevices: read((client) => client.listDevices({ factory: FACTORY, limit: 10 })),
  getDevice: read((client) => client.getDevice(FACTORY, DEVICE)),
  countDevices: read((client) => client.countDevices({ factory: FACTORY })),
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
  listVpnAddresses: read((client) => client.listVpnAddresses(FACTORY)),
  getDeviceKey: read((client) => client.getDeviceKey(FACTORY, DEVICE)),
  listTargets: read((client) => client.listTargets(FACTORY)),
  getTarget: read(prepared, { prepare: withFound((client, { target }) => client.getTarget(FACTORY, target.name)) }),
  newestAppsReport: read((client) => client.newestAppsReport(FACTORY, DEVICE)),
  listAppsReports: read((client) => client.listAppsReports(FACTORY, DEVICE)),
  getDeviceDetail: read((client) => client.getDeviceDetail(FACTORY, DEVICE)),
  listUpdates: read((client) => client.listUpdates(FACTORY, DEVICE)),
  listUpdateEvents: read(prepared, {
    prepare: withFound((client, { update }) => client.listUpdateEvents(FACTORY, DEVICE, update)),
  }),
  listTests: read((client) => client.listTests(FACTORY, DEVICE)),
  getTest: read(prepared, { prepare: withFound((client, { test }) => client.getTest(FACTORY, DEVICE, test)) }),
  receiveArtifact: read(prepared, {
    ...BYTES,
    prepare: withFound((client, { test, artifact: name }) =>
      client.receiveArtifact({ factory: FACTORY, device: DEVICE, test, name }, sink),
    ),
  }),
  listConfig: read((client) => client.listConfig(DEVICE_SCOPE)),
  patchConfig: write((client) => client.patchConfig(DEVICE_SCOPE, { reason: 'r', file })),
  postConfig: write((client) => client.postConfig(DEVICE_SCOPE, { reason: 'r', files: [file] })),
  deleteConfigFile: write((client) => client.deleteConfigFile(DEVICE_SCOPE, 'app.config')),
  readTargets: read((client) => client.readTargets(FACTORY)),
  getTargetDetail: read(prepared, {
    prepare: withFound((client, { target }) => client.getTargetDetail(FACTORY, target.name)),
  }),
  getComposeApp: read(prepared, {
    prepare: withFound((client, { target }) => client.getComposeApp(FACTORY, target.name, target.apps[0]?.name ?? '')),
  }),
  listSboms: read(prepared, {
    prepare: withFound((client, { target }) => client.listSboms(FACTORY, target.name)),
  }),
  receiveSbom: read(prepared, {
    ...BYTES,
    prepare: async (world) => {
      const { target } = await found(world);
      const sboms = await world.witness.listSboms(FACTORY, target.name);
      return (client) => client.receiveSbom(FACTORY, target.name, sboms[0]!, sink);
    },
  }),
  listTargetTests: read(prepared, {
    prepare: withTested((client, { version }) => client.listTargetTests(FACTORY, version)),
  }),
  getTargetTest: read(prepared, {
    prepare: withTested((client, { version, test }) => client.getTargetTest(FACTORY, version, test)),
  }),
  receiveTargetArtifact: read(prepared, {
    ...BYTES,
    prepare: withTested((client, { version, test, artifact }) =>
      client.receiveTargetArtifact(FACTORY, version, test, artifact, sink),
    ),
  }),
  listBuilds: read((client) => client.listBuilds(FACTORY)),
  getBuild: read(prepared, { prepare: withFound((client, { build }) => client.getBuild(FACTORY, build)) }),
  getLatestBuild: read((client) => client.getLatestBuild(FACTORY)),
  listRuns: read(prepared, { prepare: withFound((client, { build }) => client.listRuns(FACTORY, build)) }),
  getRun: read(prepared, { prepare: withFound((client, { run }) => client.getRun(run)) }),
  cancelRun: write(prepared, { prepare: withFound((client, { run }) => client.cancelRun(run)) }),
  rerunRun: write(prepared, { prepare: withFound((client, { run }) => client.rerunRun(run)) }),
  promoteBuild: write(prepared, {
    prepare: withFound((client, { build }) => client.promoteBuild(FACTORY, build, { name: 'v1', annotation: '' })),
  }),
  annotateBuild: write(prepared, {
    prepare: withFound((client, { build }) => client.annotateBuild(FACTORY, build, 'note')),
  }),
  listWaves: read((client) => client.listWaves(FACTORY, 1)),
  listWaveTargets: read((client) => client.listWaveTargets(FACTORY, WAVE)),
  getWaveStatus: read((client) => client.getWaveStatus(FACTORY, WAVE, 4)),
  rolloutWave: write((client) => client.rolloutWave(FACTORY, WAVE, DRY), { needs: 'json' }),
  endWave: write((client) => client.endWave(FACTORY, WAVE, 'complete')),
  patchTargetTags: write(prepared, {
    prepare: withFound((client, { target: { name, version, tags } }) =>
      client.patchTargetTags(FACTORY, [{ name, version, before: tags, after: [...tags, 'more'] }]),
    ),
  }),
  deleteTargets: write(prepared, {
    prepare: withFound((client, { target }) => client.deleteTargets(FACTORY, [target])),
  }),
  receiveRunFile: read(prepared, {
    ...BYTES,
    prepare: withFound((client, { run }) => client.receiveRunFile({ ...run, path: 'console.log' }, sink)),
  }),
  receiveLog: read(prepared, {
    ...BYTES,
    prepare: withFound((client, { run }) => client.receiveLog(run, 0, () => undefined)),
  }),
  listTriggers: read((client) => client.listTriggers(FACTORY)),
  changeCiSecret: write(prepared, {
    prepare: withFound((client, { trigger }) => client.changeCiSecret(FACTORY, trigger, 'newtok', SECRET)),
  }),
};
