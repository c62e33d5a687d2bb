import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { LastUsed } from '../../../src/model/lastUsed';

const keysOf = <V>(kept: LastUsed<V>, keys: string): string =>
  keys
    .split('')
    .filter((key) => kept.get(key))
    .join('');

suite('What was used last', () => {
  test('is kept, however much comes after something that is used again and again', () => {
    const kept = new LastUsed<number>(2);
    for (const key of 'abcdef') {
      kept.set(key, 1);
      kept.get('a');
    }
    assert.equal(kept.count, 2);
    assert.equal(keysOf(kept, 'abcdef'), 'af');
  });

  test('makes room by size, and is kept by itself whatever its size', () => {
    const kept = new LastUsed<string>(100, ({ length }) => length, 10);
    kept.set('a', '12345');
    kept.set('b', '12345');
    kept.set('a', '1');
    kept.set('c', '1234');
    assert.equal(keysOf(kept, 'abc'), 'abc');
    kept.set('d', '1');
    assert.equal(keysOf(kept, 'abcd'), 'bcd', 'a was used longest ago');
    kept.set('e', '12345678901234567890');
    assert.equal(keysOf(kept, 'abcde'), 'e');
  });

  test('what is deleted or cleared leaves its room to others', () => {
    const kept = new LastUsed<string>(100, ({ length }) => length, 10);
    kept.set('a', '1234567890');
    assert.equal(kept.delete('a'), true);
    assert.equal(kept.delete('a'), false);
    kept.set('b', '12345');
    kept.clear();
    assert.equal(kept.count, 0);
    kept.set('c', '12345');
    kept.set('d', '12345');
    assert.equal(keysOf(kept, 'abcd'), 'cd');
  });
});
