// @ts-check
/** Runs mocha over the compiled tests of a suite, without VS Code's extension host. */
import fs from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';
import { runSuiteProcess } from './suiteProcess.mjs';

/**
 * @param {string} suite a folder of `out`
 * @returns {string[]} its compiled test files, in the order of their names
 */
export function testFiles(suite) {
  const folder = path.join(root, 'out', suite);
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.js'))
    .sort()
    .map((name) => path.join(folder, name));
}

/**
 * @param {string} suite a folder of `out`
 * @param {{ files: string[], timeout: number, testTimeout: number, grep?: string | undefined, env?: NodeJS.ProcessEnv,
 *   write?: ((text: string) => void) | undefined }} options how long all of it, and each test, may take; where its output goes
 * @returns {Promise<import('./results.mjs').Results>}
 */
export function runMocha(suite, options) {
  const host = path.join(root, 'test', 'host');
  return runSuiteProcess(
    suite,
    [
      // A flag of node: mocha would start one more process for it.
      '--enable-source-maps',
      path.join(root, 'node_modules', 'mocha', 'bin', 'mocha.js'),
      ...['--ui', 'tdd', '--exit'],
      ...['--timeout', String(options.testTimeout)],
      ...['--require', path.join(host, 'shuffle.js')],
      ...['--reporter', path.join(host, 'reporter.js')],
      ...(options.grep === undefined ? [] : ['--grep', options.grep]),
      ...options.files,
    ],
    options,
  );
}
