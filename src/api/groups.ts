import * as v from 'valibot';
import { text } from './decode';
import { pathOf, requestJson } from './json';
import type { Transport } from './transport';

/** A device group of a Factory. */
export interface DeviceGroup {
  readonly name: string;
  readonly description: string;
}

const groupsSchema = v.object({ groups: v.nullish(v.array(v.object({ name: v.string(), description: text })), []) });

/**
 * The Factory's device groups, `GET /ota/factories/F/device-groups/` (foundries-api.md §2.3).
 *
 * @throws {FactoryError}
 */
export async function listGroups(
  transport: Transport,
  factory: string,
  signal?: AbortSignal,
): Promise<readonly DeviceGroup[]> {
  const path = pathOf('ota', 'factories', factory, 'device-groups');
  return (await requestJson(transport, { method: 'GET', path }, groupsSchema, signal)).groups;
}
