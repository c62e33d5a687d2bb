/** Waits for conditions. A wait costs nothing once its condition holds, so there is one generous timeout for all of them. */
import { inspect } from 'node:util';
import { nextLook } from './clock';

const TIMEOUT = 60_000;
const FIRST_INTERVAL = 5;
const LONGEST_INTERVAL = 100;
const MOST_SHOWN = 600;

/** What a failed wait says besides its condition. */
export interface UntilOptions {
  /** In milliseconds; a minute if not given. */
  readonly timeout?: number;
  /** Reads what is there instead, for the message of a failure. */
  readonly found?: () => unknown;
}

/**
 * Waits until a look succeeds.
 *
 * @param what the condition, as the message of a failure names it: `the row "device-01"`
 * @param look returns undefined or false, or throws, while the condition does not hold
 * @returns what the look returned
 * @throws Error that names the condition and what was found instead
 */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  { timeout = TIMEOUT, found }: UntilOptions = {},
): Promise<T> {
  const deadline = performance.now() + timeout;
  let thrown: unknown;
  for (let interval = FIRST_INTERVAL; ; interval = Math.min(interval * 2, LONGEST_INTERVAL)) {
    try {
      const result = await look();
      if (result !== undefined && result !== false) {
        return result;
      }
      thrown = undefined;
    } catch (error) {
      thrown = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`Not within ${timeout / 1_000} s: ${what}${await instead(thrown, found)}`);
    }
    await nextLook(interval);
  }
}

/**
 * Waits until a value is as expected.
 *
 * @param what the value, as the message of a failure names it: `the requests`
 * @returns the value
 */
export async function untilEqual<T>(
  what: string,
  read: () => T | Promise<T>,
  expected: T,
  options: Omit<UntilOptions, 'found'> = {},
): Promise<T> {
  const wanted = inspect(expected, { depth: 5 });
  let last: string | undefined;
  const look = async (): Promise<{ value: T } | false> => {
    const value = await read();
    last = inspect(value, { depth: 5 });
    return last === wanted && { value };
  };
  return (await until(`${what} to be ${shorten(wanted)}`, look, { ...options, found: () => last })).value;
}

async function instead(thrown: unknown, found: (() => unknown) | undefined): Promise<string> {
  const error = thrown instanceof Error ? `; the last look failed: ${thrown.message}` : '';
  if (found === undefined) {
    return error;
  }
  try {
    const value = await found();
    return `${error}; found instead: ${shorten(typeof value === 'string' ? value : inspect(value, { depth: 5 }))}`;
  } catch (unreadable) {
    return `${error}; found nothing: ${unreadable instanceof Error ? unreadable.message : String(unreadable)}`;
  }
}

function shorten(text: string): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
