// @ts-check
/** Starts a real VS Code (server, workbench and extension host) and says where a browser finds it. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { putExtension } from './extensions.mjs';
import { installVSCode, newest } from './install.mjs';
import { root } from './paths.mjs';
import { startGuarded, tail } from './processes.mjs';
import { until } from './until.mjs';

const HOST = '127.0.0.1';
const READY_TIMEOUT = 60_000;

/** What every start has: nothing that opens by itself, asks, or talks to the network. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'workbench.editor.useModal': 'off',
  'chat.disableAIFeatures': true,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'git.enabled': false,
};

/**
 * @typedef {object} StartOptions
 * @property {string} [version] of VS Code; the newest that is known by default
 * @property {number} [port] a free one by default
 * @property {string} [folder] the workspace that opens
 * @property {string} [userDataDir] kept afterwards; a temporary folder, removed on `close()`, by default
 * @property {string} [extensionsDir] likewise
 * @property {Record<string, unknown>} [settings] of the user, over the quiet ones
 * @property {string} [installVsix] a packaged extension to install first, into an empty `extensionsDir`
 * @property {boolean} [smokeTestDriver] lets the address name an extension under development and its tests; notification
 *   toasts are not drawn then
 * @property {string} [connectionToken] what the address must carry; without one every local user can run code there
 * @property {boolean} [workspaceTrust] whether new folders start in Restricted Mode
 * @property {NodeJS.ProcessEnv} [env] for server and extension host, over this process's own
 */

/**
 * @typedef {object} AddressOptions
 * @property {string} [folder]
 * @property {string} [extensionDevelopmentPath]
 * @property {string} [extensionTestsPath]
 */

/**
 * @typedef {object} RunningVSCode
 * @property {string} version
 * @property {string} url with the folder it was started for
 * @property {(options?: AddressOptions) => string} urlFor
 * @property {string} userDataDir
 * @property {string} extensionsDir
 * @property {() => string} log what the server printed
 * @property {() => Promise<void>} close ends it with all it started and removes its temporary folders
 * @property {Promise<number>} ended
 */

/**
 * @param {Record<string, unknown>} settings
 * @returns {Record<string, unknown>} with the quiet ones below
 */
export function userSettings(settings) {
  return { ...quietSettings, ...settings };
}

/**
 * Before a start: a running VS Code does not notice.
 *
 * @param {string} userDataDir
 * @param {Record<string, unknown>} settings the user's, in full: what is not named goes back to the quiet defaults
 */
function writeUserSettings(userDataDir, settings) {
  const folder = path.join(userDataDir, 'User');
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'settings.json'), `${JSON.stringify(userSettings(settings), undefined, 2)}\n`);
}

/**
 * @param {StartOptions} [options]
 * @returns {Promise<RunningVSCode>} when it answers
 */
export async function startVSCode(options = {}) {
  const version = options.version ?? newest;
  const { node, serverMain } = await installVSCode(version);
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'foundries-vscode-'));
  const removeTemporary = () => fs.rmSync(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  try {
    const userDataDir = options.userDataDir ?? path.join(temporary, 'user-data');
    const extensionsDir = options.extensionsDir ?? path.join(temporary, 'extensions');
    const env = serverEnvironment({ FOUNDRIES_SECRET_KEY_FILE: path.join(userDataDir, 'secret-key'), ...options.env });
    const folders = [
      ...['--user-data-dir', userDataDir],
      ...['--extensions-dir', extensionsDir],
      ...['--server-data-dir', path.join(temporary, 'server-data')],
      '--accept-server-license-terms',
    ];
    fs.mkdirSync(extensionsDir, { recursive: true });
    writeUserSettings(userDataDir, options.settings ?? {});
    if (options.installVsix !== undefined) {
      await putExtension({ version, node, serverMain, env }, options.installVsix, extensionsDir);
    }

    const args = [
      ...['--require', path.join(root, 'test', 'host', 'secretKey.js')],
      ...[serverMain, '--host', HOST, '--port', String(options.port ?? 0)],
      ...folders,
      ...tokenArguments(options.connectionToken, temporary),
      ...['--telemetry-level', 'off'],
      ...(options.workspaceTrust === true ? [] : ['--disable-workspace-trust']),
      ...(options.smokeTestDriver === true ? ['--enable-smoke-test-driver'] : []),
    ];
    const server = startGuarded(`VS Code ${version}`, node, args, { env });
    const close = async () => {
      await server.close();
      removeTemporary();
    };
    try {
      const [, port] = await server.waitFor(/host agent listening on (\d+)|EADDRINUSE/, READY_TIMEOUT);
      if (port === undefined) {
        throw new Error(`Port ${options.port} is already in use.`);
      }
      const authority = `${HOST}:${port}`;
      /** @param {AddressOptions} [address] */
      const urlFor = (address = {}) =>
        workbenchUrl(authority, { folder: options.folder, ...address }, options.connectionToken);
      const up = () => answers(`http://${authority}/version`);
      await until(`an answer of VS Code at ${authority}`, up, READY_TIMEOUT, () => tail(server.log()));
      return {
        version,
        url: urlFor(),
        urlFor,
        userDataDir,
        extensionsDir,
        log: server.log,
        close,
        ended: server.ended,
      };
    } catch (error) {
      await close();
      throw error;
    }
  } catch (error) {
    removeTemporary();
    throw error;
  }
}

/**
 * @param {NodeJS.ProcessEnv} [extra]
 * @returns {NodeJS.ProcessEnv} without what an outer VS Code, mocha or npm would pass on to the extension host
 */
function serverEnvironment(extra) {
  const env = { ...process.env };
  for (const name of Object.keys(env)) {
    if (/^(?:VSCODE_|ELECTRON_|npm_)|^NODE_OPTIONS$/.test(name)) {
      delete env[name];
    }
  }
  return { ...env, ...extra };
}

/**
 * @param {string | undefined} token
 * @param {string} folder private to this user
 * @returns {string[]} with the token in a file: every local user can read a command line
 */
function tokenArguments(token, folder) {
  if (token === undefined) {
    return ['--without-connection-token'];
  }
  const file = path.join(folder, 'connection-token');
  fs.writeFileSync(file, token, { mode: 0o600 });
  return ['--connection-token-file', file];
}

/**
 * @param {string} authority
 * @param {{ folder?: string | undefined, extensionDevelopmentPath?: string, extensionTestsPath?: string }} options
 * @param {string | undefined} token
 * @returns {string}
 */
function workbenchUrl(authority, options, token) {
  const query = new URLSearchParams();
  if (token !== undefined) {
    query.set('tkn', token);
  }
  if (options.folder !== undefined) {
    query.set('folder', slashes(options.folder));
  }
  /** @type {[string, string][]} */
  const payload = [];
  for (const name of /** @type {const} */ (['extensionDevelopmentPath', 'extensionTestsPath'])) {
    const value = options[name];
    if (value !== undefined) {
      payload.push([name, `vscode-remote://${authority}${slashes(value)}`]);
    }
  }
  if (payload.length > 0) {
    query.set('payload', JSON.stringify(payload));
  }
  return `http://${authority}/?${query.toString()}`;
}

/**
 * @param {string} file
 * @returns {string} as the path of an address
 */
function slashes(file) {
  const forward = file.replaceAll('\\', '/');
  return forward.startsWith('/') ? forward : `/${forward}`;
}

/**
 * @param {string} address
 * @returns {Promise<boolean>} whether something is there
 */
async function answers(address) {
  try {
    // Without the token the answer is 403, which tells as well that it is up.
    await fetch(address, { signal: AbortSignal.timeout(2_000) });
    return true;
  } catch {
    return false;
  }
}
