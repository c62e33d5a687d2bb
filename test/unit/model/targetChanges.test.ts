import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import type { Target } from '../../../src/model/target';
import { editTags, newestMoved, olderThan, planTags, pruneBody, tagsBody } from '../../../src/model/targetChanges';

const target = (version: number, tags: string[], hardware = 'rpi4', name = `${hardware}-lmp-${version}`): Target => ({
  name,
  version,
  tags,
  hardwareIds: [hardware],
  apps: [],
  commits: [],
  ostreeHash: '',
  lmpVersion: '',
  arch: '',
  buildUri: '',
  createdAt: undefined,
});

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
    // samples/targets-patch-request.json and targets-delete-request.json
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
    const promote = newestMoved(all, new Map([['rpi4-lmp-3', ['main', 'prod']]]));
    assert.deepEqual(promote, [{ tag: 'prod', hardware: 'rpi4', before: 2, after: 3 }]);
    const prune = newestMoved(
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
    assert.deepEqual(newestMoved(all, new Map([['rpi4-lmp-1', undefined]])), []);
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
    const { pruned, shared } = olderThan(all, 'main', 1);
    assert.deepEqual(names(pruned), ['rpi4-lmp-4', 'x86-lmp-4', 'rpi4-lmp-2']);
    assert.deepEqual(names(shared), ['rpi4-lmp-3']);
    assert.deepEqual(names(olderThan(all, 'main', 3).pruned), ['rpi4-lmp-2']);
    assert.deepEqual(olderThan(all, 'main', 9), { pruned: [], shared: [] });
    assert.deepEqual(olderThan(all, 'absent', 1), { pruned: [], shared: [] });
  });
});
