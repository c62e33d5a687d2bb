import assert from 'node:assert/strict';
import { setup, suite, test } from 'mocha';
import { MergeResult } from '../../../src/configfs/mergeResult';

suite('The result of a merge', () => {
  let result: MergeResult;
  setup(() => {
    result = new MergeResult('mine\n', '\ufefftheirs\r\n');
  });
  const may = (text: string, dirty = true) => result.mayReplace({ text, dirty });

  test('takes the place of what was merged', () => {
    assert.deepEqual([may('mine\n'), may('mine\r\n')], [true, true]);
  });

  test('not of what was typed meanwhile, nor of what a closed and opened editor has read newly', () => {
    assert.deepEqual([may('mine and more\n'), may('newer on the server, and longer\n', false)], [false, false]);
  });

  test('of the version of the server, unless somebody typed just that', () => {
    assert.deepEqual([may('theirs\n', false), may('theirs\n', true)], [true, false]);
  });

  test('of itself, once more', () => {
    assert.equal(result.isIn('mine\n'), false);
    assert.equal(result.putIn('both\n'), true);
    assert.deepEqual([may('both\n'), may('mine\n'), may('both\nand more\n')], [true, false, false]);
    assert.deepEqual([result.isIn('both\n'), result.isIn('both\nand more\n')], [true, false]);
    assert.equal(result.putIn('both, again\n'), false);
  });
});
