// @ts-check
/** Runs a suite in a process of its own and reads the results it leaves. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { root } from './paths.mjs';
import { run } from './processes.mjs';
import { noResults } from './results.mjs';

/**
 * @param {string} name of the suite, for messages
 * @param {string[]} args for node; what they start writes its results to the file that FOUNDRIES_TEST_RESULTS names
 * @param {{ timeout: number, env?: NodeJS.ProcessEnv, write?: ((text: string) => void) | undefined }} options how long all of it may
 *   take, in milliseconds; `write`: where its output goes
 * @returns {Promise<import('./results.mjs').Results>} with a failure if the process ended with one, whatever it had counted
 */
export async function runSuiteProcess(name, args, options) {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'foundries-suite-'));
  const resultsFile = path.join(work, 'results.json');
  try {
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
      results.failures.push(
        code === 124
          ? `${name}: not finished after ${options.timeout / 1_000} s`
          : `${name}: its process ended with ${code}`,
      );
    }
    return results;
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}
