/** Lists tell no events, so how long a build took that was begun again is not told where it cannot be known. */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import type { Build, BuildRun, BuildStatus } from '../../../src/model/build';
import { durationOf, timesOf, withKnownStart, withReruns } from '../../../src/model/buildTimes';

const run = (name: string, status: BuildStatus, createdAt?: number, completedAt?: number): BuildRun => ({
  name,
  status,
  hostTag: '',
  webUrl: '',
  createdAt,
  completedAt,
  startedAt: undefined,
  isRerun: false,
});
const reruns = (...runs: BuildRun[]): boolean[] => withReruns(runs).map(({ isRerun }) => isRerun);

suite('Runs that a list shows to have begun again', () => {
  test('none where each followed in its turn, also within a second', () => {
    assert.deepEqual(
      reruns(
        run('build-amd64', 'PASSED', 0, 1000),
        run('build-arm64', 'PASSED', 1000, 314_000),
        run('publish-compose-apps', 'PASSED', 314_000, 314_000),
      ),
      [false, false, false],
    );
    assert.deepEqual(reruns(run('build-amd64', 'FAILED', 0, 1000), run('build-arm64', 'RUNNING', 0)), [false, false]);
    assert.deepEqual(reruns(run('build-amd64', 'PASSED', 0, 1000), run('publish-compose-apps', 'QUEUED')), [
      false,
      false,
    ]);
  });

  test('one that passed after what follows it had begun', () => {
    assert.deepEqual(
      reruns(
        run('build-amd64', 'PASSED', 0, 90_000_000),
        run('build-arm64', 'PASSED', 1000, 60_000),
        run('publish-compose-apps', 'PASSED', 61_000, 62_000),
      ),
      [true, false, false],
    );
  });

  test('one that runs, or failed, although what follows it is there', () => {
    for (const status of ['RUNNING', 'UPLOADING', 'CANCELLING', 'FAILED'] as const) {
      assert.deepEqual(reruns(run('build-arm', status, 0, 5), run('publish-compose-apps', 'QUEUED')), [true, false]);
    }
  });

  test('one of a build whose failures are gone while others still run', () => {
    const runs = [
      run('build-a', 'PASSED', 0, 400_000),
      run('build-b', 'PASSED', 0, 500_000),
      run('build-c', 'PASSED', 0, 5),
    ];
    const events = (
      [
        [0, 'RUNNING'],
        [10_000, 'RUNNING_WITH_FAILURES'],
        [300_000, 'RUNNING'],
        [500_000, 'PASSED'],
      ] as const
    ).map(([time, status]) => ({ time, status }));
    const times = timesOf(events, runs);
    assert.deepEqual(
      times.runs.map(({ isRerun }) => isRerun),
      [true, true, false],
    );
    assert.equal(durationOf(times.runs[0]!, 0), undefined, 'its own details tell');
    assert.deepEqual([times.startedAt, times.isRerun], [0, false]);
  });

  test('one that had ended when the list was read before', () => {
    const build = (status: BuildStatus, completedAt: number | undefined, ...runs: BuildRun[]): Build => ({
      id: 1,
      status,
      trigger: '',
      name: '',
      webUrl: '',
      createdAt: 0,
      completedAt,
      startedAt: undefined,
      isRerun: false,
      runs,
      reason: undefined,
      annotation: undefined,
    });
    const ended = build('FAILED', 60_000, run('image', 'FAILED', 0, 60_000));
    const again = withKnownStart(build('RUNNING', undefined, run('image', 'RUNNING', 0)), ended);
    const passed = withKnownStart(build('PASSED', 90_000_000, run('image', 'PASSED', 0, 90_000_000)), again);
    for (const one of [again, passed]) {
      assert.deepEqual([durationOf(one, 99_000_000), durationOf(one.runs[0]!, 99_000_000)], [undefined, undefined]);
    }
    assert.equal(durationOf(withKnownStart(ended, ended), 0), 60_000);
  });
});
