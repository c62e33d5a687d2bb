import { isFinalStatus, PUBLISHING, type Build, type BuildRun, type BuildStatus } from './build';

/** A change of status that a build or a run tells in its details. */
export interface StatusEvent {
  /** Milliseconds since the epoch. */
  readonly time?: number | undefined;
  readonly status: BuildStatus;
}

type Timed = Pick<BuildRun, 'status' | 'createdAt' | 'completedAt' | 'startedAt' | 'isRerun'>;

/** Milliseconds that two events of the same moment may be apart: a run's is written just before its build's. */
const SAME_MOMENT_MS = 2000;

const isRunning = (status: BuildStatus): boolean => status === 'RUNNING' || status === 'RUNNING_WITH_FAILURES';

/**
 * When the present attempt of a run began. `created` stays the first event of all attempts, so the last RUNNING event counts,
 * as for the server itself (docs/api.md §2.7.3).
 *
 * @param events oldest first; undefined if not told
 */
export function attemptOf(events: readonly StatusEvent[] | undefined): Pick<BuildRun, 'startedAt' | 'isRerun'> {
  // Being queued for the first time is no event.
  const queued = events?.findLastIndex(({ status }) => status === 'QUEUED') ?? -1;
  const startedAt = events?.slice(queued + 1).findLast(({ status }) => status === 'RUNNING')?.time;
  return { startedAt, isRerun: queued >= 0 };
}

/**
 * Finds where a build began again after it had ended, because a run was queued again. A run that follows the others makes a
 * passed build run too, but it then begins for the first time (docs/api.md §2.7.4).
 *
 * @returns places in the events
 */
function restarts(events: readonly StatusEvent[], runs: readonly Pick<BuildRun, 'createdAt'>[]): number[] {
  return events.flatMap(({ time }, place) => {
    const before = events[place - 1]?.status;
    const follows =
      before === 'PASSED' &&
      runs.some(
        ({ createdAt }) =>
          createdAt !== undefined && time !== undefined && Math.abs(createdAt - time) <= SAME_MOMENT_MS,
      );
    return before === undefined || !isFinalStatus(before) || follows ? [] : [place];
  });
}

/**
 * Marks runs that began more than once, as far as a list shows it: what follows the `build-*` runs is made when all of them have
 * passed (docs/api.md §2.7.4), so one that is not passed any more, or passed later than that, was queued again.
 */
export function withReruns<T extends BuildRun>(runs: readonly T[]): readonly T[] {
  const follower = runs.find(({ name }) => name === PUBLISHING);
  if (follower === undefined) {
    return runs;
  }
  const made = follower.createdAt ?? Number.POSITIVE_INFINITY;
  return runs.map((run) =>
    run.name.startsWith('build-') && (run.status !== 'PASSED' || (run.completedAt ?? 0) > made)
      ? { ...run, isRerun: true }
      : run,
  );
}

/**
 * @param events of the build, oldest first
 * @param runs of it, without events of their own
 * @returns when the build began, or began again, and the runs, of which those that began more than once are marked
 */
export function timesOf<T extends BuildRun>(
  events: readonly StatusEvent[],
  runs: readonly T[],
): { readonly startedAt: number | undefined; readonly isRerun: boolean; readonly runs: readonly T[] } {
  const places = restarts(events, runs);
  // Without failures once more, while others still ran: a failed run was queued again.
  const mended = events.flatMap(({ status }, place) =>
    status !== 'RUNNING_WITH_FAILURES' &&
    !isFinalStatus(status) &&
    events[place - 1]?.status === 'RUNNING_WITH_FAILURES'
      ? [place]
      : [],
  );
  const moments = [...places, ...mended].flatMap((place) => events[place]?.time ?? []);
  const current = events.slice(places.at(-1) ?? 0);
  return {
    startedAt: current.find(({ status }) => isRunning(status))?.time,
    isRerun: places.length > 0,
    runs: runs.map((run) => (crosses(run, moments) ? { ...run, isRerun: true } : run)),
  };
}

const crosses = ({ createdAt, completedAt }: BuildRun, moments: readonly number[]): boolean =>
  createdAt !== undefined && moments.some((at) => createdAt < at && (completedAt === undefined || completedAt > at));

/**
 * @param now milliseconds since the epoch
 * @returns milliseconds that the present attempt of a run, or of a build, took or has taken so far; undefined while it waits, and
 *   if it is unknown when it began
 */
export function durationOf(of: Timed, now: number): number | undefined {
  const { status, createdAt, completedAt, startedAt, isRerun } = of;
  // One that never began but has ended was canceled while it waited.
  const start = startedAt ?? (isRerun ? undefined : createdAt);
  const end = isFinalStatus(status) ? completedAt : now;
  return status === 'QUEUED' || start === undefined || end === undefined ? undefined : Math.max(0, end - start);
}

/**
 * What a list says of a build, together with what its details, or the list, said before. A list tells no events, so when the build began is
 * taken from there, unless it ended since, and began again.
 */
export function withKnownStart(build: Build, known: Build): Build {
  if (build.startedAt !== undefined) {
    return build;
  }
  const hadEnded = isFinalStatus(known.status) && known.runs.every(({ status }) => isFinalStatus(status));
  const isSame = !hadEnded || known.completedAt === build.completedAt;
  return {
    ...build,
    isRerun: known.isRerun || !isSame,
    startedAt: isSame ? known.startedAt : undefined,
    runs: build.runs.map((run) => {
      const before = known.runs.find(({ name }) => name === run.name);
      const isNew = before !== undefined && isFinalStatus(before.status) && before.completedAt !== run.completedAt;
      return isNew || before?.isRerun === true ? { ...run, isRerun: true } : run;
    }),
  };
}
