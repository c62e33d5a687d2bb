import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { plainText } from '../../../src/ui/plainText';

suite('Foreign text in messages', () => {
  test('a command link stays text', () => {
    const text = plainText('[Sign in again](command:evil.run) and [x](https://evil.example)');
    assert.equal(/\[[^\]]*\]\([^)]*\)/.test(text), false);
    assert.ok(text.includes('Sign in again'));
  });

  test('control characters and reversed text are blanks', () => {
    assert.equal(plainText('a\u001b[31mb\u202ec'), 'a [31mb c');
  });

  test('lines and other scripts stay', () => {
    assert.equal(plainText('first\nשלום ünïcode [x] (y)'), 'first\nשלום ünïcode [x] (y)');
  });
});
