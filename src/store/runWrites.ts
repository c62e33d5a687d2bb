import type { RunAddress } from '../api/builds';
import type { FactoryClient } from '../api/client';
import { asUnverified, FactoryError } from '../api/errors';
import { isCancelable, isFinalStatus, type BuildStatus } from '../model/build';

type Client = Pick<FactoryClient, 'getRun' | 'cancelRun' | 'rerunRun'>;

/**
 * Cancels a run. It is looked at right before: only one that waits or runs can be canceled without harm (`isCancelable`). If
 * the answer is lost, the run is looked at once more, and what it then shows counts.
 *
 * @returns the status of a run that was left as it is; undefined if it was canceled
 * @throws {FactoryError} if it was not done, or nobody can tell
 */
export async function cancelOne(client: Client, run: RunAddress): Promise<BuildStatus | undefined> {
  const { status } = await client.getRun(run);
  if (!isCancelable(status)) {
    return status;
  }
  await verified(
    client,
    run,
    () => client.cancelRun(run),
    (now) => now === 'CANCELLING' || isFinalStatus(now),
  );
  return undefined;
}

/**
 * Queues a run that has ended again. If the answer is lost, the run is looked at, and what it then shows counts.
 *
 * @returns the status of a run that has not ended, which is left as it is; undefined if it was queued
 * @throws {FactoryError} if it was not done, or nobody can tell
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
