// @ts-check
'use strict';

/**
 * A mocha reporter: what `spec` prints, and at the end counts and durations as JSON in the file that FOUNDRIES_TEST_RESULTS names,
 * for whoever started the run.
 */
const fs = require('node:fs');
const Mocha = require('mocha');

/**
 * @typedef {{ title: string, ms: number }} Timing
 * @typedef {{ passed: number, failed: number, pending: number, failures: string[], tests: Timing[], hooks: Timing[] }} Results
 *   `failures`: which test, where and why, in a line; `tests`: with their setup and teardown; `hooks`: those of whole suites
 */

/**
 * @param {import('mocha').Runnable} test
 * @param {unknown} error
 * @returns {string} its title, the place in the test that failed, and the first line of what is wrong
 */
function failureLine(test, error) {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: '' };
  const place = /\b(?:test|out)[\\/][\w\\/.-]+\.test\.[jt]s:\d+/.exec(stack ?? '')?.[0] ?? sourceFile(test.file);
  return `${test.fullTitle()} (${place.replaceAll('\\', '/')}): ${message.split('\n')[0]}`;
}

/**
 * @param {string | undefined} compiled
 * @returns {string} the file in `test` that a bundle in `out` was made of
 */
function sourceFile(compiled) {
  const [, name] = /\bout[\\/](.+)\.js$/.exec(compiled ?? '') ?? [];
  return name === undefined ? 'unknown file' : `test/${name}.ts`;
}

class CountingReporter extends Mocha.reporters.Spec {
  /**
   * @param {import('mocha').Runner} runner
   * @param {import('mocha').MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    /** @type {Results} */
    const results = { passed: 0, failed: 0, pending: 0, failures: [], tests: [], hooks: [] };
    runner.on('pass', () => (results.passed += 1));
    runner.on('pending', () => (results.pending += 1));
    // A failing hook is reported here too: it counts, since what it was there for did not run.
    runner.on('fail', (test, error) => {
      results.failed += 1;
      results.failures.push(failureLine(test, error));
    });
    /** @type {Map<import('mocha').Runnable, number>} */
    const durations = new Map();
    const add = (/** @type {import('mocha').Runnable} */ test, /** @type {number | undefined} */ ms) =>
      durations.set(test, (durations.get(test) ?? 0) + (ms ?? 0));
    runner.on('test end', (test) => add(test, test.duration));
    runner.on('hook end', (hook) => {
      const test = hook.ctx?.currentTest;
      if (test !== undefined && /^"(?:before|after) each" /.test(hook.title)) {
        add(test, hook.duration);
      } else {
        results.hooks.push({ title: hook.fullTitle(), ms: hook.duration ?? 0 });
      }
    });
    runner.once('end', () => {
      results.tests = [...durations].map(([test, ms]) => ({ title: test.fullTitle(), ms }));
      const file = process.env['FOUNDRIES_TEST_RESULTS'];
      if (file !== undefined && file !== '') {
        fs.writeFileSync(file, JSON.stringify(results));
      }
    });
  }
}

module.exports = CountingReporter;
