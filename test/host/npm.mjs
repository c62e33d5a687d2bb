// @ts-check
/** Runs npm the same way whether this was started by npm, by node or by an editor. */
import process from 'node:process';
import { run, tail } from './processes.mjs';

/**
 * @returns {NodeJS.ProcessEnv} without what an outer `npm test` sets for its own project; proxies, caches and registry
 *   settings of the user stay
 */
function environment() {
  const env = { ...process.env };
  for (const name of Object.keys(env)) {
    if (/^npm_(?:package|lifecycle|config_local_prefix|command)/.test(name)) {
      delete env[name];
    }
  }
  return { ...env, npm_config_audit: 'false', npm_config_fund: 'false', npm_config_update_notifier: 'false' };
}

/**
 * @param {string[]} args
 * @param {{ cwd: string, show?: boolean | ((text: string) => void), timeout?: number }} options
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function npm(args, options) {
  const cli = process.env['npm_execpath'];
  const withNode = cli !== undefined && /npm-cli\.[cm]?js$/.test(cli);
  const windows = process.platform === 'win32';
  const command = withNode ? process.execPath : windows ? 'cmd.exe' : 'npm';
  const prefix = withNode ? [cli] : windows ? ['/d', '/s', '/c', 'npm'] : [];
  return run(command, [...prefix, ...args], { ...options, env: environment() });
}

/**
 * `npm ci` that fails with npm's own last words.
 *
 * @param {string} cwd
 * @param {string[]} [args]
 */
export async function npmInstall(cwd, args = []) {
  // Engine limits of what is installed are met by the runtime that starts it, not by the one that installs it.
  const flags = ['ci', '--ignore-scripts', '--loglevel=error', '--engine-strict=false', ...args];
  const install = (/** @type {string} */ how) => npm([...flags, how], { cwd, timeout: 15 * 60_000 });
  // The lock file says what is right: what the cache holds need not be asked for again.
  let { code, output } = await install('--prefer-offline');
  if (code !== 0 && /ETARGET|E404/.test(output)) {
    // A version that is newer than what the cache knows of the package.
    ({ code, output } = await install('--prefer-online'));
  }
  if (code !== 0) {
    throw new Error(`npm ${flags.join(' ')} failed in ${cwd}:\n${tail(output)}`);
  }
}
