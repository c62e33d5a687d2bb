// @ts-check
/**
 * `npm run test:desktop`: the integration suite in desktop builds of VS Code, oldest and newest, where they can be
 * downloaded. The tests start the Factory emulator themselves.
 *
 *   node test/host/desktop.mjs [--vscode VERSION] [--grep PATTERN]
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import util from 'node:util';
import { root } from './paths.mjs';
import { addResults, noResults } from './results.mjs';

/** The oldest that `engines.vscode` admits, and what most people have. */
const versions = ['1.100.0', 'stable'];
const DOWNLOAD_PATIENCE = 60_000;

/** @returns {{ vscode?: string, grep?: string }} */
function readOptions() {
  try {
    return util.parseArgs({ options: { vscode: { type: 'string' }, grep: { type: 'string' } } }).values;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error('Usage: npm run test:desktop -- [--vscode VERSION] [--grep PATTERN]');
    process.exit(2);
  }
}

/**
 * @param {string} version
 * @returns {Promise<string>} the executable
 */
async function download(version) {
  const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
  try {
    return await downloadAndUnzipVSCode({
      version,
      timeout: DOWNLOAD_PATIENCE,
      cachePath: path.join(root, '.vscode-test', 'desktop'),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `VS Code ${version} could not be downloaded (${reason}). This needs update.code.visualstudio.com; ` +
        'npm test runs the same suite in a VS Code from npm.',
      { cause: error },
    );
  }
}

/**
 * @param {string} version
 * @param {string | undefined} grep
 * @returns {Promise<import('./results.mjs').Results>}
 */
async function runIn(version, grep) {
  const vscodeExecutablePath = await download(version);
  const { runTests } = await import('@vscode/test-electron');
  // Short: on macOS and Linux the sockets of VS Code are below it, and their names are limited.
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'fnd-'));
  const resultsFile = path.join(work, 'results.json');
  const workspace = path.join(work, 'workspace');
  fs.mkdirSync(workspace);
  const settings = path.join(work, 'user', 'User', 'settings.json');
  fs.mkdirSync(path.dirname(settings), { recursive: true });
  fs.writeFileSync(settings, JSON.stringify({ 'workbench.startupEditor': 'none', 'telemetry.telemetryLevel': 'off' }));
  let failure = '';
  try {
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: root,
      extensionTestsPath: path.join(root, 'out', 'integration', 'index.js'),
      extensionTestsEnv: { FOUNDRIES_TEST_RESULTS: resultsFile, FOUNDRIES_TEST_GREP: grep ?? '' },
      launchArgs: [
        workspace,
        `--user-data-dir=${path.join(work, 'user')}`,
        `--extensions-dir=${path.join(work, 'extensions')}`,
        '--disable-workspace-trust',
        '--skip-welcome',
        '--skip-release-notes',
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    });
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  /** @type {import('./results.mjs').Results} */
  const results = fs.existsSync(resultsFile) ? JSON.parse(fs.readFileSync(resultsFile, 'utf8')) : noResults();
  fs.rmSync(work, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  if (results.failed === 0 && (failure !== '' || results.passed === 0)) {
    results.failed = 1;
    results.failures.push(failure === '' ? 'no test ran' : failure);
  }
  return results;
}

async function main() {
  const options = readOptions();
  const total = noResults();
  if (process.platform === 'linux' && !(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'])) {
    console.log('There is no display: if VS Code does not start, run this under xvfb-run.');
  }
  for (const version of options.vscode === undefined ? versions : [options.vscode]) {
    console.log(`\n=== integration tests in a desktop VS Code, ${version}`);
    try {
      addResults(total, await runIn(version, options.grep));
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      addResults(total, { ...noResults(), failed: 1, failures: [`desktop ${version}`] });
    }
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

await main();
