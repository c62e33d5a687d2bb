import * as v from 'valibot';
import { number, text } from './decode';
import { pathOf, requestJson } from './json';
import type { Transport } from './transport';

/** A device group, whose configuration reaches all of its devices. */
export interface DeviceGroup {
  /** Stays with it when it is renamed; undefined where the service does not tell it. */
  readonly id?: number | undefined;
  readonly name: string;
  readonly description: string;
}

/** What of a device group can be changed. */
export type GroupChange = Partial<Pick<DeviceGroup, 'name' | 'description'>>;

/**
 * Makes a device group, `POST …/device-groups/` (docs/api.md §2.3).
 *
 * @throws {FactoryError} `conflict` where the name is taken
 */
export async function createGroup(transport: Transport, factory: string, group: DeviceGroup): Promise<void> {
  const { name, description } = group;
  const body = description === '' ? { name } : { name, description };
  await transport.send({ method: 'POST', path: pathOf('ota', 'factories', factory, 'device-groups'), body });
}

/**
 * Renames or describes a device group, `PATCH …/device-groups/G/` (docs/api.md §2.3).
 *
 * @throws {FactoryError} `conflict` where the name is taken
 */
export async function changeGroup(
  transport: Transport,
  factory: string,
  name: string,
  change: GroupChange,
): Promise<void> {
  await transport.send({
    method: 'PATCH',
    path: pathOf('ota', 'factories', factory, 'device-groups', name),
    body: change,
  });
}

/**
 * Deletes a device group, `DELETE …/device-groups/G/` (docs/api.md §2.3).
 *
 * @throws {FactoryError} `conflict` while devices are assigned to it
 */
export async function deleteGroup(transport: Transport, factory: string, name: string): Promise<void> {
  await transport.send({ method: 'DELETE', path: pathOf('ota', 'factories', factory, 'device-groups', name) });
}

/**
 * The Factory's device groups, `GET /ota/factories/F/device-groups/` (docs/api.md §2.3).
 *
 * @throws {FactoryError}
 */
export async function listGroups(transport: Transport, factory: string, signal?: AbortSignal): Promise<DeviceGroup[]> {
  const { groups } = await requestJson(
    transport,
    { method: 'GET', path: pathOf('ota', 'factories', factory, 'device-groups') },
    v.object({
      groups: v.nullish(v.array(v.object({ id: v.nullish(number), name: v.string(), description: text })), []),
    }),
    signal,
  );
  return groups.filter(({ name }) => name !== '').map(({ id, ...group }) => ({ ...group, id: id ?? undefined }));
}
