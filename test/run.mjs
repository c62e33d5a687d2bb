// @ts-check
/**
 * `npm test`: everything, on a machine where nothing but Node was installed by hand.
 *
 *   node test/run.mjs [--only lint|unit|integration|e2e] [--vscode VERSION] [--grep PATTERN]
 */
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import util from 'node:util';
import { checkNode, ensureDependencies } from './host/dependencies.mjs';
import { knownVersions, newest, oldest } from './host/install.mjs';
import { runMocha } from './host/mocha.mjs';
import { npm } from './host/npm.mjs';
import { root, vsixFile } from './host/paths.mjs';
import { duration } from './host/progress.mjs';
import { run } from './host/processes.mjs';
import { addResults, noResults } from './host/results.mjs';

const MINUTE = 60_000;
const parts = ['lint', 'unit', 'integration', 'e2e'];

const help = `Usage: npm test -- [options]

  --only PART       one of ${parts.join(', ')}
  --vscode VERSION  ${knownVersions().join(' or ')} (integration tests run on both otherwise)
  --grep PATTERN    only tests whose title matches
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

/**
 * @param {string} title
 * @param {() => Promise<import('./host/results.mjs').Results>} work
 * @returns {Promise<boolean>} whether nothing failed
 */
async function section(title, work) {
  const started = Date.now();
  console.log(`\n=== ${title}`);
  /** @type {import('./host/results.mjs').Results} */
  let results;
  try {
    results = await work();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    results = { ...noResults(), failed: 1, failures: [title] };
  }
  addResults(total, results);
  const pending = results.pending > 0 ? `, ${results.pending} pending` : '';
  console.log(
    `--- ${title}: ${results.passed} passed, ${results.failed} failed${pending} (${duration(Date.now() - started)})`,
  );
  return results.failed === 0;
}

/**
 * A command that passes or fails as one check.
 *
 * @param {string} title
 * @param {() => Promise<{ code: number }>} command
 */
function check(title, command) {
  return section(title, async () => {
    const { code } = await command();
    return code === 0 ? { ...noResults(), passed: 1 } : { ...noResults(), failed: 1, failures: [title] };
  });
}

/**
 * A test suite; one that ran nothing has failed.
 *
 * @param {string} title
 * @param {boolean} ready whether what it runs could be built
 * @param {() => Promise<import('./host/results.mjs').Results>} work
 */
function suite(title, ready, work) {
  return section(title, async () => {
    if (!ready) {
      throw new Error('Not run: what it tests was not built.');
    }
    const results = await work();
    if (results.passed + results.failed === 0) {
      throw new Error(options.grep === undefined ? 'No test ran.' : `No test matches "${options.grep}".`);
    }
    return results;
  });
}

/** @param {string} script of package.json */
const npmRun = (script) => npm(['run', '--silent', script], { cwd: root, show: true, timeout: 5 * MINUTE });

/** @param {string[]} args */
const node = (...args) => run(process.execPath, args, { cwd: root, show: true, timeout: 5 * MINUTE });

/** @param {string} part */
const wanted = (part) => options.only === undefined || options.only === part;

async function main() {
  const started = Date.now();
  checkNode();
  await ensureDependencies();

  if (wanted('lint')) {
    await check('lint', () => npmRun('lint'));
    await check('types', () => npmRun('typecheck'));
  }
  let built = true;
  let packaged = true;
  if (options.only !== 'lint') {
    fs.rmSync(path.join(root, 'out'), { recursive: true, force: true });
    built = await check('build', () => node('esbuild.js', '--tests'));
  }
  if (wanted('unit')) {
    await suite('unit tests', built, () =>
      runMocha('unit', { timeout: 10 * MINUTE, testTimeout: 10_000, grep: options.grep }),
    );
  }
  if (wanted('integration') || wanted('e2e')) {
    fs.rmSync(vsixFile, { force: true });
    // Its production build is also what the integration tests run.
    packaged = await check('package', () => npmRun('package'));
  }
  if (wanted('integration')) {
    const { runIntegration } = await import('./host/integration.mjs');
    for (const version of options.vscode === undefined ? [newest, oldest] : [options.vscode]) {
      await suite(`integration tests in VS Code ${version}`, built, () =>
        runIntegration({ version, grep: options.grep }),
      );
    }
  }
  if (wanted('e2e')) {
    const version = options.vscode ?? newest;
    await suite(`end-to-end tests in VS Code ${version}`, built && packaged, () =>
      runMocha('e2e', {
        timeout: 15 * MINUTE,
        testTimeout: 2 * MINUTE,
        grep: options.grep,
        env: { FOUNDRIES_TEST_VSCODE: version, FOUNDRIES_TEST_VSIX: vsixFile },
      }),
    );
  }

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
