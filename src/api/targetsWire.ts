import * as v from 'valibot';
import { parseTime } from '../model/device';
import type { Target, TargetApp, TargetCommit } from '../model/target';
import { number, text, texts } from './decode';

/** A target as the service tells it (docs/api.md §6.1). */
export const targetSchema = v.object({
  hashes: v.nullish(v.object({ sha256: text })),
  custom: v.nullish(
    v.object({
      version: v.nullish(v.union([v.string(), number])),
      hardwareIds: texts,
      tags: texts,
      targetFormat: text,
      docker_compose_apps: v.nullish(v.record(v.string(), v.object({ uri: text })), {}),
      'containers-sha': text,
      'lmp-manifest-sha': text,
      'meta-subscriber-overrides-sha': text,
      'lmp-ver': text,
      arch: text,
      uri: text,
      origUri: text,
      createdAt: text,
    }),
  ),
});

/** Targets by name. */
export const targetsSchema = v.record(v.string(), targetSchema);

/** Repositories of a Factory, with the field that holds their commit (docs/api.md §6.1). */
const REPOSITORIES = [
  ['containers', 'containers-sha'],
  ['lmp-manifest', 'lmp-manifest-sha'],
  ['meta-subscriber-overrides', 'meta-subscriber-overrides-sha'],
] as const;

/**
 * @returns undefined for what is no target for a device: another `targetFormat` than OSTREE, or a version that is no number
 *   (docs/api.md §6.1, §9.2)
 */
export function toTarget(name: string, { hashes, custom }: v.InferOutput<typeof targetSchema>): Target | undefined {
  const version = Number(custom?.version ?? Number.NaN);
  if (!custom || !Number.isInteger(version) || (custom.targetFormat !== '' && custom.targetFormat !== 'OSTREE')) {
    return undefined;
  }
  return {
    name,
    version,
    hardwareIds: custom.hardwareIds,
    tags: custom.tags,
    apps: Object.entries(custom.docker_compose_apps)
      .map(([app, { uri }]): TargetApp => ({ name: app, uri }))
      .sort(byName),
    commits: REPOSITORIES.flatMap(([repository, field]): TargetCommit[] =>
      custom[field] === '' ? [] : [{ repository, sha: custom[field] }],
    ),
    ostreeHash: hashes?.sha256 ?? '',
    lmpVersion: custom['lmp-ver'],
    arch: custom.arch,
    buildUri: custom.uri,
    originUri: custom.origUri,
    createdAt: parseTime(custom.createdAt),
  };
}

/**
 * The same as `toTarget` of what the schema gives, in a fifth of the time, for what has nothing unusual: there may be 20 000.
 *
 * @returns undefined where the schema must have its say
 */
export function quickTarget(name: string, wire: unknown): Target | undefined {
  if (!isRecord(wire) || !isRecord(wire.custom) || !isRecord(wire.hashes) || UNSAFE.has(name)) {
    return undefined;
  }
  const { custom } = wire;
  const { version, hardwareIds, tags, createdAt, docker_compose_apps: compose = {} } = custom;
  const ostreeHash = wire.hashes.sha256;
  if (
    custom.targetFormat !== 'OSTREE' ||
    typeof version !== 'string' ||
    !/^[1-9]\d{0,14}$/.test(version) ||
    !isTexts(hardwareIds) ||
    !isTexts(tags) ||
    typeof ostreeHash !== 'string' ||
    typeof createdAt !== 'string' ||
    !isRecord(compose)
  ) {
    return undefined;
  }
  const apps: TargetApp[] = [];
  for (const app of Object.keys(compose)) {
    const entry = compose[app];
    if (!isRecord(entry) || typeof entry.uri !== 'string' || UNSAFE.has(app)) {
      return undefined;
    }
    apps.push({ name: app, uri: entry.uri });
  }
  const commits: TargetCommit[] = [];
  for (const [repository, field] of REPOSITORIES) {
    const sha = custom[field];
    if (typeof sha === 'string' && sha !== '') {
      commits.push({ repository, sha });
    } else if (sha !== undefined && sha !== '') {
      return undefined;
    }
  }
  const { 'lmp-ver': lmpVersion = '', arch = '', uri: buildUri = '', origUri: originUri = '' } = custom;
  return typeof lmpVersion === 'string' &&
    typeof arch === 'string' &&
    typeof buildUri === 'string' &&
    typeof originUri === 'string'
    ? {
        name,
        version: Number(version),
        hardwareIds,
        tags,
        apps: apps.sort(byName),
        commits,
        ostreeHash,
        lmpVersion,
        arch,
        buildUri,
        originUri,
        createdAt: parseTime(createdAt),
      }
    : undefined;
}

/** Names that the schema drops. */
const UNSAFE: ReadonlySet<string> = new Set(['__proto__', 'prototype', 'constructor']);

const byName = (a: TargetApp, b: TargetApp): number => (a.name < b.name ? -1 : 1);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
