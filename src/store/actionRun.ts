import { FactoryError } from '../api/errors';
import { testState, type DeviceTest } from '../model/deviceTests';
import type { Disposable } from './emitter';
import { systemClock, type Clock } from './refreshing';

export interface FollowOptions {
  readonly clock?: Clock;
  /** Ends the following. */
  readonly signal: AbortSignal;
  /** Whether somebody watches: nothing is asked else. */
  readonly isWatched: () => boolean;
  /** Tells when that may have changed. */
  readonly onDidChangeWatched: (listener: () => void) => Disposable;
  /** Told once the device has begun. */
  readonly onBegun?: () => void;
}

/** Milliseconds between two looks: at first, and at last. A device comes by every five minutes (foundries-api.md §3.2). */
const FIRST_MS = 3000;
const LONGEST_MS = 30_000;

/**
 * Follows a run on a device to its end: asks ever more rarely, and only while somebody watches.
 *
 * @param look asks for the record of the run; `notFound` while there is none, as the device has not begun
 * @returns the record of the run that has ended; undefined where the following was ended before
 * @throws {FactoryError} where the service refuses; passing failures are waited out
 */
export async function followRun(
  look: (signal: AbortSignal) => Promise<DeviceTest>,
  { clock = systemClock, signal, isWatched, onDidChangeWatched, onBegun }: FollowOptions,
): Promise<DeviceTest | undefined> {
  let begun = false;
  for (let wait = FIRST_MS; !isAborted(signal); wait = Math.min(wait * 1.5, LONGEST_MS)) {
    let extra = 0;
    try {
      const record = await look(signal);
      if (record.status !== '' && testState(record.status) !== 'running') {
        return record;
      }
      if (!begun) {
        begun = true;
        wait = FIRST_MS;
        onBegun?.();
      }
    } catch (error) {
      if (isAborted(signal)) {
        return undefined;
      }
      if (!(error instanceof FactoryError) || (error.kind !== 'notFound' && !PASSING.has(error.kind))) {
        throw error;
      }
      extra = error.kind === 'notFound' ? 0 : (error.info.retryAfterMs ?? LONGEST_MS);
    }
    await pause(clock, Math.max(wait, extra), signal);
    while (!isWatched() && !isAborted(signal)) {
      await change(onDidChangeWatched, signal);
    }
  }
  return undefined;
}

const PASSING: ReadonlySet<string> = new Set(['network', 'timeout', 'server', 'rateLimited', 'unexpected']);

/** What is looked at again after a wait has changed, whatever the compiler thinks. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      timer.dispose();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.after(ms, done);
    signal.addEventListener('abort', done);
  });
}

function change(onDidChange: FollowOptions['onDidChangeWatched'], signal: AbortSignal): Promise<void> {
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
