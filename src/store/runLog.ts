import type { RunAddress } from '../api/builds';
import type { FactoryClient } from '../api/client';
import { FactoryError } from '../api/errors';
import type { BuildStatus } from '../model/build';
import { change, pause } from './buildRun';
import type { Disposable } from './emitter';
import { systemClock, type Clock } from './refreshing';

export interface FollowLogOptions {
  /** Ends the following. */
  readonly signal: AbortSignal;
  /** Gets the bytes of the log in their order. */
  readonly write: (chunk: Uint8Array) => void;
  /** Told of the status of the run; undefined: it has ended. */
  readonly onStatus: (status: BuildStatus | undefined) => void;
  /** Told of a failure that is waited out; undefined: it has passed. */
  readonly onTrouble?: (error: FactoryError | undefined) => void;
  /** Whether somebody watches: nothing is asked else. */
  readonly isWatched: () => boolean;
  /** Tells when that may have changed. */
  readonly onDidChangeWatched: (listener: () => void) => Disposable;
  readonly clock?: Clock;
}

/** Milliseconds between two looks: while the log grows, and while it does not (foundries-api.md §2.7, §3.2). */
const FIRST_MS = 5000;
const LONGEST_MS = 15_000;

const PASSING: ReadonlySet<string> = new Set(['network', 'timeout', 'server', 'rateLimited', 'unexpected']);

/**
 * Follows the log of a run to its end, while somebody watches. Bytes that a cut answer had brought count.
 *
 * @returns whether the end was reached; false where the signal ended it
 * @throws {FactoryError} where the service refuses; passing failures are waited out
 */
export async function followLog(
  client: Pick<FactoryClient, 'receiveLog'>,
  run: RunAddress,
  { signal, write, onStatus, onTrouble, isWatched, onDidChangeWatched, clock = systemClock }: FollowLogOptions,
): Promise<boolean> {
  let offset = 0;
  for (let wait = FIRST_MS; !isAborted(signal);) {
    let extra = 0;
    const before = offset;
    try {
      const look = await client.receiveLog(
        run,
        offset,
        (chunk) => {
          offset += chunk.byteLength;
          write(chunk);
        },
        signal,
      );
      onTrouble?.(undefined);
      onStatus(look.status);
      if (look.ended) {
        return true;
      }
    } catch (error) {
      if (isAborted(signal)) {
        return false;
      }
      if (!(error instanceof FactoryError) || !PASSING.has(error.kind)) {
        throw error;
      }
      onTrouble?.(error);
      extra = error.info.retryAfterMs ?? LONGEST_MS;
    }
    wait = offset > before ? FIRST_MS : Math.min(wait * 1.3, LONGEST_MS);
    await pause(clock, Math.max(wait, extra), signal);
    while (!isWatched() && !isAborted(signal)) {
      await change(onDidChangeWatched, signal);
    }
  }
  return false;
}

/** What is looked at again after a wait has changed, whatever the compiler thinks. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;
