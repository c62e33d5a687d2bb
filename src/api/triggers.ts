import * as v from 'valibot';
import { number, text } from './decode';
import { pathOf, requestJson } from './json';
import type { Transport } from './transport';

/** What starts CI builds of a Factory, with the names of the secrets that its builds get. Values cannot be read. */
export interface CiTrigger {
  readonly id: number;
  /** `git_poller`, `simple`, … */
  readonly type: string;
  /** By name. */
  readonly secrets: readonly string[];
}

/**
 * Bytes that all secrets of a trigger may have together, about: they are stored as one encrypted text, with what is not ASCII
 * escaped (docs/api.md §2.7.9).
 */
export const CI_SECRETS_BYTES = 48_000;

/** What the service takes for the name of a secret (docs/api.md §2.7.9). */
export const CI_SECRET_NAME = /^[a-zA-Z0-9_\-.]+$/;

const path = (factory: string, ...more: string[]) => pathOf('projects', factory, 'lmp', 'triggers', ...more);

/**
 * The triggers of a Factory's CI, `GET /projects/F/lmp/triggers/` (docs/api.md §2.7.9; `data` is a list).
 *
 * @throws {FactoryError} `notFound` also where the token may not see them (docs/api.md §2.7.11)
 */
export async function listTriggers(
  transport: Transport,
  factory: string,
  signal?: AbortSignal,
): Promise<readonly CiTrigger[]> {
  const { data } = await requestJson(
    transport,
    { method: 'GET', path: path(factory) },
    v.object({
      data: v.array(
        v.object({ id: number, type: text, secrets: v.nullish(v.array(v.object({ name: v.string() })), []) }),
      ),
    }),
    signal,
  );
  return data.map(({ id, type, secrets }) => ({ id, type, secrets: secrets.map(({ name }) => name).sort() }));
}

/**
 * Sets or deletes one secret of a trigger, `PATCH /projects/F/lmp/triggers/<id>/` (docs/api.md §2.7.9). What the
 * service says to a refusal is not told: it may repeat the value.
 *
 * @param value null deletes
 * @throws {FactoryError}
 */
export async function changeCiSecret(
  transport: Transport,
  factory: string,
  { id, type }: Pick<CiTrigger, 'id' | 'type'>,
  name: string,
  value: string | null,
): Promise<void> {
  await transport.send({
    method: 'PATCH',
    path: path(factory, String(id)),
    body: { type, id, secrets: [{ name, value }] },
    confidential: value !== null,
  });
}
