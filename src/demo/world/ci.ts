/** The CI project of a Factory, `F/lmp`: past builds by number, new ones as they come, triggers (docs/api.md §2.7). */
import { MINUTE, SECOND } from '../clock';
import type { Seed } from '../random';
import type { Build } from './ci-build';
import type { Run } from './ci-run';
import { containerBuild, gitReason, pastBuild, simpleBuild } from './ci-plans';
import { publishContainers } from './target-jobs';
import type { TargetCatalog } from './target-catalog';
import { HARDWARE } from './target-layout';
import { USERS } from './people';

/** A trigger with its secrets, whose values nobody reads. */
export interface Trigger {
  readonly id: number;
  readonly user: string;
  readonly type: string;
  readonly secrets: Map<string, string>;
}

/** What a push to containers.git is. */
export interface Push {
  readonly branch: string;
  /** Titles of its commits, newest first. */
  readonly titles: readonly string[];
  readonly failing?: string;
}

/** Where the CI stands. */
export interface CiSettings {
  readonly factory: string;
  readonly seed: Seed;
  readonly catalog: TargetCatalog;
  readonly epoch: number;
  /** How many builds are kept from the start. */
  readonly builds: number;
  /** How long an UpdateTargets job takes, about. */
  readonly jobMs: number;
  /** Whether a container build is going on when the world begins. */
  readonly building: boolean;
  /** Tells that targets have changed. */
  readonly targetsChanged: (time: number) => void;
}

export class Ci {
  readonly triggers: Trigger[];
  readonly oldest: number;
  readonly #settings: CiSettings;
  readonly #kept = new Map<number, Build>();
  /** Builds whose effect is still to come. */
  #pending: Build[] = [];
  #newest: number;
  /** The next job fails, and changes nothing. */
  failNextJob = false;

  constructor(settings: CiSettings) {
    this.#settings = settings;
    const { newestVersion } = settings.catalog;
    this.#newest = newestVersion;
    this.oldest = Math.max(1, newestVersion + (settings.building ? 1 : 0) - settings.builds + 1);
    const secrets = new Map([
      ['osftok', 'x'],
      ['npmtok', 'x'],
    ]);
    this.triggers = [{ id: 17, user: USERS.ada.id, type: 'git_poller', secrets }];
    if (settings.building) {
      this.#startFirst();
    }
  }

  /** The number of the newest build. */
  get newest(): number {
    return this.#newest;
  }

  get total(): number {
    return this.#newest - this.oldest + 1;
  }

  /** A build by number. */
  build(id: number): Build | undefined {
    const kept = this.#kept.get(id);
    if (kept !== undefined || id < this.oldest || id > this.#newest) {
      return kept;
    }
    return pastBuild(id, this.#settings.factory, this.#settings.catalog, this.#settings.seed);
  }

  /** The builds that are new or were changed, newest first. */
  keptBuilds(): Build[] {
    return [...this.#kept.values()].sort((a, b) => b.id - a.id);
  }

  /** Keeps a past build that was changed. */
  keep(build: Build): void {
    this.#kept.set(build.id, build);
  }

  /** The newest build that fits. */
  latest(fits: (build: Build) => boolean): Build | undefined {
    for (let id = this.#newest; id >= this.oldest; id--) {
      const build = this.build(id);
      if (build !== undefined && fits(build)) {
        return build;
      }
    }
    return undefined;
  }

  /** Lets the builds that have ended have their effect, in the order of their ends. */
  settle(now: number): void {
    for (;;) {
      const due = this.#pending
        .map((build) => ({ build, at: build.nextDue(now) ?? Infinity }))
        .filter(({ at }) => at <= now)
        .sort((a, b) => a.at - b.at)[0];
      if (due === undefined) {
        return;
      }
      const changed = due.build.settle(due.at);
      this.#pending = this.#pending.filter((build) => !build.isSettled);
      if (changed) {
        this.#settings.targetsChanged(due.at);
      }
    }
  }

  /** Queues a run again, in whatever state it is (docs/api.md §2.7.6). */
  rerun(build: Build, run: Run, now: number): void {
    build.rerun(run, now, now + Math.round(this.#settings.jobMs * 0.15));
    this.keep(build);
    if (!this.#pending.includes(build)) {
      this.#pending.push(build);
    }
  }

  #start(make: (id: number) => Build): Build {
    this.#newest += 1;
    const build = make(this.#newest);
    this.#kept.set(build.id, build);
    this.#pending.push(build);
    return build;
  }

  /** A job of one run that changes targets when it has passed (docs/api.md §2.5). */
  startJob(run: string, now: number, apply: (time: number) => void): Build {
    const { jobMs, seed, factory } = this.#settings;
    const passes = !this.failNextJob;
    this.failNextJob = false;
    return this.#start((id) =>
      simpleBuild({
        factory,
        id,
        trigger: run,
        reason: run === 'UpdateTargets' ? 'Update targets' : run,
        createdAt: now,
        runs: [run],
        queueMs: Math.round(jobMs * 0.15),
        durationMs: Math.round(jobMs * 0.85),
        passes,
        seed: seed.child(id),
        effect: { run, apply },
      }),
    );
  }

  /** A build that somebody asked for by `POST …/builds/`. */
  startRequested(trigger: string, runs: readonly string[], reason: string | null, now: number): Build {
    const { jobMs, seed, factory } = this.#settings;
    const plan = { factory, trigger, reason, createdAt: now, runs, passes: true };
    return this.#start((id) =>
      simpleBuild({ ...plan, id, queueMs: Math.round(jobMs * 0.15), durationMs: jobMs, seed: seed.child(id) }),
    );
  }

  /** What a push to containers.git starts (docs/api.md §8.4). */
  push(push: Push, now: number): Build {
    const { jobMs } = this.#settings;
    return this.#startContainers(push, now, { buildMs: 2 * jobMs, queueMs: 0.2 * jobMs, publishMs: 1.5 * jobMs });
  }

  #startFirst(): void {
    const { epoch } = this.#settings;
    const push = { branch: 'main', titles: ['telemetry: report the temperature', 'telemetry: read the sensor once'] };
    const times = { buildMs: 6 * MINUTE, queueMs: 20 * SECOND, publishMs: 5 * MINUTE };
    this.#startContainers(push, epoch - 5 * MINUTE, times);
  }

  #startContainers(push: Push, now: number, times: { buildMs: number; queueMs: number; publishMs: number }): Build {
    const { seed, catalog, factory } = this.#settings;
    const { branch, failing } = push;
    return this.#start((id) => {
      const own = seed.child(id);
      const sha = catalog.commit('containers', id);
      const changed = own.pick(['shellhttpd', 'telemetry'], 'app');
      const digest = (app: string, uri: string): string =>
        app === changed ? `${uri.slice(0, uri.indexOf('@'))}@sha256:${own.hex(64, app)}` : uri;
      const oldSha = catalog.commit('containers', id - 1);
      return containerBuild({
        factory,
        id,
        trigger: `containers-${branch}`,
        reason: gitReason({ factory, repository: 'containers', branch, sha, oldSha, titles: push.titles }),
        createdAt: now,
        ...times,
        failing,
        seed: own,
        apply: (time) => {
          const hardware = HARDWARE.map((machine) => machine.id);
          publishContainers(catalog, { factory, id, tag: branch, sha }, hardware, digest, time);
        },
      });
    });
  }
}
