import { FactoryError } from '../api/errors';
import { testState, type DeviceTest } from '../model/deviceTests';
import { isAborted, isPassing, untilNextLook, type Following } from './following';

export interface FollowOptions extends Following {
  /** Told once the device has begun. */
  readonly onBegun?: () => void;
}

/** Milliseconds between two looks: at first, and at last. A device comes by every five minutes (docs/api.md §3.2). */
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
  { onBegun, ...following }: FollowOptions,
): Promise<DeviceTest | undefined> {
  const { signal } = following;
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
      const hasNotBegun = error instanceof FactoryError && error.kind === 'notFound';
      if (!hasNotBegun && !isPassing(error)) {
        throw error;
      }
      extra = hasNotBegun ? 0 : (error.info.retryAfterMs ?? LONGEST_MS);
    }
    await untilNextLook(following, Math.max(wait, extra));
  }
  return undefined;
}
