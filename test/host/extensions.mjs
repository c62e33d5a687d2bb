// @ts-check
/** Installs packaged extensions into VS Code's folder for them: really once, then by copying what that made. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { installRoot } from './paths.mjs';
import { run, tail } from './processes.mjs';

const INSTALL_TIMEOUT = 120_000;
const KEPT_FOR = 24 * 60 * 60_000;

/**
 * @typedef {object} Server
 * @property {string} version of VS Code
 * @property {string} node
 * @property {string} serverMain
 * @property {NodeJS.ProcessEnv} env
 */

/**
 * Puts a packaged extension into an extensions folder.
 *
 * @param {Server} server
 * @param {string} vsix
 * @param {string} extensionsDir gets what belongs into it; extensions that are there stay
 */
export async function putExtension(server, vsix, extensionsDir) {
  if (!fs.existsSync(vsix)) {
    throw new Error(`There is no packaged extension at ${vsix}.`);
  }
  const kept = path.join(installRoot, 'extensions');
  const name = createHash('sha256').update(server.version).update(fs.readFileSync(vsix)).digest('hex');
  const installed = path.join(kept, name);
  if (!fs.existsSync(installed)) {
    removeUnused(kept);
    const partial = `${installed}.partial-${process.pid}`;
    try {
      await install(server, vsix, partial);
      rename(path.join(partial, 'extensions'), installed);
    } finally {
      fs.rmSync(partial, { recursive: true, force: true });
    }
  }
  const now = new Date();
  fs.utimesSync(installed, now, now);
  const list = path.join(extensionsDir, 'extensions.json');
  const before = readList(list);
  fs.cpSync(installed, extensionsDir, { recursive: true });
  fs.writeFileSync(list, JSON.stringify([...before, ...readList(list)]));
}

/**
 * @param {string} file
 * @returns {unknown[]} the extensions that VS Code has noted there
 */
function readList(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : [];
}

/**
 * @param {Server} server
 * @param {string} vsix
 * @param {string} folder for all that VS Code writes
 */
async function install({ version, node, serverMain, env }, vsix, folder) {
  const args = [
    ...[serverMain, '--install-extension', vsix, '--force'],
    ...['--user-data-dir', path.join(folder, 'user-data')],
    ...['--extensions-dir', path.join(folder, 'extensions')],
    ...['--server-data-dir', path.join(folder, 'server-data')],
    '--accept-server-license-terms',
  ];
  // VS Code 1.100 doesn't make them all in time.
  for (const needed of ['user-data/User', 'extensions', 'server-data']) {
    fs.mkdirSync(path.join(folder, needed), { recursive: true });
  }
  const { code, output } = await run(node, args, { env, timeout: INSTALL_TIMEOUT });
  // Some failures are printed only: the exit code stays 0.
  if (code !== 0 || !/successfully installed/i.test(output)) {
    throw new Error(`VS Code ${version} did not install ${path.basename(vsix)}:\n${tail(output)}`);
  }
}

/**
 * @param {string} from
 * @param {string} to may have been made by another process meanwhile
 */
function rename(from, to) {
  try {
    fs.renameSync(from, to);
  } catch (error) {
    if (!fs.existsSync(to)) {
      throw error;
    }
  }
}

/**
 * Removes what no run has used for a day: each change of the extension makes one more.
 *
 * @param {string} folder
 */
function removeUnused(folder) {
  for (const entry of fs.existsSync(folder) ? fs.readdirSync(folder) : []) {
    const file = path.join(folder, entry);
    if (Date.now() - (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > KEPT_FOR) {
      fs.rmSync(file, { recursive: true, force: true });
    }
  }
}
