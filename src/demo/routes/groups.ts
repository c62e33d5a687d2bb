/** Device groups (docs/api.md §2.3). */
import type { Scope } from '../auth';
import { otaError, validationError } from '../errors';
import { json, type EmulatorResponse } from '../http';
import { GROUP_CREATE_STATUS, GROUP_DELETE_STATUS, GROUP_PATCH_STATUS } from '../inferred';
import { jsonBody, type Call, type Route } from '../router';
import { changeMeta, type Factory } from '../world/factory';
import type { Group } from '../world/groups';
import { factoryOf } from './access';

/** The group that an address names. */
export function groupOf(call: Call, scope: Scope): { factory: Factory; group: Group } {
  const factory = factoryOf(call, scope);
  const name = call.params.group ?? '';
  const group = factory.groups.get(name);
  if (group === undefined) {
    throw otaError(404, `DeviceGroup(${name}) does not exist`);
  }
  return { factory, group };
}

function toWire(group: Group): object {
  return { id: group.id, name: group.name, description: group.description, 'change-meta': changeMeta(group) };
}

function readName(factory: Factory, name: unknown, current?: Group): string {
  if (typeof name !== 'string' || name.trim() === '') {
    throw validationError({ name: "'name' is a required property" });
  }
  const other = factory.groups.get(name);
  if (other !== undefined && other !== current) {
    throw otaError(409, 'A device group with this name already exists');
  }
  return name;
}

function readDescription(description: unknown): string {
  if (typeof description !== 'string') {
    throw validationError({ description: 'Not a string' });
  }
  return description;
}

function list(call: Call): EmulatorResponse {
  return json({ groups: factoryOf(call, 'devices:read').groups.all().map(toWire) });
}

function create(call: Call): EmulatorResponse {
  const factory = factoryOf(call, 'devices:read-update');
  const body = jsonBody(call.request);
  const name = readName(factory, body.name);
  const description = readDescription(body.description ?? '');
  return json(toWire(factory.groups.create(name, description, call.principal.user, call.now)), GROUP_CREATE_STATUS);
}

/** The numbers of the devices in a group. */
function members(factory: Factory, group: Group): number[] {
  return [...factory.fleet.order('owner')].filter((index) => factory.groupAt(index) === group.name);
}

function patch(call: Call): EmulatorResponse {
  const { factory, group } = groupOf(call, 'devices:read-update');
  const body = jsonBody(call.request);
  const name = 'name' in body ? readName(factory, body.name, group) : group.name;
  const description = 'description' in body ? readDescription(body.description) : group.description;
  if (name !== group.name) {
    for (const index of members(factory, group)) {
      const device = factory.device(index, call.now);
      device.group = name;
      device.dirty = true;
      factory.fleet.keep(index, device);
    }
    factory.fleet.changed();
  }
  Object.assign(group, { name, description, updatedBy: call.principal.user, updatedAt: call.now });
  return json(toWire(group), GROUP_PATCH_STATUS);
}

function remove(call: Call): EmulatorResponse {
  const { factory, group } = groupOf(call, 'devices:delete');
  if (members(factory, group).length > 0) {
    throw otaError(409, 'There are devices assigned to this device group');
  }
  factory.groups.remove(group);
  return json({}, GROUP_DELETE_STATUS);
}

export const groupRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/ota/factories/:factory/device-groups/', handler: list },
  { method: 'POST', pattern: '/ota/factories/:factory/device-groups/', handler: create },
  { method: 'PATCH', pattern: '/ota/factories/:factory/device-groups/:group/', handler: patch },
  { method: 'DELETE', pattern: '/ota/factories/:factory/device-groups/:group/', handler: remove },
];
