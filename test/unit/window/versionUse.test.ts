import assert from 'node:assert/strict';
import { TargetUse } from '../../../src/model/targetUse';
import type { TagStatus } from '../../../src/model/fleetStatus';
import { groupByVersion } from '../../../src/model/target';
import { TargetHistory } from '../../../src/model/targetHistory';
import { VersionRow } from '../../../src/views/rows/versionRows';
import { makeTarget } from '../support/targetValues';

suite('Who runs a version, in the words of its hover', () => {
  const tag = (name: string, devices: number): TagStatus => ({
    tag: name,
    production: false,
    devices,
    online: 0,
    onLatest: 0,
    onOrphan: 0,
    latestVersion: 3,
    targets: devices === 0 ? [] : [{ version: 3, devices, orphan: false }],
    groups: [],
  });
  const words = (use: TargetUse | undefined, of: string | undefined): string => {
    const target = makeTarget('pi-3', 3, { tags: ['main', 'devel'] });
    const [version] = groupByVersion([target]);
    const row = new VersionRow({ id: 'place', parent: undefined, tag: of, partial: false }, version!, {
      history: new TargetHistory([target]),
      targetsOf: () => 1,
      use,
      pageOf: () => undefined,
      showMore: () => undefined,
    });
    return /- Devices: (.*)/.exec(row.tooltip().value.replaceAll('&nbsp;', ' '))?.[1] ?? '';
  };

  test('none means none, whatever the tag', () => {
    const use = new TargetUse([tag('main', 0), tag('devel', 2)]);
    assert.equal(words(use, 'main'), 'none with this tag; with other tags: 2 devices');
    assert.equal(words(use, 'devel'), '2 devices');
    assert.equal(words(use, undefined), '2 devices');
    assert.equal(
      words(new TargetUse([tag('main', 1), tag('devel', 2)]), 'main'),
      '1 device; with other tags: 2 devices',
    );
    assert.equal(words(new TargetUse([tag('main', 0)]), 'main'), 'none runs it');
  });

  test('where not all devices were counted, nobody knows that none runs it', () => {
    assert.equal(words(new TargetUse([tag('main', 0)], false), 'main'), 'not known');
    assert.equal(words(undefined, 'main'), 'not known');
  });
});
