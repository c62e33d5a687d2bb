/** The targets of a Factory: made from their number until somebody changes them (docs/api.md §2.5, §6). */
import { DAY, isoZulu } from '../clock';
import type { Seed } from '../random';
import { RASPBERRY, appBuild, appsOf, buildPlan, containersOf, platformOf, type Hardware } from './target-layout';

/** `custom` of a target; whatever else a client sends is kept. */
export interface TargetCustom {
  version: string;
  name: string;
  hardwareIds: string[];
  tags: string[];
  targetFormat: string;
  docker_compose_apps?: Record<string, { uri: string }>;
  [key: string]: unknown;
}

/** A target as `…/targets/` answers it. */
export interface Target {
  custom: TargetCustom;
  hashes: { sha256: string };
  length: number;
}

/** Enough to choose a target by. */
export interface TargetRef {
  readonly name: string;
  readonly version: number;
}

interface Moment extends Partial<TargetRef> {
  readonly time: number;
}

/** The OSTree hashes of the two targets that the REST guide shows. */
const GUIDE_HASHES: Record<number, string> = {
  2: 'cfacf42873aa06fbf53d7b1bfcb72032f21631b068620e575696ab2ab0670efd',
  3: 'f190733c576920a203acd40d8df1cb82135aaf50f0b2c5fa8402745d73a633b3',
};

const LMP_VERSIONS = ['4.0.18-2-93', '4.0.20-2-94.1', '4.0.22-5-95'] as const;

/** The name of a target that CI made (docs/api.md §6.1). */
export function targetName(hardware: string, version: number): string {
  return `${hardware}-lmp-${version}`;
}

/** The LmP version of the operating system that a build made. */
export function lmpVersion(platform: number): string {
  return LMP_VERSIONS[Math.min(LMP_VERSIONS.length - 1, Math.floor(platform / 11))] ?? LMP_VERSIONS[0];
}

/** The targets, with what was changed laid over what they are made from. */
export class TargetCatalog {
  readonly #seed: Seed;
  readonly #factory: string;
  readonly #epoch: number;
  /** Versions that have targets, ascending. */
  readonly #versions: number[] = [];
  /** Versions per tag and hardware, ascending. */
  readonly #byLine = new Map<string, number[]>();
  readonly #changed = new Map<string, Target | undefined>();
  /** Names that exist only as a change, in the order they came. */
  readonly #added = new Set<string>();
  readonly #timeline = new Map<string, Moment[]>();
  /** The number of the newest build when the world began. */
  readonly newestVersion: number;
  readonly #span: number;

  constructor(seed: Seed, factory: string, epoch: number, count: number) {
    this.#seed = seed;
    this.#factory = factory;
    this.#epoch = epoch;
    let entries = 0;
    let version = 1;
    while (entries < count) {
      version += 1;
      const plan = buildPlan(version);
      if (plan.hardware.length === 0) {
        continue;
      }
      this.#versions.push(version);
      entries += plan.hardware.length;
      for (const tag of plan.tags) {
        for (const hardware of plan.hardware) {
          const line = `${tag} ${hardware.id}`;
          const versions = this.#byLine.get(line);
          if (versions === undefined) {
            this.#byLine.set(line, [version]);
          } else {
            versions.push(version);
          }
        }
      }
    }
    this.newestVersion = version;
    this.#span = Math.min(1.3 * DAY, (900 * DAY) / version);
  }

  /** When a build ended. */
  builtAt(version: number): number {
    const age = (this.newestVersion - version + 0.4 + 0.5 * this.#seed.fraction(`jitter ${version}`)) * this.#span;
    return Math.round((this.#epoch - age) / 1000) * 1000;
  }

  /** The content hash of an app as of a version. */
  appDigest(app: string, version: number): string {
    return this.#seed.hex(64, `app ${app} ${appBuild(app, version)}`);
  }

  /** The commit of a repository that a build used. */
  commit(repository: string, build: number): string {
    return this.#seed.hex(40, `${repository} ${build}`);
  }

  #make(version: number, hardware: Hardware): Target {
    const plan = buildPlan(version);
    const platform = platformOf(version);
    const containers = containersOf(version);
    const build = (n: number): string => `https://ci.foundries.io/projects/${this.#factory}/lmp/builds/${n}`;
    const created = isoZulu(this.builtAt(version));
    return {
      custom: {
        arch: hardware.arch,
        cliUploaded: false,
        ...(containers === 0 ? {} : { 'containers-sha': this.commit('containers', containers) }),
        createdAt: created,
        docker_compose_apps: Object.fromEntries(
          appsOf(version).map((app) => [
            app,
            { uri: `hub.foundries.io/${this.#factory}/${app}@sha256:${this.appDigest(app, version)}` },
          ]),
        ),
        hardwareIds: [hardware.id],
        'image-file': `lmp-factory-image-${hardware.id}.wic.gz`,
        'lmp-manifest-sha': this.commit('lmp-manifest', platform),
        'lmp-ver': lmpVersion(platform),
        'meta-subscriber-overrides-sha': this.commit('meta-subscriber-overrides', platform),
        name: `${hardware.id}-lmp`,
        ...(plan.kind === 'containers' ? { origUri: build(platform) } : {}),
        ...(plan.kind === 'platform' && containers > 0 ? { origUriApps: build(containers) } : {}),
        tags: [...plan.tags],
        targetFormat: 'OSTREE',
        updatedAt: created,
        uri: build(version),
        version: String(version),
      },
      hashes: { sha256: this.ostreeHash(version, hardware) },
      length: 0,
    };
  }

  /** The operating system in a version's target for a hardware. */
  ostreeHash(version: number, hardware: Hardware): string {
    const platform = platformOf(version);
    return (
      (hardware === RASPBERRY ? GUIDE_HASHES[platform] : undefined) ??
      this.#seed.hex(64, `os ${hardware.id} ${platform}`)
    );
  }

  /** The targets of one version, changes included. */
  *ofVersion(version: number): Generator<[string, Target]> {
    for (const hardware of this.#isBase(version) ? buildPlan(version).hardware : []) {
      const name = targetName(hardware.id, version);
      const target = this.#changed.has(name) ? this.#changed.get(name) : this.#make(version, hardware);
      if (target !== undefined) {
        yield [name, target];
      }
    }
    for (const name of this.#added) {
      const target = this.#changed.get(name);
      if (target?.custom.version === String(version)) {
        yield [name, target];
      }
    }
  }

  /** All targets, oldest first. */
  *all(): Generator<[string, Target]> {
    for (const version of this.#versions) {
      for (const hardware of buildPlan(version).hardware) {
        const name = targetName(hardware.id, version);
        const target = this.#changed.has(name) ? this.#changed.get(name) : this.#make(version, hardware);
        if (target !== undefined) {
          yield [name, target];
        }
      }
    }
    for (const name of this.#added) {
      const target = this.#changed.get(name);
      if (target !== undefined) {
        yield [name, target];
      }
    }
  }

  /** The newest versions that tests were run for. */
  testedVersions(): number[] {
    return this.#versions.slice(-40).filter((version) => version % 5 === 0);
  }

  #isBase(version: number): boolean {
    return version >= 2 && version <= this.newestVersion && buildPlan(version).hardware.length > 0;
  }

  /** The version and hardware of a target that was there from the start. */
  #parse(name: string): { version: number; hardware: Hardware } | undefined {
    const match = /^(.+)-lmp-([1-9]\d*)$/.exec(name);
    const version = Number(match?.[2]);
    const hardware = buildPlan(version).hardware.find(({ id }) => id === match?.[1]);
    return hardware !== undefined && this.#isBase(version) ? { version, hardware } : undefined;
  }

  #base(name: string): Target | undefined {
    const parsed = this.#parse(name);
    return parsed === undefined ? undefined : this.#make(parsed.version, parsed.hardware);
  }

  /** Whether there is such a target; cheaper than {@link get}. */
  has(name: string): boolean {
    return this.#changed.has(name) ? this.#changed.get(name) !== undefined : this.#parse(name) !== undefined;
  }

  /** One target. */
  get(name: string): Target | undefined {
    return this.#changed.has(name) ? this.#changed.get(name) : this.#base(name);
  }

  /** The apps that a target offers. */
  appNames(name: string): readonly string[] {
    const version = this.#changed.has(name) ? 0 : Number(/-lmp-([1-9]\d*)$/.exec(name)?.[1]);
    return version > 0 && this.#isBase(version)
      ? appsOf(version)
      : Object.keys(this.get(name)?.custom.docker_compose_apps ?? {});
  }

  /** The versions that a tag and a hardware id began with, ascending. */
  versionsFor(tag: string, hardware: string): readonly number[] {
    return this.#byLine.get(`${tag} ${hardware}`) ?? [];
  }

  /** The newest target of a tag for a hardware id, as it was at a time (docs/api.md §6.1, "Device choice"). */
  newest(tag: string, hardware: string, time: number): TargetRef | undefined {
    const line = `${tag} ${hardware}`;
    const moment = this.#timeline.get(line)?.findLast((entry) => entry.time <= time);
    if (moment !== undefined) {
      const { name, version } = moment;
      return name === undefined || version === undefined ? undefined : { name, version };
    }
    const version = this.#byLine.get(line)?.at(-1);
    return version === undefined ? undefined : { name: targetName(hardware, version), version };
  }

  /** Puts, replaces or (with `undefined`) removes targets as of a time. */
  change(changes: ReadonlyMap<string, Target | undefined>, time: number): void {
    const lines = new Set<string>();
    const note = (target: Target | undefined): void => {
      for (const tag of target?.custom.tags ?? []) {
        for (const hardware of target?.custom.hardwareIds ?? []) {
          lines.add(`${tag} ${hardware}`);
        }
      }
    };
    for (const [name, target] of changes) {
      note(this.get(name));
      note(target);
      if (this.#parse(name) === undefined) {
        this.#added.add(name);
      }
      this.#changed.set(name, target);
    }
    for (const line of lines) {
      this.#timelineOf(line).push({ time, ...this.#computeNewest(line) });
    }
  }

  #timelineOf(line: string): Moment[] {
    let moments = this.#timeline.get(line);
    if (moments === undefined) {
      moments = [];
      const version = this.#byLine.get(line)?.at(-1);
      const hardware = line.slice(line.indexOf(' ') + 1);
      moments.push(version === undefined ? { time: 0 } : { time: 0, version, name: targetName(hardware, version) });
      this.#timeline.set(line, moments);
    }
    return moments;
  }

  #computeNewest(line: string): TargetRef | undefined {
    const [tag = '', hardware = ''] = line.split(' ');
    let best: TargetRef | undefined;
    for (const version of [...(this.#byLine.get(line) ?? [])].reverse()) {
      const name = targetName(hardware, version);
      if (!this.#changed.has(name)) {
        best = { name, version };
        break;
      }
    }
    for (const [name, target] of this.#changed) {
      const version = Number(target?.custom.version);
      if (
        target !== undefined &&
        target.custom.tags.includes(tag) &&
        target.custom.hardwareIds.includes(hardware) &&
        version > (best?.version ?? 0)
      ) {
        best = { name, version };
      }
    }
    return best;
  }
}
