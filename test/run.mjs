// @ts-check
/**
 * `npm test`: everything, on a machine where nothing but Node was installed by hand.
 *
 *   node test/run.mjs [--only lint|unit|faults|integration|e2e] [--vscode VERSION] [--grep PATTERN] [--renew]
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import util from 'node:util';
import { checkNode, ensureDependencies } from './host/dependencies.mjs';
import { knownVersions, newest, oldest } from './host/install.mjs';
import { runMocha, testFiles } from './host/mocha.mjs';
import { npm } from './host/npm.mjs';
import { root, vsixFile } from './host/paths.mjs';
import { duration } from './host/progress.mjs';
import { run } from './host/processes.mjs';
import { addResults, noResults } from './host/results.mjs';

const MINUTE = 60_000;
/** Suites in a window mostly wait for it, so that one for each core is not too many; more than two would be on most machines. */
const LANES = Math.max(1, Math.min(2, os.availableParallelism()));
const parts = ['lint', 'unit', 'faults', 'integration', 'e2e'];

const help = `Usage: npm test -- [options]

  --only PART       one of ${parts.join(', ')}
  --vscode VERSION  ${knownVersions().join(' or ')} (integration tests run on both otherwise)
  --grep PATTERN    only tests whose title matches
  --renew           writes the page of the faults anew (test/faults/faults.md)
  --help            this text`;

const options = readOptions();
const total = noResults();

/**
 * @param {string} message
 * @returns {never}
 */
function refuse(message) {
  console.error(`${message}\n\n${help}`);
  process.exit(2);
}

function readOptions() {
  try {
    const { values } = util.parseArgs({
      options: {
        only: { type: 'string' },
        vscode: { type: 'string' },
        grep: { type: 'string' },
        renew: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    if (values.help === true) {
      console.log(help);
      process.exit(0);
    }
    if (values.only !== undefined && !parts.includes(values.only)) {
      refuse(`There is no part "${values.only}".`);
    }
    if (values.vscode !== undefined && !knownVersions().includes(values.vscode)) {
      refuse(`VS Code ${values.vscode} is not known here.`);
    }
    return values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/** @typedef {(text: string) => void} Write */

/** @type {Write} */
const show = (text) => void process.stdout.write(text);

/**
 * @param {string} title
 * @param {(write: Write) => Promise<import('./host/results.mjs').Results>} work
 * @param {Write} [write]
 * @returns {Promise<boolean>} whether nothing failed
 */
async function section(title, work, write = show) {
  const started = Date.now();
  write(`\n=== ${title}\n`);
  /** @type {import('./host/results.mjs').Results} */
  let results;
  try {
    results = await work(write);
  } catch (error) {
    write(`${error instanceof Error ? error.message : String(error)}\n`);
    results = { ...noResults(), failed: 1, failures: [title] };
  }
  addResults(total, results);
  const pending = results.pending > 0 ? `, ${results.pending} pending` : '';
  write(
    `--- ${title}: ${results.passed} passed, ${results.failed} failed${pending} (${duration(Date.now() - started)})\n`,
  );
  return results.failed === 0;
}

/**
 * What a command that passes or fails as one check counts as.
 *
 * @param {string} title
 * @param {{ code: number }} ended
 */
const oneCheck = (title, { code }) =>
  code === 0 ? { ...noResults(), passed: 1 } : { ...noResults(), failed: 1, failures: [title] };

/**
 * @param {string} title
 * @param {() => Promise<{ code: number }>} command
 */
function check(title, command) {
  return section(title, async () => oneCheck(title, await command()));
}

/**
 * A test suite; one that ran nothing has failed.
 *
 * @typedef {{ title: string, ready: boolean, work: (write: Write) => Promise<import('./host/results.mjs').Results> }} Suite
 *   `ready`: whether what it runs could be built
 * @param {Suite} suite
 * @param {Write} [write]
 */
function runSuite({ title, ready, work }, write) {
  return section(
    title,
    async (write) => {
      if (!ready) {
        throw new Error('Not run: what it tests was not built.');
      }
      const results = await work(write);
      if (results.passed + results.failed === 0) {
        throw new Error(options.grep === undefined ? 'No test ran.' : `No test matches "${options.grep}".`);
      }
      return results;
    },
    write,
  );
}

/**
 * Runs suites side by side. What each of several prints is kept together, until it has ended.
 *
 * @param {Suite[][]} queues of suites, each in the order in which they begin
 * @param {number[]} lanes how many of each queue may run at once
 */
async function runSuites(queues, lanes) {
  const alone = queues.flat().length === 1 || LANES === 1;
  /** @param {Suite[]} waiting */
  const lane = async (waiting) => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (alone) {
        await runSuite(next);
        continue;
      }
      console.log(`    started: ${next.title}`);
      let printed = '';
      await runSuite(next, (text) => (printed += text));
      show(printed);
    }
  };
  if (alone) {
    await lane(queues.flat());
    return;
  }
  await Promise.all(queues.flatMap((queue, index) => Array.from({ length: lanes[index] ?? 1 }, () => lane(queue))));
}

/** What the suites in a window need; where it fails, each of them says so. */
async function install() {
  const { installVSCode } = await import('./host/install.mjs');
  const { launchBrowser } = await import('./host/browser.mjs');
  try {
    for (const version of new Set(options.vscode === undefined ? [oldest, newest] : [options.vscode])) {
      await installVSCode(version);
    }
    await (await launchBrowser()).close();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
}

/**
 * @param {string} script of package.json
 * @param {Write} [write]
 */
const npmRun = (script, write = show) =>
  npm(['run', '--silent', script], { cwd: root, show: write, timeout: 5 * MINUTE });

/** @param {string[]} args */
const node = (...args) => run(process.execPath, args, { cwd: root, show: true, timeout: 5 * MINUTE });

/** @param {string} part */
const wanted = (part) => options.only === undefined || options.only === part;

async function main() {
  const started = Date.now();
  checkNode();
  await ensureDependencies();

  let built = true;
  let packaged = true;
  if (options.only !== 'lint') {
    fs.rmSync(path.join(root, 'out'), { recursive: true, force: true });
    built = await check('build', () => node('esbuild.js', '--tests'));
  }
  if (wanted('integration') || wanted('e2e')) {
    fs.rmSync(vsixFile, { force: true });
    // Its production build is also what the integration tests run.
    packaged = await check('package', () => npmRun('package'));
  }
  /** @type {Suite[]} those that take the processor, and those that mostly wait for a window */
  const quick = [];
  /** @type {Suite[]} */
  const windows = [];
  // While the first suites run, and once: no two of those in a window must install the same.
  const installed = LANES > 1 && (wanted('integration') || wanted('e2e')) ? install() : Promise.resolve();
  if (wanted('lint')) {
    quick.push(
      { title: 'lint', ready: true, work: async (write) => oneCheck('lint', await npmRun('lint', write)) },
      { title: 'types', ready: true, work: async (write) => oneCheck('types', await npmRun('typecheck', write)) },
    );
  }
  if (wanted('unit')) {
    quick.push({
      title: 'unit tests',
      ready: built,
      work: (write) =>
        runMocha('unit', {
          files: testFiles('unit'),
          timeout: 10 * MINUTE,
          testTimeout: 10_000,
          grep: options.grep,
          write,
        }),
    });
  }
  if (wanted('faults')) {
    quick.push({
      title: 'faults',
      ready: built,
      work: (write) =>
        runMocha('faults', {
          files: testFiles('faults'),
          timeout: 5 * MINUTE,
          testTimeout: 2 * MINUTE,
          grep: options.grep,
          env: options.renew === true ? { FOUNDRIES_RENEW: '1' } : {},
          write,
        }),
    });
  }
  if (wanted('integration')) {
    const { runIntegration } = await import('./host/integration.mjs');
    for (const version of options.vscode === undefined ? [oldest, newest] : [options.vscode]) {
      windows.push({
        title: `integration tests in VS Code ${version}`,
        ready: built,
        work: async (write) => {
          await installed;
          return runIntegration({ version, grep: options.grep, write });
        },
      });
    }
  }
  if (wanted('e2e')) {
    const version = options.vscode ?? newest;
    // In halves that run side by side; a pattern may match in one of them alone.
    const halves = options.grep === undefined && LANES > 1 ? 2 : 1;
    const files = testFiles('e2e');
    for (let half = 0; half < halves; half++) {
      windows.push({
        title: `end-to-end tests in VS Code ${version}${halves > 1 ? ` (${half + 1} of ${halves})` : ''}`,
        ready: built && packaged,
        work: async (write) => {
          await installed;
          return runMocha('e2e', {
            files: files.filter((_, index) => index % halves === half),
            timeout: 15 * MINUTE,
            testTimeout: 2 * MINUTE,
            grep: options.grep,
            env: { FOUNDRIES_TEST_VSCODE: version, FOUNDRIES_TEST_VSIX: vsixFile },
            write,
          });
        },
      });
    }
  }
  await runSuites([quick, windows], [1, LANES]);

  console.log(`\nThis took ${duration(Date.now() - started)}.`);
  for (const failure of total.failures) {
    console.log(`  failed: ${failure}`);
  }
  if (total.pending > 0) {
    console.log(`  pending: ${total.pending}`);
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
  // Something that hangs on must not keep the run from ending.
  process.exit(total.failed > 0 ? 1 : 0);
}

main().catch((/** @type {unknown} */ error) => {
  console.error(error instanceof Error ? error.message : error);
  console.log(`${total.passed} passed, ${total.failed + 1} failed`);
  process.exit(1);
});
