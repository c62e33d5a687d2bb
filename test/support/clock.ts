/**
 * The one place in the tests where real time passes: everything else waits for a condition (`until`), or for a clock that the test
 * itself advances (`VirtualClock`).
 */

/** Lets the event loop, and other processes, go on for a moment. Only `until` needs it. */
export function nextLook(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
