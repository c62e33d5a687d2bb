import type { FactoryClient } from '../api/client';
import type { FactoryError } from '../api/errors';
import { hasEnded, type Build } from '../model/build';
import { isAborted, isPassing, untilNextLook, type Following } from './following';

export interface FollowBuildOptions extends Following {
  /** Told of the build when it is first seen and whenever something in it has changed, its end included. */
  readonly onChange?: (build: Build) => void;
  /** Told of a failure that is waited out. */
  readonly onTrouble?: (error: FactoryError) => void;
}

/** Milliseconds between two looks: at first and after each change, and at last (docs/api.md §3.2, §8.4). */
const FIRST_MS = 5000;
const LONGEST_MS = 30_000;
const GROWTH = 1.3;

/**
 * Follows a CI build to its end: until the build *and* every run of it are final, as a build may look PASSED while a run
 * still waits for a worker (docs/api.md §2.7.4). Asks less and less often while nothing changes.
 *
 * @returns the build at its end; undefined where the signal ended the following
 * @throws {FactoryError} where the service refuses (the first 401 is the last request); passing failures are waited out
 */
export async function followBuild(
  client: Pick<FactoryClient, 'getBuild'>,
  factory: string,
  id: number,
  { onChange, onTrouble, ...following }: FollowBuildOptions,
): Promise<Build | undefined> {
  const { signal } = following;
  let shown = '';
  for (let wait = FIRST_MS; !isAborted(signal);) {
    let extra = 0;
    try {
      const build = await client.getBuild(factory, id, signal);
      if (isAborted(signal)) {
        return undefined;
      }
      const now = JSON.stringify(build);
      wait = now === shown ? Math.min(wait * GROWTH, LONGEST_MS) : FIRST_MS;
      if (now !== shown) {
        shown = now;
        onChange?.(build);
      }
      if (hasEnded(build)) {
        return build;
      }
    } catch (error) {
      if (isAborted(signal)) {
        return undefined;
      }
      if (!isPassing(error)) {
        throw error;
      }
      onTrouble?.(error);
      extra = error.info.retryAfterMs ?? LONGEST_MS;
    }
    await untilNextLook(following, Math.max(wait, extra));
  }
  return undefined;
}
