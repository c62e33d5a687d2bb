import type { RunAddress } from '../api/builds';
import type { FactoryClient } from '../api/client';
import { asUnverified, FactoryError } from '../api/errors';
import { isFinalStatus, type BuildStatus } from '../model/build';

type Client = Pick<FactoryClient, 'getRun' | 'cancelRun' | 'rerunRun'>;

/**
 * Cancels a run. It is looked at right before: one that has ended would become failed, even where it had passed
 * (measured-servers.md 5). Where the answer is lost, the run is looked at once more, and what it then shows counts.
 *
 * @returns whether it was canceled; false where it had ended
 * @throws {FactoryError} where it was not done, or nobody can tell
 */
export async function cancelOne(client: Client, run: RunAddress): Promise<boolean> {
  if (isFinalStatus((await client.getRun(run)).status)) {
    return false;
  }
  await verified(
    client,
    run,
    () => client.cancelRun(run),
    (status) => status === 'CANCELLING' || isFinalStatus(status),
  );
  return true;
}

/**
 * Queues a run that has ended again. Where the answer is lost, the run is looked at, and what it then shows counts.
 *
 * @returns the status of a run that has not ended, which is left as it is; undefined where it was queued
 * @throws {FactoryError} where it was not done, or nobody can tell
 */
export async function rerunOne(client: Client, run: RunAddress): Promise<BuildStatus | undefined> {
  const { status } = await client.getRun(run);
  if (!isFinalStatus(status)) {
    return status;
  }
  await verified(
    client,
    run,
    () => client.rerunRun(run),
    (now) => !isFinalStatus(now),
  );
  return undefined;
}

async function verified(
  client: Client,
  run: RunAddress,
  write: () => Promise<void>,
  isDone: (status: BuildStatus) => boolean,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof FactoryError && error.outcomeUnknown)) {
      throw error;
    }
    const after = await client.getRun(run).catch(() => undefined);
    if (after === undefined) {
      throw asUnverified(error);
    }
    if (!isDone(after.status)) {
      throw error;
    }
  }
}
