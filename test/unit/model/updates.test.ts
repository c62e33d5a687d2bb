import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { detailLines } from '../../../src/model/updateDetails';
import { outcomeOf, type UpdateEvent, type UpdateResult } from '../../../src/model/updates';

const MINUTE = 60_000;

function events(...types: (readonly [type: string, success?: boolean | undefined, details?: string])[]): UpdateEvent[] {
  return types.map(([type, success, details = ''], at) => ({
    type,
    time: at * MINUTE,
    target: 't',
    version: '1',
    success,
    details,
  }));
}

suite('What became of an update', () => {
  const begun = [['EcuDownloadStarted'], ['EcuDownloadCompleted', true], ['EcuInstallationStarted']] as const;
  const cases: [string, UpdateEvent[], UpdateResult, boolean][] = [
    ['no event', [], 'none', false],
    ['fioup prepares', events(['UpdateInitStarted'], ['UpdateInitCompleted', true]), 'preparing', false],
    ['fioup could not prepare', events(['UpdateInitStarted'], ['UpdateInitCompleted', false]), 'failed', true],
    ['download begun', events(begun[0]), 'downloading', false],
    ['downloaded', events(begun[0], begun[1]), 'downloaded', false],
    ['download failed', events(begun[0], ['EcuDownloadCompleted', false, 'full']), 'downloadFailed', true],
    ['installing', events(...begun), 'installing', false],
    ['applied is not installed', events(...begun, ['EcuInstallationApplied']), 'applied', false],
    ['installed', events(...begun, ['EcuInstallationApplied'], ['EcuInstallationCompleted', true]), 'succeeded', true],
    ['rolled back', events(...begun, ['EcuInstallationCompleted', false, 'why']), 'installFailed', true],
    ['null is no failure', events(...begun, ['EcuInstallationCompleted', undefined]), 'ended', true],
    ['metadata', events(['MetadataUpdateCompleted', true]), 'metadataRefreshed', true],
    ['certificate', events(['CertRotationStarted'], ['CertRotationCompleted', false]), 'failed', true],
    ['a step of another name', events(['CertRotationStarted'], ['EstEnrolled']), 'other', false],
  ];
  for (const [name, list, result, final] of cases) {
    test(name, () => {
      const outcome = outcomeOf(list);
      assert.deepEqual([outcome.result, outcome.final], [result, final]);
    });
  }

  test('it took from the first event to the last', () => {
    assert.equal(outcomeOf(events(...begun, ['EcuInstallationCompleted', true])).duration, 3 * MINUTE);
    assert.equal(outcomeOf(events(begun[0])).duration, undefined);
    assert.equal(
      outcomeOf([
        { ...events(begun[0])[0]!, time: undefined },
        { ...events(begun[0])[0]!, time: 5 },
      ]).duration,
      undefined,
    );
  });

  test('the reason is that of the failure, and of nothing else', () => {
    assert.equal(outcomeOf(events(begun[0], ['EcuDownloadCompleted', false, 'full'])).reason, 'full');
    assert.equal(outcomeOf(events(['EcuDownloadStarted', undefined, 'new Target'])).reason, '');
  });

  test('a service that has the newest first is read the right way round', () => {
    const outcome = outcomeOf(events(...begun, ['EcuInstallationCompleted', true]).reverse());
    assert.deepEqual([outcome.result, outcome.duration], ['succeeded', 3 * MINUTE]);
  });

  test('details: text, and the JSON of fioup', () => {
    assert.deepEqual(detailLines(''), []);
    assert.deepEqual(detailLines('one\r\ntwo\n'), ['one', 'two']);
    assert.deepEqual(detailLines('[not json'), ['[not json']);
    assert.deepEqual(
      detailLines('{"error": "no space\\nleft", "blobs": {"total": 3, "ids": ["a", null]}, "none": {}}'),
      ['error: no space', '  left', 'blobs.total: 3', 'blobs.ids[0]: a', 'blobs.ids[1]: null', 'none: '],
    );
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    assert.ok(detailLines(deep).length > 0);
  });
});
