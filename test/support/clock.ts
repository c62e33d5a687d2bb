/**
 * The one place in the tests where real time passes: everything else waits for a condition (`until`), or for a clock that the test
 * itself advances (`VirtualClock`, `VirtualTime`).
 */

// As they are when this is loaded: a test may replace them.
const { setTimeout, setImmediate } = globalThis;

/** Lets the event loop, and other processes, go on for a moment. For `until`, and for benchmarks, which measure real time. */
export function nextLook(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Lets the event loop turn once: whatever was due before it has then run, and what follows from that without waiting. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
