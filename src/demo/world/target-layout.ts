/**
 * Which build made which targets, as a function of the build number alone (docs/api.md §6.1: `version` is the number of the CI
 * build that made a target). Nothing is stored for a build or a target that nobody has changed.
 */

/** A machine type and what hangs on it. */
export interface Hardware {
  readonly id: string;
  readonly arch: string;
  /** The CI run and host that builds containers for it. */
  readonly runner: string;
}

export const RASPBERRY: Hardware = { id: 'raspberrypi4-64', arch: 'aarch64', runner: 'aarch64' };
export const INTEL: Hardware = { id: 'intel-corei7-64', arch: 'x86_64', runner: 'amd64-partner' };
export const HARDWARE: readonly Hardware[] = [INTEL, RASPBERRY];

export type BuildKind = 'platform' | 'containers' | 'update-targets';

/** What a build is about. */
export interface BuildPlan {
  readonly kind: BuildKind;
  /** The branch, which is also the first tag of its targets. */
  readonly branch: string;
  readonly tags: readonly string[];
  readonly hardware: readonly Hardware[];
  readonly passes: boolean;
}

const NONE: readonly Hardware[] = [];

/** The plan of a build. Builds repeat in a pattern of twelve, after the first three that the REST guide knows. */
export function buildPlan(version: number): BuildPlan {
  if (version <= 3) {
    const branch = version === 2 ? 'devel' : 'main';
    return {
      kind: 'platform',
      branch,
      tags: [branch],
      hardware: version === 1 ? NONE : [RASPBERRY],
      passes: version > 1,
    };
  }
  const place = version % 12;
  switch (place) {
    case 4:
    case 11:
      return { kind: 'platform', branch: 'main', tags: ['main'], hardware: HARDWARE, passes: true };
    case 7:
    case 1:
      return { kind: 'update-targets', branch: '', tags: [], hardware: NONE, passes: true };
    case 10:
      return { kind: 'containers', branch: 'main', tags: ['main'], hardware: NONE, passes: false };
    case 8:
    case 2:
      return { kind: 'containers', branch: 'devel', tags: ['devel'], hardware: [INTEL], passes: true };
    case 6:
    case 0:
      return { kind: 'containers', branch: 'main', tags: ['main', 'stable'], hardware: HARDWARE, passes: true };
    default:
      return { kind: 'containers', branch: 'main', tags: ['main'], hardware: HARDWARE, passes: true };
  }
}

/** The newest build up to this one that made an operating system. */
export function platformOf(version: number): number {
  for (let v = version; v > 3; v--) {
    if (buildPlan(v).kind === 'platform') {
      return v;
    }
  }
  return Math.max(2, Math.min(3, version));
}

/** The newest build up to this one that made containers; 0 when there was none. */
export function containersOf(version: number): number {
  for (let v = version; v > 3; v--) {
    const plan = buildPlan(v);
    if (plan.kind === 'containers' && plan.passes) {
      return v;
    }
  }
  return 0;
}

/** The apps of a target: they become more with time, and only the named build's containers change them. */
export function appsOf(version: number): readonly string[] {
  if (version <= 2) {
    return ['shellhttpd'];
  }
  return version < 9 ? ['mosquitto', 'shellhttpd'] : ['mosquitto', 'shellhttpd', 'telemetry'];
}

/** The build whose content an app of this version still has: an app changes about every third container build. */
export function appBuild(app: string, version: number): number {
  const turn = app === 'shellhttpd' ? 0 : app === 'mosquitto' ? 1 : 2;
  const containers = Math.max(2, containersOf(version));
  return app === 'mosquitto' ? containers - (containers % 12) : containers - ((containers + turn) % 3);
}
