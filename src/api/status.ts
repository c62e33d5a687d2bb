import * as v from 'valibot';
import { text } from './decode';
import { pathOf, requestJson } from './json';
import type { Transport } from './transport';

/** How many devices were seen of late. */
export interface Presence {
  readonly all: Counts;
  /** By name of the device group. */
  readonly groups: ReadonlyMap<string, Counts>;
}

export interface Counts {
  readonly devices: number;
  readonly online: number;
}

// A count that is missing is not 0 devices: nobody is told of a fleet that it is all offline.
const counts = { 'devices-total': v.number(), 'devices-online': v.number() };
const tags = v.nullish(
  v.array(v.object({ ...counts, 'device-groups': v.nullish(v.array(v.object({ name: text, ...counts })), []) })),
  [],
);

/**
 * How many devices are online, of the Factory and of each group: `GET /ota/factories/F/status/` (foundries-api.md §2.4).
 * Its tags are those of devices outside production, its production tags the others; waves repeat some of these.
 *
 * @throws {FactoryError}
 */
export async function getPresence(
  transport: Transport,
  factory: string,
  offlineAfterHours: number,
  signal?: AbortSignal,
): Promise<Presence> {
  const answer = await requestJson(
    transport,
    {
      method: 'GET',
      path: pathOf('ota', 'factories', factory, 'status'),
      query: { 'offline-threshold': Math.max(1, Math.round(offlineAfterHours)) },
    },
    v.object({ tags, 'prod-tags': tags }),
    signal,
  );
  let all: Counts = { devices: 0, online: 0 };
  const groups = new Map<string, Counts>();
  for (const tag of [...answer.tags, ...answer['prod-tags']]) {
    all = sum(all, tag);
    for (const group of tag['device-groups']) {
      groups.set(group.name, sum(groups.get(group.name), group));
    }
  }
  return { all, groups };
}

function sum(before: Counts | undefined, more: { 'devices-total': number; 'devices-online': number }): Counts {
  return {
    devices: (before?.devices ?? 0) + more['devices-total'],
    online: (before?.online ?? 0) + more['devices-online'],
  };
}
