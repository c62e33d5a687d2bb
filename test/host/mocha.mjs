// @ts-check
/** Runs mocha in a process of its own and reads the counts it leaves. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { root } from './paths.mjs';
import { run } from './processes.mjs';
import { noResults } from './results.mjs';

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
export async function runMocha(suite, options) {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'foundries-mocha-'));
  const resultsFile = path.join(work, 'results.json');
  try {
    const args = [
      path.join(root, 'node_modules', 'mocha', 'bin', 'mocha.js'),
      ...['--ui', 'tdd', '--exit', '--enable-source-maps'],
      ...['--timeout', String(options.testTimeout)],
      ...['--require', path.join(root, 'test', 'host', 'shuffle.js')],
      ...['--reporter', path.join(root, 'test', 'host', 'reporter.js')],
      ...(options.grep === undefined ? [] : ['--grep', options.grep]),
      ...options.files,
    ];
    const { code } = await run(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...options.env, FOUNDRIES_TEST_RESULTS: resultsFile },
      timeout: options.timeout,
      show: options.write ?? true,
    });
    /** @type {import('./results.mjs').Results} */
    const results = fs.existsSync(resultsFile) ? JSON.parse(fs.readFileSync(resultsFile, 'utf8')) : noResults();
    if (code !== 0 && results.failed === 0) {
      results.failed = 1;
      results.failures.push(`${suite}: mocha ended with ${code}`);
    }
    return results;
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}
