import * as v from 'valibot';
import { buildOfUrl } from '../model/build';
import { pruneBody, tagsBody, type TagChange } from '../model/targetChanges';
import type { Target } from '../model/target';
import { decodeOrUndefined, text } from './decode';
import { pathOf } from './json';
import type { RequestSpec } from './request';
import type { Transport } from './transport';

/** A CI job that carries a change out. */
export interface JobReference {
  /** Number of its build; undefined where the service does not tell. */
  readonly build: number | undefined;
  /** Its page; `''` where not told. */
  readonly webUrl: string;
}

const referenceSchema = v.object({ 'jobserv-url': text, 'web-url': text });

/**
 * Sets the full tag lists of targets, `PATCH /ota/factories/F/targets/` (docs/api.md §2.5). It only starts a CI job:
 * the tags are others when that has passed.
 *
 * @throws {FactoryError}
 */
export function patchTargetTags(
  transport: Transport,
  factory: string,
  changes: readonly TagChange[],
): Promise<JobReference> {
  return startJob(transport, factory, { method: 'PATCH', body: tagsBody(changes) });
}

/**
 * Deletes targets, `DELETE /ota/factories/F/targets/` with a body (docs/api.md §2.5). It only starts a CI job: they
 * are gone when that has passed.
 *
 * @throws {FactoryError}
 */
export function deleteTargets(
  transport: Transport,
  factory: string,
  targets: readonly Pick<Target, 'name'>[],
): Promise<JobReference> {
  return startJob(transport, factory, { method: 'DELETE', body: pruneBody(targets) });
}

async function startJob(
  transport: Transport,
  factory: string,
  spec: Pick<RequestSpec, 'method' | 'body'>,
): Promise<JobReference> {
  const reply = await transport.send({ ...spec, path: pathOf('ota', 'factories', factory, 'targets') });
  const answer = decodeOrUndefined(referenceSchema, reply.text);
  const web = answer?.['web-url'] ?? '';
  // Only the number is taken of the addresses: where it is asked for is the service that we are signed in to.
  return { build: (buildOfUrl(answer?.['jobserv-url'] ?? '') ?? buildOfUrl(web))?.id, webUrl: web };
}
