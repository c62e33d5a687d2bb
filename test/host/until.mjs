// @ts-check
/** Waits for conditions, for the host's plain modules: the one place where they let time pass. `test/support/until.ts` is for tests. */

const INTERVAL = 50;

/**
 * @param {string} what the condition, as the message of a failure names it
 * @param {() => Promise<boolean>} look
 * @param {number} timeout in milliseconds
 * @param {() => string} found what is there instead, for the message
 */
export async function until(what, look, timeout, found) {
  const deadline = Date.now() + timeout;
  while (!(await look())) {
    if (Date.now() > deadline) {
      throw new Error(`Not within ${timeout / 1_000} s: ${what}. Found instead:\n${found()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
  }
}
