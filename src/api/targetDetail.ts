import * as v from 'valibot';
import { parseTime } from '../model/device';
import type { DeviceTest } from '../model/deviceTests';
import { withoutDeepParts } from '../model/nesting';
import type { TargetApp, TargetCommit } from '../model/target';
import type { ComposeAppContent, Sbom, TargetDetail } from '../model/targetDetail';
import { count, decodeOrUndefined, number, text, texts } from './decode';
import { requestPage, type ReportPage } from './deviceReports';
import { testSchema } from './deviceTests';
import { FactoryError } from './errors';
import { pathOf, requestJson } from './json';
import type { Sink, Transport } from './transport';

const customSchema = v.object({
  version: v.nullish(v.union([v.string(), number])),
  name: text,
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
  origUriApps: text,
  createdAt: text,
  updatedAt: text,
  'image-file': text,
  'delta-stats': v.nullish(v.object({ sha256: text, size: count })),
  'fetched-apps': v.nullish(
    v.object({ uri: text, shortlist: v.nullish(v.union([v.string(), v.array(v.string())]), '') }),
  ),
  'compose-apps-uri': text,
});

const detailSchema = v.intersect([
  v.object({
    hashes: v.nullish(v.object({ sha256: text })),
    length: count,
    custom: v.nullish(customSchema),
  }),
  v.pipe(
    // To the schema library a list is an object without fields.
    v.custom<object>((data) => !Array.isArray(data)),
    v.transform((raw) => ({ raw })),
  ),
]);

/** Fields of `custom` that are told in their place; `cliUploaded` is a residue of the signing tool (§6.1). */
const KNOWN_FIELDS = new Set([...Object.keys(customSchema.entries), 'cliUploaded']);

/** Repositories of a Factory, with the field that holds their commit (docs/api.md §6.1). */
const REPOSITORIES = [
  ['containers', 'containers-sha'],
  ['lmp-manifest', 'lmp-manifest-sha'],
  ['meta-subscriber-overrides', 'meta-subscriber-overrides-sha'],
] as const;

/**
 * Everything about one target, `GET /ota/factories/F/targets/T/` (docs/api.md §2.5, §6.1).
 *
 * @throws {FactoryError} `notFound` where no target has that name
 */
export async function getTargetDetail(
  transport: Transport,
  factory: string,
  name: string,
  signal?: AbortSignal,
): Promise<TargetDetail> {
  const path = targetPath(factory, name);
  const { hashes, length, custom, raw } = await requestJson(transport, { method: 'GET', path }, detailSchema, signal);
  const known = custom ?? v.parse(customSchema, {});
  const fetched = known['fetched-apps'];
  return {
    name,
    version: Number(known.version ?? Number.NaN),
    machineName: known.name,
    hardwareIds: known.hardwareIds,
    tags: known.tags,
    apps: Object.entries(known.docker_compose_apps)
      .map(([app, { uri }]): TargetApp => ({ name: app, uri }))
      .sort((a, b) => a.name.localeCompare(b.name)),
    commits: REPOSITORIES.flatMap(([repository, field]): TargetCommit[] =>
      known[field] === '' ? [] : [{ repository, sha: known[field] }],
    ),
    ostreeHash: hashes?.sha256 ?? '',
    lmpVersion: known['lmp-ver'],
    arch: known.arch,
    buildUri: known.uri,
    createdAt: parseTime(known.createdAt),
    format: known.targetFormat,
    length,
    updatedAt: parseTime(known.updatedAt),
    imageFile: known['image-file'],
    osBuildUri: known.origUri,
    appsBuildUri: known.origUriApps,
    deltas: known['delta-stats'] ?? undefined,
    fetchedApps: fetched
      ? {
          uri: fetched.uri,
          shortlist: typeof fetched.shortlist === 'string' ? fetched.shortlist : fetched.shortlist.join(', '),
        }
      : undefined,
    appsBundleUri: known['compose-apps-uri'],
    otherFields: otherFields(raw),
    raw,
  };
}

function otherFields(raw: unknown): [string, string][] {
  const custom: unknown = (raw as { readonly custom?: unknown } | null)?.custom;
  return Object.entries(custom ?? {})
    .filter(([field]) => !KNOWN_FIELDS.has(field))
    .map(([field, value]) => [field, typeof value === 'string' ? value : JSON.stringify(withoutDeepParts(value))]);
}

const appSchema = v.object({
  uri: text,
  error: text,
  warnings: texts,
  manifest: v.nullish(v.object({ layers: v.nullish(v.array(v.object({ size: v.nullish(number) }))) })),
  content: v.nullish(v.object({ files: texts, compose_spec: v.optional(v.unknown()) })),
});

/**
 * What is inside a Compose app of a target, `GET /ota/factories/F/targets/T/compose-apps/<app>/` (docs/api.md §2.5).
 * The service also tells of an app that it cannot read, with an error as status: then `error` says why.
 *
 * @throws {FactoryError}
 */
export async function getComposeApp(
  transport: Transport,
  factory: string,
  target: string,
  app: string,
  signal?: AbortSignal,
): Promise<ComposeAppContent> {
  const path = `${targetPath(factory, target)}${pathOf('compose-apps', app).slice(1)}`;
  try {
    return toContent(await requestJson(transport, { method: 'GET', path, keepErrorBody: true }, appSchema, signal));
  } catch (error) {
    const body = error instanceof FactoryError ? error.info.body : undefined;
    const told = body === undefined ? undefined : decodeOrUndefined(appSchema, body);
    // Without an address of the app it is the body of another error.
    if (told === undefined || told.uri === '' || (told.error === '' && told.warnings.length === 0)) {
      throw error;
    }
    return toContent(told);
  }
}

function toContent({ uri, error, warnings, manifest, content }: v.InferOutput<typeof appSchema>): ComposeAppContent {
  const sizes = manifest?.layers?.flatMap(({ size }) => size ?? []) ?? [];
  return {
    uri,
    error,
    warnings,
    files: content?.files ?? [],
    spec: content?.compose_spec ?? undefined,
    size: sizes.length === 0 ? undefined : sizes.reduce((sum, size) => sum + size, 0),
  };
}

const sbomSchema = v.pipe(
  v.object({
    'ci-build': v.nullish(v.union([v.string(), number]), ''),
    'ci-run': text,
    artifact: text,
  }),
  v.transform((wire): Sbom => ({ build: String(wire['ci-build']), run: wire['ci-run'], artifact: wire.artifact })),
);

/**
 * The software bills of materials of a target, `GET /ota/factories/F/targets/T/sboms/` (docs/api.md §2.5). The address
 * that each carries is not taken: what it is made from is.
 *
 * @throws {FactoryError}
 */
export async function listSboms(
  transport: Transport,
  factory: string,
  target: string,
  signal?: AbortSignal,
): Promise<readonly Sbom[]> {
  const path = `${targetPath(factory, target)}sboms/`;
  const answer = await requestJson(transport, { method: 'GET', path }, v.nullable(v.array(sbomSchema)), signal);
  return answer ?? [];
}

/**
 * One bill of materials as it comes in, `GET …/targets/T/sboms/<ci-build>/<ci-run>/<artifact>` (docs/api.md §2.5).
 *
 * @returns how many bytes there were
 * @throws {FactoryError}
 * @throws {RangeError} for a name that would lead to another address
 */
export function receiveSbom(
  transport: Transport,
  factory: string,
  target: string,
  { build, run, artifact }: Sbom,
  sink: Sink,
  signal?: AbortSignal,
): Promise<number> {
  const file = pathOf('sboms', build, run, ...artifact.split('/')).slice(1, -1);
  const path = `${targetPath(factory, target)}${file}`;
  return transport.receive({ method: 'GET', path, accept: 'application/spdx.json', isFile: true }, sink, signal);
}

/**
 * A page of the tests of a version, `GET /ota/factories/F/targets/V/testing/` (docs/api.md §2.5, §2.1.7).
 *
 * @throws {FactoryError}
 */
export function listTargetTests(
  transport: Transport,
  factory: string,
  version: number,
  page?: number,
  signal?: AbortSignal,
): Promise<ReportPage<DeviceTest>> {
  const path = `${targetPath(factory, String(version))}testing/`;
  return requestPage(transport, { method: 'GET', path }, 'tests', testSchema, page, signal);
}

/**
 * One test of a version with its results, `GET …/targets/V/testing/<id>/` (docs/api.md §2.5: with the slash).
 *
 * @throws {FactoryError}
 */
export function getTargetTest(
  transport: Transport,
  factory: string,
  version: number,
  id: string,
  signal?: AbortSignal,
): Promise<DeviceTest> {
  const path = `${targetPath(factory, String(version))}${pathOf('testing', id).slice(1)}`;
  return requestJson(transport, { method: 'GET', path }, testSchema, signal);
}

/**
 * A file that a test of a version left, `GET …/targets/V/testing/<id>/<artifact>` (docs/api.md §2.5: no slash).
 *
 * @throws {FactoryError}
 * @throws {RangeError} for a name that would lead to another address
 */
export function receiveTargetArtifact(
  transport: Transport,
  factory: string,
  version: number,
  id: string,
  artifact: string,
  sink: Sink,
  signal?: AbortSignal,
): Promise<number> {
  const file = pathOf('testing', id, ...artifact.split('/')).slice(1, -1);
  const path = `${targetPath(factory, String(version))}${file}`;
  return transport.receive({ method: 'GET', path, accept: '*/*', isFile: true }, sink, signal);
}

const targetPath = (factory: string, target: string): string => pathOf('ota', 'factories', factory, 'targets', target);
