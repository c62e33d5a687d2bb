// @ts-check
/** Makes sure that the repository's own dependencies are there, before anything that needs them is imported. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { npmInstall } from './npm.mjs';
import { root } from './paths.mjs';
import { step } from './progress.mjs';

const OLDEST_NODE = [20, 19];

/** Ends the process, with a sentence, on a Node that is too old for the tools used here. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = OLDEST_NODE;
  if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
    console.error(`This needs Node ${OLDEST_NODE.join('.')} or newer; this is Node ${process.versions.node}.`);
    process.exit(1);
  }
}

/** Runs `npm ci` when `node_modules` is missing or does not belong to the lock file. */
export async function ensureDependencies() {
  const lock = path.join(root, 'package-lock.json');
  const marker = path.join(root, 'node_modules', '.installed-lock');
  const hash = createHash('sha256').update(fs.readFileSync(lock)).digest('hex');
  if (isCurrent(lock, marker, hash)) {
    return;
  }
  await step('Installing dependencies', () => npmInstall(root, ['--include=dev']));
  fs.writeFileSync(marker, hash);
}

/**
 * @param {string} lock
 * @param {string} marker written here
 * @param {string} hash of the lock file
 */
function isCurrent(lock, marker, hash) {
  if (fs.existsSync(marker)) {
    return fs.readFileSync(marker, 'utf8') === hash;
  }
  // Installed by hand: npm leaves its own account of it.
  const installed = path.join(root, 'node_modules', '.package-lock.json');
  return fs.existsSync(installed) && fs.statSync(installed).mtimeMs >= fs.statSync(lock).mtimeMs;
}
