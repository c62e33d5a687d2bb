// @ts-check
/**
 * What esbuild's account of the production build (`dist/meta.json`) says about the bundle: `npm run sizes` prints it.
 */
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

const MAIN = 'dist/extension.js';

/** @typedef {import('esbuild').Metafile} Metafile */
/** @typedef {{ name: string, atStart: number, inAll: number }} Dependency bytes in the bundle */

/** @returns {Metafile} of the last production build */
export function readMetafile() {
  const file = path.join(root, 'dist', 'meta.json');
  if (!fs.existsSync(file)) {
    throw new Error('There is no dist/meta.json: run node esbuild.js --production first.');
  }
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

/**
 * @param {Metafile['outputs']} outputs
 * @param {string} [file]
 * @param {string[]} [seen]
 * @returns {string[]} the file and those that are read together with it, which are all that activation reads
 */
export function readAtStart(outputs, file = MAIN, seen = []) {
  if (seen.includes(file)) {
    return seen;
  }
  const atOnce = (outputs[file]?.imports ?? []).filter(
    ({ kind, external }) => kind === 'import-statement' && external !== true,
  );
  return atOnce.reduce((files, { path: next }) => readAtStart(outputs, next, files), [...seen, file]);
}

/**
 * @param {Metafile} metafile
 * @returns {Dependency[]} the packages of others in what ships, the largest first
 */
export function bundledDependencies({ outputs }) {
  const start = new Set(readAtStart(outputs));
  /** @type {Map<string, Dependency>} */
  const found = new Map();
  for (const [output, { inputs }] of Object.entries(outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const name = packageOf(input);
      if (name !== undefined) {
        const dependency = found.get(name) ?? { name, atStart: 0, inAll: 0 };
        dependency.inAll += bytesInOutput;
        dependency.atStart += start.has(output) ? bytesInOutput : 0;
        found.set(name, dependency);
      }
    }
  }
  return [...found.values()].sort((a, b) => b.inAll - a.inAll || a.name.localeCompare(b.name));
}

/**
 * @param {string} input path of a source
 * @returns {string | undefined} the package that it belongs to
 */
function packageOf(input) {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

/** @returns {number} bytes of the files */
function sizeOf(/** @type {string[]} */ files) {
  return files.reduce((sum, file) => sum + fs.statSync(path.join(root, file)).size, 0);
}

/**
 * @param {Metafile} metafile
 * @returns {{ atStart: number, inAll: number }} bytes of what ships, as it is on disk
 */
export function bundleSizes({ outputs }) {
  return { atStart: sizeOf(readAtStart(outputs)), inAll: sizeOf(Object.keys(outputs)) };
}

const kB = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(9);

function main() {
  const metafile = readMetafile();
  const { atStart, inAll } = bundleSizes(metafile);
  console.log(`${'read at activation'.padEnd(24)} ${kB(atStart)}`);
  console.log(`${'in all'.padEnd(24)} ${kB(inAll)}\n`);
  console.log(`${'dependency'.padEnd(24)}  at start    in all`);
  for (const { name, atStart, inAll } of bundledDependencies(metafile)) {
    console.log(`${name.padEnd(24)} ${kB(atStart)} ${kB(inAll)}`);
  }
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main();
}
