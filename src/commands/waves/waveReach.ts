import type { InProgress } from '../../model/inProgress';
import type { RolloutPlan, Wave, WaveStatus } from '../../model/waves';
import type { Reach } from '../../model/reach';
import { chosenReach, type Counting } from '../../store/reach';
import { jobsUnderWay } from '../../store/targetChanges';
import type { CommandContext } from '../services';

/** Whom a rollout reaches, and what is in progress. */
export interface RolloutFacts {
  readonly reach: Reach;
  readonly progress: InProgress;
}

/** Asks what a rollout's devices are, and what is in progress. Never rejects. */
export async function rolloutFacts(
  { connection: { client }, factory }: CommandContext,
  wave: Wave,
  plan: RolloutPlan,
  counting: Counting,
): Promise<RolloutFacts> {
  const filter = { factory: factory.name, tag: wave.tag, group: plan.wish.group };
  const [reach, status, jobs] = await Promise.all([
    chosenReach(client, filter, plan.reach, counting),
    client.getWaveStatus(factory.name, wave.name, counting.offlineAfterHours, counting.signal).catch(() => undefined),
    jobsUnderWay(client, factory.name, counting.signal),
  ]);
  return { reach, progress: progressOf(wave, status, jobs) };
}

/** How far a wave has come, and what is in progress. */
export interface EndFacts {
  readonly status: WaveStatus;
  readonly progress: InProgress;
}

/**
 * Asks how far a wave has come, and what is in progress.
 *
 * @throws {FactoryError} where the service does not tell how far
 */
export async function endFacts(
  { connection: { client }, factory }: CommandContext,
  wave: Wave,
  counting: Counting,
): Promise<EndFacts> {
  const [status, jobs] = await Promise.all([
    client.getWaveStatus(factory.name, wave.name, counting.offlineAfterHours, counting.signal),
    jobsUnderWay(client, factory.name, counting.signal),
  ]);
  return { status, progress: progressOf(wave, status, jobs) };
}

const progressOf = (
  wave: Wave,
  status: WaveStatus | undefined,
  { underWay, jobsError }: Awaited<ReturnType<typeof jobsUnderWay>>,
): InProgress => ({ waves: [{ wave, status, targets: undefined }], jobs: underWay, jobsError });
