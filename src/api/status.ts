import * as v from 'valibot';
import { countsByGroup, sum, type Counts, type FleetStatus, type TagStatus } from '../model/fleetStatus';
import { count, flag, number, text } from './decode';
import { pathOf, requestJson } from './json';
import type { Transport } from './transport';

/** How many devices were seen of late. */
export interface Presence {
  readonly all: Counts;
  /** By name of the device group. */
  readonly groups: ReadonlyMap<string, Counts>;
}

// A count that is missing is not 0 devices: nobody is told of a fleet that it is all offline.
const countsSchema = {
  'devices-total': number,
  'devices-online': number,
  'devices-on-latest': count,
  'devices-on-orphan': count,
};
const tagsSchema = v.nullish(
  v.array(
    v.object({
      name: text,
      ...countsSchema,
      'latest-target': count,
      targets: v.nullish(v.array(v.object({ version: number, devices: count, 'is-orphan': flag })), []),
      'device-groups': v.nullish(v.array(v.object({ name: text, ...countsSchema })), []),
    }),
  ),
  [],
);

/**
 * How many devices there are, online, and on which target: `GET /ota/factories/F/status/` (docs/api.md §2.4). Its
 * tags are those of devices outside production, its production tags the others. Whether these repeat the devices of waves is
 * not documented: those are added if the total of all devices says that they are missing.
 *
 * @param offlineAfterHours the service takes whole hours, at least one
 * @throws {FactoryError}
 */
export async function getFleetStatus(
  transport: Transport,
  factory: string,
  offlineAfterHours: number,
  signal?: AbortSignal,
): Promise<FleetStatus> {
  const answer = await requestJson(
    transport,
    {
      method: 'GET',
      path: pathOf('ota', 'factories', factory, 'status'),
      query: { 'offline-threshold': Math.max(1, Math.round(offlineAfterHours)) },
    },
    v.object({
      'total-devices': v.nullish(number),
      tags: tagsSchema,
      'prod-tags': tagsSchema,
      'wave-tags': tagsSchema,
    }),
    signal,
  );
  const status = [
    ...answer.tags.map((tag) => tagStatus(tag, false)),
    ...answer['prod-tags'].map((tag) => tagStatus(tag, true)),
  ];
  const waves = answer['wave-tags'].map((tag) => tagStatus(tag, true));
  const missing = (answer['total-devices'] ?? 0) - sum(status).devices;
  return missing > 0 && missing === sum(waves).devices ? [...status, ...waves] : status;
}

/**
 * How many devices are online, of the Factory and of each group.
 *
 * @throws {FactoryError}
 */
export async function getPresence(
  transport: Transport,
  factory: string,
  offlineAfterHours: number,
  signal?: AbortSignal,
): Promise<Presence> {
  const status = await getFleetStatus(transport, factory, offlineAfterHours, signal);
  return { all: sum(status), groups: countsByGroup(status) };
}

type WireCounts = v.InferOutput<v.ObjectSchema<typeof countsSchema, undefined>>;

const counts = (wire: WireCounts) => ({
  devices: wire['devices-total'],
  online: wire['devices-online'],
  onLatest: wire['devices-on-latest'],
  onOrphan: wire['devices-on-orphan'],
});

const tagStatus = (wire: v.InferOutput<typeof tagsSchema>[number], production: boolean): TagStatus => ({
  tag: wire.name,
  production,
  ...counts(wire),
  latestVersion: wire['latest-target'],
  targets: wire.targets.map(({ version, devices, 'is-orphan': orphan }) => ({ version, devices, orphan })),
  groups: wire['device-groups'].map((group) => ({ name: group.name, ...counts(group) })),
});
