// @ts-check
/**
 * `npm run bench`: the product's bars, each as a ratio or a number of what it does, on the emulator in another process.
 *
 *   npm run bench -- [--quick] [--only NAME]
 */
import * as esbuild from 'esbuild';
import { fork } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import util from 'node:util';
import { root } from '../host/paths.mjs';

/** @typedef {import('./support/bench.js').Figure} Figure */

const require = createRequire(import.meta.url);
const folder = path.join(root, 'test', 'bench');
const out = path.join(root, 'out', 'bench');

const { values: options } = util.parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
});

/** Modules of bars: whatever lies directly in this folder. */
const modules = fs
  .readdirSync(folder)
  .filter((name) => /\.(ts|mjs)$/.test(name) && name !== 'run.mjs')
  .sort();

async function build() {
  fs.rmSync(out, { recursive: true, force: true });
  await esbuild.build({
    entryPoints: [...modules.filter((name) => name.endsWith('.ts')), 'support/serve.ts', 'support/worker.ts'].map(
      (name) => path.join(folder, name),
    ),
    outbase: folder,
    outdir: out,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    conditions: ['module'],
    alias: { vscode: path.join(root, 'test', 'support', 'vscode', 'api.ts') },
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
  });
}

/**
 * @param {string} file
 * @returns {Promise<readonly Figure[]>}
 */
function measure(file) {
  return new Promise((resolve, reject) => {
    const args = options.quick ? [file, '--quick'] : [file];
    const child = fork(path.join(out, 'support', 'worker.js'), args, {
      cwd: root,
      execArgv: ['--expose-gc', '--enable-source-maps'],
    });
    /** @type {readonly Figure[] | undefined} */
    let figures;
    child.on('message', (message) => (figures = /** @type {readonly Figure[]} */ (message)));
    child.on('exit', (code) =>
      figures === undefined ? reject(new Error(`${path.basename(file)} ended with ${code}`)) : resolve(figures),
    );
  });
}

/** @param {Figure} figure */
const shown = ({ value, unit }) =>
  `${value >= 100 ? Math.round(value) : Math.round(value * 100) / 100}${unit === 'x' ? '' : ` ${unit}`}`;

/** @param {readonly Figure[]} figures */
function print(figures) {
  const width = Math.max(0, ...figures.map(({ name }) => name.length));
  for (const figure of figures) {
    const limit = figure.limit === undefined ? '' : `at most ${figure.limit}`;
    console.log(`  ${figure.name.padEnd(width)}  ${shown(figure).padStart(14)}  ${limit}`);
  }
}

async function main() {
  await build();
  /** @type {Figure[]} */
  const all = [];
  let failed = false;
  for (const name of modules) {
    const isPlain = name.endsWith('.mjs');
    const file = isPlain ? path.join(folder, name) : path.join(out, name.replace(/\.ts$/, '.js'));
    const { names } = /** @type {{ names: readonly string[] }} */ (
      isPlain ? await import(pathToFileURL(file).href) : require(file)
    );
    if (options.only !== undefined && !names.includes(options.only)) {
      continue;
    }
    const started = Date.now();
    try {
      const figures = await measure(file);
      console.log(`\n${name} (${((Date.now() - started) / 1000).toFixed(0)} s)`);
      print(figures);
      all.push(...figures);
    } catch (error) {
      failed = true;
      console.error(error instanceof Error ? error.message : error);
    }
  }
  const wanted = options.only;
  const bars = all.filter(
    ({ name, limit }) =>
      limit !== undefined && (wanted === undefined || name === wanted || name.startsWith(`${wanted}-`)),
  );
  fs.writeFileSync(
    path.join(root, 'bench.json'),
    `${JSON.stringify({ at: new Date().toISOString(), node: process.version, quick: options.quick, figures: all }, undefined, 2)}\n`,
  );
  console.log('');
  for (const { name, value, limit = 0 } of bars) {
    const isOk = value <= limit;
    failed ||= !isOk;
    console.log(`bar ${name} ${Math.round(value * 1000) / 1000} limit ${limit} ${isOk ? 'ok' : 'SHORT'}`);
  }
  if (bars.length === 0) {
    console.error(wanted === undefined ? 'Nothing was measured.' : `No bar is called ${wanted}.`);
  }
  process.exitCode = failed || bars.length === 0 ? 1 : 0;
}

await main();
