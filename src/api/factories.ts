import * as v from 'valibot';
import { text } from './decode';
import { FactoryError } from './errors';
import { pathOf, requestJson } from './json';
import type { Transport } from './transport';

/**
 * Names of the Factories that the credential sees, `GET /ota/factories/` (docs/api.md §2.4). Needs no Factory
 * name, which makes it the check of a new token, and of an address: a server that does not know it is no Foundries API.
 *
 * @throws {FactoryError} `notFound` always with `otherApi`
 */
export async function listFactories(transport: Transport, signal?: AbortSignal): Promise<string[]> {
  try {
    const answer = await requestJson(
      transport,
      { method: 'GET', path: '/ota/factories/' },
      v.nullable(v.array(v.object({ name: v.string() }))),
      signal,
    );
    return (answer ?? []).map(({ name }) => name);
  } catch (error) {
    throw error instanceof FactoryError && error.kind === 'notFound'
      ? new FactoryError(error.kind, { ...error.info, otherApi: true })
      : error;
  }
}

export interface User {
  readonly id: string;
  readonly name: string;
}

/**
 * Whose credential it is, `GET /ota/factories/F/users/self/` (docs/api.md §2.4).
 *
 * @throws {FactoryError}
 */
export async function getSelf(transport: Transport, factory: string, signal?: AbortSignal): Promise<User> {
  const answer = await requestJson(
    transport,
    { method: 'GET', path: pathOf('ota', 'factories', factory, 'users', 'self') },
    v.object({ 'polis-id': text, name: text }),
    signal,
  );
  return { id: answer['polis-id'], name: answer.name };
}

/**
 * The Factory's members, `GET /ota/factories/F/users/` (docs/api.md §2.4).
 *
 * @throws {FactoryError}
 */
export async function listUsers(transport: Transport, factory: string, signal?: AbortSignal): Promise<User[]> {
  const answer = await requestJson(
    transport,
    { method: 'GET', path: pathOf('ota', 'factories', factory, 'users') },
    v.nullable(v.array(v.object({ 'polis-id': text, name: text }))),
    signal,
  );
  return (answer ?? []).map((user) => ({ id: user['polis-id'], name: user.name }));
}
