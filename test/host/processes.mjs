// @ts-check
/** Child processes that end with this one, and short commands with their output. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { started } from './cpu.mjs';
import { root } from './paths.mjs';

const LOG_LIMIT = 400_000;
const CLOSE_PATIENCE = 4_000;

/**
 * @typedef {object} Running a process (with all it starts) that goes on in the background
 * @property {number} pid of the process group
 * @property {() => string} log everything it printed, the oldest part dropped when it is very long
 * @property {(pattern: RegExp, timeout: number) => Promise<RegExpExecArray>} waitFor a line it prints
 * @property {Promise<number>} ended its exit code
 * @property {() => Promise<void>} close ends it and everything it started
 */

/**
 * Starts a long-running command that ends with this process, however that ends.
 *
 * @param {string} name for messages
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onOutput?: (text: string) => void }} [options]
 * @returns {Running}
 */
export function startGuarded(name, command, args, options = {}) {
  const guard = path.join(root, 'test', 'host', 'guard.mjs');
  const child = spawn(process.execPath, [guard, command, ...args], {
    cwd: options.cwd ?? root,
    env: options.env ?? process.env,
    detached: process.platform !== 'win32',
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  let log = '';
  let finished = false;
  /** @type {Set<() => void>} */
  const listeners = new Set();
  /** @param {Buffer} chunk */
  const collect = (chunk) => {
    const text = chunk.toString();
    log = (log + text).slice(-LOG_LIMIT);
    options.onOutput?.(text);
    for (const listener of [...listeners]) {
      listener();
    }
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  child.stdin.on('error', () => undefined);
  /** @type {Promise<number>} */
  const ended = new Promise((resolve) => {
    child.on('error', (error) => {
      log += `${error.message}\n`;
      finished = true;
      resolve(127);
    });
    child.on('close', (code) => {
      finished = true;
      resolve(code ?? 143);
    });
  });
  void ended.then(() => {
    for (const listener of [...listeners]) {
      listener();
    }
  });
  const pid = child.pid ?? 0;
  started(pid);

  return {
    pid,
    log: () => log,
    ended,
    waitFor: (pattern, timeout) =>
      new Promise((resolve, reject) => {
        const done = () => {
          clearTimeout(timer);
          listeners.delete(check);
        };
        const check = () => {
          const match = pattern.exec(log);
          if (match) {
            done();
            resolve(match);
          } else if (finished) {
            done();
            reject(new Error(`${name} ended before it was ready:\n${tail(log)}`));
          }
        };
        const timer = setTimeout(() => {
          done();
          reject(new Error(`${name} was not ready after ${timeout / 1_000} s:\n${tail(log)}`));
        }, timeout);
        listeners.add(check);
        check();
      }),
    close: async () => {
      if (finished) {
        return;
      }
      child.stdin.end();
      const timer = setTimeout(() => killGroup(pid), CLOSE_PATIENCE);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** @param {number} pid */
function killGroup(pid) {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

/**
 * @param {string} text
 * @param {number} [lines]
 * @returns {string} its last lines
 */
export function tail(text, lines = 40) {
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}

/**
 * Runs a command to its end.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean | ((text: string) => void), timeout?: number }} [options]
 *   `show` passes its output on as it comes; otherwise it is collected
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function run(command, args, options = {}) {
  const { show } = options;
  const write =
    typeof show === 'function'
      ? show
      : show === true
        ? (/** @type {string} */ text) => void process.stdout.write(text)
        : undefined;
  const running = startGuarded(path.basename(command), command, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(write === undefined ? {} : { onOutput: write }),
  });
  let late = false;
  const timer =
    options.timeout === undefined
      ? undefined
      : setTimeout(() => {
          late = true;
          void running.close();
        }, options.timeout);
  const code = await running.ended;
  clearTimeout(timer);
  const note = late ? `\nstopped after ${(options.timeout ?? 0) / 1_000} s` : '';
  if (late) {
    write?.(`${note}\n`);
  }
  return { code: late ? 124 : code, output: running.log() + note };
}
