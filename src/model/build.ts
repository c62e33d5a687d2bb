import { remoteUrls } from './gitFiles';

/** What CI says of a build or a run; anything else than these may come, too (docs/api.md §2.7). */
export type BuildStatus =
  | 'QUEUED'
  | 'RUNNING'
  | 'RUNNING_WITH_FAILURES'
  | 'UPLOADING'
  | 'CANCELLING'
  | 'PASSED'
  | 'FAILED'
  | 'PROMOTED'
  | 'SKIPPED'
  | 'UNKNOWN';

/** One job of a build. */
export interface BuildRun {
  readonly name: string;
  readonly status: BuildStatus;
  /** What kind of worker it needs; `''` where not told. */
  readonly hostTag: string;
  /** Its page; `''` where not told. */
  readonly webUrl: string;
  /** Milliseconds since the epoch; undefined while it has never been taken by a worker (docs/api.md §2.7.3). */
  readonly createdAt: number | undefined;
  readonly completedAt: number | undefined;
  /** When its present attempt began, in milliseconds since the epoch; undefined if only its own details tell. */
  readonly startedAt: number | undefined;
  /** Whether it is known to have begun more than once, so that `createdAt` is not when this attempt began. */
  readonly isRerun: boolean;
}

/** A file that a run left. */
export interface RunArtifact {
  /** Segments parted by slashes, not percent-encoded. */
  readonly path: string;
  /** Bytes; undefined where not told. */
  readonly size: number | undefined;
}

/** A run with what only its own address tells. */
export interface BuildRunDetail extends BuildRun {
  /** `''` where none has taken it. */
  readonly worker: string;
  readonly artifacts: readonly RunArtifact[];
}

/** A CI build. */
export interface Build {
  readonly id: number;
  readonly status: BuildStatus;
  /** `containers-main`, `platform-devel`, `UpdateTargets`; `''` where not told. */
  readonly trigger: string;
  /** What it was promoted as; `''` where it was not. */
  readonly name: string;
  readonly webUrl: string;
  readonly createdAt: number | undefined;
  readonly completedAt: number | undefined;
  /** When it began, or began again, in milliseconds since the epoch; undefined in a list. */
  readonly startedAt: number | undefined;
  /** Whether it is known to have begun again after it had ended. */
  readonly isRerun: boolean;
  readonly runs: readonly BuildRun[];
  /** Why it was started; undefined in a list, which does not tell. */
  readonly reason: string | undefined;
  /** `''` where there is none; undefined in a list. */
  readonly annotation: string | undefined;
}

const FINAL: ReadonlySet<BuildStatus> = new Set(['PASSED', 'FAILED', 'PROMOTED', 'SKIPPED']);

/** @returns whether nothing more will happen to the run by itself */
export const isFinalStatus = (status: BuildStatus): boolean => FINAL.has(status);

const CANCELABLE: ReadonlySet<BuildStatus> = new Set(['QUEUED', 'RUNNING']);

/**
 * @returns whether a run can be canceled without harm. One that is being canceled, or is uploading, would fail at once and lose
 *   its log, while its worker goes on; one that has ended would become failed (docs/api.md §2.7.6)
 */
export const isCancelable = (status: BuildStatus): boolean => CANCELABLE.has(status);

/** The run that publishes the apps of a container build, once all others have passed (docs/api.md §8.4). */
export const PUBLISHING = 'publish-compose-apps';

/**
 * @param name of a run that is to run again
 * @returns the run that follows it and is there already, which CI cannot start once more (docs/api.md §2.7.6)
 */
export function followerOf({ runs }: Pick<Build, 'runs'>, name: string): BuildRun | undefined {
  return name.startsWith('build-') ? runs.find((run) => run.name === PUBLISHING) : undefined;
}

/**
 * A build can be PASSED, and complete, while a run that follows the others waits for a worker: so it has ended only when
 * every run has (docs/api.md §2.7.4).
 */
export function hasEnded(build: Pick<Build, 'status' | 'runs'>): boolean {
  return isFinalStatus(build.status) && build.runs.every(({ status }) => isFinalStatus(status));
}

/** @returns what the build is doing, its runs counted in: never PASSED while one of them is under way or has failed */
export function statusOf(build: Pick<Build, 'status' | 'runs'>): BuildStatus {
  if (!isFinalStatus(build.status) || hasEnded(build)) {
    return build.status;
  }
  return build.runs.some(({ status }) => status === 'FAILED') ? 'RUNNING_WITH_FAILURES' : 'RUNNING';
}

/** @returns number and Factory of the build that an address of CI names; undefined where it names none (docs/api.md §8.4) */
export function buildOfUrl(url: string): { readonly factory: string; readonly id: number } | undefined {
  const found = /\/projects\/([^/?#]+)\/lmp\/builds\/(\d{1,15})(?:[/?#]|$)/.exec(url);
  return found === null ? undefined : { factory: decoded(found[1] ?? ''), id: Number(found[2]) };
}

/** @returns the text with its percent signs read; as it is where that makes no sense */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A repository of a Factory, as its remotes tell. */
export interface FactoryRepository {
  readonly factory: string;
  /** Whether its pushes build apps (`containers-…`) or the platform (`platform-…`) (docs/api.md §8.1, §8.4). */
  readonly builds: 'containers' | 'platform';
}

const REMOTE =
  /^https?:\/\/(?:[^@/\s]+@)?source\.[^/\s]+\/factories\/([^/\s]+)\/(containers|lmp-manifest|meta-subscriber-overrides)(?:\.git)?\/?$/;

/** @returns the Factory's repository that a git configuration names; undefined where it names none */
export function repositoryOfRemotes(gitConfig: string): FactoryRepository | undefined {
  for (const url of remoteUrls(gitConfig)) {
    const [, factory, name] = REMOTE.exec(url) ?? [];
    if (factory !== undefined) {
      return { factory, builds: name === 'containers' ? 'containers' : 'platform' };
    }
  }
  return undefined;
}

/**
 * @param branch of the workspace; undefined where not known
 * @returns whether the build is one that a push to that repository starts
 */
export function concerns({ trigger }: Pick<Build, 'trigger'>, { builds }: FactoryRepository, branch?: string): boolean {
  return branch === undefined ? trigger.startsWith(`${builds}-`) : trigger === `${builds}-${branch}`;
}
