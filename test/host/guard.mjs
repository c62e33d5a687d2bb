// @ts-check
/**
 * Runs a command in a process group of its own and ends the whole group when the command ends or as soon as this
 * process's standard input closes. The pipe closes with the parent however the parent ends, so that neither Ctrl+C nor a
 * crash leaves anything running.
 *
 *   node guard.mjs COMMAND [ARGUMENT…]
 */
import { spawn, spawnSync } from 'node:child_process';
import process from 'node:process';

const PATIENCE = 2_000;
const LAST_WORDS = 200;
const [command, ...args] = process.argv.slice(2);
const windows = process.platform === 'win32';

if (command === undefined) {
  console.error('guard: no command');
  process.exit(2);
}

for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP'])) {
  process.on(signal, end);
}

const child = spawn(command, args, {
  stdio: ['ignore', 'inherit', 'inherit'],
  detached: !windows,
  windowsHide: true,
});
let ending = false;

/** @param {NodeJS.Signals} signal */
function signalGroup(signal) {
  if (child.pid === undefined) {
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody is left.
  }
}

function end() {
  if (ending) {
    return;
  }
  ending = true;
  if (windows) {
    spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F']);
    return;
  }
  signalGroup('SIGTERM');
  setTimeout(() => signalGroup('SIGKILL'), PATIENCE).unref();
}

process.stdin.on('end', end);
process.stdin.on('close', end);
process.stdin.on('error', end);
process.stdin.resume();

child.on('error', (error) => {
  console.error(`guard: ${error.message}`);
  process.exitCode = 127;
  process.stdin.destroy();
});
child.on('exit', (code, signal) => {
  // Grandchildren get the same treatment, also those that would stay after a polite request.
  ending = true;
  process.exitCode = code ?? (signal === null ? 1 : 143);
  if (windows) {
    process.exit();
  }
  signalGroup('SIGTERM');
  setTimeout(() => {
    signalGroup('SIGKILL');
    process.exit();
  }, LAST_WORDS);
});
