import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { groupByVersion } from '../../../src/model/target';
import { TargetUse } from '../../../src/model/targetUse';
import { makeTarget } from '../support/targetValues';

suite('Who runs a version', () => {
  const counts = { devices: 0, online: 0, onLatest: 0, onOrphan: 0, latestVersion: 0, groups: [] };
  const use = new TargetUse([
    {
      ...counts,
      tag: 'main',
      production: false,
      targets: [
        { version: 3, devices: 2, orphan: false },
        { version: 1, devices: 1, orphan: true },
      ],
    },
    { ...counts, tag: 'main', production: true, targets: [{ version: 3, devices: 4, orphan: true }] },
    { ...counts, tag: 'devel', production: false, targets: [{ version: 3, devices: 5, orphan: false }] },
  ]);

  test('by tag and in all, with those on an orphan', () => {
    assert.deepEqual(use.of(3, 'main'), { devices: 6, orphaned: 4 });
    assert.deepEqual(use.of(3), { devices: 11, orphaned: 4 });
    assert.deepEqual(use.of(9), { devices: 0, orphaned: 0 });
    assert.deepEqual(use.of(3, 'none'), { devices: 0, orphaned: 0 });
  });

  test('versions that are no more', () => {
    const versions = groupByVersion([makeTarget('pi-3', 3)]);
    assert.deepEqual(use.missingIn(versions, 'main'), [{ version: 1, use: { devices: 1, orphaned: 1 } }]);
    assert.deepEqual(use.missingIn(versions, 'devel'), []);
  });
});
