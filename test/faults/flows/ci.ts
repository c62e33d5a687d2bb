/** Targets, builds, the secrets of CI, and waves. */
import type { CiTrigger } from '../../../src/api/triggers';
import type { Target } from '../../../src/model/target';
import { isFinalStatus } from '../../../src/model/build';
import { BuildList } from '../../../src/store/builds';
import { CiSecrets } from '../../../src/store/ciSecrets';
import { cancelOne, rerunOne } from '../../../src/store/runWrites';
import { TargetChanges } from '../../../src/store/targetChanges';
import { TargetList } from '../../../src/store/targetList';
import { WaveList } from '../../../src/store/waves';
import { WaveWrites } from '../../../src/store/waveWrites';
import { FACTORY } from '../../unit/support/factory';
import { found, WAVE } from '../operations';
import { SECRET } from '../support/secret';
import { shown, type Flow } from './flow';

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

export const CI_FLOWS: readonly Flow[] = [
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
  ...(['cancel', 'complete'] as const).map((how): Flow => ({
    title: `${how}s a wave`,
    does: 'write',
    begin: async (world) => {
      const waves = new WaveList(world.client, FACTORY, () => 4);
      await waves.load();
      const writes = new WaveWrites(world.client, FACTORY, waves);
      return {
        act: () => writes.end(WAVE, how),
        done: async () =>
          (await world.witness.listWaves(FACTORY, 1)).waves.some(
            ({ name, status }) => name === WAVE && status.startsWith(how),
          ),
      };
    },
  })),
  {
    title: 'shows the latest build',
    does: 'read',
    begin: (world) => Promise.resolve({ act: () => world.client.getLatestBuild(FACTORY, { all: true }) }),
  },
  {
    title: 'reruns a CI run',
    does: 'write',
    begin: async (world) => {
      const { run } = await found(world);
      return {
        act: () => rerunOne(world.client, run),
        done: async () => !isFinalStatus((await world.witness.getRun(run)).status),
      };
    },
  },
  {
    title: 'cancels a CI run',
    does: 'write',
    begin: async (world) => {
      const { run } = await found(world);
      await world.witness.rerunRun(run);
      return {
        act: () => cancelOne(world.client, run),
        done: async () => ['CANCELLING', 'FAILED'].includes((await world.witness.getRun(run)).status),
      };
    },
  },
];
