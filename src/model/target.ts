/** A build that devices can take: an OS image and Compose apps for one hardware id (foundries-api.md §6.1). */
export interface Target {
  readonly name: string;
  /** Number of the CI build that made it; orders targets. */
  readonly version: number;
  readonly hardwareIds: readonly string[];
  readonly tags: readonly string[];
  readonly apps: readonly TargetApp[];
  readonly commits: readonly TargetCommit[];
  /** OSTree commit of the OS, 64 hex digits; `''` where not told. */
  readonly ostreeHash: string;
  readonly lmpVersion: string;
  readonly arch: string;
  /** Page of the build that made it; `''` where not told. */
  readonly buildUri: string;
  /** Page of the platform build whose OS it reuses; `''` where it has one of its own. */
  readonly originUri?: string;
  /** Milliseconds since the epoch; undefined where not told. */
  readonly createdAt: number | undefined;
}

export interface TargetApp {
  readonly name: string;
  /** `hub.foundries.io/acme/app@sha256:…` */
  readonly uri: string;
}

export interface TargetCommit {
  /** Repository of the Factory: `containers`, `lmp-manifest`, `meta-subscriber-overrides`. */
  readonly repository: string;
  readonly sha: string;
}

/** All targets that carry one tag, newest version first. A target with several tags is in several of them. */
export interface TagOfTargets {
  /** `''`: targets without a tag. */
  readonly tag: string;
  readonly versions: readonly TargetVersion[];
}

/** What one CI build made for one tag: a target for each hardware id. */
export interface TargetVersion {
  readonly version: number;
  readonly targets: readonly Target[];
}

/**
 * @returns tags with their targets; the tag with the newest version first, equals by name, untagged ones last
 */
export function groupByTag(targets: readonly Target[]): TagOfTargets[] {
  const byTag = new Map<string, Map<number, Target[]>>();
  for (const target of targets) {
    for (const tag of target.tags.length === 0 ? [''] : new Set(target.tags)) {
      const versions = getOrAdd(byTag, tag, () => new Map<number, Target[]>());
      getOrAdd(versions, target.version, () => []).push(target);
    }
  }
  return [...byTag]
    .map(([tag, versions]) => ({
      tag,
      versions: [...versions]
        .map(([version, members]) => ({ version, targets: members.sort(byHardware) }))
        .sort((a, b) => b.version - a.version),
    }))
    .sort(
      (a, b) =>
        Number(a.tag === '') - Number(b.tag === '') ||
        (b.versions[0]?.version ?? 0) - (a.versions[0]?.version ?? 0) ||
        a.tag.localeCompare(b.tag),
    );
}

/** @returns the digest of an app's address, `sha256:` included; `''` where it has none */
export function appDigest(app: TargetApp): string {
  const at = app.uri.lastIndexOf('@');
  return at < 0 ? '' : app.uri.slice(at + 1);
}

function byHardware(a: Target, b: Target): number {
  return (a.hardwareIds[0] ?? '').localeCompare(b.hardwareIds[0] ?? '') || a.name.localeCompare(b.name);
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
