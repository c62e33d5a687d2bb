import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Metafile } from 'esbuild';
import { suite, test } from 'mocha';
import type * as Bundle from '../../../scripts/bundle.mjs';
import type * as ReadAtOnce from '../../../scripts/readAtOnce.mjs';
import { loadScript } from '../support/scripts';

const FILES: Readonly<Record<string, string>> = {
  'dist/extension.js': `
    import { a, count } from "./chunks/shared.js";
    import "./chunks/run.js";
    export const activate = async () => [(await import("./chunks/lazy.js")).sameAs(a), count()];
    export const deactivate = () => a;`,
  'dist/chunks/shared.js': `
    var a = {}, n = 0;
    var count = () => ++n;
    export { a, count };`,
  'dist/chunks/run.js': 'import { count } from "./shared.js";\ncount();\nexport {};',
  'dist/chunks/lazy.js': `
    import {
      a as mine,
      count
    } from "./shared.js";
    import "./run.js";
    import"./shared.js";
    const sameAs = (other) => count() > 0 && other === mine;
    export { sameAs };`,
};

const importsOf = (text: string) =>
  [...text.matchAll(/import[^;(]*?"\.\/(?:chunks\/)?(\w+\.js)"/g)].map(([, name = '']) => ({
    path: `dist/chunks/${name}`,
    kind: 'import-statement' as const,
  }));

const metafile = (): Metafile => ({
  inputs: {},
  outputs: Object.fromEntries(
    Object.entries(FILES).map(([name, text]) => [
      name,
      { bytes: 0, exports: [], imports: importsOf(text), inputs: { [`src/of/${name}`]: { bytesInOutput: 1 } } },
    ]),
  ),
});

const files = (changed: Readonly<Record<string, string>> = {}) =>
  Object.entries({ ...FILES, ...changed }).map(([name, text]) => ({ path: path.resolve(name), text }));

suite('One file that activation reads', () => {
  test('what lazy code shares with it is there once, and the same in both', async () => {
    const { readAtOnce } = await loadScript<typeof ReadAtOnce>('readAtOnce.mjs');
    const { readAtStart } = await loadScript<typeof Bundle>('bundle.mjs');
    const told = metafile();
    const made = await readAtOnce(files(), told, { minify: true });
    assert.deepEqual(
      made.map((file) => path.relative('.', file.path)),
      ['dist/extension.js', 'dist/chunks/lazy.js'].map((name) => path.normalize(name)),
    );
    assert.deepEqual(readAtStart(told.outputs), ['dist/extension.js']);
    assert.deepEqual(Object.keys(told.outputs), ['dist/extension.js', 'dist/chunks/lazy.js']);
    assert.equal(Object.keys(told.outputs['dist/extension.js']?.inputs ?? {}).length, 3);

    const folder = mkdtempSync(path.join(tmpdir(), 'foundries-bundle-'));
    try {
      mkdirSync(path.join(folder, 'dist', 'chunks'), { recursive: true });
      writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
      made.forEach((file) => writeFileSync(path.join(folder, path.relative('.', file.path)), file.text));
      const main = pathToFileURL(path.join(folder, 'dist', 'extension.js')).href;
      const { activate } = (await import(main)) as { readonly activate: () => Promise<unknown> };
      assert.deepEqual(await activate(), [true, 3], 'run at the start, by the lazy code, and now');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('code that would look for a file that is no more ends the build', async () => {
    const { readAtOnce } = await loadScript<typeof ReadAtOnce>('readAtOnce.mjs');
    const lazy = 'export const sameAs = () => import("./shared.js");';
    await assert.rejects(readAtOnce(files({ 'dist/chunks/lazy.js': lazy }), metafile(), {}), /still needs.*shared\.js/);
  });
});
