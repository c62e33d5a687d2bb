// @ts-check
/**
 * Measures the processor time of what this process starts, with all that those processes start: a window is a dozen of them. It
 * looks at them now and then, as nobody adds up the time of a process whose parent ended first. Linux only (`/proc`).
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import fs from 'node:fs';
import process from 'node:process';

const PERIOD = 500;
/** `/proc` counts hundredths of a second on every architecture. */
const TICK = 10;

/**
 * @typedef {object} Seen a process as it was last seen
 * @property {string} parent its first one: a process that loses its parent gets another
 * @property {number} own processor time in milliseconds
 * @property {number} reaped that of its children, as far as it has waited for their end
 * @property {boolean} alive
 */

/** @type {Map<string, Seen>} by pid and start, as pids are used again */
const seen = new Map();
/** @type {Map<number, string>} keys of those that are alive */
const keys = new Map();
/** @type {AsyncLocalStorage<string[]>} */
const account = new AsyncLocalStorage();
const supported = process.platform === 'linux';

/**
 * @param {number} pid
 * @returns {{ key: string, parent: number, own: number, reaped: number } | undefined} nothing when it has ended
 */
function read(pid) {
  try {
    const line = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name, in brackets, may hold spaces. See proc_pid_stat(5) for the fields.
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    const ticks = (/** @type {number} */ index) => Number(fields[index]) * TICK;
    return {
      key: `${pid} ${fields[19]}`,
      parent: Number(fields[1]),
      own: ticks(11) + ticks(12),
      reaped: ticks(13) + ticks(14),
    };
  } catch {
    return undefined;
  }
}

/**
 * @param {number} pid
 * @returns {string | undefined} its key
 */
function look(pid) {
  const now = read(pid);
  if (now === undefined) {
    return undefined;
  }
  const before = seen.get(now.key);
  if (before === undefined) {
    keys.set(pid, now.key);
    const parent = keys.get(now.parent) ?? '';
    seen.set(now.key, { parent, own: now.own, reaped: now.reaped, alive: true });
  } else {
    Object.assign(before, { own: now.own, reaped: now.reaped, alive: true });
  }
  return now.key;
}

function lookAtAll() {
  for (const process of seen.values()) {
    process.alive = false;
  }
  // In the order of pids most parents come before their children.
  const pids = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  for (const pid of pids.map(Number).sort((a, b) => a - b)) {
    look(pid);
  }
}

/**
 * @param {string} key
 * @param {Map<string, string[]>} children
 * @returns {number} milliseconds of a process and all below it
 */
function timeOf(key, children) {
  const process = seen.get(key);
  if (process === undefined) {
    return 0;
  }
  let living = 0;
  let ended = 0;
  for (const child of children.get(key) ?? []) {
    const time = timeOf(child, children);
    if (seen.get(child)?.alive === true) {
      living += time;
    } else {
      ended += time;
    }
  }
  // Its own account of ended children is exact, but lacks those that ended after it.
  return process.own + living + Math.max(ended, process.reaped);
}

/**
 * @param {readonly string[]} roots
 * @returns {number | undefined}
 */
function timeBelow(roots) {
  if (!supported) {
    return undefined;
  }
  lookAtAll();
  /** @type {Map<string, string[]>} */
  const children = new Map();
  for (const [key, { parent }] of seen) {
    children.set(parent, [...(children.get(parent) ?? []), key]);
  }
  return roots.reduce((sum, root) => sum + timeOf(root, children), 0);
}

/** Begins to measure. It ends with the process. */
export function startMeter() {
  if (supported) {
    lookAtAll();
    setInterval(lookAtAll, PERIOD).unref();
  }
}

/** @returns {number | undefined} milliseconds that this process and all it started have used; nothing where they are not counted */
export function usedByAll() {
  const own = supported ? look(process.pid) : undefined;
  return own === undefined ? undefined : timeBelow([own]);
}

/**
 * Runs something and says how much processor time the commands took that it started.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<{ result: T, cpu: number | undefined }>} in milliseconds
 */
export async function measured(work) {
  /** @type {string[]} */
  const roots = [];
  const result = await account.run(roots, work);
  return { result, cpu: timeBelow(roots) };
}

/**
 * Tells that a command was started.
 *
 * @param {number} pid
 */
export function started(pid) {
  const roots = account.getStore();
  if (supported && roots !== undefined) {
    const key = look(pid);
    if (key !== undefined) {
      roots.push(key);
    }
  }
}
