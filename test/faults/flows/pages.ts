/** What is only looked at: pages, histories, logs, files of runs. */
import { readEffective } from '../../../src/commands/effectiveConfig';
import { ConfigStore } from '../../../src/store/configStore';
import { Deliveries } from '../../../src/store/deliveries';
import type { ReportState } from '../../../src/store/deviceReports';
import { Fleet } from '../../../src/store/fleet';
import { followLog } from '../../../src/store/runLog';
import { TargetReports } from '../../../src/store/targetReports';
import { until } from '../../support/until';
import { DEVICE, FACTORY } from '../../unit/support/factory';
import { FAULTS } from '../faults';
import { ANY_FILE, DEVICE_SCOPE, found, testedVersion, type Found } from '../operations';
import type { World } from '../support/world';
import { FOLLOWED, savingTo } from './devices';
import { shown, type Flow } from './flow';

/** A page about a target. */
const targetPage =
  (get: (reports: TargetReports, what: Found) => Promise<ReportState<unknown>>): Flow['begin'] =>
  async (world) => {
    const what = await found(world);
    const reports = new TargetReports(world.client, FACTORY);
    return { act: async () => shown(await get(reports, what)) };
  };

const fleetOf = ({ client }: World) => new Fleet(client, FACTORY, () => 4);

export const PAGE_FLOWS: readonly Flow[] = [
  {
    title: 'searches for a device',
    does: 'read',
    begin: (world) => {
      const fleet = fleetOf(world);
      return Promise.resolve({ act: () => fleet.search('device-0') });
    },
  },
  {
    title: 'filters devices',
    does: 'read',
    begin: (world) => {
      const list = fleetOf(world).list({ group: 'lab' });
      return Promise.resolve({ act: async () => shown(await list.load()) });
    },
  },
  {
    title: 'opens the history of a configuration',
    does: 'read',
    begin: (world) => {
      const configs = new ConfigStore(world.client);
      return Promise.resolve({ act: () => configs.get(DEVICE_SCOPE, 0) });
    },
  },
  {
    title: 'opens the effective configuration of a device',
    does: 'read',
    begin: (world) => {
      const connection = { client: world.client, configs: new ConfigStore(world.client) };
      return Promise.resolve({ act: () => readEffective(connection, FACTORY, DEVICE) });
    },
  },
  {
    title: 'compares the configurations of a device and a group',
    does: 'read',
    begin: (world) => {
      const configs = new ConfigStore(world.client);
      const group = { kind: 'group', factory: FACTORY, group: 'lab' } as const;
      return Promise.resolve({
        act: () => Promise.all([configs.get(DEVICE_SCOPE, 0), configs.get(group, 0)]),
      });
    },
  },
  {
    title: 'waits until a device has fetched its configuration, while the fault lasts for three looks',
    does: 'read',
    // The mark on the file says that it is not known; nothing else is told.
    survives: FAULTS.map(({ name }) => name),
    begin: async (world) => {
      await world.control('check-in', { device: DEVICE });
      const configs = new ConfigStore(world.client);
      let looks = 0;
      const get = configs.get.bind(configs);
      configs.get = (...of) => {
        looks += 1;
        if (looks > 3) {
          world.disarm();
        }
        return get(...of);
      };
      const deliveries = new Deliveries(() => true, { first: 1, longest: 2 });
      let told = false;
      deliveries.onDidApply(() => (told = true));
      return {
        act: async () => {
          deliveries.watch({ host: 'h', scope: { ...DEVICE_SCOPE, kind: 'device', device: DEVICE }, configs });
          await until('nothing is watched any more', () => deliveries.pending.length === 0);
        },
        kept: () => ({ what: told ? 'told that it was fetched' : 'no longer watched', lost: false }),
      };
    },
  },
  {
    title: 'opens the page of a target',
    does: 'read',
    begin: targetPage((reports, { target }) => reports.detail(target.name).get(0)),
  },
  {
    title: 'opens a Compose app of a target',
    does: 'read',
    begin: targetPage((reports, { target }) => reports.app(target.name, target.apps[0]?.name ?? '').get(0)),
  },
  {
    title: 'lists the SBOMs of a target',
    does: 'read',
    begin: targetPage((reports, { target }) => reports.sboms(target.name).get(0)),
  },
  {
    title: 'lists the tests of a target and opens one',
    does: 'read',
    begin: async (world) => {
      const { version, test } = await testedVersion(world);
      const reports = new TargetReports(world.client, FACTORY);
      return {
        act: async () => {
          shown(await reports.tests(version).get(0));
          shown(await reports.test(version, test).get(0));
        },
      };
    },
  },
  {
    title: 'saves an SBOM',
    does: 'read',
    survives: FOLLOWED.anyBytes,
    begin: async (world) => {
      const { target } = await found(world);
      const [sbom] = await world.witness.listSboms(FACTORY, target.name);
      return savingTo((sink, signal) => world.client.receiveSbom(FACTORY, target.name, sbom!, sink, signal));
    },
  },
  {
    title: 'saves a file of a CI run',
    does: 'read',
    survives: FOLLOWED.anyBytes,
    begin: async (world) => {
      const { run } = await found(world);
      const { artifacts } = await world.witness.getRun(run);
      const file = { ...run, path: artifacts[0]?.path ?? 'console.log' };
      return savingTo((sink, signal) => world.client.receiveRunFile(file, sink, signal));
    },
  },
  {
    title: 'follows the log of a CI run, while the fault lasts for three looks',
    does: 'read',
    survives: [...FOLLOWED.passing, ...ANY_FILE, 'a huge body'],
    begin: async (world) => {
      const { run } = await found(world);
      let looks = 0;
      let ended = false;
      return {
        act: async () => {
          ended = await followLog(
            {
              receiveLog: (...of) => {
                looks += 1;
                if (looks > 3) {
                  world.disarm();
                }
                return world.client.receiveLog(...of);
              },
              getRun: (...of) => world.client.getRun(...of),
            },
            run,
            {
              clock: { now: () => 0, after: (_ms, go) => (setImmediate(go), { dispose: () => undefined }) },
              signal: new AbortController().signal,
              write: () => undefined,
              onStatus: () => undefined,
              isWatched: () => true,
              onDidChangeWatched: () => ({ dispose: () => undefined }),
            },
          );
        },
        kept: (ok) => ({ what: ended ? 'read to its end' : 'its end is told', lost: ok && !ended }),
      };
    },
  },
];
