import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as fc from 'fast-check';
import { newestFirst } from '../../../src/model/target';
import { TargetHistory } from '../../../src/model/targetHistory';
import { appsOf, makeTarget } from '../support/targetValues';

suite('What changed with a target', () => {
  const LIST = newestFirst([
    makeTarget('pi-9', 9, { apps: appsOf({ b: '2', c: '1' }), ostreeHash: 'new' }),
    makeTarget('intel-8', 8, { hardwareIds: ['intel'], apps: appsOf({ other: '1' }) }),
    makeTarget('pi-7', 7, { tags: ['devel'], apps: appsOf({ other: '1' }) }),
    makeTarget('pi-5', 5, { tags: ['main', 'devel'], apps: appsOf({ a: '1', b: '1' }) }),
  ]);
  const history = new TargetHistory(LIST);
  const of = (name: string) => LIST.find((target) => target.name === name)!;

  test('against the one before for the same tag and hardware', () => {
    assert.deepEqual(history.changes(of('pi-9'), 'main'), {
      before: of('pi-5'),
      added: ['c'],
      removed: ['a'],
      changed: ['b'],
      system: true,
    });
    assert.equal(history.changes(of('pi-7'), 'devel')?.before.name, 'pi-5');
    assert.equal(history.changes(of('intel-8')), undefined);
    assert.equal(history.changes(of('pi-5')), undefined);
  });

  test('as looking through all would find', () => {
    const spec = fc.record({
      version: fc.integer({ min: 1, max: 12 }),
      tag: fc.constantFrom('a', 'b'),
      hardware: fc.constantFrom('x', 'y'),
    });
    fc.assert(
      fc.property(fc.array(spec, { maxLength: 30 }), (specs) => {
        const targets = newestFirst(
          specs.map(({ version, tag, hardware }, index) =>
            makeTarget(`t${index}`, version, { tags: [tag], hardwareIds: [hardware] }),
          ),
        );
        const all = new TargetHistory(targets);
        for (const target of targets) {
          const [tag] = target.tags;
          const expected = targets.find(
            (other) =>
              other.version < target.version && other.tags[0] === tag && other.hardwareIds[0] === target.hardwareIds[0],
          );
          assert.equal(all.before(target, tag)?.version, expected?.version);
        }
      }),
    );
  });
});
