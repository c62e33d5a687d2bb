/** What CI jobs do to targets (docs/api.md §2.5 "Rules of the UpdateTargets job", §6.1 "Rules for evolution"). */
import { isoZulu } from '../clock';
import type { Target, TargetCatalog } from './target-catalog';

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Merges objects; everything else replaces. A change of type fails the job. */
function mergeJson(current: Json, given: Json, path: string): Json {
  const merged: Record<string, unknown> = { ...current };
  for (const [key, value] of Object.entries(given)) {
    const before = current[key];
    const kind = (it: unknown): string => (Array.isArray(it) ? 'list' : it === null ? 'null' : typeof it);
    if (before !== undefined && kind(before) !== kind(value)) {
      throw new Error(`Type mismatch at ${path}.${key}: ${kind(before)} and ${kind(value)}`);
    }
    merged[key] = isObject(before) && isObject(value) ? mergeJson(before, value, `${path}.${key}`) : value;
  }
  return merged;
}

/** The apps that are named with an address; anything else is left out, as no device could take it. */
function asApps(value: unknown): Record<string, { uri: string }> {
  const apps = isObject(value) ? Object.entries(value) : [];
  return Object.fromEntries(
    apps.flatMap(([app, pinned]) =>
      isObject(pinned) && typeof pinned.uri === 'string' ? [[app, { ...pinned, uri: pinned.uri }]] : [],
    ),
  );
}

/** Takes JSON for a target; whatever is missing gets an empty value, so that the rest of the emulator can rely on it. */
export function asTarget(value: Json): Target {
  const custom = isObject(value.custom) ? value.custom : {};
  const hashes = isObject(value.hashes) ? value.hashes : {};
  const strings = (list: unknown): string[] => (Array.isArray(list) ? list.filter((it) => typeof it === 'string') : []);
  return {
    ...value,
    custom: {
      ...custom,
      version: typeof custom.version === 'string' ? custom.version : '0',
      name: typeof custom.name === 'string' ? custom.name : '',
      hardwareIds: strings(custom.hardwareIds),
      tags: strings(custom.tags),
      targetFormat: typeof custom.targetFormat === 'string' ? custom.targetFormat : 'OSTREE',
      ...('docker_compose_apps' in custom ? { docker_compose_apps: asApps(custom.docker_compose_apps) } : {}),
    },
    hashes: { ...hashes, sha256: typeof hashes.sha256 === 'string' ? hashes.sha256 : '' },
    length: typeof value.length === 'number' ? value.length : 0,
  };
}

/** PATCH: merges into each named target; an unknown name fails the job. */
export function patchTargets(catalog: TargetCatalog, given: Json, time: number): void {
  const changes = new Map<string, Target>();
  for (const [name, patch] of Object.entries(given)) {
    const current = catalog.get(name);
    if (current === undefined) {
      throw new Error(`Unknown target: ${name}`);
    }
    if (!isObject(patch)) {
      throw new Error(`Not an object: ${name}`);
    }
    const merged = asTarget(mergeJson({ ...current }, patch, name));
    merged.custom.updatedAt = isoZulu(time);
    changes.set(name, merged);
  }
  catalog.change(changes, time);
}

/** DELETE: a missing name fails the job. */
export function deleteTargets(catalog: TargetCatalog, names: readonly string[], time: number): void {
  const missing = names.find((name) => catalog.get(name) === undefined);
  if (missing !== undefined) {
    throw new Error(`Unknown target: ${missing}`);
  }
  catalog.change(new Map(names.map((name) => [name, undefined])), time);
}

/** PUT: replaces the complete map. */
export function replaceTargets(catalog: TargetCatalog, given: Json, time: number): void {
  const changes = new Map<string, Target | undefined>();
  for (const [name] of catalog.all()) {
    changes.set(name, undefined);
  }
  addTo(changes, given);
  catalog.change(changes, time);
}

/** POST: adds or replaces targets that custom CI made. */
export function addTargets(catalog: TargetCatalog, given: Json, time: number): void {
  const changes = new Map<string, Target | undefined>();
  addTo(changes, given);
  catalog.change(changes, time);
}

function addTo(changes: Map<string, Target | undefined>, given: Json): void {
  for (const [name, target] of Object.entries(given)) {
    if (!isObject(target)) {
      throw new Error(`Not an object: ${name}`);
    }
    changes.set(name, asTarget(target));
  }
}

/**
 * What a container build makes: for every machine whose newest target has the tag's newest version, a copy with this build's apps. It
 * fails when the tag has no platform.
 */
export function publishContainers(
  catalog: TargetCatalog,
  build: { readonly factory: string; readonly id: number; readonly tag: string; readonly sha: string },
  hardwareIds: readonly string[],
  digestOf: (app: string, uri: string) => string,
  time: number,
): void {
  const newest = hardwareIds.flatMap((hardware) => catalog.newest(build.tag, hardware, time) ?? []);
  const version = Math.max(0, ...newest.map((ref) => ref.version));
  const changes = new Map<string, Target>();
  for (const ref of newest) {
    const base = ref.version === version ? catalog.get(ref.name) : undefined;
    if (base === undefined) {
      continue;
    }
    const custom = { ...base.custom };
    delete custom.origUriApps;
    const uri = typeof custom.uri === 'string' ? custom.uri : '';
    const apps = Object.entries(custom.docker_compose_apps ?? {});
    changes.set(`${custom.name}-${build.id}`, {
      ...base,
      custom: {
        ...custom,
        origUri: custom.origUri ?? uri,
        version: String(build.id),
        tags: [build.tag],
        createdAt: isoZulu(time),
        updatedAt: isoZulu(time),
        'containers-sha': build.sha,
        uri: `https://ci.foundries.io/projects/${build.factory}/lmp/builds/${build.id}`,
        docker_compose_apps: Object.fromEntries(apps.map(([app, pinned]) => [app, { uri: digestOf(app, pinned.uri) }])),
      },
    });
  }
  if (changes.size === 0) {
    throw new Error(`There is no platform target for the tag ${build.tag}`);
  }
  catalog.change(changes, time);
}
