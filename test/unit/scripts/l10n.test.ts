import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite, test } from 'mocha';
import type * as L10n from '../../../scripts/l10n.mjs';
import { loadScript } from '../support/scripts';

const load = () => loadScript<typeof L10n>('l10n.mjs');

async function read(code: string): Promise<{ texts: string[]; mistakes: string[] }> {
  const { textsOfCode } = await load();
  const folder = mkdtempSync(path.join(tmpdir(), 'foundries-l10n-'));
  try {
    mkdirSync(path.join(folder, 'src'));
    writeFileSync(
      path.join(folder, 'tsconfig.json'),
      '{ "compilerOptions": { "noLib": true, "types": [] }, "include": ["src"] }',
    );
    writeFileSync(
      path.join(folder, 'src', 'a.ts'),
      `declare const l10n: { t(text: string, ...values: unknown[]): string };\n${code}\n`,
    );
    const { texts, mistakes } = textsOfCode(folder);
    return { texts: [...texts].sort(), mistakes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

suite('Texts for translators', () => {
  test('are found where they are called and where a constant holds them', async () => {
    const { texts, mistakes } = await read(`
      declare const side: 0 | 1;
      const words = [{ word: 'one' }, { word: 'two' }] as const;
      export const made = [
        l10n.t('Send {0} to {1}', 1, 2),
        l10n.t(words[side].word),
        l10n.t(side === 0 ? 'heads' : "it's tails"),
      ];`);
    assert.deepEqual(texts, ['Send {0} to {1}', 'heads', "it's tails", 'one', 'two']);
    assert.deepEqual(mistakes, []);
  }).timeout(30_000);

  test('that exist only at run time are a mistake, and so are values without a place', async () => {
    const { mistakes } = await read(`
      export const made = (name: string) => [l10n.t('Hello ' + name), l10n.t('Hello {0}'), l10n.t('Hello', name)];`);
    assert.equal(mistakes.length, 3);
    assert.match(mistakes[0] ?? '', /^src[\\/]a\.ts:3: no constant text/);
    assert.match(mistakes[1] ?? '', /1 placeholders, 0 values: Hello \{0\}/);
    assert.match(mistakes[2] ?? '', /0 placeholders, 1 values/);
  }).timeout(30_000);

  test('a translation has the same keys, placeholders and links', async () => {
    const { compareTexts } = await load();
    const english = { a: '{0} of {1}', b: '[Sign In](command:x.signIn)', c: 'plain' };
    assert.deepEqual(compareTexts(english, { a: 'von {1}: {0}', b: '[Anmelden](command:x.signIn)', c: 'klar' }), []);
    assert.deepEqual(compareTexts(english, { a: '{0} von 1', b: '[Anmelden](command:x.signOut)', c: ' ', d: 'mehr' }), [
      'missing: c',
      'left over: d',
      'other placeholders or links: a',
      'other placeholders or links: b',
    ]);
  });

  test('German has every text, and names views and commands as they are named there', () => {
    const texts = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    const manifest = texts('package.nls.de.json');
    const code = texts(path.join('l10n', 'bundle.l10n.de.json'));
    assert.deepEqual(Object.keys(manifest).sort(), Object.keys(texts('package.nls.json')).sort());
    assert.deepEqual(Object.keys(code).sort(), Object.keys(texts(path.join('l10n', 'bundle.l10n.json'))).sort());
    const nameOf = (text: string) => text.replace(/^Foundries: /, '').replace(/…$/, '');
    const names = new Set([...Object.values(manifest), ...Object.values(code)].map(nameOf));
    const unknown = [...Object.values(manifest), ...Object.values(code)]
      .flatMap((text) => [...text.matchAll(/„([^“]*)“/g)].map(([, name = '']) => nameOf(name)))
      .filter((name) => !names.has(name) && !/^\{\d\}$/.test(name));
    // What the CLI says, a command of VS Code, and a folder.
    assert.deepEqual([...new Set(unknown)].sort(), ['No changes found', 'Speichern ohne Formatierung', 'config']);
  });
});
