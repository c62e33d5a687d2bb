import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import type { Target } from '../../../src/model/target';
import { makeTarget } from '../support/targetValues';
import { editTags, newestMoved, olderThan, planTags, pruneBody, tagsBody } from '../../../src/model/targetChanges';

const target = (version: number, tags: string[], hardware = 'rpi4', name = `${hardware}-lmp-${version}`) =>
  makeTarget(name, version, { hardwareIds: [hardware], tags });

/** The same numbers each time. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

suite('Changes of tags', () => {
  test('added, removed and replaced; those that stay keep their order', () => {
    assert.deepEqual(editTags(['b', 'a'], { kind: 'add', tags: ['a', 'c', 'c'] }), ['b', 'a', 'c']);
    assert.deepEqual(editTags(['b', 'a'], { kind: 'remove', tags: ['b', 'x'] }), ['a']);
    assert.deepEqual(editTags(['b', 'a'], { kind: 'replace', tags: ['x', 'x'] }), ['x']);
    assert.deepEqual(editTags(['b'], { kind: 'replace', tags: [] }), []);
  });

  test('targets that have the tags already are left alone', () => {
    const plan = planTags([target(1, ['a']), target(2, ['b'])], { kind: 'replace', tags: ['a'] });
    assert.deepEqual(
      plan.map(({ name }) => name),
      ['rpi4-lmp-2'],
    );
    assert.deepEqual(planTags([target(1, ['a', 'b'])], { kind: 'replace', tags: ['b', 'a'] }), []);
  });

  test('the bodies of the reference, to the byte', () => {
    const plan = planTags([target(42, ['main'], 'raspberrypi4-64')], { kind: 'add', tags: ['stable'] });
    // docs/api.md §2.5
    assert.equal(
      JSON.stringify(tagsBody(plan)),
      '{"targets":{"raspberrypi4-64-lmp-42":{"custom":{"tags":["main","stable"]}}}}',
    );
    assert.equal(
      JSON.stringify(pruneBody([target(39, ['main'], 'raspberrypi4-64')])),
      '{"targets":["raspberrypi4-64-lmp-39"]}',
    );
    const odd = planTags([target(1, [], 'x', '__proto__')], { kind: 'add', tags: ['t'] });
    assert.equal(JSON.stringify(tagsBody(odd)), '{"targets":{"__proto__":{"custom":{"tags":["t"]}}}}');
  });

  test('what devices can take, by tag and hardware', () => {
    const all = [target(3, ['main']), target(2, ['main', 'prod']), target(1, ['prod']), target(3, ['main'], 'x86')];
    const { moved: promote } = newestMoved(all, new Map([['rpi4-lmp-3', ['main', 'prod']]]));
    assert.deepEqual(promote, [{ tag: 'prod', hardware: 'rpi4', before: 2, after: 3 }]);
    const { moved: prune } = newestMoved(
      all,
      new Map([
        ['rpi4-lmp-3', undefined],
        ['x86-lmp-3', undefined],
      ]),
    );
    assert.deepEqual(prune, [
      { tag: 'main', hardware: 'rpi4', before: 3, after: 2 },
      { tag: 'main', hardware: 'x86', before: 3, after: undefined },
    ]);
    assert.deepEqual(newestMoved(all, new Map([['rpi4-lmp-1', undefined]])), { moved: [], hardwareLeftOut: 0 });
  });

  test('all but the newest versions of a tag, and only targets that carry it alone', () => {
    const all = [
      target(5, ['main']),
      target(4, ['main']),
      target(4, ['main'], 'x86'),
      target(3, ['main', 'prod']),
      target(2, ['main']),
      target(1, ['prod']),
    ];
    const names = (targets: readonly Target[]) => targets.map(({ name }) => name);
    const { pruned, shared, newest } = olderThan(all, 'main', 1);
    assert.deepEqual(names(pruned), ['rpi4-lmp-4', 'rpi4-lmp-2']);
    assert.deepEqual(names(shared), ['rpi4-lmp-3']);
    assert.deepEqual(names(newest), ['x86-lmp-4']);
    assert.deepEqual(names(olderThan(all, 'main', 3).pruned), ['rpi4-lmp-2']);
    assert.deepEqual(olderThan(all, 'main', 9), { pruned: [], shared: [], newest: [] });
    assert.deepEqual(olderThan(all, 'absent', 1), { pruned: [], shared: [], newest: [] });
  });

  /** Hardware of targets, and what of them is the choice: of one hardware, or of all. */
  const several = (version: number, hardwareIds: readonly string[]): Target => ({
    ...target(version, ['main'], hardwareIds.join('+')),
    hardwareIds,
  });

  test('of one hardware, what is the newest for another stays', () => {
    const all = [
      several(9, ['a']),
      several(8, ['a', 'b']),
      several(7, ['a', 'b']),
      several(6, ['a']),
      several(5, ['b']),
    ];
    const prunedOf = (keep: number, hardware?: string) =>
      olderThan(all, 'main', keep, hardware).pruned.map(({ version }) => version);
    assert.deepEqual(prunedOf(1, 'a'), [7, 6]);
    assert.deepEqual(
      olderThan(all, 'main', 1, 'a').newest.map(({ version }) => version),
      [8],
    );
    assert.deepEqual(prunedOf(1, 'b'), [7, 5]);
    assert.deepEqual(prunedOf(2, 'a'), [6]);
    assert.deepEqual(prunedOf(1), [7, 6, 5]);
    assert.deepEqual(prunedOf(1, 'c'), []);
  });

  test('targets that name no hardware are counted among themselves', () => {
    const all = [several(3, ['a']), several(2, []), several(1, [])];
    assert.deepEqual(
      olderThan(all, 'main', 1).pruned.map(({ version }) => version),
      [1],
    );
  });

  test('whatever there is, each hardware keeps the newest versions of the tag', () => {
    const random = randomOf(15);
    for (let round = 0; round < 300; round++) {
      const all = Array.from({ length: 1 + random(12) }, (_, at) => ({
        ...several(
          1 + random(6),
          ['a', 'b', 'c'].filter(() => random(2) === 0),
        ),
        tags: [[], ['main'], ['main', 'prod'], ['prod']][random(4)] ?? [],
        name: `t${at}`,
      }));
      for (const hardware of [undefined, 'a', 'b']) {
        const keep = 1 + random(3);
        const { pruned, shared, newest } = olderThan(all, 'main', keep, hardware);
        assert.equal(new Set([...pruned, ...shared, ...newest]).size, pruned.length + shared.length + newest.length);
        for (const id of ['a', 'b', 'c']) {
          const of = (targets: readonly Target[]) =>
            new Set(
              targets
                .filter(({ tags, hardwareIds }) => tags.includes('main') && hardwareIds.includes(id))
                .map(({ version }) => version),
            );
          const left = of(all.filter((one) => !pruned.includes(one)));
          const kept = [...of(all)].sort((x, y) => y - x).slice(0, keep);
          assert.ok(
            kept.every((version) => left.has(version)),
            JSON.stringify({ all, hardware, keep, id }),
          );
        }
        assert.ok(pruned.every(({ tags }) => tags.length === 1 && tags[0] === 'main'));
        assert.ok(hardware === undefined || pruned.every(({ hardwareIds }) => hardwareIds.includes(hardware)));
      }
    }
  });
});
