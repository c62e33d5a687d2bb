import * as v from 'valibot';
import { parseTime } from '../model/device';
import type { Target, TargetApp, TargetCommit } from '../model/target';
import { text, texts } from './decode';

/** A target as the service tells it (foundries-api.md §6.1). */
export const targetSchema = v.object({
  hashes: v.nullish(v.object({ sha256: text })),
  custom: v.nullish(
    v.object({
      version: v.nullish(v.union([v.string(), v.number()])),
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

/** Repositories of a Factory, with the field that holds their commit (foundries-api.md §6.1). */
const REPOSITORIES = [
  ['containers', 'containers-sha'],
  ['lmp-manifest', 'lmp-manifest-sha'],
  ['meta-subscriber-overrides', 'meta-subscriber-overrides-sha'],
] as const;

/**
 * @returns undefined for what is no target for a device: another `targetFormat` than OSTREE, or a version that is no number
 *   (foundries-api.md §6.1, fioctl-wire.md §0)
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
      .sort((a, b) => a.name.localeCompare(b.name)),
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
