import type { FactoryClient } from '../api/client';
import { FactoryError } from '../api/errors';
import { hasEnded, type Build } from '../model/build';
import type { Disposable } from './emitter';
import { systemClock, type Clock } from './refreshing';

export interface FollowBuildOptions {
  /** Ends the following. */
  readonly signal: AbortSignal;
  /** Told of the build when it is first seen and whenever something in it has changed, its end included. */
  readonly onChange?: (build: Build) => void;
  /** Told of a failure that is waited out. */
  readonly onTrouble?: (error: FactoryError) => void;
  /** Whether somebody watches: nothing is asked else. */
  readonly isWatched: () => boolean;
  /** Tells when that may have changed. */
  readonly onDidChangeWatched: (listener: () => void) => Disposable;
  readonly clock?: Clock;
}

/** Milliseconds between two looks: at first and after each change, and at last (foundries-api.md §3.2, §8.4). */
const FIRST_MS = 5000;
const LONGEST_MS = 30_000;
const GROWTH = 1.3;

const PASSING: ReadonlySet<string> = new Set(['network', 'timeout', 'server', 'rateLimited', 'unexpected']);

/**
 * Follows a CI build to its end: until the build *and* every run of it are final, as a build may look PASSED while a run
 * still waits for a worker (measured-servers.md 1). Asks less and less often while nothing changes.
 *
 * @returns the build at its end; undefined where the signal ended the following
 * @throws {FactoryError} where the service refuses (the first 401 is the last request); passing failures are waited out
 */
export async function followBuild(
  client: Pick<FactoryClient, 'getBuild'>,
  factory: string,
  id: number,
  { signal, onChange, onTrouble, isWatched, onDidChangeWatched, clock = systemClock }: FollowBuildOptions,
): Promise<Build | undefined> {
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
      if (!(error instanceof FactoryError) || !PASSING.has(error.kind)) {
        throw error;
      }
      onTrouble?.(error);
      extra = error.info.retryAfterMs ?? LONGEST_MS;
    }
    await pause(clock, Math.max(wait, extra), signal);
    while (!isWatched() && !isAborted(signal)) {
      await change(onDidChangeWatched, signal);
    }
  }
  return undefined;
}

/** What is looked at again after a wait has changed, whatever the compiler thinks. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;

/** Lets milliseconds pass; the signal ends the wait. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = () => {
      timer.dispose();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.after(ms, done);
    signal.addEventListener('abort', done);
  });
}

/** Resolves when something has changed; the signal ends the wait. */
export function change(onDidChange: FollowBuildOptions['onDidChangeWatched'], signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      subscription.dispose();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const subscription = onDidChange(done);
    signal.addEventListener('abort', done);
  });
}
