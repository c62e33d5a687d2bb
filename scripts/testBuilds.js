// @ts-check
/** How `node esbuild.js --tests` builds the tests. */
const fs = require('node:fs');
const path = require('node:path');

/** @typedef {import('esbuild').BuildOptions} BuildOptions */

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

/**
 * Puts many test files into one bundle, so that what they test is loaded once and not with each of them. Mocha gets a file for each
 * that runs its part of the bundle.
 *
 * @param {string} bundle `unit/bundle.js`: where it goes in `out`
 * @param {string[]} files `test/unit/**.test.ts`
 * @param {BuildOptions} options
 * @returns {BuildOptions}
 */
function oneBundle(bundle, files, options) {
  const outfile = path.join('out', bundle);
  const parts = files.map((file) => ({
    source: `./${file.split(path.sep).join('/')}`,
    runner: path.join('out', path.relative('test', file)).replace(/\.ts$/, '.js'),
  }));
  const parted = parts.map(({ source }) => `${JSON.stringify(source)}: () => require(${JSON.stringify(source)}),`);
  return {
    ...options,
    stdin: {
      contents: `module.exports = {\n${parted.join('\n')}\n};\n`,
      resolveDir: path.join(__dirname, '..'),
      sourcefile: bundle,
    },
    outfile,
    plugins: [
      {
        name: 'a-file-for-each-test-file',
        setup(build) {
          build.onEnd(() => {
            for (const { source, runner } of parts) {
              const from = path.relative(path.dirname(runner), outfile).split(path.sep).join('/');
              fs.mkdirSync(path.dirname(runner), { recursive: true });
              fs.writeFileSync(
                runner,
                `require(${JSON.stringify(from.startsWith('.') ? from : `./${from}`)})[${JSON.stringify(source)}]();\n`,
              );
            }
          });
        },
      },
    ],
  };
}

/**
 * @param {BuildOptions} common what all builds share
 * @returns {BuildOptions[]}
 */
function testBuilds(common) {
  /** @type {BuildOptions} */
  const shared = { ...common, minify: false, sourcemap: 'linked' };
  /** @type {BuildOptions} */
  const separate = { ...shared, outbase: 'test', outdir: 'out' };
  /** @type {BuildOptions[]} */
  const builds = ['integration', 'e2e', 'sheet'].map((suite) => ({
    ...separate,
    entryPoints: [
      ...testFiles(path.join('test', suite)),
      ...(suite === 'integration' ? ['test/integration/index.ts'] : []),
    ],
    external: ['vscode', 'mocha', 'playwright-core', '@sparticuz/chromium'],
  }));

  const unit = path.join('test', 'unit');
  const inWindow = path.join(unit, 'window');
  const inExtension = [path.join(unit, 'fuzz'), path.join(unit, 'soak')];
  /** @param {string[]} folders */
  const below = (...folders) => testFiles(unit).filter((file) => folders.some((f) => file.startsWith(f + path.sep)));
  const windowed = below(inWindow, ...inExtension);
  // What is renamed or gone must not run again.
  fs.rmSync(path.join('out', 'unit'), { recursive: true, force: true });
  fs.rmSync(path.join('out', 'faults'), { recursive: true, force: true });
  builds.push(
    oneBundle(
      'unit/bundle.js',
      testFiles(unit).filter((file) => !windowed.includes(file)),
      { ...shared, external: ['vscode', 'mocha'] },
    ),
    // Views and pickers, on the benchmarks' stand-in for VS Code.
    oneBundle('unit/window/bundle.js', below(inWindow), {
      ...shared,
      external: ['mocha'],
      alias: { vscode: './test/bench/support/vscode.ts' },
      // It has what these tests get to.
      logOverride: { 'import-is-undefined': 'silent' },
    }),
    // The whole extension, on a stand-in for VS Code.
    oneBundle('unit/extension.js', below(...inExtension), {
      ...shared,
      external: ['mocha'],
      alias: { vscode: './test/unit/soak/support/vscode.ts' },
    }),
    {
      ...separate,
      entryPoints: ['test/unit/soak/hours.ts'],
      alias: { vscode: './test/unit/soak/support/vscode.ts' },
    },
    // The words of the user interface, without VS Code.
    oneBundle('faults/bundle.js', testFiles(path.join('test', 'faults')), {
      ...shared,
      external: ['mocha'],
      alias: { vscode: './test/faults/support/vscode.ts' },
      // What a flow does not come by is not in it.
      logOverride: { 'import-is-undefined': 'silent' },
    }),
  );
  return builds;
}

module.exports = { testBuilds };
