// @ts-check
/**
 * How long VS Code itself says that it took to load the code of the extension and to call `activate()`, in its extension host,
 * beside an extension that comes with it, Git, and one that does nothing.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { launchBrowser } from '../host/browser.mjs';
import { root } from '../host/paths.mjs';
import { startVSCode } from '../host/vscode.mjs';

export const names = ['activate'];

/** Names, as they are shown, by id. */
const OURS = 'foundries-factory-tools.foundries-factory';
const GITHUB = 'vscode.github-authentication';
const GIT = 'vscode.git';
const EMPTY = 'bench.empty';
const SHOWN = new Map([
  ['Foundries Factory', OURS],
  ['GitHub Authentication', GITHUB],
  ['Git', GIT],
  ['empty', EMPTY],
]);
const PATIENCE = 90_000;

/** What ships, as `npm run package` puts it together. */
const SHIPPED = ['package.json', 'package.nls.json', 'dist', 'l10n', 'media'];

/**
 * Activates what FOUNDRIES_BENCH_ORDER names, one after the other, when VS Code has started. Between two of them the host is
 * left alone, so that none pays for what the other has begun.
 */
const DRIVER = `
  const vscode = require('vscode');
  const fs = require('fs');
  const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  exports.activate = () => void (async () => {
    await rest(3000);
    for (const id of process.env.FOUNDRIES_BENCH_ORDER.split(' ')) {
      await vscode.extensions.getExtension(id)?.activate();
      await rest(700);
    }
    fs.writeFileSync(process.env.FOUNDRIES_BENCH_DONE, '');
  })();
`;

/** @type {import('./support/bench.js').Bench} */
const bench = async ({ quick }) => {
  execFileSync(process.execPath, ['esbuild.js', '--production'], { cwd: root, stdio: 'ignore' });
  /** @type {Map<string, number[]>} */
  const times = new Map();
  const rounds = quick ? 3 : 5;
  for (let round = 0; round < rounds; round++) {
    // Who comes second finds more that is compiled already.
    const order = [EMPTY, ...(round % 2 === 0 ? [OURS, GITHUB] : [GITHUB, OURS])];
    for (const [id, ms] of await activationTimes(order)) {
      times.set(id, [...(times.get(id) ?? []), ms]);
    }
  }
  const ms = (/** @type {string} */ id) => median(times.get(id) ?? []);
  return [
    { name: 'activate', value: ms(OURS) / ms(GITHUB), unit: 'x', limit: 1 },
    { name: 'activate time', value: ms(OURS), unit: 'ms' },
    { name: 'activate time of github-authentication', value: ms(GITHUB), unit: 'ms' },
    { name: 'activate time of git', value: ms(GIT), unit: 'ms' },
    { name: 'activate time of an empty extension', value: ms(EMPTY), unit: 'ms' },
  ];
};

export default bench;

/**
 * @param {readonly string[]} order of activation
 * @returns {Promise<Map<string, number>>} milliseconds by extension: loading its code and calling `activate()`
 */
async function activationTimes(order) {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'foundries-activate-'));
  const done = path.join(work, 'done');
  const extensionsDir = path.join(work, 'extensions');
  const folder = path.join(work, 'workspace');
  fs.mkdirSync(folder);
  install(extensionsDir);
  const vscode = await startVSCode({
    folder,
    extensionsDir,
    settings: { 'git.enabled': true },
    env: { FOUNDRIES_BENCH_ORDER: order.join(' '), FOUNDRIES_BENCH_DONE: done },
  });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1200, height: 4000 } });
    await page.goto(vscode.url);
    const deadline = Date.now() + PATIENCE;
    while (!fs.existsSync(done)) {
      if (Date.now() > deadline) {
        throw new Error(`Not all were activated within ${PATIENCE / 1000} s.`);
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return await shownTimes(page, order);
  } finally {
    await browser.close();
    await vscode.close();
    fs.rmSync(work, { recursive: true, force: true });
  }
}

/** @param {string} extensionsDir gets the extension as it ships, the empty one and the driver */
function install(extensionsDir) {
  const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const ours = path.join(extensionsDir, `${OURS}-${version}`);
  for (const name of SHIPPED) {
    fs.cpSync(path.join(root, name), path.join(ours, name), { recursive: true });
  }
  for (const [name, activationEvents, code] of /** @type {const} */ ([
    ['empty', [], 'exports.activate = () => undefined;'],
    ['driver', ['onStartupFinished'], DRIVER],
  ])) {
    const folder = path.join(extensionsDir, `bench.${name}-0.0.1`);
    fs.mkdirSync(folder);
    const manifest = { name, publisher: 'bench', version: '0.0.1', engines: { vscode: '^1.100.0' }, main: './main.js' };
    fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ ...manifest, activationEvents }));
    fs.writeFileSync(path.join(folder, 'main.js'), code);
  }
}

/**
 * @param {import('playwright-core').Page} page
 * @param {readonly string[]} wanted
 * @returns {Promise<Map<string, number>>} what the view of running extensions says
 */
async function shownTimes(page, wanted) {
  await page.keyboard.press('F1');
  const input = page.locator('.quick-input-widget input[type="text"]').first();
  await input.waitFor();
  await input.fill('>Developer: Show Running Extensions');
  await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Show Running Extensions' }).first().click();
  const rows = page.locator('.runtime-extensions-editor .extension');
  await rows.first().waitFor();
  /** @type {Map<string, number>} */
  const times = new Map();
  for (const row of await rows.all()) {
    const id = SHOWN.get((await row.locator('.name').first().textContent()) ?? '');
    const [, ms] = /(\d+)ms/.exec((await row.locator('.activation-time').textContent()) ?? '') ?? [];
    if (id !== undefined && ms !== undefined) {
      times.set(id, Number(ms));
    }
  }
  for (const id of wanted) {
    if (!times.has(id)) {
      throw new Error(`VS Code tells no time of ${id}.`);
    }
  }
  return times;
}

/** @param {readonly number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
