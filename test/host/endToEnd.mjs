// @ts-check
/** How the files of the end-to-end suite are shared out among the processes that run it. */
import fs from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';
import { shuffled } from './shuffle.js';

/** What a suite costs before its first test: a window. In tests. */
const WINDOW = 2;

/**
 * @param {string[]} files compiled test files
 * @param {number} lanes how many processes run them
 * @param {string | undefined} seed of a random order
 * @returns {string[][]} the files of each process, with about the same number of tests
 */
export function shareOut(files, lanes, seed) {
  const weighed = files.map((file) => ({ file, weight: weight(source(file)) }));
  const ordered =
    seed === undefined ? [...weighed].sort((a, b) => b.weight - a.weight) : shuffled(weighed, seed, ({ file }) => file);
  const shares = Array.from({ length: lanes }, () => ({ files: /** @type {string[]} */ ([]), weight: 0 }));
  for (const { file, weight } of ordered) {
    const lightest = shares.reduce((least, share) => (share.weight < least.weight ? share : least));
    lightest.files.push(file);
    lightest.weight += weight;
  }
  return shares.map(({ files }) => files).filter((files) => files.length > 0);
}

/**
 * @param {string} file compiled
 * @returns {string} what it was compiled of
 */
function source(file) {
  const name = path.relative(path.join(root, 'out'), file).replace(/\.js$/, '.ts');
  return fs.readFileSync(path.join(root, 'test', name), 'utf8');
}

/**
 * @param {string} text of a test file
 * @returns {number} about how long its tests take
 */
function weight(text) {
  return WINDOW + [...text.matchAll(/^\s*test\(/gm)].length;
}
