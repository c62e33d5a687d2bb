import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { remembered } from '../../../src/ui/remembered';

suite('Words that many rows have in common', () => {
  test('are made once, those of huge texts each time: they are not kept', () => {
    const made: number[] = [];
    const words = remembered((text) => {
      made.push(text.length);
      return `tag ${text}`;
    });
    const huge = 'x'.repeat(1_000_000);
    for (const text of ['main', 'main', huge, huge]) {
      assert.equal(words(text), `tag ${text}`);
    }
    assert.deepEqual(made, [4, huge.length, huge.length]);
  });
});
