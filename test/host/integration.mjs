// @ts-check
/** Runs the integration suite inside the extension host of a real VS Code that a headless browser opens. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { launchBrowser } from './browser.mjs';
import { root } from './paths.mjs';
import { tail } from './processes.mjs';
import { startVSCode } from './vscode.mjs';

const DEFAULT_TIMEOUT = 15 * 60_000;

/** @typedef {import('./results.mjs').Results} Results */

/**
 * @param {{ version?: string, grep?: string | undefined, timeout?: number, extensionDevelopmentPath?: string,
 *   extensionTestsPath?: string, write?: (text: string) => void }} [options] `write`: where the output goes
 * @returns {Promise<Results>}
 */
export async function runIntegration(options = {}) {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'foundries-integration-'));
  const resultsFile = path.join(work, 'results.json');
  const outputFile = path.join(work, 'output.txt');
  const write = options.write ?? ((/** @type {string} */ text) => void process.stdout.write(text));
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
      ...(options.version === undefined ? {} : { version: options.version }),
      folder,
      smokeTestDriver: true,
      env: {
        FOUNDRIES_TEST_RESULTS: resultsFile,
        FOUNDRIES_TEST_OUTPUT: outputFile,
        FOUNDRIES_TEST_GREP: options.grep ?? '',
      },
    });
    browser = await launchBrowser();
    const page = await browser.newPage();
    page.on('pageerror', (error) => consoleLines.push(`page error: ${error.message}`));
    const exited = await exitCode(page, options.timeout ?? DEFAULT_TIMEOUT, consoleLines, async () => {
      await page.goto(
        /** @type {import('./vscode.mjs').RunningVSCode} */ (vscode).urlFor({
          extensionDevelopmentPath: options.extensionDevelopmentPath ?? root,
          extensionTestsPath: options.extensionTestsPath ?? path.join(root, 'out', 'integration', 'index.js'),
        }),
      );
    });
    stopFollowing();
    const results = /** @type {Results | undefined} */ (
      fs.existsSync(resultsFile) ? JSON.parse(fs.readFileSync(resultsFile, 'utf8')) : undefined
    );
    if (exited.kind === 'exit' && results !== undefined) {
      return exited.code === 0 || results.failed > 0 ? results : { ...results, failed: results.failed + 1 };
    }
    write(exited.kind === 'exit' ? 'The suite did not run.\n' : `The suite ended with: ${exited.reason}\n`);
    write(`--- browser and extension host\n${tail(consoleLines.join('\n'), 60)}\n`);
    write(`--- VS Code server\n${tail(vscode.log(), 30)}\n`);
    const reason = `VS Code ${vscode.version}: the suite ran to its end`;
    return {
      passed: results?.passed ?? 0,
      failed: (results?.failed ?? 0) + 1,
      pending: results?.pending ?? 0,
      failures: [...(results?.failures ?? []), reason],
    };
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
