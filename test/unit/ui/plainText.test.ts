import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { logLine, plainText } from '../../../src/ui/plainText';

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

  test('a line of a log stays one line, and no terminal acts on it', () => {
    const line = logLine('GET / 500 \u001b]0;title\u0007\u001b[2J\n2026-01-01 [info] GET / 200\u009b31m');
    assert.equal(/[\u0000-\u001f\u007f-\u009f]/.test(line), false); // eslint-disable-line no-control-regex
    assert.ok(line.startsWith('GET / 500') && line.includes('[info]'));
  });
});
