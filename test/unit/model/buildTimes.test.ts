import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import type { Build, BuildRun, BuildStatus } from '../../../src/model/build';
import { attemptOf, durationOf, timesOf, withKnownStart, type StatusEvent } from '../../../src/model/buildTimes';

const at = (seconds: number): number => 1_000_000 + seconds * 1000;
const events = (...all: readonly (readonly [seconds: number, status: BuildStatus])[]): StatusEvent[] =>
  all.map(([seconds, status]) => ({ time: at(seconds), status }));

function run(name: string, status: BuildStatus, created?: number, completed?: number): BuildRun {
  return {
    name,
    status,
    hostTag: '',
    webUrl: '',
    createdAt: created === undefined ? undefined : at(created),
    completedAt: completed === undefined ? undefined : at(completed),
    startedAt: undefined,
    isRerun: status === 'QUEUED' && created !== undefined,
  };
}

function build(status: BuildStatus, completed: number | undefined, ...runs: readonly BuildRun[]): Build {
  return {
    id: 1,
    status,
    trigger: '',
    name: '',
    webUrl: '',
    createdAt: at(0),
    completedAt: completed === undefined ? undefined : at(completed),
    startedAt: undefined,
    isRerun: false,
    runs,
    reason: undefined,
    annotation: undefined,
  };
}

suite('How long a run took (docs/api.md §2.7.3)', () => {
  const seconds = (of: BuildRun, told: StatusEvent[] | undefined, now: number): number | undefined => {
    const ms = durationOf({ ...of, ...attemptOf(told) }, at(now));
    return ms === undefined ? undefined : ms / 1000;
  };

  test('from the last time it ran, not from its first event', () => {
    const told = events([0, 'RUNNING'], [10, 'FAILED'], [600, 'QUEUED'], [601, 'RUNNING'], [602, 'FAILED']);
    assert.equal(seconds(run('a', 'FAILED', 0, 602), told, 9999), 1);
  });

  test('one that waits has waited for no known time', () => {
    assert.equal(
      seconds(run('a', 'QUEUED', 0), events([0, 'RUNNING'], [10, 'FAILED'], [600, 'QUEUED']), 602),
      undefined,
    );
    assert.equal(seconds(run('a', 'QUEUED', 0), undefined, 602), undefined);
    assert.equal(seconds(run('a', 'QUEUED'), [], 602), undefined);
  });

  test('one that runs again has run since then', () => {
    assert.equal(
      seconds(run('a', 'RUNNING', 0), events([0, 'RUNNING'], [10, 'PASSED'], [600, 'QUEUED'], [601, 'RUNNING']), 603),
      2,
    );
  });

  test('one that was canceled in the queue after it had run did not run', () => {
    const told = events([0, 'RUNNING'], [10, 'PASSED'], [600, 'QUEUED'], [700, 'FAILED']);
    assert.equal(seconds(run('a', 'FAILED', 0, 700), told, 9999), undefined);
  });

  test('one that was canceled in the queue at first', () => {
    assert.equal(seconds(run('a', 'FAILED', 5, 5), events([5, 'FAILED']), 9999), 0);
  });

  test('a run of a list that is not known to have run before: from its first event', () => {
    assert.equal(seconds(run('a', 'PASSED', 3, 10), undefined, 9999), 7);
  });
});

suite('How long a build took (docs/api.md §2.7.4)', () => {
  test('what follows the other runs belongs to it', () => {
    const runs = [run('build', 'PASSED', 1, 60), run('publish', 'PASSED', 100, 160)];
    const told = events([0, 'QUEUED'], [1, 'RUNNING'], [60, 'PASSED'], [100, 'RUNNING'], [160, 'PASSED']);
    const { startedAt, isRerun, runs: marked } = timesOf(told, runs);
    assert.deepEqual([startedAt, isRerun], [at(1), false]);
    assert.deepEqual(marked, runs);
  });

  test('a failed run that is queued again begins it anew; other runs keep their times', () => {
    const runs = [run('one', 'PASSED', 0, 1), run('two', 'PASSED', 1, 314), run('publish', 'PASSED', 314, 315)];
    const told = events(
      [0, 'QUEUED'],
      [0, 'RUNNING'],
      [1, 'RUNNING_WITH_FAILURES'],
      [1, 'FAILED'],
      [311, 'RUNNING'],
      [314, 'PASSED'],
      [314, 'RUNNING'],
      [315, 'PASSED'],
    );
    const times = timesOf(told, runs);
    assert.deepEqual([times.startedAt, times.isRerun], [at(311), true]);
    assert.deepEqual(
      times.runs.map(({ isRerun }) => isRerun),
      [false, true, false],
    );
    assert.equal(durationOf(times.runs[1]!, at(9999)), undefined, 'only its own events tell');
  });

  test('a passed run that is queued again begins it anew', () => {
    const runs = [run('build', 'PASSED', 1, 60), run('publish', 'RUNNING', 100)];
    const told = events([1, 'RUNNING'], [60, 'PASSED'], [100, 'RUNNING'], [160, 'PASSED'], [90_000, 'RUNNING']);
    const times = timesOf(told, runs);
    assert.equal(times.startedAt, at(90_000));
    assert.equal(durationOf({ ...build('RUNNING', undefined), ...times }, at(90_005)), 5000);
    assert.deepEqual(
      times.runs.map(({ isRerun }) => isRerun),
      [false, true],
    );
  });

  test('a build of one run that waits again has no duration', () => {
    const times = timesOf(events([0, 'QUEUED'], [1, 'RUNNING'], [60, 'FAILED'], [600, 'QUEUED']), [
      run('UpdateTargets', 'QUEUED', 1),
    ]);
    assert.equal(times.startedAt, undefined);
    assert.equal(durationOf({ ...build('QUEUED', undefined), ...times }, at(700)), undefined);
  });

  suite('in a list, which tells no events', () => {
    const looked = (status: BuildStatus, completed: number | undefined, ...runs: BuildRun[]): Build => ({
      ...build(status, completed, ...runs),
      startedAt: at(1),
      reason: '',
    });

    test('what was known of a build that goes on holds', () => {
      const before = looked('RUNNING', undefined, run('build', 'RUNNING', 1));
      const after = withKnownStart(build('PASSED', 60, run('build', 'PASSED', 1, 60)), before);
      assert.equal(durationOf(after, at(9999)), 59_000);
    });

    test('a build that passed while a run still waited has not begun again', () => {
      const before = looked('PASSED', 60, run('build', 'PASSED', 1, 60), run('publish', 'QUEUED'));
      const after = withKnownStart(
        build('PASSED', 160, run('build', 'PASSED', 1, 60), run('publish', 'PASSED', 100, 160)),
        before,
      );
      assert.equal(durationOf(after, at(9999)), 159_000);
      assert.ok(after.runs.every(({ isRerun }) => !isRerun));
    });

    test('a build that had ended, and ended again, began at an unknown time', () => {
      const before = looked('FAILED', 60, run('build', 'FAILED', 1, 60));
      const after = withKnownStart(build('FAILED', 700, run('build', 'FAILED', 1, 700)), before);
      assert.equal(durationOf(after, at(9999)), undefined);
      assert.equal(durationOf(after.runs[0]!, at(9999)), undefined);
    });
  });
});
