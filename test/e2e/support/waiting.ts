/** Waiting for what a user interface does in its own time. */

const DEFAULT_TIMEOUT = 15_000;
const INTERVAL = 100;

/**
 * Repeats a look until it succeeds.
 *
 * @param what said in the message when it never does
 * @param look gives undefined or false, or throws, while it is not so
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  timeout = DEFAULT_TIMEOUT,
): Promise<T> {
  const deadline = Date.now() + timeout;
  let last: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined && found !== false) {
        return found;
      }
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) {
      const reason = last instanceof Error ? `: ${last.message}` : '';
      throw new Error(`Not within ${timeout / 1_000} s: ${what}${reason}`);
    }
    await pause(INTERVAL);
  }
}

/** Only for what has no sign to wait for. */
export async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Text as it is written, inside a pattern. */
export function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
