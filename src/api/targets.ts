import * as v from 'valibot';
import { parseTime } from '../model/device';
import type { Target, TargetApp, TargetCommit } from '../model/target';
import { text, texts } from './decode';
import { pathOf, requestJson } from './json';
import type { Transport } from './transport';

const targetSchema = v.object({
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
      createdAt: text,
    }),
  ),
});

/** Repositories of a Factory, with the field that holds their commit (foundries-api.md §6.1). */
const REPOSITORIES = [
  ['containers', 'containers-sha'],
  ['lmp-manifest', 'lmp-manifest-sha'],
  ['meta-subscriber-overrides', 'meta-subscriber-overrides-sha'],
] as const;

/**
 * All targets of the Factory; with a version only those that one build made, which is little however many there are:
 * `GET /ota/factories/F/targets/` (foundries-api.md §2.5). Entries that are no target for a device are left out: another
 * `targetFormat` than OSTREE, or a version that is no number (§6.1, fioctl-wire.md §0).
 *
 * @throws {FactoryError}
 */
export async function listTargets(
  transport: Transport,
  factory: string,
  signal?: AbortSignal,
  version?: number,
): Promise<Target[]> {
  const answer = await requestJson(
    transport,
    { method: 'GET', path: pathOf('ota', 'factories', factory, 'targets'), query: { version } },
    v.nullable(v.record(v.string(), targetSchema)),
    signal,
  );
  return Object.entries(answer ?? {}).flatMap(([name, wire]) => toTarget(name, wire) ?? []);
}

function toTarget(name: string, { hashes, custom }: v.InferOutput<typeof targetSchema>): Target | undefined {
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
    createdAt: parseTime(custom.createdAt),
  };
}
