// @ts-check
/** Counts of one or several test runs. */

/** @typedef {{ passed: number, failed: number, pending: number, failures: string[] }} Results */

/** @returns {Results} */
export function noResults() {
  return { passed: 0, failed: 0, pending: 0, failures: [] };
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
}
