import assert from 'node:assert/strict';
import fc from 'fast-check';
import { suite, test } from 'mocha';
import { groupByTag } from '../../../src/model/target';
import { makeTarget } from '../support/targetValues';

suite('Targets by tag', () => {
  const target = (name: string, version: number, tags: string[], hardware = 'x') =>
    makeTarget(name, version, { hardwareIds: [hardware], tags });

  test('newest first, hardware together, several tags in each, untagged last', () => {
    const tags = groupByTag([
      target('a-2', 2, ['main']),
      target('b-10', 10, ['main', 'devel'], 'b'),
      target('a-10', 10, ['main', 'devel'], 'a'),
      target('a-99', 99, []),
      target('a-3', 3, ['old']),
    ]);
    assert.deepEqual(
      tags.map(({ tag, versions }) => [tag, versions.map(({ version, targets }) => [version, targets.length])]),
      [
        ['devel', [[10, 2]]],
        [
          'main',
          [
            [10, 2],
            [2, 1],
          ],
        ],
        ['old', [[3, 1]]],
        ['', [[99, 1]]],
      ],
    );
    assert.deepEqual(
      tags[0]?.versions[0]?.targets.map(({ name }) => name),
      ['a-10', 'b-10'],
    );
  });

  test('no target is lost or counted twice in a tag', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(5), fc.array(fc.constantFrom('a', 'b', 'constructor', '__proto__')))),
        (specs) => {
          const targets = specs.map(([version, tags], index) => target(`t${index}`, version, tags));
          for (const { tag, versions } of groupByTag(targets)) {
            const inTag = versions.flatMap((version) => version.targets);
            const expected = targets.filter(({ tags }) => (tag === '' ? tags.length === 0 : tags.includes(tag)));
            assert.deepEqual(new Set(inTag), new Set(expected));
            assert.equal(inTag.length, expected.length);
          }
        },
      ),
    );
  });
});
