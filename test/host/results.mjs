// @ts-check
/** Counts of one or several test runs. */

/**
 * @typedef {{ title: string, ms: number }} Timing
 * @typedef {{ passed: number, failed: number, pending: number, failures: string[], tests: Timing[], hooks: Timing[] }} Results
 *   as `reporter.js` writes them
 */

/** @returns {Results} */
export function noResults() {
  return { passed: 0, failed: 0, pending: 0, failures: [], tests: [], hooks: [] };
}

/**
 * @param {Results} into
 * @param {Results} more
 */
export function addResults(into, more) {
  into.passed += more.passed;
  into.failed += more.failed;
  into.pending += more.pending;
  into.failures.push(...more.failures);
  into.tests.push(...more.tests);
  into.hooks.push(...more.hooks);
}
