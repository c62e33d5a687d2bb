// @ts-check
/** A headless browser for VS Code's workbench: the pinned one from npm where there is one, else an installed one. */
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { hasChromiumPackage, installChromium } from './install.mjs';

/** The workbench asks extension galleries and update services; a test must not depend on them, nor tell them anything. */
const onlyThisMachine = '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost';

const commonArguments = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--font-render-hinting=none',
  onlyThisMachine,
];

const installedNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

/**
 * Launches it. In order: the one `FOUNDRIES_TEST_BROWSER` names, the pinned package, an installed Chrome, Edge or
 * Chromium.
 *
 * @param {{ headless?: boolean, args?: string[] }} [options]
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launchBrowser(options = {}) {
  const { chromium } = await import('playwright-core');
  const args = [...commonArguments, ...(isRoot() ? ['--no-sandbox'] : []), ...(options.args ?? [])];
  /** @type {string[]} */
  const failures = [];
  for await (const candidate of candidates(failures)) {
    try {
      return await chromium.launch({ headless: options.headless ?? true, ...candidate.options, args });
    } catch (error) {
      failures.push(`${candidate.name}: ${firstLine(error)}`);
    }
  }
  throw new Error(
    'No browser could be started. Install Chrome, Edge or Chromium, or name one in FOUNDRIES_TEST_BROWSER.\n' +
      failures.map((failure) => `  ${failure}`).join('\n'),
  );
}

/** @typedef {{ name: string, options: import('playwright-core').LaunchOptions }} Candidate */

/**
 * @param {string[]} failures of finding one
 * @returns {AsyncGenerator<Candidate, void>}
 */
async function* candidates(failures) {
  const named = process.env['FOUNDRIES_TEST_BROWSER'];
  if (named !== undefined && named !== '') {
    yield { name: named, options: { executablePath: named } };
    return;
  }
  if (hasChromiumPackage()) {
    try {
      const { executablePath, env } = await installChromium();
      /** @type {Record<string, string>} */
      const defined = {};
      for (const [name, value] of Object.entries(env)) {
        if (value !== undefined) {
          defined[name] = value;
        }
      }
      yield { name: 'the Chromium from npm', options: { executablePath, env: defined } };
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  for (const executablePath of installedOnPath()) {
    yield { name: executablePath, options: { executablePath } };
  }
  for (const channel of ['chrome', 'msedge', 'chromium']) {
    yield { name: `channel ${channel}`, options: { channel } };
  }
}

/** @returns {string[]} */
function installedOnPath() {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean);
  return installedNames.flatMap((name) =>
    folders.map((folder) => path.join(folder, name)).filter((file) => fs.existsSync(file)),
  );
}

function isRoot() {
  return process.getuid?.() === 0;
}

/** @param {unknown} error */
function firstLine(error) {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
