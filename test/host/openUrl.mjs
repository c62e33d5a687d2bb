// @ts-check
/** Opens an address in the user's own browser. */
import { spawn } from 'node:child_process';
import process from 'node:process';

/** @returns {boolean} whether there is a screen to open one on */
export function hasScreen() {
  if (process.env['CI'] !== undefined && process.env['CI'] !== '') {
    return false;
  }
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

/**
 * Tries; the address is printed as well, so that nothing is lost when it does not work.
 *
 * @param {string} url
 */
export function openUrl(url) {
  /** @type {Record<string, [string, string[]]>} */
  const commands = {
    darwin: ['open', [url]],
    // `start` would take the ampersands of the address for its own.
    win32: ['rundll32', ['url.dll,FileProtocolHandler', url]],
  };
  const [command, args] = commands[process.platform] ?? ['xdg-open', [url]];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
