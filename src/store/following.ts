import { FactoryError } from '../api/errors';
import type { Disposable } from './emitter';
import { systemClock, type Clock } from './refreshing';

/** Something on the service that is looked at again and again, until it has ended. */
export interface Following {
  /** Ends the following. */
  readonly signal: AbortSignal;
  /** Whether somebody watches: nothing is asked else. */
  readonly isWatched: () => boolean;
  /** Tells when that may have changed. */
  readonly onDidChangeWatched: (listener: () => void) => Disposable;
  readonly clock?: Clock;
}

const PASSING: ReadonlySet<string> = new Set(['network', 'timeout', 'server', 'rateLimited', 'unexpected']);

/** @returns whether a failure is waited out: the next look may succeed */
export function isPassing(error: unknown): error is FactoryError {
  return error instanceof FactoryError && PASSING.has(error.kind);
}

/** What is looked at again after a wait has changed, whatever the compiler thinks. */
export const isAborted = (signal: AbortSignal): boolean => signal.aborted;

/**
 * Lets milliseconds pass, and then waits until somebody watches; the signal ends both.
 *
 * @returns whether nobody watched for a while, so that more may have happened than between two looks
 */
export async function untilNextLook(
  { signal, isWatched, onDidChangeWatched, clock = systemClock }: Following,
  ms: number,
): Promise<boolean> {
  await pause(clock, ms, signal);
  let waited = false;
  while (!isWatched() && !isAborted(signal)) {
    waited = true;
    await untilEnd(signal, onDidChangeWatched);
  }
  return waited;
}

/** Lets milliseconds pass; the signal ends the wait. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return untilEnd(signal, (done) => clock.after(ms, done));
}

/** @param begin tells its listener of the end, which the signal brings about as well */
function untilEnd(signal: AbortSignal, begin: (done: () => void) => Disposable): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = () => {
      begun.dispose();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const begun = begin(done);
    signal.addEventListener('abort', done);
  });
}
