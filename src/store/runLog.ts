import type { RunAddress } from '../api/builds';
import type { FactoryClient } from '../api/client';
import type { FactoryError } from '../api/errors';
import type { BuildStatus } from '../model/build';
import { isAborted, isPassing, untilNextLook, type Following } from './following';

export interface FollowLogOptions extends Following {
  /** Gets the bytes of the log in their order. */
  readonly write: (chunk: Uint8Array) => void;
  /** Told of the status of the run; undefined: it has ended. */
  readonly onStatus: (status: BuildStatus | undefined) => void;
  /** Told of a failure that is waited out; undefined: it has passed. */
  readonly onTrouble?: (error: FactoryError | undefined) => void;
}

/** Milliseconds between two looks: while the log grows, and while it does not (foundries-api.md §2.7, §3.2). */
const FIRST_MS = 5000;
const LONGEST_MS = 15_000;

/**
 * Follows the log of a run to its end, while somebody watches. Bytes that a cut answer had brought count.
 *
 * @returns whether the end was reached; false where the signal ended it
 * @throws {FactoryError} where the service refuses; passing failures are waited out
 */
export async function followLog(
  client: Pick<FactoryClient, 'receiveLog'>,
  run: RunAddress,
  { write, onStatus, onTrouble, ...following }: FollowLogOptions,
): Promise<boolean> {
  const { signal } = following;
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
      if (!isPassing(error)) {
        throw error;
      }
      onTrouble?.(error);
      extra = error.info.retryAfterMs ?? LONGEST_MS;
    }
    wait = offset > before ? FIRST_MS : Math.min(wait * 1.3, LONGEST_MS);
    await untilNextLook(following, Math.max(wait, extra));
  }
  return false;
}
