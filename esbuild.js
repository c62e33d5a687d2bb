// @ts-check
'use strict';

/**
 * Builds what ships (`dist/extension.js`), the Factory emulator's command line (`dist/factory.js`) and, with `--tests`,
 * the test bundles in `out/`.
 *
 *   node esbuild.js [--production] [--watch] [--tests | --only-tests]
 */
const esbuild = require('esbuild');
const fs = require('node:fs');
const { testBuilds } = require('./scripts/testBuilds.js');

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
const onlyTests = process.argv.includes('--only-tests');
const tests = onlyTests || process.argv.includes('--tests');

const TARGET = 'node20';

/** @type {esbuild.BuildOptions} */
const common = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: TARGET,
  mainFields: ['module', 'main'],
  conditions: ['module'],
  external: ['vscode'],
  minify: production,
  sourcemap: production ? false : 'linked',
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};

/**
 * Writes the exports of a file that esbuild has split off, which are one statement at its end, as the getters that they become
 * in CommonJS: esbuild's own way puts 500 bytes into each of the many files.
 *
 * @param {string} code
 */
function exportsAsGetters(code) {
  const statement = /export\{([^{}]*)\};\s*$/.exec(code);
  if (statement === null) {
    return code;
  }
  const getters = (statement[1] ?? '').split(',').map((part) => {
    const [local = '', name = local] = part.split(' as ');
    return `${name}:()=>${local}`;
  });
  // A function of its own: in the head of a loop the getters would see the loop's names, which minifying takes from theirs.
  return `(getters=>{for(const name in getters)Object.defineProperty(exports,name,{get:getters[name],enumerable:!0});})({${getters.join()}});
Object.defineProperty(exports,"__esModule",{value:!0});
${code.slice(0, statement.index)}`;
}

/**
 * Lets all modules of a file share one `vscode`: esbuild would copy its hundred names for each of them.
 *
 * @param {string} code
 */
function withOneVSCode(code) {
  /** @type {string | undefined} */
  let first;
  return code.replace(/import\s*\*\s*as\s+([\w$]+)\s+from\s*"vscode";?/g, (_statement, /** @type {string} */ name) => {
    const statement = `var ${name}=${first ?? 'require("vscode")'};`;
    first ??= name;
    return statement;
  });
}

/**
 * What `import()` loads becomes files of their own in `dist/chunks`, so that activation does not pay for it; what several of
 * them share is there once, and is the same in all of them. esbuild splits only ES modules, and VS Code requires CommonJS:
 * each file is translated after the split, `import()` too. What activation reads is put together again (`readAtOnce`).
 *
 * @type {esbuild.Plugin}
 */
const commonJs = {
  name: 'common-js',
  setup(build) {
    build.onEnd(async ({ outputFiles = [], errors, metafile }) => {
      if (errors.length > 0 || metafile === undefined) {
        return;
      }
      const { readAtOnce } = await import('./scripts/readAtOnce.mjs');
      const files = await readAtOnce(outputFiles, metafile, build.initialOptions);
      fs.rmSync('dist/chunks', { recursive: true, force: true });
      fs.mkdirSync('dist/chunks', { recursive: true });
      await Promise.all(
        files.map(async ({ path: file, text }) => {
          const module = withOneVSCode(text);
          const { code } = await esbuild.transform(production ? exportsAsGetters(module) : module, {
            format: 'cjs',
            platform: 'node',
            target: TARGET,
            supported: { 'dynamic-import': false },
            minify: production,
            sourcemap: production ? false : 'inline',
            sourcesContent: false,
            legalComments: 'none',
            logOverride: { 'commonjs-variable-in-esm': 'silent' },
          });
          fs.writeFileSync(file, code);
        }),
      );
    });
  },
};

/** @type {esbuild.BuildOptions[]} */
const shipped = [
  {
    ...common,
    entryPoints: { extension: 'src/extension.ts' },
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    splitting: true,
    sourcemap: production ? false : 'inline',
    write: false,
    plugins: [commonJs],
  },
  // Runs in a thread of its own, by its path.
  { ...common, entryPoints: { targetsWorker: 'src/api/targetsWorker.ts' }, outdir: 'dist' },
  { ...common, entryPoints: { factory: 'src/demo/cli.ts' }, outdir: 'dist' },
];
// `npm test` packages at the same time, which builds what ships.
const builds = onlyTests ? [] : shipped;

if (tests) {
  builds.push(...testBuilds(common));
}

async function main() {
  const contexts = await Promise.all(builds.map((options) => esbuild.context(options)));
  if (watch) {
    await Promise.all(contexts.map((context) => context.watch()));
    console.log('watching');
    return;
  }
  const results = await Promise.all(contexts.map((context) => context.rebuild())).finally(() =>
    // Also where one failed: a context that is left keeps the process alive.
    Promise.all(contexts.map((context) => context.dispose())),
  );
  if (onlyTests) {
    return;
  }
  const outputs = results[0]?.metafile?.outputs ?? {};
  if (production) {
    // For what is said about the bundle: its limits, its dependencies and their licences (scripts/bundle.mjs).
    fs.writeFileSync('dist/meta.json', JSON.stringify(results[0]?.metafile));
  }
  const { readAtStart } = await import('./scripts/bundle.mjs');
  const size = readAtStart(outputs).reduce((sum, file) => sum + fs.statSync(file).size, 0);
  console.log(`dist/extension.js with what it requires at once: ${(size / 1000).toFixed(1)} kB`);
  console.log(`${Object.keys(outputs).length} files in all`);
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
