/** Finding what an `/ota` address names, for somebody who may see it (docs/api.md §1.5, §3.6). */
import { requireScope, type Scope } from '../auth';
import { otaError } from '../errors';
import { FOREIGN_FACTORY_STATUS, UUID_IS_A_NAME } from '../inferred';
import type { Call } from '../router';
import type { Device } from '../world/device';
import type { Factory } from '../world/factory';

/** A Factory by name; one that the credential may not see is unknown. */
export function factoryNamed(call: Call, name: string): Factory {
  const factory = call.world.factories.get(name);
  if (factory === undefined || !call.principal.factories.includes(name)) {
    throw otaError(FOREIGN_FACTORY_STATUS, `Factory(${name}) does not exist`);
  }
  return factory;
}

/** The Factory of the path, with the scope. */
export function factoryOf(call: Call, scope: Scope): Factory {
  const factory = factoryNamed(call, call.params.factory ?? '');
  requireScope(call.principal, factory.name, scope);
  return factory;
}

/** The Factories that a device address may mean: the one of `factory`, or all the credential may see. */
export function factoriesInQuery(call: Call): Factory[] {
  const name = call.query.get('factory') ?? '';
  return name === ''
    ? call.principal.factories.flatMap((visible) => call.world.factories.get(visible) ?? [])
    : [factoryNamed(call, name)];
}

/** A device found. */
export interface FoundDevice {
  readonly factory: Factory;
  readonly index: number;
  readonly device: Device;
}

/** The device of the path, brought up to date, with the scope; 404 when there is none. */
export function deviceOf(call: Call, scope: Scope): FoundDevice {
  const name = call.params.device ?? '';
  const byUuid = (call.query.get('by-uuid') ?? '0') !== '0';
  const factories = factoriesInQuery(call);
  for (const factory of factories) {
    const index = byUuid || UUID_IS_A_NAME ? factory.indexOf(name, byUuid) : factory.fleet.indexOfName(name);
    if (index !== undefined) {
      requireScope(call.principal, factory.name, scope);
      return { factory, index, device: factory.device(index, call.now) };
    }
  }
  const [first] = factories;
  if (first !== undefined) {
    requireScope(call.principal, first.name, scope);
  }
  throw otaError(404, `Device(${name}) does not exist`);
}
