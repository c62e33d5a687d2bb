// @ts-check
/**
 * Runs the integration suite inside the extension host of a real VS Code that a headless browser opens.
 *
 *   node test/host/integration.mjs VERSION
 *
 * FOUNDRIES_TEST_RESULTS names the file that gets the results; FOUNDRIES_TEST_GREP, FOUNDRIES_TEST_FILES and FOUNDRIES_TEST_SEED
 * reach the suite (`test/integration/index.ts`).
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { launchBrowser } from './browser.mjs';
import { root } from './paths.mjs';
import { tail } from './processes.mjs';
import { noResults } from './results.mjs';
import { runSuiteProcess } from './suiteProcess.mjs';
import { startVSCode } from './vscode.mjs';

const MINUTE = 60_000;
const TIMEOUT = 20 * MINUTE;

/** @typedef {import('./results.mjs').Results} Results */

/**
 * Runs the suite in a process of its own.
 *
 * @param {string} version of VS Code
 * @param {{ grep?: string | undefined, files?: string[] | undefined, write?: (text: string) => void }} [options] `files`: base names
 *   of test files, without `.test.js`; all if not given
 * @returns {Promise<Results>}
 */
export function runIntegration(version, options = {}) {
  return runSuiteProcess(`VS Code ${version}`, [path.join(root, 'test', 'host', 'integration.mjs'), version], {
    // It ends itself and says why; this is for when it cannot.
    timeout: TIMEOUT + MINUTE,
    env: { FOUNDRIES_TEST_GREP: options.grep ?? '', FOUNDRIES_TEST_FILES: (options.files ?? []).join(',') },
    write: options.write,
  });
}

/**
 * @param {string} version
 * @returns {Promise<Results>}
 */
async function runHere(version) {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'foundries-integration-'));
  const resultsFile = path.join(work, 'results.json');
  const outputFile = path.join(work, 'output.txt');
  const write = (/** @type {string} */ text) => void process.stdout.write(text);
  const stopFollowing = follow(outputFile, write);
  const folder = path.join(work, 'workspace');
  fs.mkdirSync(folder);
  /** @type {import('playwright-core').Browser | undefined} */
  let browser;
  /** @type {import('./vscode.mjs').RunningVSCode | undefined} */
  let vscode;
  /** @type {string[]} */
  const consoleLines = [];
  try {
    vscode = await startVSCode({
      version,
      folder,
      smokeTestDriver: true,
      env: {
        FOUNDRIES_TEST_RESULTS: resultsFile,
        FOUNDRIES_TEST_OUTPUT: outputFile,
      },
    });
    browser = await launchBrowser();
    // Nobody looks at it: drawing it would take more of the processor than the tests.
    const page = await browser.newPage({ reducedMotion: 'reduce', viewport: { width: 640, height: 400 } });
    page.on('pageerror', (error) => consoleLines.push(`page error: ${error.message}`));
    const exited = await exitCode(page, TIMEOUT, consoleLines, async () => {
      await page.goto(
        /** @type {import('./vscode.mjs').RunningVSCode} */ (vscode).urlFor({
          extensionDevelopmentPath: root,
          extensionTestsPath: path.join(root, 'out', 'integration', 'index.js'),
        }),
      );
    });
    stopFollowing();
    const results = /** @type {Results | undefined} */ (
      fs.existsSync(resultsFile) ? JSON.parse(fs.readFileSync(resultsFile, 'utf8')) : undefined
    );
    if (exited.kind === 'exit' && results !== undefined) {
      return exited.code === 0 || results.failed > 0
        ? results
        : withFailure(results, `VS Code ${version}: the extension host ended with ${exited.code}`);
    }
    write(exited.kind === 'exit' ? 'The suite did not run.\n' : `The suite ended with: ${exited.reason}\n`);
    write(`--- browser and extension host\n${tail(consoleLines.join('\n'), 60)}\n`);
    write(`--- VS Code server\n${tail(vscode.log(), 30)}\n`);
    return withFailure(results ?? noResults(), `VS Code ${version}: the suite did not run to its end`);
  } finally {
    stopFollowing();
    await browser?.close().catch(() => undefined);
    await vscode?.close();
    fs.rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @param {import('playwright-core').Page} page
 * @param {number} timeout
 * @param {string[]} hostLines gets what the extension host writes to its console
 * @param {() => Promise<void>} open
 * @returns {Promise<{ kind: 'exit', code: number } | { kind: 'stuck', reason: string }>} how the suite ended
 */
async function exitCode(page, timeout, hostLines, open) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(() => resolve({ kind: 'stuck', reason: `no result within ${timeout / 1_000} s` }), timeout);
      page.on('crash', () => resolve({ kind: 'stuck', reason: 'the page crashed' }));
      page.on('close', () => resolve({ kind: 'stuck', reason: 'the page was closed' }));
      const exposed = Promise.all([
        page.exposeFunction('codeAutomationExit', (/** @type {number} */ code) => resolve({ kind: 'exit', code })),
        page.exposeFunction('codeAutomationLog', (/** @type {string} */ type, /** @type {unknown[]} */ args) => {
          hostLines.push(hostLine(type, args));
        }),
      ]);
      exposed.then(open).catch(reject);
    });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {string} type
 * @param {unknown[]} args
 * @returns {string} what the extension host wrote to its console
 */
function hostLine(type, args) {
  return `extension host ${type}: ${args.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' ')}`;
}

/**
 * Prints what is appended to a file.
 *
 * @param {string} file
 * @param {(text: string) => void} write
 * @returns {() => void} prints the rest and stops
 */
function follow(file, write) {
  let printed = 0;
  const print = () => {
    if (fs.existsSync(file)) {
      const content = fs.readFileSync(file);
      write(content.subarray(printed).toString());
      printed = content.length;
    }
  };
  const timer = setInterval(print, 250);
  let stopped = false;
  return () => {
    if (!stopped) {
      stopped = true;
      clearInterval(timer);
      print();
    }
  };
}

/**
 * @param {Results} results
 * @param {string} failure
 * @returns {Results}
 */
function withFailure(results, failure) {
  return { ...results, failed: results.failed + 1, failures: [...results.failures, failure] };
}

async function main() {
  const [, , version = ''] = process.argv;
  const results = await runHere(version);
  const file = process.env['FOUNDRIES_TEST_RESULTS'];
  if (file !== undefined && file !== '') {
    fs.writeFileSync(file, JSON.stringify(results));
  }
  // Something that hangs on must not keep the run from ending.
  process.exit(results.failed > 0 ? 1 : 0);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((/** @type {unknown} */ error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
}
