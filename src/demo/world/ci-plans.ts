/** The builds that a Factory has behind it, made from their number (target-layout.ts), and the durations of new ones. */
import { MINUTE, SECOND } from '../clock';
import type { Seed } from '../random';
import { Build } from './ci-build';
import { Run } from './ci-run';
import type { TargetCatalog } from './target-catalog';
import { buildPlan, type BuildPlan } from './target-layout';

const CONTAINER_RUNS = [
  { name: 'build-aarch64', hostTag: 'aarch64', share: 1 },
  { name: 'build-armhf', hostTag: 'armhf', share: 0.86 },
  { name: 'build-amd64', hostTag: 'amd64-partner', share: 0.66 },
] as const;

const MESSAGES = [
  'shellhttpd: add health check',
  'telemetry: send once a minute',
  'mosquitto: keep sessions over a restart',
  'shellhttpd: greet in the language of the visitor',
  'telemetry: retry with a growing delay',
  'Update base images',
] as const;

/** A push to a repository of the Factory. */
export interface GitPush {
  readonly factory: string;
  readonly repository: string;
  readonly branch: string;
  readonly sha: string;
  readonly oldSha: string;
  /** Titles of its commits, newest first. The git server may tell none. */
  readonly titles: readonly string[];
}

/** What the poller of the CI server writes down of a push (docs/api.md §2.7.5). */
export function gitReason({ factory, repository, branch, sha, oldSha, titles }: GitPush): string {
  const parameters = {
    GIT_REF: `refs/heads/${branch}`,
    GIT_URL: `https://source.foundries.io/factories/${factory}/${repository}.git`,
    GIT_OLD_SHA: oldSha,
    GIT_SHA: sha,
  };
  const shortSha = (place: number): string => sha.slice(place, place + 7);
  const commits = titles.map((title, place) => `${shortSha(place)} ${title}\n`);
  return `${JSON.stringify(parameters, null, 2)}${commits.length === 0 ? '' : '\n'}${commits.join('')}`;
}

/** A build of containers: three runs side by side, then the one that publishes. */
export interface ContainerBuild {
  readonly factory: string;
  readonly id: number;
  readonly trigger: string;
  readonly reason: string;
  readonly createdAt: number;
  /** How long the slowest of the first runs takes, how long publishing waits, and how long it takes. */
  readonly buildMs: number;
  readonly queueMs: number;
  readonly publishMs: number;
  /** The run that fails. */
  readonly failing?: string | undefined;
  readonly seed: Seed;
  readonly apply?: (time: number) => void;
}

/** Makes such a build (docs/api.md §8.4). */
export function containerBuild(plan: ContainerBuild): Build {
  const worker = (name: string): string => `worker-${11 + plan.seed.below(9, name)}`;
  const name = 'publish-compose-apps';
  return new Build({
    factory: plan.factory,
    id: plan.id,
    trigger: plan.trigger,
    reason: plan.reason,
    createdAt: plan.createdAt,
    runs: CONTAINER_RUNS.map(
      (run, place) =>
        new Run({
          name: run.name,
          hostTag: run.hostTag,
          worker: worker(run.name),
          startedAt: plan.createdAt + Math.round((plan.queueMs * (place + 1)) / 4),
          durationMs: Math.round(plan.buildMs * run.share),
          passes: run.name !== plan.failing,
        }),
    ),
    followUp: {
      name,
      hostTag: 'amd64-partner',
      worker: worker(name),
      queueMs: plan.queueMs,
      durationMs: plan.publishMs,
      passes: plan.failing !== name,
    },
    ...(plan.apply === undefined ? {} : { effect: { run: name, apply: plan.apply } }),
  });
}

/** A build of one run each per name. */
export function simpleBuild(plan: {
  readonly factory: string;
  readonly id: number;
  readonly trigger: string;
  readonly reason: string | null;
  readonly createdAt: number;
  readonly runs: readonly string[];
  readonly queueMs: number;
  readonly durationMs: number;
  readonly passes: boolean;
  readonly seed: Seed;
  readonly effect?: { readonly run: string; readonly apply: (time: number) => void };
}): Build {
  return new Build({
    factory: plan.factory,
    id: plan.id,
    trigger: plan.trigger,
    reason: plan.reason,
    createdAt: plan.createdAt,
    runs: plan.runs.map(
      (name) =>
        new Run({
          name,
          hostTag: 'amd64-partner',
          worker: `worker-${11 + plan.seed.below(9, name)}`,
          startedAt: plan.createdAt + plan.queueMs,
          durationMs: plan.durationMs,
          passes: plan.passes,
        }),
    ),
    ...(plan.effect === undefined ? {} : { effect: plan.effect }),
  });
}

/** What a past build was started by. */
export function triggerName(plan: BuildPlan): string {
  return plan.kind === 'update-targets' ? 'UpdateTargets' : `${plan.kind}-${plan.branch}`;
}

/** Makes a past build. */
export function pastBuild(id: number, factory: string, catalog: TargetCatalog, seed: Seed): Build {
  const plan = buildPlan(id);
  const own = seed.child(id);
  const completed = catalog.builtAt(id);
  const trigger = triggerName(plan);
  if (plan.kind === 'containers') {
    const buildMs = 208 * SECOND;
    const publishMs = plan.passes ? 9 * MINUTE : 0;
    const queueMs = 12 * SECOND;
    const createdAt = completed - buildMs - publishMs - queueMs;
    const sha = catalog.commit('containers', id);
    const newest = own.below(MESSAGES.length, 'message');
    const titles = Array.from(
      { length: 1 + own.below(3, 'commits') },
      (_, place) => MESSAGES.at((newest + place) % MESSAGES.length) ?? '',
    );
    const oldSha = catalog.commit('containers', id - 1);
    const reason = gitReason({ factory, repository: 'containers', branch: plan.branch, sha, oldSha, titles });
    const failing = plan.passes ? undefined : 'build-aarch64';
    return containerBuild({ factory, id, trigger, reason, createdAt, buildMs, queueMs, publishMs, failing, seed: own });
  }
  const platform = plan.kind === 'platform';
  const durationMs = platform ? 70 * MINUTE : 44 * SECOND;
  const sha = catalog.commit('lmp-manifest', id);
  const machines = plan.hardware.length === 0 ? ['raspberrypi4-64'] : plan.hardware.map((hardware) => hardware.id);
  const oldSha = catalog.commit('lmp-manifest', id - 1);
  const titles = ['Update to the newest LmP'];
  return simpleBuild({
    factory,
    id,
    trigger,
    reason: platform
      ? gitReason({ factory, repository: 'lmp-manifest', branch: plan.branch, sha, oldSha, titles })
      : 'Update targets',
    createdAt: completed - durationMs - 2 * SECOND,
    runs: platform ? machines : ['UpdateTargets'],
    queueMs: 2 * SECOND,
    durationMs,
    passes: plan.passes,
    seed: own,
  });
}
