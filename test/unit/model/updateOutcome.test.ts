import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { chronological, isMetadataRefresh, outcomeOf, type UpdateEvent } from '../../../src/model/updates';

const event = (type: string, time?: string, success?: boolean): UpdateEvent => ({
  type,
  time: time === undefined ? undefined : Date.parse(time),
  target: 'lmp-18',
  version: '18',
  success,
  details: success === false ? 'why' : '',
});

/** An installation whose board lost its clock when it restarted. */
const REBOOTED = [
  event('EcuDownloadStarted', '2022-09-26T10:00:00Z'),
  event('EcuDownloadCompleted', '2022-09-26T10:02:00Z', true),
  event('EcuInstallationStarted', '2022-09-26T10:02:01Z'),
  event('EcuInstallationApplied', '2022-09-26T10:03:00Z', true),
  event('EcuInstallationCompleted', '2022-04-28T17:42:40Z', true),
];

suite('What became of an update', () => {
  for (const [name, events] of [
    ['oldest first', REBOOTED],
    ['newest first', [...REBOOTED].reverse()],
    ['the last two alone', REBOOTED.slice(-2)],
    ['the last two, newest first', REBOOTED.slice(-2).reverse()],
  ] as const) {
    test(`a clock that is months off after the reboot, ${name}`, () => {
      const { result, final, duration } = outcomeOf(events);
      assert.deepEqual([result, final, duration], ['succeeded', true, undefined]);
      assert.equal(chronological(events).at(-1)?.type, 'EcuInstallationCompleted');
    });
  }

  test('a clock that is set during the update says nothing of how long it took', () => {
    const late = REBOOTED.map((one, at) => (at === 0 ? { ...one, time: Date.parse('2020-01-01T00:00:00Z') } : one));
    assert.equal(outcomeOf(late.slice(0, 4)).duration, undefined);
  });

  test('a download that is tried again is in the order of the service', () => {
    const events = [
      event('EcuDownloadStarted', '2026-01-01T10:00:00Z'),
      event('EcuDownloadCompleted', '2026-01-01T10:01:00Z', false),
      event('EcuDownloadStarted', '2026-01-01T10:02:00Z'),
    ];
    assert.equal(outcomeOf(events).result, 'downloading');
    assert.equal(outcomeOf([...events].reverse()).result, 'downloading');
  });

  test('events without a known step are ordered by time', () => {
    const events = [event('B', '2026-01-01T10:01:00Z'), event('A', '2026-01-01T10:00:00Z')];
    assert.deepEqual(
      chronological(events).map(({ type }) => type),
      ['A', 'B'],
    );
  });

  test('a refresh of update metadata installs nothing, and fails no target', () => {
    const refreshed = outcomeOf([event('MetadataUpdateCompleted', '2026-05-01T10:00:00Z', true)]);
    assert.deepEqual([refreshed.result, refreshed.final], ['metadataRefreshed', true]);
    const failed = outcomeOf([event('MetadataUpdateCompleted', '2026-05-01T10:00:00Z', false)]);
    assert.deepEqual([failed.result, failed.final, failed.reason], ['metadataFailed', true, 'why']);
    assert.ok(isMetadataRefresh({ id: 'tuf-meta-1' }) && !isMetadataRefresh({ id: '18-1' }));
  });

  test('a refresh beside an update does not decide what became of it', () => {
    const events = [...REBOOTED.slice(0, 3), event('MetadataUpdateCompleted', '2022-09-26T10:02:30Z', true)];
    assert.equal(outcomeOf(events).result, 'installing');
  });
});
