// @ts-check
/**
 * Puts what activation reads into one file. esbuild splits off what lazy code shares with the rest, which makes dozens of small
 * files: each is opened, compiled and asked for its exports by itself.
 */
import * as esbuild from 'esbuild';
import path from 'node:path';
import process from 'node:process';
import { readAtStart } from './bundle.mjs';

/** @typedef {{ path: string, text: string }} File a module, with an absolute path */

const MAIN = 'dist/extension.js';
/** With names, or of a file that is only to be run. */
const IMPORTS = /\bimport\s*(?:\{([^{}]*)\}\s*from\s*)?("[^"\n]+");?/g;

/** @param {string} file absolute */
const named = (file) => path.relative(process.cwd(), file).split(path.sep).join('/');

/**
 * @param {readonly File[]} files the ES modules that esbuild made
 * @param {esbuild.Metafile} metafile what it says about them, which becomes true of what is returned
 * @param {esbuild.BuildOptions} options of the build
 * @returns {Promise<File[]>} modules that do the same, of which activation reads the first
 */
export async function readAtOnce(files, metafile, options) {
  const start = new Set(readAtStart(metafile.outputs));
  /** Names under which the one file has what the others import, by file and name there. */
  /** @type {Map<string, string>} */
  const shared = new Map();
  const others = files
    .filter((file) => !start.has(named(file.path)))
    .map((file) => ({
      path: file.path,
      text: file.text.replace(
        IMPORTS,
        (statement, /** @type {string | undefined} */ names, /** @type {string} */ from) => {
          const imported = named(path.resolve(path.dirname(file.path), JSON.parse(from)));
          if (!start.has(imported)) {
            return statement;
          }
          // It has run long before.
          return names === undefined ? '' : `import{${renamed(imported, names, shared)}}from${fromMain(file)};`;
        },
      ),
    }));
  for (const { path: file, text } of others) {
    const left = [...start].find((name) => name !== MAIN && text.includes(path.basename(name)));
    if (left !== undefined) {
      throw new Error(`${named(file)} still needs ${left}, which is no file of its own any more.`);
    }
  }

  const main = await bundled(files, start, shared, options);
  tellMetafile(metafile, start);
  return [main, ...others];
}

/**
 * @param {string} imported
 * @param {string} names as they stand in an import from there
 * @param {Map<string, string>} shared gets what it has not
 * @returns {string} the same of the one file
 */
function renamed(imported, names, shared) {
  return names
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [name = '', local = name] = part.split(/\s+as\s+/);
      const key = `${imported} ${name}`;
      const alias = shared.get(key) ?? `_${shared.size.toString(36)}`;
      shared.set(key, alias);
      return `${alias} as ${local}`;
    })
    .join();
}

/** @param {File} file */
function fromMain(file) {
  const main = path
    .relative(path.dirname(named(file.path)), MAIN)
    .split(path.sep)
    .join('/');
  return JSON.stringify(main.startsWith('.') ? main : `./${main}`);
}

/**
 * @param {readonly File[]} files
 * @param {ReadonlySet<string>} start
 * @param {ReadonlyMap<string, string>} shared
 * @param {esbuild.BuildOptions} options
 * @returns {Promise<File>}
 */
async function bundled(files, start, shared, options) {
  const texts = new Map(files.map((file) => [file.path, file.text]));
  const exported = [...shared].map(([key, alias]) => {
    const [file = '', name = ''] = key.split(' ');
    return `export{${name} as ${alias}}from${JSON.stringify(path.resolve(file))};`;
  });
  const { outputFiles } = await esbuild.build({
    stdin: {
      contents: [`export{activate,deactivate}from${JSON.stringify(path.resolve(MAIN))};`, ...exported].join('\n'),
      resolveDir: process.cwd(),
    },
    outfile: MAIN,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: options.target ?? 'node20',
    minify: options.minify ?? false,
    sourcemap: options.sourcemap ?? false,
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
    plugins: [
      {
        name: 'modules-made-before',
        setup(build) {
          build.onResolve({ filter: /./ }, ({ path: wanted, resolveDir, kind }) => {
            const file = path.resolve(resolveDir, wanted);
            if (!texts.has(file)) {
              return { path: wanted, external: true };
            }
            return kind === 'dynamic-import' || !start.has(named(file))
              ? {
                  path: `./${path
                    .relative(path.dirname(path.resolve(MAIN)), file)
                    .split(path.sep)
                    .join('/')}`,
                  external: true,
                }
              : { path: file };
          });
          build.onLoad({ filter: /./ }, ({ path: file }) => {
            const contents = texts.get(file);
            return contents === undefined ? null : { contents, loader: 'js', resolveDir: path.dirname(file) };
          });
        },
      },
    ],
  });
  const text = outputFiles?.[0]?.text;
  if (text === undefined) {
    throw new Error('esbuild made nothing of what activation reads.');
  }
  return { path: path.resolve(MAIN), text };
}

/**
 * @param {esbuild.Metafile} metafile
 * @param {ReadonlySet<string>} start
 */
function tellMetafile({ outputs }, start) {
  const main = outputs[MAIN];
  if (main === undefined) {
    throw new Error(`esbuild made no ${MAIN}.`);
  }
  for (const file of start) {
    const output = outputs[file];
    if (file !== MAIN && output !== undefined) {
      Object.assign(main.inputs, output.inputs);
      main.imports.push(...output.imports);
      delete outputs[file];
    }
  }
  main.imports = main.imports.filter(({ kind, external, path: file }) =>
    kind === 'import-statement' ? external === true || !start.has(file) : true,
  );
  for (const output of Object.values(outputs)) {
    output.imports = output.imports.map((imported) =>
      start.has(imported.path) ? { ...imported, path: MAIN } : imported,
    );
  }
}
