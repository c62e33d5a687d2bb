import * as v from 'valibot';
import { count, text, texts } from './decode';
import { FactoryError } from './errors';
import { pathOf, requestJson } from './json';
import type { Transport } from './transport';

/** What a device told of something that it ran: a remote action, or a test. */
export interface ActionRecord {
  readonly id: string;
  readonly name: string;
  /** `PASSED`, `FAILED` or `RUNNING`; of other services anything. */
  readonly status: string;
  readonly details: string;
  /** Milliseconds since the epoch; undefined while it runs. */
  readonly completedAt: number | undefined;
  /** Names of what can be read of it: `console.log`. */
  readonly artifacts: readonly string[];
}

const recordSchema = v.pipe(
  v.object({ name: text, 'test-id': text, status: text, details: text, 'completed-on': count, artifacts: texts }),
  v.transform((wire): ActionRecord => ({
    id: wire['test-id'],
    name: wire.name,
    status: wire.status,
    details: wire.details,
    completedAt: wire['completed-on'] > 0 ? wire['completed-on'] * 1000 : undefined,
    artifacts: wire.artifacts,
  })),
);

/**
 * What a device told of one run, `GET /ota/devices/D/tests/<id>` (foundries-api.md §2.1.7, §4.5; no slash at its end).
 *
 * @returns undefined while the service does not know it: the device has not run it yet
 * @throws {FactoryError}
 */
export async function getActionRecord(
  transport: Transport,
  factory: string,
  uuid: string,
  id: string,
  signal?: AbortSignal,
): Promise<ActionRecord | undefined> {
  const path = pathOf('ota', 'devices', uuid, 'tests', id).slice(0, -1);
  try {
    return await requestJson(
      transport,
      { method: 'GET', path, query: { factory, 'by-uuid': 1 } },
      recordSchema,
      signal,
    );
  } catch (error) {
    if (error instanceof FactoryError && error.kind === 'notFound') {
      return undefined;
    }
    throw error;
  }
}

/**
 * A file that a run left, as text, `GET /ota/devices/D/tests/<id>/<artifact>` (foundries-api.md §2.1.7).
 *
 * @throws {FactoryError}
 */
export async function getActionArtifact(
  transport: Transport,
  factory: string,
  uuid: string,
  id: string,
  artifact: string,
  signal?: AbortSignal,
): Promise<string> {
  // A name may be a path, and its slashes are those of the address.
  const path = pathOf('ota', 'devices', uuid, 'tests', id, ...artifact.split('/')).slice(0, -1);
  return (await transport.send({ method: 'GET', path, query: { factory, 'by-uuid': 1 } }, signal)).text;
}
