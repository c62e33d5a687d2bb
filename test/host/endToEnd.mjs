// @ts-check
/** How the files of the end-to-end suite are shared out among the processes that run it. */
import fs from 'node:fs';
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
  const weighed = files.map((file) => ({ file, weight: weight(fs.readFileSync(file, 'utf8')) }));
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
 * @param {string} bundle
 * @returns {number} about how long its tests take
 */
function weight(bundle) {
  return WINDOW + [...bundle.matchAll(/\btest\d*\)?\(/g)].length;
}
