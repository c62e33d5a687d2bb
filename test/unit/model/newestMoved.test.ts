import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { newestMoved } from '../../../src/model/targetChanges';
import { target } from '../../support/hostile/lists';

suite('What a change of tags means for devices', () => {
  const names = (count: number, what: string) => Array.from({ length: count }, (_, at) => `${what}${String(at)}`);

  test('is all pairs of tag and hardware, in their order', () => {
    const one = target(1, { tags: ['b', 'a'], hardwareIds: ['y', 'x'] });
    const { moved, hardwareLeftOut } = newestMoved([one], new Map([[one.name, undefined]]));
    assert.deepEqual(
      moved.map(({ tag, hardware, before, after }) => [tag, hardware, before, after]),
      [
        ['a', 'x', 1, undefined],
        ['a', 'y', 1, undefined],
        ['b', 'x', 1, undefined],
        ['b', 'y', 1, undefined],
      ],
    );
    assert.equal(hardwareLeftOut, 0);
  });

  test('of a target with thousands of both names what it leaves out', () => {
    const one = target(1, { tags: names(5000, 't'), hardwareIds: names(5000, 'h') });
    const { moved, hardwareLeftOut } = newestMoved([one], new Map([[one.name, undefined]]));
    assert.deepEqual([moved.length, hardwareLeftOut], [100_000, 4980]);
  });
});
