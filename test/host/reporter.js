// @ts-check
'use strict';

/**
 * A mocha reporter: what `spec` prints, and at the end the counts as JSON in the file that FOUNDRIES_TEST_RESULTS names,
 * for whoever started the run.
 */
const fs = require('node:fs');
const Mocha = require('mocha');

/** @typedef {{ passed: number, failed: number, pending: number, failures: string[] }} Results */

class CountingReporter extends Mocha.reporters.Spec {
  /**
   * @param {import('mocha').Runner} runner
   * @param {import('mocha').MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    /** @type {Results} */
    const results = { passed: 0, failed: 0, pending: 0, failures: [] };
    runner.on('pass', () => (results.passed += 1));
    runner.on('pending', () => (results.pending += 1));
    // Not hidden: what passes only when it is tried again is to be looked at.
    runner.on('retry', (test, error) => {
      Mocha.reporters.Base.consoleLog(
        `    tried again: ${test.fullTitle()} (${String(error?.message).split('\n')[0]})`,
      );
    });
    // A failing hook is reported here too: it counts, since what it was there for did not run.
    runner.on('fail', (test) => {
      results.failed += 1;
      results.failures.push(test.fullTitle());
    });
    runner.once('end', () => {
      const file = process.env['FOUNDRIES_TEST_RESULTS'];
      if (file !== undefined && file !== '') {
        fs.writeFileSync(file, JSON.stringify(results));
      }
    });
  }
}

module.exports = CountingReporter;
