import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite, test } from 'mocha';
import type { Metafile } from 'esbuild';
import type * as Bundle from '../../../scripts/bundle.mjs';
import type * as Release from '../../../scripts/release.mjs';
import type * as Notices from '../../../scripts/notices.mjs';
import { loadScript } from '../support/scripts';

const output = (
  inputs: Record<string, number>,
  imports: [path: string, kind: 'import-statement' | 'dynamic-import'][],
) => ({
  bytes: 0,
  exports: [],
  imports: imports.map(([to, kind]) => ({ path: to, kind })),
  inputs: Object.fromEntries(Object.entries(inputs).map(([name, bytesInOutput]) => [name, { bytesInOutput }])),
});

const METAFILE: Metafile = {
  inputs: {},
  outputs: {
    'dist/extension.js': output({ 'src/extension.ts': 5, 'node_modules/small/index.js': 3 }, [
      ['dist/chunks/a.js', 'import-statement'],
      ['dist/chunks/b.js', 'dynamic-import'],
    ]),
    'dist/chunks/a.js': output({ 'node_modules/@own/part/index.js': 4 }, [['dist/extension.js', 'import-statement']]),
    'dist/chunks/b.js': output({ 'node_modules/large/node_modules/small/x.js': 10 }, [
      ['dist/chunks/a.js', 'import-statement'],
    ]),
  },
};

suite('What is said about the package', () => {
  test('activation reads what is imported by statements, through other files', async () => {
    const { readAtStart } = await loadScript<typeof Bundle>('bundle.mjs');
    assert.deepEqual(readAtStart(METAFILE.outputs), ['dist/extension.js', 'dist/chunks/a.js']);
  });

  test('each package counts where it is read', async () => {
    const { bundledDependencies } = await loadScript<typeof Bundle>('bundle.mjs');
    assert.deepEqual(bundledDependencies(METAFILE), [
      { name: 'small', atStart: 3, inAll: 13 },
      { name: '@own/part', atStart: 4, inAll: 4 },
    ]);
  });

  test('each licence is permissive and its text is there', async () => {
    const { noticesOf } = await loadScript<typeof Notices>('notices.mjs');
    const modules = mkdtempSync(path.join(tmpdir(), 'foundries-notices-'));
    const make = (name: string, license: string, files: Record<string, string>) => {
      mkdirSync(path.join(modules, name));
      writeFileSync(path.join(modules, name, 'package.json'), JSON.stringify({ version: '1.0.0', license }));
      for (const [file, text] of Object.entries(files)) {
        writeFileSync(path.join(modules, name, file), text);
      }
    };
    try {
      make('filed', 'MIT', { LICENSE: 'Copyright A\r\nPermission is hereby granted' });
      make('told', 'MIT', {
        'README.md': '# told\n\n## Licence\n\nCopyright B\nPermission is hereby granted\n\n## More\n',
      });
      make('silent', 'MIT', { 'README.md': '# silent\n' });
      make('copyleft', 'GPL-3.0', { LICENSE: 'GPL' });
      const text = noticesOf(['told', 'filed'], modules);
      assert.match(text, /filed 1\.0\.0 \(MIT\)\n\nCopyright A\nPermission/);
      assert.match(text, /told 1\.0\.0 \(MIT\)\n\nCopyright B\nPermission is hereby granted\n/);
      assert.ok(text.indexOf('filed 1') < text.indexOf('told 1') && !text.includes('More') && !text.includes('\r'));
      assert.throws(() => noticesOf(['silent'], modules), /no licence text/);
      assert.throws(() => noticesOf(['copyleft'], modules), /GPL-3\.0/);
    } finally {
      rmSync(modules, { recursive: true, force: true });
    }
  });

  test('an odd minor is a pre-release; tag, version and CHANGELOG are of one mind', async () => {
    const { releaseOf } = await loadScript<typeof Release>('release.mjs');
    const log = '# Changelog\n\n## [0.3.1] - 2026-01-01\n## [0.4.0]\n';
    assert.deepEqual(releaseOf('v0.3.1', '0.3.1', log), { preRelease: true });
    assert.deepEqual(releaseOf('v0.4.0', '0.4.0', log), { preRelease: false });
    assert.throws(() => releaseOf('v0.4.0', '0.3.1', log), /The tag is v0\.4\.0/);
    assert.throws(() => releaseOf('v0.5.0', '0.5.0', log), /CHANGELOG/);
    assert.throws(() => releaseOf('v1.0.0-beta', '1.0.0-beta', log), /three numbers/);
  });
});
