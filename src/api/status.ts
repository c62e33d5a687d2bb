import * as v from 'valibot';
import { countsByGroup, sum, type Counts, type FleetStatus, type TagStatus } from '../model/fleetStatus';
import { count, flag, number, text } from './decode';
import { pathOf, requestJson } from './json';
import type { Transport } from './transport';

/** How many devices there are, and how many were seen of late. */
export interface Presence {
  readonly all: Counts;
  /** Whether these are all devices: their sum is the service's own total. */
  readonly isWhole: boolean;
  /** By tag, in production or not. */
  readonly tags: FleetStatus;
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
  const total = answer['total-devices'];
  const missing = (total ?? 0) - sum(status).devices;
  if (missing > 0 && missing === sum(waves).devices) {
    return presenceOf([...status, ...waves], true);
  }
  // Without a total nobody knows whether the devices of waves are among the others.
  return presenceOf(status, missing === 0 || (typeof total !== 'number' && waves.length === 0));
}

const presenceOf = (tags: FleetStatus, isWhole: boolean): Presence => ({
  all: sum(tags),
  isWhole,
  tags,
  groups: countsByGroup(tags),
});

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
