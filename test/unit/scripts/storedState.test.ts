import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { suite, test } from 'mocha';
import { root } from '../support/scripts';

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

suite('docs/stored-state.md', () => {
  /** Keys of what is stored, which are constants of these names. */
  const keys = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...read(path.join('src', file)).matchAll(/^const [A-Z_]*KEY = '(foundries\.[\w.]+)';$/gm)])
    .map(([, key = '']) => key.replace(/\.$/, '.ID'))
    .sort();
  const rows = [...read('docs/stored-state.md').matchAll(/^\| `(foundries\.[\w.]+)` /gm)].map(([, key = '']) => key);

  test('lists every key that is stored, and no other', () => {
    assert.ok(keys.length >= 15, keys.join());
    assert.deepEqual(rows.sort(), keys);
  });

  test('is what CONTRIBUTING and SECURITY link to', () => {
    assert.match(read('CONTRIBUTING.md'), /\(docs\/stored-state\.md\)/);
    assert.match(read('SECURITY.md'), /\(docs\/stored-state\.md\)/);
  });
});
