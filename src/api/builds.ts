import * as v from 'valibot';
import {
  decoded,
  type Build,
  type BuildRun,
  type BuildRunDetail,
  type BuildStatus,
  type RunArtifact,
} from '../model/build';
import { attemptOf, timesOf, withReruns } from '../model/buildTimes';
import { parseTime } from '../model/device';
import { count, number, text } from './decode';
import { pathOf, requestJson } from './json';
import type { RequestSpec } from './request';
import type { Transport } from './transport';

const KNOWN: ReadonlySet<string> = new Set<BuildStatus>([
  'QUEUED',
  'RUNNING',
  'RUNNING_WITH_FAILURES',
  'UPLOADING',
  'CANCELLING',
  'PASSED',
  'FAILED',
  'PROMOTED',
  'SKIPPED',
]);

/** @returns the status that a word of CI means */
export const statusOfWord = (word: string): BuildStatus => (KNOWN.has(word) ? (word as BuildStatus) : 'UNKNOWN');

const status = v.pipe(text, v.transform(statusOfWord));
const time = v.pipe(v.nullish(v.string()), v.transform(parseTime));

/** Changes of status that are looked at: each is compared with each run. */
const MOST_EVENTS = 500;
const eventsSchema = v.nullish(v.array(v.object({ time, status })));

const runSchema = v.object({
  name: v.string(),
  url: text,
  status,
  host_tag: text,
  web_url: text,
  created: time,
  completed: time,
});

const runDetailSchema = v.object({
  ...runSchema.entries,
  worker_name: text,
  status_events: eventsSchema,
  artifacts: v.nullish(
    v.array(v.union([v.string(), v.object({ url: v.string(), size_bytes: v.nullish(number) })])),
    [],
  ),
});

const buildSchema = v.object({
  build_id: number,
  status,
  trigger_name: text,
  name: text,
  web_url: text,
  created: time,
  completed: time,
  runs: v.nullish(v.array(runSchema), []),
  reason: v.nullish(v.string()),
  annotation: v.nullish(v.string()),
  status_events: eventsSchema,
});

/** A page of builds, newest first. */
export interface BuildPage {
  readonly builds: readonly Build[];
  /** Builds on all pages. */
  readonly total: number;
  /** Number of the page after this one; undefined on the last. */
  readonly nextPage: number | undefined;
}

/** Which newest build is wanted. */
export interface LatestQuery {
  /** Any; else only those that have passed, which may still have runs to come (docs/api.md §2.7.4). */
  readonly all?: boolean;
  /** Only those of this trigger: `containers-main`. */
  readonly trigger?: string;
}

/** A run of a build. */
export interface RunAddress {
  readonly factory: string;
  readonly build: number;
  readonly run: string;
}

/**
 * A page of the builds, `GET /projects/F/lmp/builds/` (docs/api.md §2.7). The service filters nothing there. A token
 * that may not read builds is answered as if there were none: `notFound` (docs/api.md §2.7.11).
 *
 * @param page 0 is the first
 * @throws {FactoryError}
 */
export async function listBuilds(
  transport: Transport,
  factory: string,
  { page = 0, limit }: { readonly page?: number; readonly limit?: number } = {},
  signal?: AbortSignal,
): Promise<BuildPage> {
  const schema = v.object({ builds: v.nullish(v.array(buildSchema), []), total: count, next: v.nullish(v.string()) });
  const spec: RequestSpec = { method: 'GET', path: project(factory), query: { page, limit } };
  const { builds, total, next } = await requestData(transport, spec, schema, signal);
  // An empty page is the end, whatever it says of a next one. Of a `next` address nothing else is taken.
  const isLast = builds.length === 0 || (next ?? '') === '';
  return { builds: builds.map(toBuild), total, nextPage: isLast ? undefined : page + 1 };
}

/**
 * One build with its reason and its runs, `GET …/builds/B/` (docs/api.md §2.7).
 *
 * @throws {FactoryError}
 */
export async function getBuild(
  transport: Transport,
  factory: string,
  id: number,
  signal?: AbortSignal,
): Promise<Build> {
  const spec: RequestSpec = { method: 'GET', path: project(factory, String(id)) };
  return detailed((await requestData(transport, spec, v.object({ build: buildSchema }), signal)).build);
}

/**
 * The newest build, `GET …/builds/latest/` (docs/api.md §2.7).
 *
 * @throws {FactoryError} `notFound` where there is none
 */
export async function getLatestBuild(
  transport: Transport,
  factory: string,
  { all, trigger }: LatestQuery = {},
  signal?: AbortSignal,
): Promise<Build> {
  const query = { all: all === true ? 1 : undefined, trigger_name: trigger };
  const spec: RequestSpec = { method: 'GET', path: project(factory, 'latest'), query };
  return detailed((await requestData(transport, spec, v.object({ build: buildSchema }), signal)).build);
}

/**
 * The runs that a build has so far, `GET …/builds/B/runs/` (docs/api.md §2.7). More may come.
 *
 * @throws {FactoryError}
 */
export async function listRuns(
  transport: Transport,
  factory: string,
  id: number,
  signal?: AbortSignal,
): Promise<readonly BuildRun[]> {
  const spec: RequestSpec = { method: 'GET', path: project(factory, String(id), 'runs') };
  const { runs } = await requestData(transport, spec, v.object({ runs: v.array(runSchema) }), signal);
  return runs.map(toRun);
}

/**
 * One run with its artifacts and their sizes, `GET …/runs/R/?version=v2` (docs/api.md §2.7). Artifacts that no
 * address can name are left out.
 *
 * @throws {FactoryError}
 */
export async function getRun(
  transport: Transport,
  { factory, build, run }: RunAddress,
  signal?: AbortSignal,
): Promise<BuildRunDetail> {
  const path = project(factory, String(build), 'runs', run);
  const spec: RequestSpec = { method: 'GET', path, query: { version: 'v2' } };
  const wire = (await requestData(transport, spec, v.object({ run: runDetailSchema }), signal)).run;
  const artifacts = wire.artifacts.flatMap((artifact): RunArtifact[] => {
    const [url, size] = typeof artifact === 'string' ? [artifact, undefined] : [artifact.url, artifact.size_bytes];
    const name = artifactPath(url, wire.url);
    return name === undefined ? [] : [{ path: name, size: size ?? undefined }];
  });
  const begun = toRun(wire);
  const attempt = attemptOf(wire.status_events?.slice(-MOST_EVENTS));
  return {
    ...begun,
    ...attempt,
    isRerun: begun.isRerun || attempt.isRerun,
    worker: wire.worker_name,
    artifacts: artifacts.sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path))),
  };
}

/**
 * Cancels a run, `POST …/runs/R/cancel`. Only for one that has not ended: a finished one would become FAILED, even where it
 * had passed (docs/api.md §2.7.6).
 *
 * @throws {FactoryError}
 */
export async function cancelRun(transport: Transport, { factory, build, run }: RunAddress): Promise<void> {
  await transport.send({ method: 'POST', path: action(factory, String(build), 'runs', run, 'cancel') });
}

/**
 * Queues a run that has ended again, `POST …/runs/R/rerun` (docs/api.md §2.7.6).
 *
 * @throws {FactoryError}
 */
export async function rerunRun(transport: Transport, { factory, build, run }: RunAddress): Promise<void> {
  await transport.send({ method: 'POST', path: action(factory, String(build), 'runs', run, 'rerun') });
}

/**
 * Gives a complete build a name, `POST …/builds/B/promote` (docs/api.md §2.7).
 *
 * @throws {FactoryError} `rejected` where the build is not complete
 */
export async function promoteBuild(
  transport: Transport,
  factory: string,
  id: number,
  promotion: { readonly name: string; readonly annotation: string },
): Promise<void> {
  await transport.send({ method: 'POST', path: action(factory, String(id), 'promote'), body: promotion });
}

/**
 * Sets the note of a build, `PATCH …/builds/B/` (docs/api.md §2.7).
 *
 * @throws {FactoryError}
 */
export async function annotateBuild(
  transport: Transport,
  factory: string,
  id: number,
  annotation: string,
): Promise<void> {
  await transport.send({ method: 'PATCH', path: project(factory, String(id)), body: { annotation } });
}

/** Path of something below the builds of a Factory's project. */
const project = (factory: string, ...segments: string[]): string =>
  pathOf('projects', factory, 'lmp', 'builds', ...segments);

/** Path of something that has no slash at its end. */
export const action = (factory: string, ...segments: string[]): string =>
  project(factory, ...segments).replace(/\/$/, '');

/** Asks, and takes what is in the envelope of a success. */
async function requestData<const TSchema extends v.GenericSchema>(
  transport: Transport,
  spec: RequestSpec,
  schema: TSchema,
  signal?: AbortSignal,
): Promise<v.InferOutput<TSchema>> {
  const { data }: { data?: unknown } = await requestJson(transport, spec, v.object({ data: schema }), signal);
  return data;
}

function toRun(wire: v.InferOutput<typeof runSchema>): BuildRun {
  return {
    name: wire.name,
    status: wire.status,
    hostTag: wire.host_tag,
    webUrl: wire.web_url,
    createdAt: wire.created,
    completedAt: wire.completed,
    startedAt: undefined,
    // Being queued for the first time is no event.
    isRerun: wire.status === 'QUEUED' && wire.created !== undefined,
  };
}

function toBuild(wire: v.InferOutput<typeof buildSchema>): Build {
  const runs = withReruns(wire.runs.map(toRun));
  const times =
    wire.status_events === null || wire.status_events === undefined
      ? { startedAt: undefined, isRerun: runs.some(({ isRerun }) => isRerun), runs }
      : timesOf(wire.status_events.slice(-MOST_EVENTS), runs);
  return {
    id: wire.build_id,
    status: wire.status,
    trigger: wire.trigger_name,
    name: wire.name,
    webUrl: wire.web_url,
    createdAt: wire.created,
    completedAt: wire.completed,
    ...times,
    reason: wire.reason ?? undefined,
    annotation: wire.annotation ?? undefined,
  };
}

const detailed = (wire: v.InferOutput<typeof buildSchema>): Build => ({
  ...toBuild(wire),
  reason: wire.reason ?? '',
  annotation: wire.annotation ?? '',
});

/** The addresses of artifacts are percent-encoded; only what comes after the run's own is taken of them. */
function artifactPath(url: string, run: string): string | undefined {
  const before = run !== '' && url.startsWith(run) ? run : /^.*?\/runs\/[^/]+\//s.exec(url)?.[0];
  if (before === undefined) {
    return undefined;
  }
  const [path = ''] = url.slice(before.length).split(/[?#]/, 1);
  const segments = path.split('/').map(decoded);
  return segments.some((part) => ['', '.', '..'].includes(part)) ? undefined : segments.join('/');
}
