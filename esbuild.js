// @ts-check
'use strict';

/**
 * Builds what ships (`dist/extension.js`), the Factory emulator's command line (`dist/factory.js`) and, with `--tests`,
 * the test bundles in `out/`.
 *
 *   node esbuild.js [--production] [--watch] [--tests]
 */
const esbuild = require('esbuild');
const fs = require('node:fs');
const path = require('node:path');

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
const tests = process.argv.includes('--tests');

/** @type {esbuild.BuildOptions} */
const common = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
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
 * What is loaded when it is first needed, as a file of its own beside the main bundle, so that activation does not pay for it:
 * every `import()` of one of these modules becomes a `require` of `./NAME.js`.
 *
 * @type {Record<string, string>}
 */
const lazy = {
  network: 'src/api/nodeFetch.ts',
  checks: 'src/language/checks.ts',
  merging: 'src/model/merging.ts',
  effective: 'src/model/effectiveConfig.ts',
  pages: 'src/reports/texts.ts',
  reports: 'src/views/rows/reportRowsOnDemand.ts',
};

/** @type {esbuild.Plugin} */
const lazyBundles = {
  name: 'lazy-bundles',
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ kind, path: imported, resolveDir }) => {
      if (kind !== 'dynamic-import') {
        return undefined;
      }
      const file = path
        .relative(__dirname, path.resolve(resolveDir, `${imported}.ts`))
        .split(path.sep)
        .join('/');
      const name = Object.keys(lazy).find((key) => lazy[key] === file);
      return name === undefined ? undefined : { path: `./${name}.js`, external: true };
    });
  },
};

/** @type {esbuild.BuildOptions[]} */
const builds = [
  {
    ...common,
    entryPoints: { extension: 'src/extension.ts' },
    outdir: 'dist',
    plugins: [lazyBundles],
    // `import()` of a CommonJS file would go through node's module loader of ES modules.
    supported: { 'dynamic-import': false },
  },
  { ...common, entryPoints: lazy, outdir: 'dist' },
  { ...common, entryPoints: { factory: 'src/demo/cli.ts' }, outdir: 'dist' },
];

/**
 * @param {string} directory
 * @returns {string[]} every `*.test.ts` below it
 */
function testFiles(directory) {
  if (!fs.existsSync(directory)) {
    return [];
  }
  return fs.readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(directory, entry.name);
    return entry.isDirectory() ? testFiles(full) : entry.name.endsWith('.test.ts') ? [full] : [];
  });
}

if (tests) {
  for (const suite of ['unit', 'integration', 'e2e']) {
    const entryPoints = testFiles(path.join('test', suite));
    if (suite === 'integration' && fs.existsSync('test/integration/index.ts')) {
      entryPoints.push('test/integration/index.ts');
    }
    if (entryPoints.length > 0) {
      builds.push({
        ...common,
        entryPoints,
        outbase: 'test',
        outdir: 'out',
        minify: false,
        sourcemap: 'linked',
        external: ['vscode', 'mocha', 'playwright-core', '@sparticuz/chromium'],
      });
    }
  }
}

async function main() {
  const contexts = await Promise.all(builds.map((options) => esbuild.context(options)));
  if (watch) {
    await Promise.all(contexts.map((context) => context.watch()));
    console.log('watching');
    return;
  }
  const results = await Promise.all(contexts.map((context) => context.rebuild()));
  await Promise.all(contexts.map((context) => context.dispose()));
  for (const { metafile } of results.slice(0, 2)) {
    for (const [file, output] of Object.entries(metafile?.outputs ?? {})) {
      if (file.endsWith('.js')) {
        console.log(`${file} ${(output.bytes / 1000).toFixed(1)} kB`);
      }
    }
  }
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
