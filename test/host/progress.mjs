// @ts-check
/** Says what is being done, that it is still going on, and how long it took. */
import process from 'node:process';

const TICK_TERMINAL = 1_000;
const TICK_PLAIN = 15_000;

let plain = !process.stdout.isTTY;

/** Says things in whole lines, also in a terminal: for steps that run at the same time. */
export function plainProgress() {
  plain = true;
}

/**
 * @param {number} milliseconds
 * @returns {string} such as `340 ms`, `12.3 s` or `2 min 05 s`
 */
export function duration(milliseconds) {
  if (milliseconds < 1_000) {
    return `${Math.round(milliseconds)} ms`;
  }
  const seconds = milliseconds / 1_000;
  if (seconds < 60) {
    return `${seconds.toFixed(1)} s`;
  }
  const rest = Math.floor(seconds % 60);
  return `${Math.floor(seconds / 60)} min ${String(rest).padStart(2, '0')} s`;
}

/**
 * Runs one step of several that a person waits for. In a terminal the elapsed time counts up in place; in a log a line
 * says now and then that it is still running.
 *
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const started = Date.now();
  const terminal = !plain;
  process.stdout.write(terminal ? `  … ${title}` : `  ${title} …\n`);
  const timer = setInterval(
    () => {
      const elapsed = duration(Date.now() - started);
      process.stdout.write(
        terminal ? `\r\u001b[K  … ${title} ${elapsed}` : `    still working, ${elapsed}: ${title}\n`,
      );
    },
    terminal ? TICK_TERMINAL : TICK_PLAIN,
  );
  try {
    const result = await work();
    process.stdout.write(`${terminal ? '\r\u001b[K' : ''}  ✓ ${title} (${duration(Date.now() - started)})\n`);
    return result;
  } catch (error) {
    process.stdout.write(`${terminal ? '\r\u001b[K' : ''}  ✗ ${title} (${duration(Date.now() - started)})\n`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}
