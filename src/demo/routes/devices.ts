/** Devices: list, one, rename, owner, group, delete, deny list (docs/api.md §2.1.1 to §2.1.3). */
import { requireScope } from '../auth';
import { otaError, validationError } from '../errors';
import { json } from '../http';
import {
  DELETED_DEVICES_ARE_DENIED,
  DEVICE_DELETE_BODY,
  DEVICE_PAGE_SIZES,
  DEVICE_PAGE_SIZE_DEFAULT,
  DEVICE_PATCH_STATUS,
} from '../inferred';
import { nextPage, requestedPage } from '../paging';
import { jsonBody, type Call, type Route } from '../router';
import { deviceDetail, deviceRow, type KeyFormat } from '../world/device-wire';
import { deviceOf, factoriesInQuery, factoryOf, type FoundDevice } from './access';
import { queryDevices } from './device-filters';
import { applyFieldMask } from './field-mask';

function keyFormat(call: Call): KeyFormat {
  const format = call.query.get('pubkey_format') ?? 'PEM';
  if (format !== 'PEM' && format !== 'OpenSSH') {
    throw validationError({ pubkey_format: `The value '${format}' is not a valid choice for 'pubkey_format'.` });
  }
  return format;
}

/** `GET /ota/devices/` (docs/api.md §2.1.1). */
function list(call: Call): ReturnType<typeof json> {
  const factories = factoriesInQuery(call);
  for (const { name } of factories) {
    requireScope(call.principal, name, 'devices:read');
  }
  const page = requestedPage(call, DEVICE_PAGE_SIZE_DEFAULT, DEVICE_PAGE_SIZES);
  const format = keyFormat(call);
  const found = queryDevices(call, factories);
  const first = (page.page - 1) * page.limit;
  const body = {
    devices: found
      .slice(first, first + page.limit)
      .map(({ factory, index }) => deviceRow(factory.device(index, call.now), factory, call.now, format)),
    total: found.total,
    next: nextPage(call, page, found.total),
    page: page.page,
    pages: Math.max(1, Math.ceil(found.total / page.limit)),
    limit: page.limit,
  };
  return json(applyFieldMask(body, call.request.headers['x-fields']));
}

function get(call: Call): ReturnType<typeof json> {
  const { device, factory } = deviceOf(call, 'devices:read');
  const body = deviceDetail(device, factory, call.now, keyFormat(call));
  return json(applyFieldMask(body, call.request.headers['x-fields']));
}

function rename(found: FoundDevice, name: unknown): void {
  const { factory, device, index } = found;
  if (typeof name !== 'string' || name.trim() === '') {
    throw validationError({ name: 'Invalid device name' });
  }
  const other = factory.fleet.indexOfName(name);
  if (other !== undefined && other !== index) {
    throw otaError(409, `A device with the name ${name} already exists`);
  }
  device.name = name;
  factory.fleet.moved(index, device);
}

function chown(call: Call, found: FoundDevice, owner: unknown): void {
  const user = call.world.users.find(({ id }) => id === owner);
  if (user === undefined) {
    throw validationError({ owner: `User(${JSON.stringify(owner)}) does not exist` });
  }
  found.device.owner = user.id;
  found.factory.fleet.moved(found.index, found.device);
}

function regroup(call: Call, found: FoundDevice, name: unknown): void {
  if (name !== '' && name !== null && (typeof name !== 'string' || found.factory.groups.get(name) === undefined)) {
    throw otaError(404, `DeviceGroup(${JSON.stringify(name)}) does not exist`);
  }
  found.device.group = typeof name === 'string' && name !== '' ? name : null;
  found.device.wake(call.now + 1);
  found.factory.fleet.changed();
}

/** `PATCH /ota/devices/D/` (docs/api.md §2.1.3): name, owner, group. */
function patch(call: Call): ReturnType<typeof json> {
  const found = deviceOf(call, 'devices:read-update');
  const body = jsonBody(call.request);
  if (!['name', 'owner', 'group'].some((key) => key in body)) {
    throw validationError({ '': 'One of name, owner, group is required' });
  }
  if ('name' in body) {
    rename(found, body.name);
  }
  if ('owner' in body) {
    chown(call, found, body.owner);
  }
  if ('group' in body) {
    regroup(call, found, body.group);
  }
  found.device.touch(call.principal.user, call.now);
  found.factory.fleet.keep(found.index, found.device);
  return json(deviceDetail(found.device, found.factory, call.now, 'PEM'), DEVICE_PATCH_STATUS);
}

/** `DELETE /ota/devices/D/` (docs/api.md §2.1.3). */
function remove(call: Call): ReturnType<typeof json> {
  const { factory, device, index } = deviceOf(call, 'devices:delete');
  factory.fleet.remove(index);
  if (DELETED_DEVICES_ARE_DENIED) {
    factory.denied.push({ uuid: device.uuid, name: device.name, owner: device.owner });
  }
  return json(DEVICE_DELETE_BODY);
}

/** `GET /ota/factories/F/denied-devices/` (docs/api.md §2.1.3). */
function listDenied(call: Call): ReturnType<typeof json> {
  const factory = factoryOf(call, 'devices:read');
  const page = requestedPage(call, 500);
  const first = (page.page - 1) * page.limit;
  const total = factory.denied.length;
  return json({
    devices: factory.denied.slice(first, first + page.limit).map((device) => ({ ...device, factory: factory.name })),
    total,
    next: nextPage(call, page, total),
    page: page.page,
    pages: Math.max(1, Math.ceil(total / page.limit)),
    limit: page.limit,
  });
}

function removeDenied(call: Call): ReturnType<typeof json> {
  const factory = factoryOf(call, 'devices:read-update');
  const at = factory.denied.findIndex(({ uuid }) => uuid === call.params.uuid);
  if (at < 0) {
    throw otaError(404, `Device(${call.params.uuid ?? ''}) does not exist`);
  }
  requireScope(call.principal, factory.name, 'devices:delete');
  factory.denied.splice(at, 1);
  return json({});
}

export const deviceRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/ota/devices/', handler: list },
  { method: 'GET', pattern: '/ota/devices/:device/', handler: get },
  { method: 'PATCH', pattern: '/ota/devices/:device/', handler: patch },
  { method: 'DELETE', pattern: '/ota/devices/:device/', handler: remove },
  { method: 'GET', pattern: '/ota/factories/:factory/denied-devices/', handler: listDenied },
  { method: 'DELETE', pattern: '/ota/factories/:factory/denied-devices/:uuid/', handler: removeDenied },
];
