import type { FactoryClient } from '../api/client';
import type { InProgress, WaveUnderWay } from '../model/inProgress';
import type { Wave } from '../model/waves';
import { patient, type Counting } from './reach';
import type { WaveList } from './waves';

/** Pages of active waves that are read: there is one active wave for each tag (docs/api.md §2.6). */
const MOST_PAGES = 50;

/**
 * Asks which waves are in progress, how far they have come, and for their targets. Never rejects.
 *
 * @param concerns the waves that are told of; others are left out
 */
export async function wavesInProgress(
  { client, factory, waves }: { readonly client: FactoryClient; readonly factory: string; readonly waves: WaveList },
  concerns: (wave: Wave) => boolean,
  counting: Counting,
): Promise<Pick<InProgress, 'waves' | 'wavesError'>> {
  let active: readonly Wave[];
  try {
    active = await activeWaves(client, factory, counting);
  } catch (error) {
    return { waves: undefined, wavesError: error };
  }
  const found = active.filter(concerns).map(async (wave): Promise<WaveUnderWay> => {
    const [status, targets] = await Promise.allSettled([
      client.getWaveStatus(factory, wave.name, counting.offlineAfterHours, patient(counting)),
      waves.targetsOf(wave.name),
    ]);
    return {
      wave,
      status: status.status === 'fulfilled' ? status.value : undefined,
      targets: targets.status === 'fulfilled' ? new Set(targets.value.map(({ name }) => name)) : undefined,
    };
  });
  return { waves: await Promise.all(found) };
}

async function activeWaves(client: FactoryClient, factory: string, counting: Counting): Promise<readonly Wave[]> {
  const signal = patient(counting);
  let found: readonly Wave[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const { waves, hasMore } = await client.listWaves(factory, page, signal, 'active');
    // A server that does not filter sends all of them.
    found = [...found, ...waves.filter(({ status }) => status === 'active')];
    if (!hasMore) {
      break;
    }
  }
  return found;
}
