// @ts-check
'use strict';

/**
 * Puts tests in an order that a seed decides, the same one each time. The place of a test depends only on the seed and on its title:
 * a test that fails in a shuffled run meets the same neighbors when its suite runs alone with that seed.
 *
 * mocha also takes this file as `--require`: with FOUNDRIES_TEST_SEED set it shuffles all that the process runs.
 */
const { createHash } = require('node:crypto');

/**
 * @template T
 * @param {readonly T[]} items
 * @param {string | number} seed
 * @param {(item: T) => string} name tells items apart
 * @returns {T[]} the same items in the order of the seed
 */
function shuffled(items, seed, name) {
  const place = (/** @type {T} */ item) =>
    createHash('sha256')
      .update(`${seed}\n${name(item)}`)
      .digest('hex');
  return items
    .map((item) => ({ item, place: place(item) }))
    .sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0))
    .map(({ item }) => item);
}

/**
 * Shuffles the suites and tests below a suite, in place. Call it when all files are loaded.
 *
 * @param {import('mocha').Suite} rootSuite
 * @param {string | number} seed
 */
function shuffleSuite(rootSuite, seed) {
  rootSuite.tests = shuffled(rootSuite.tests, seed, (test) => test.fullTitle());
  rootSuite.suites = shuffled(rootSuite.suites, seed, (suite) => suite.fullTitle());
  for (const suite of rootSuite.suites) {
    shuffleSuite(suite, seed);
  }
}

const mochaHooks = {
  /** @this {import('mocha').Context} */
  beforeAll() {
    const seed = process.env['FOUNDRIES_TEST_SEED'] ?? '';
    const rootSuite = this.test?.parent;
    if (seed !== '' && rootSuite !== undefined) {
      shuffleSuite(rootSuite, seed);
    }
  },
};

module.exports = { mochaHooks, shuffleSuite, shuffled };
