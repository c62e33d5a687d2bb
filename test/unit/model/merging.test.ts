import assert from 'node:assert/strict';
import fc from 'fast-check';
import { suite, test } from 'mocha';
import { mergeTexts } from '../../../src/model/merging';

const labels = { mine: 'yours', theirs: 'server' };
const merge = (base: string, mine: string, theirs: string) => mergeTexts(base, mine, theirs, labels);

suite('Merging two changes', () => {
  test('changes of different lines are both taken', () => {
    const base = 'a = 1\n\n\nb = 2\n';
    assert.deepEqual(merge(base, 'a = 10\n\n\nb = 2\n', 'a = 1\n\n\nb = 20\n'), {
      text: 'a = 10\n\n\nb = 20\n',
      conflicts: 0,
    });
  });

  test('the same change twice is no conflict', () => {
    assert.deepEqual(merge('a\n', 'b\n', 'b\n'), { text: 'b\n', conflicts: 0 });
  });

  test('different changes of a line stand between marks', () => {
    assert.deepEqual(merge('a\n', 'b\n', 'c\n'), {
      text: '<<<<<<< yours\nb\n=======\nc\n>>>>>>> server\n',
      conflicts: 1,
    });
  });

  test('a last line without an end does not swallow a mark', () => {
    assert.equal(merge('a', 'b', 'c').text, '<<<<<<< yours\nb\n=======\nc\n>>>>>>> server\n');
  });

  test('CRLF stays', () => {
    assert.equal(merge('a\r\nx\r\nb\r\n', 'A\r\nx\r\nb\r\n', 'a\r\nx\r\nB\r\n').text, 'A\r\nx\r\nB\r\n');
  });

  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', '', 'x = 1'), { maxLength: 8 })
    .chain((lines) => fc.constantFrom(lines.join('\n'), lines.map((line) => `${line}\n`).join('')));

  test('a side that changed nothing adds nothing', () => {
    fc.assert(
      fc.property(text, text, (base, changed) => {
        assert.deepEqual(merge(base, changed, base), { text: changed, conflicts: 0 });
        assert.deepEqual(merge(base, base, changed), { text: changed, conflicts: 0 });
      }),
    );
  });

  test('every line that a side added is in the result', () => {
    fc.assert(
      fc.property(text, text, text, (base, mine, theirs) => {
        const { text: merged } = merge(base, mine, theirs);
        for (const side of [mine, theirs]) {
          for (const line of side.split('\n').filter((one) => one !== '' && !base.includes(one))) {
            assert.ok(merged.includes(line));
          }
        }
      }),
    );
  });
});
