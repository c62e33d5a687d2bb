import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { suite, test } from 'mocha';
import { safeFileName } from '../../../src/model/safeFileName';

/** Room for the ending of a file that is being written: `.1a2b3c4d.part`. */
const MOST_BYTES = 255 - 20;

/** What Windows takes for a device, or changes without asking. */
function assertTaken(file: string, from: string): void {
  const bytes = Buffer.byteLength(file, 'utf8');
  assert.ok(bytes > 0 && bytes <= MOST_BYTES, `${bytes} bytes for ${JSON.stringify(from.slice(0, 80))}`);
  assert.doesNotMatch(file, /^(?:con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])[ ]*(?:\.|$)/i);
  assert.doesNotMatch(file, /^[.\s]|[.\s]$/);
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(file, /[\u0000-\u001f\u007f/\\<>:"|?*]/);
  assert.equal(Buffer.from(file, 'utf8').toString('utf8'), file, 'half a character');
}

suite('Names of downloaded files', () => {
  const RESERVED = ['CON', 'prn', 'Aux', 'NUL', 'COM1', 'com9', 'COM0', 'LPT1', 'lpt²', 'COM¹', 'CONIN$', 'conout$'];

  test('no name is that of a device of Windows, whatever comes after it', () => {
    for (const word of RESERVED) {
      for (const ending of ['', '.txt', '.tar.gz', ' .txt', '   ', '. .', '.', '..', ':x', '\u202e']) {
        assertTaken(safeFileName(word + ending), word + ending);
      }
    }
    assert.equal(safeFileName('NUL.txt'), '_NUL.txt');
    assert.equal(safeFileName('console.log'), 'console.log');
    assert.equal(safeFileName('com10.log'), 'com10.log');
    assert.equal(safeFileName('nullable'), 'nullable');
  });

  test('dots and spaces at the ends are dropped, also where a name is cut', () => {
    assert.equal(safeFileName(' report . '), 'report');
    for (let dots = 100; dots < 160; dots++) {
      const name = `${'a'.repeat(dots)}${' .'.repeat(200)}b.log`;
      assertTaken(safeFileName(name), name);
    }
  });

  test('a long name fits into a file system, in whatever letters', () => {
    for (const letter of ['a', 'é', '日', '\u{1f600}', 'a\u{1f600}', '日a']) {
      for (const length of [140, 150, 151, 200, 255, 450, 100_000]) {
        for (const shift of ['', 'x', 'xy', 'xyz']) {
          const name = `${shift}${letter.repeat(length)}.tar.gz`;
          const file = safeFileName(name);
          assertTaken(file, name);
          assert.ok(file.endsWith('.tar.gz'));
        }
      }
    }
  });

  test('names that begin and end in the same way stay apart', () => {
    const names = Array.from({ length: 100 }, (_, at) => `${'a'.repeat(200)}${at}${'b'.repeat(200)}.log`);
    assert.equal(new Set(names.map(safeFileName)).size, names.length);
    assert.equal(safeFileName(names[0] ?? ''), safeFileName(names[0] ?? ''));
  });

  test('half a character does not reach a file system', () => {
    assertTaken(safeFileName('a\ud83db.txt'), 'half');
    assertTaken(safeFileName('\udc00'), 'half');
  });

  test('any text is a name that the file system of this machine takes as it is', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'foundries-names-'));
    try {
      const unit = fc.constantFrom('a', '.', ' ', 'é', '日', '\u{1f600}', '/', '\\', ':', 'CON', '\u0000', '\n');
      fc.assert(
        fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.array(unit, { maxLength: 200 }), (any, parts) => {
          for (const name of [any, parts.join('')]) {
            const file = safeFileName(name);
            assertTaken(file, name);
            writeFileSync(path.join(folder, file), '');
            assert.ok(readdirSync(folder).includes(file));
            rmSync(path.join(folder, file));
          }
        }),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
