import * as v from 'valibot';
import { text } from './decode';
import { pathOf, requestJson } from './json';
import type { Transport } from './transport';

/** A device group, whose configuration reaches all of its devices. */
export interface DeviceGroup {
  readonly name: string;
  readonly description: string;
}

/**
 * The Factory's device groups, `GET /ota/factories/F/device-groups/` (foundries-api.md §2.3).
 *
 * @throws {FactoryError}
 */
export async function listGroups(transport: Transport, factory: string, signal?: AbortSignal): Promise<DeviceGroup[]> {
  const { groups } = await requestJson(
    transport,
    { method: 'GET', path: pathOf('ota', 'factories', factory, 'device-groups') },
    v.object({ groups: v.nullish(v.array(v.object({ name: v.string(), description: text })), []) }),
    signal,
  );
  return groups.filter(({ name }) => name !== '');
}
