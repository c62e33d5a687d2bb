import * as v from 'valibot';
import { parseTime, type Device } from '../model/device';
import type { ServedFilter } from '../model/deviceSelection';
import { count, decodeOrUndefined, flag, maybeFlag, number, quickly, text, texts } from './decode';
import { pathOf, requestJson } from './json';
import { FactoryError } from './errors';
import { quickDevices } from './quickDevice';
import type { RequestSpec } from './request';
import type { Transport } from './transport';

/** Devices of a Factory that the service filters. */
export interface FilteredDevices extends ServedFilter {
  readonly factory: string;
  readonly uuid?: string | undefined;
}

/** A page of devices in an order. */
export interface DeviceQuery extends FilteredDevices {
  /** The service's own order, by owner and name, where not given. */
  readonly sort?: 'name' | '-name' | 'last_seen' | '-last_seen' | undefined;
  /** Counted from 1. */
  readonly page?: number;
  /** One of the sizes that the server takes. */
  readonly limit: number;
}

export interface DevicePage {
  readonly devices: readonly Device[];
  /** Devices on all pages, as far as the service says. */
  readonly total: number;
  /** Number of the page after this one; undefined on the last. */
  readonly nextPage: number | undefined;
}

const maybeObject = <T extends v.ObjectEntries>(entries: T) => v.nullish(v.object(entries));

/** A device of the list or alone. */
export const deviceSchema = v.pipe(
  v.object({
    uuid: v.string(),
    name: v.string(),
    factory: text,
    owner: text,
    'created-at': text,
    'last-seen': text,
    'ostree-hash': text,
    'target-name': text,
    'current-update': text,
    status: text,
    'up-to-date': maybeFlag,
    'device-tags': texts,
    tag: text,
    'docker-apps': texts,
    'network-info': maybeObject({ hostname: text, local_ipv4: text }),
    'device-group': text,
    group: maybeObject({ name: text }),
    'lmp-ver': text,
    'is-prod': flag,
    'is-wave': flag,
  }),
  v.transform((wire): Device => ({
    uuid: wire.uuid,
    name: wire.name,
    factory: wire.factory,
    owner: wire.owner,
    target: wire['target-name'],
    tag: wire.tag === '' ? (wire['device-tags'][0] ?? '') : wire.tag,
    // The list names the group, the single device describes it (docs/api.md §2.1.2).
    group: wire['device-group'] === '' ? (wire.group?.name ?? '') : wire['device-group'],
    status: wire.status,
    currentUpdate: wire['current-update'],
    upToDate: wire['up-to-date'] ?? undefined,
    production: wire['is-prod'],
    inWave: wire['is-wave'],
    apps: wire['docker-apps'],
    lmpVersion: wire['lmp-ver'],
    ostreeHash: wire['ostree-hash'],
    hostname: wire['network-info']?.hostname ?? '',
    ip: wire['network-info']?.local_ipv4 ?? '',
    lastSeen: parseTime(wire['last-seen']),
    createdAt: wire['created-at'],
  })),
);

const pageSchema = v.object({
  devices: v.nullish(quickly(v.array(deviceSchema), quickDevices), []),
  total: count,
  next: v.nullish(v.string()),
  page: v.nullish(number),
  pages: v.nullish(number),
});

/** What rows and searches show of a device: a list of whole devices is several times as long. */
const LIST_FIELDS =
  '{devices{uuid,name,factory,owner,created-at,last-seen,target-name,current-update,status,up-to-date,device-tags,tag,' +
  'docker-apps,network-info{hostname,local_ipv4},device-group,lmp-ver,is-prod,is-wave},total,next,page,pages}';

/** Servers that refused the mask. One that ignores it sends more than was asked for, which is fine. */
const maskRefused = new WeakSet<Transport>();

/**
 * One page of the Factory's devices, `GET /ota/devices/` (docs/api.md §2.1.1). Of a `next` address only the page
 * number is taken, so it never leads to another host.
 *
 * @throws {FactoryError}
 */
export async function listDevices(transport: Transport, query: DeviceQuery, signal?: AbortSignal): Promise<DevicePage> {
  const page = query.page ?? 1;
  const spec: RequestSpec = {
    method: 'GET',
    path: '/ota/devices/',
    query: { ...filterParameters(query), sortby: query.sort, limit: query.limit, page: page > 1 ? page : undefined },
  };
  const ask = (fields?: string) =>
    requestJson(transport, fields === undefined ? spec : { ...spec, fields }, pageSchema, signal);
  const answer = await (maskRefused.has(transport)
    ? ask()
    : ask(LIST_FIELDS).catch(async (error: unknown) => {
        if (!(error instanceof FactoryError) || error.kind !== 'rejected') {
          throw error;
        }
        // Whether the mask was at fault shows when it goes without.
        const plain = await ask();
        maskRefused.add(transport);
        return plain;
      }));
  return {
    devices: answer.devices,
    total: Math.max(answer.total, answer.devices.length),
    nextPage: nextPage(page, answer),
  };
}

/**
 * How many devices there are, `GET /ota/devices/` with the smallest page (docs/api.md §2.1.1).
 *
 * @throws {FactoryError} `unexpected` where the service does not say: a page must not be taken for all there is
 */
export async function countDevices(
  transport: Transport,
  filter: FilteredDevices,
  signal?: AbortSignal,
): Promise<number> {
  const query = { ...filterParameters(filter), limit: 10 };
  const { total } = await requestJson(
    transport,
    { method: 'GET', path: '/ota/devices/', query },
    v.object({ total: number }),
    signal,
  );
  return total;
}

function filterParameters(filter: FilteredDevices): RequestSpec['query'] {
  return {
    factory: filter.factory,
    name: filter.nameGlob,
    uuid: filter.uuid,
    mine: filter.mine === true ? 1 : undefined,
    prod: filter.production === undefined ? undefined : Number(filter.production),
    match_tag: filter.tag,
    group: filter.group,
    target_name: filter.target,
  };
}

/**
 * One device by name, `GET /ota/devices/D/` (docs/api.md §2.1.3).
 *
 * @throws {FactoryError} `notFound` where no device has that name
 */
export function getDevice(transport: Transport, factory: string, name: string, signal?: AbortSignal): Promise<Device> {
  return requestJson(
    transport,
    { method: 'GET', path: pathOf('ota', 'devices', name), query: { factory } },
    deviceSchema,
    signal,
  );
}

/** What of a device can be changed, one at a time (docs/api.md §2.1.3). */
export type DeviceChange =
  | { readonly name: string }
  /** The user id. */
  | { readonly owner: string }
  /** Name of a device group; `''`: none. */
  | { readonly group: string };

/**
 * Renames a device, gives it another owner or moves it to a group, `PATCH /ota/devices/D/` (docs/api.md §2.1.3).
 * It is addressed by its uuid: a name can have moved to another device meanwhile.
 *
 * @returns the device as it is then; undefined where the service confirms without showing it
 * @throws {FactoryError} `conflict` where the name is taken, `notFound` where there is no such device or group
 */
export async function changeDevice(
  transport: Transport,
  factory: string,
  uuid: string,
  change: DeviceChange,
): Promise<Device | undefined> {
  const reply = await transport.send({ method: 'PATCH', ...deviceByUuid(factory, uuid), body: change });
  return decodeOrUndefined(deviceSchema, reply.text);
}

/**
 * Deletes a device, `DELETE /ota/devices/D/` (docs/api.md §2.1.3), which may put it on the Factory's deny list.
 *
 * @throws {FactoryError} `notFound` where there is no such device
 */
export async function deleteDevice(transport: Transport, factory: string, uuid: string): Promise<void> {
  await transport.send({ method: 'DELETE', ...deviceByUuid(factory, uuid) });
}

/** What a device is addressed by: a name may have moved to another device meanwhile, a uuid does not. */
export type DeviceName = string | { readonly uuid: string };

const deviceByUuid = (factory: string, uuid: string): Pick<RequestSpec, 'path' | 'query'> => ({
  path: pathOf('ota', 'devices', uuid),
  query: { factory, 'by-uuid': 1 },
});

/** Who a device is, and what is encrypted with to reach only it. */
export interface DeviceKey {
  readonly uuid: string;
  /** PEM, as the service has it; `''` where the device never sent one. */
  readonly publicKey: string;
}

const keySchema = v.pipe(
  v.object({ uuid: v.string(), 'public-key': text }),
  v.transform((wire): DeviceKey => ({ uuid: wire.uuid, publicKey: wire['public-key'] })),
);

/**
 * The device's public key, `GET /ota/devices/D/` (docs/api.md §2.1.2, §5). It changes when the device rotates its
 * certificate, so it is asked for before each encryption and not kept.
 *
 * @throws {FactoryError} `notFound` where there is no such device
 */
export function getDeviceKey(
  transport: Transport,
  factory: string,
  device: DeviceName,
  signal?: AbortSignal,
): Promise<DeviceKey> {
  const address =
    typeof device === 'string'
      ? { path: pathOf('ota', 'devices', device), query: { factory } }
      : deviceByUuid(factory, device.uuid);
  return requestJson(transport, { method: 'GET', ...address }, keySchema, signal);
}

function nextPage(page: number, answer: v.InferOutput<typeof pageSchema>): number | undefined {
  // An empty page is the end, whatever its links say: a list that leads back to itself must not be walked for ever.
  if (answer.devices.length === 0) {
    return undefined;
  }
  if (typeof answer.next === 'string' && answer.next !== '') {
    return page + 1;
  }
  return answer.next === undefined && answer.pages !== undefined && answer.pages !== null && page < answer.pages
    ? page + 1
    : undefined;
}
