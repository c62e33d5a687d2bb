// @ts-check
/**
 * `npm test`: everything, on a machine where nothing but Node was installed by hand. `--help` lists the options.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { startMeter, usedByAll } from './host/cpu.mjs';
import { checkNode, ensureDependencies } from './host/dependencies.mjs';
import { shareOut } from './host/endToEnd.mjs';
import { installForTests, newest, oldest } from './host/install.mjs';
import { runIntegration } from './host/integration.mjs';
import { runMocha, testFiles } from './host/mocha.mjs';
import { npm } from './host/npm.mjs';
import { choices, choicesHelp, readOptions, seedOf, wrongChoice } from './host/options.mjs';
import { root, vsixFile } from './host/paths.mjs';
import { run } from './host/processes.mjs';
import { plainProgress } from './host/progress.mjs';
import { check, runSideBySide, Sections } from './host/sections.mjs';
import { times, took, writeSummary } from './host/summary.mjs';

const MINUTE = 60_000;
/** What a run may take from a clean clone, on two cores with nothing else to do. It is said, and fails nothing. */
const LIMIT = 8 * MINUTE;
const LIMIT_OF_ALL = 16 * MINUTE;
/** How many processes share the end-to-end tests. */
const E2E_PROCESSES = 2;

const options = readOptions(
  { ...choices, times: { type: 'boolean' }, renew: { type: 'boolean' } },
  `Usage: npm test -- [options]

${choicesHelp}
  --times           says at the end which tests were the slowest, and how much of the time was waiting
  --renew           writes the page of the faults anew (test/faults/faults.md)
  --help            this text`,
  wrongChoice,
);
const seed = seedOf(options);
const { grep } = options;
const sections = new Sections();

/** @typedef {import('./host/sections.mjs').Job} Job */
/** @typedef {import('./host/sections.mjs').Write} Write */
/** @typedef {import('./host/results.mjs').Results} Results */

/** @param {string} part */
const wanted = (part) => options.only === undefined || options.only.split(',').includes(part);

/** Whether anything runs in a window. */
const windows = wanted('integration') || wanted('e2e');
const everyVersion = wanted('integration') || options.all === true;
const versions = options.vscode !== undefined ? [options.vscode] : everyVersion ? [newest, oldest] : [newest];
const isWhole = options.only === undefined && options.vscode === undefined && grep === undefined;
const cores = os.availableParallelism();

/**
 * @param {string} script of package.json
 * @param {Write} write
 */
const npmRun = (script, write) => npm(['run', '--silent', script], { cwd: root, show: write, timeout: 10 * MINUTE });

/**
 * @param {string[]} args
 * @param {Write} write
 */
const node = (args, write) => run(process.execPath, args, { cwd: root, show: write, timeout: 10 * MINUTE });

/**
 * A test suite; one that ran nothing has failed.
 *
 * @param {string} title
 * @param {boolean} ready whether what it runs could be built
 * @param {(write: Write) => Promise<Results>} work
 * @returns {Job}
 */
function suite(title, ready, work) {
  return {
    title,
    work: async (write) => {
      if (!ready) {
        throw new Error('Not run: what it tests was not built.');
      }
      const results = await work(write);
      if (results.passed + results.failed === 0) {
        throw new Error(grep === undefined ? 'No test ran.' : `No test matches "${grep}".`);
      }
      return results;
    },
  };
}

/**
 * Builds and packages.
 *
 * @returns {Promise<{ built: boolean, packaged: boolean }>} what could be made of the sources
 */
async function build() {
  if (options.only === 'lint') {
    return { built: false, packaged: false };
  }
  fs.rmSync(path.join(root, 'out'), { recursive: true, force: true });
  if (!windows) {
    await runSideBySide(sections, [[check('build', (write) => node(['esbuild.js', '--tests'], write))]], [[0]]);
    return { built: sections.passed('build'), packaged: false };
  }
  fs.rmSync(vsixFile, { force: true });
  // The production build is what all suites run: nothing is built twice.
  const jobs = [
    check('build', (write) => node(['esbuild.js', '--only-tests'], write)),
    check('package', (write) => node(['scripts/package.mjs'], write)),
  ];
  await runSideBySide(sections, [jobs], [[0], [0]]);
  const packaged = sections.passed('package');
  return { built: packaged && sections.passed('build'), packaged };
}

/**
 * @param {boolean} built
 * @returns {Job[]} what takes the processor
 */
function busyJobs(built) {
  /** @type {Job[]} */
  const jobs = [];
  if (wanted('lint')) {
    jobs.push(
      check('types and ESLint', (write) => node(['scripts/check.mjs'], write)),
      check('formatting, layers and texts', (write) => npmRun('lint:rest', write)),
    );
  }
  const limits = { timeout: 20 * MINUTE, grep };
  if (wanted('unit')) {
    jobs.push(
      suite('unit tests', built, (write) =>
        runMocha('unit', { ...limits, files: testFiles('unit'), testTimeout: MINUTE, write }),
      ),
    );
  }
  if (wanted('faults')) {
    const env = options.renew === true ? { FOUNDRIES_RENEW: '1' } : {};
    jobs.push(
      suite('faults', built, (write) =>
        runMocha('faults', { ...limits, files: testFiles('faults'), testTimeout: 2 * MINUTE, env, write }),
      ),
    );
  }
  return jobs;
}

/**
 * @param {boolean} built
 * @param {Map<string, Promise<void>>} installed
 * @returns {Job[]} what mostly waits for a window, the longest first
 */
function windowJobs(built, installed) {
  /** @type {Job[]} */
  const jobs = [];
  if (wanted('e2e')) {
    const files = built ? testFiles('e2e') : [];
    for (const version of options.all === true ? versions : versions.slice(0, 1)) {
      // A pattern may match in one of several processes alone.
      const shares = grep === undefined && cores > 1 ? shareOut(files, E2E_PROCESSES, seed) : [files];
      shares.forEach((share, index) => {
        const part = shares.length > 1 ? ` (${index + 1} of ${shares.length})` : '';
        jobs.push({
          ...suite(`end-to-end tests in VS Code ${version}${part}`, built, (write) =>
            runMocha('e2e', {
              files: share,
              timeout: 20 * MINUTE,
              testTimeout: 2 * MINUTE,
              grep,
              env: { FOUNDRIES_TEST_VSCODE: version, FOUNDRIES_TEST_VSIX: vsixFile },
              write,
            }),
          ),
          after: installed.get(version),
        });
      });
    }
  }
  if (wanted('integration')) {
    for (const version of versions) {
      jobs.push({
        ...suite(`integration tests in VS Code ${version}`, built, (write) =>
          runIntegration(version, { grep, files: filesFor(version), write }),
        ),
        after: installed.get(version),
      });
    }
  }
  return jobs;
}

/**
 * @param {string} version
 * @returns {string[] | undefined} the integration tests that run in it: all if nothing is said
 */
function filesFor(version) {
  const list = path.join(root, 'test', 'integration', 'oldest.json');
  const whole = version !== oldest || options.all === true || options.vscode !== undefined || grep !== undefined;
  return whole || !fs.existsSync(list) ? undefined : JSON.parse(fs.readFileSync(list, 'utf8'));
}

async function main() {
  const started = Date.now();
  startMeter();
  checkNode();
  plainProgress();
  if (seed !== undefined) {
    process.env['FOUNDRIES_TEST_SEED'] = seed;
    console.log(`Shuffled: --seed ${seed} runs the tests in this order again.`);
  }
  const installed = windows ? installForTests(versions) : new Map();
  await ensureDependencies();
  const { built } = await build();
  const busy = 0;
  const window = 1;
  // A window waits so much that the work of one core goes on beside two of them.
  const lanes =
    cores > 1
      ? [
          [busy, window],
          [window, busy],
          [window, busy],
        ]
      : [[busy, window]];
  await runSideBySide(sections, [busyJobs(built), windowJobs(built, installed)], lanes);

  const { passed, failed, pending, failures } = sections.total;
  const summary = { wall: Date.now() - started, cpu: usedByAll(), passed, failed, pending, failures };
  writeSummary(summary);
  if (options.times === true) {
    console.log(`\n${times(sections.ended)}`);
  }
  console.log(`\n${took(summary, isWhole ? (options.all === true ? LIMIT_OF_ALL : LIMIT) : undefined)}`);
  for (const failure of failures) {
    console.log(`  failed: ${failure}`);
  }
  if (pending > 0) {
    console.log(`  pending: ${pending}`);
  }
  if (seed !== undefined) {
    console.log(`  shuffled: --seed ${seed}`);
  }
  console.log(`${passed} passed, ${failed} failed`);
  // Something that hangs on must not keep the run from ending.
  process.exit(failed > 0 ? 1 : 0);
}

main().catch((/** @type {unknown} */ error) => {
  console.error(error instanceof Error ? error.message : error);
  console.log(`${sections.total.passed} passed, ${sections.total.failed + 1} failed`);
  process.exit(1);
});
