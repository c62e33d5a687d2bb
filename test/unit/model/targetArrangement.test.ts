import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as fc from 'fast-check';
import { groupByTag, groupByVersion, newestFirst } from '../../../src/model/target';
import { arrangeTargets, passes, targetArrangementOf } from '../../../src/model/targetArrangement';
import { makeTarget } from '../support/targetValues';

suite('Targets arranged', () => {
  const LIST = newestFirst([
    makeTarget('pi-1', 1),
    makeTarget('intel-2', 2, { hardwareIds: ['intel'], tags: ['main', 'stable'] }),
    makeTarget('pi-2', 2, { tags: ['main', 'stable'] }),
    makeTarget('pi-3', 3, { tags: ['devel'] }),
    makeTarget('free-4', 4, { tags: [], hardwareIds: [] }),
  ]);
  const shape = (groups: readonly { name: string; versions: readonly { version: number }[] }[]) =>
    groups.map(({ name, versions }) => [name, versions.map(({ version }) => version)]);

  test('by tag, version and hardware, newest first', () => {
    const by = (grouping: 'tag' | 'version' | 'hardware') => arrangeTargets(LIST, { filter: {}, grouping });
    const tags = by('tag');
    assert.deepEqual('groups' in tags && shape(tags.groups), [
      ['devel', [3]],
      ['main', [2, 1]],
      ['stable', [2]],
      ['', [4]],
    ]);
    const hardware = by('hardware');
    assert.deepEqual('groups' in hardware && shape(hardware.groups), [
      ['pi', [3, 2, 1]],
      ['intel', [2]],
      ['', [4]],
    ]);
    const versions = by('version');
    assert.deepEqual(
      'versions' in versions && versions.versions.map(({ version, targets }) => [version, targets.length]),
      [
        [4, 1],
        [3, 1],
        [2, 2],
        [1, 1],
      ],
    );
  });

  test('a filter leaves what fits it, and no other group', () => {
    const arranged = arrangeTargets(LIST, { filter: { tag: 'main', hardware: 'pi' }, grouping: 'tag' });
    assert.deepEqual('groups' in arranged && shape(arranged.groups), [['main', [2, 1]]]);
    assert.equal(arranged.count, 2);
    assert.equal(arrangeTargets(LIST, { filter: { tag: '' }, grouping: 'version' }).count, 1);
    assert.equal(arrangeTargets(LIST, { filter: { tag: 'gone' }, grouping: 'tag' }).count, 0);
  });

  test('what was stored by somebody else is no harm', () => {
    for (const stored of [undefined, null, 7, 'tag', [], { grouping: 'x', filter: 3 }, { filter: { tag: 7 } }]) {
      assert.deepEqual(targetArrangementOf(stored), {
        filter: { tag: undefined, hardware: undefined },
        grouping: 'tag',
      });
    }
    const kept = { filter: { tag: '', hardware: 'pi' }, grouping: 'hardware' };
    assert.deepEqual(targetArrangementOf(JSON.parse(JSON.stringify(kept))), kept);
  });

  const anyTargets = fc
    .array(
      fc.record({
        version: fc.integer({ min: 1, max: 9 }),
        tags: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')),
        hardware: fc.constantFrom('x', 'y'),
      }),
      { maxLength: 30 },
    )
    .map((specs) =>
      specs.map(({ version, tags, hardware }, index) =>
        makeTarget(`t${index}`, version, { tags, hardwareIds: [hardware] }),
      ),
    );

  test('every arrangement has what passes the filter, and only that', () => {
    fc.assert(
      fc.property(
        anyTargets,
        fc.constantFrom('tag', 'version', 'hardware' as const),
        fc.constantFrom(undefined, 'a', ''),
        fc.constantFrom(undefined, 'x'),
        (targets, grouping, tag, hardware) => {
          const filter = { tag, hardware };
          const arranged = arrangeTargets(targets, { filter, grouping });
          const versions =
            'versions' in arranged ? arranged.versions : arranged.groups.flatMap((group) => group.versions);
          const names = new Set(versions.flatMap((version) => version.targets.map(({ name }) => name)));
          const expected = new Set(targets.filter((target) => passes(target, filter)).map(({ name }) => name));
          assert.deepEqual([...names].sort(), [...expected].sort());
          assert.ok(versions.every(({ version, targets: of }) => of.every((target) => target.version === version)));
        },
      ),
    );
  });

  test('versions descend, and no target is twice in one', () => {
    fc.assert(
      fc.property(anyTargets, (targets) => {
        for (const versions of [groupByVersion(targets), ...groupByTag(targets).map((tag) => tag.versions)]) {
          const numbers = versions.map(({ version }) => version);
          assert.deepEqual(
            numbers,
            [...new Set(numbers)].sort((a, b) => b - a),
          );
          const names = versions.flatMap((version) => version.targets.map(({ name }) => name));
          assert.equal(new Set(names).size, names.length);
        }
      }),
    );
  });
});
