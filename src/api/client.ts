import type { ConfigChange, ConfigEntry, ConfigScope, ConfigReplacement } from '../model/config';
import type { Device } from '../model/device';
import type { Target } from '../model/target';
import { listConfig, patchConfig, postConfig } from './config';
import { getDevice, listDevices, type DevicePage, type DeviceQuery } from './devices';
import { getSelf, listFactories, listUsers, type User } from './factories';
import { listGroups, type DeviceGroup } from './groups';
import type { Server } from './server';
import { listTargets } from './targets';
import type { Transport } from './transport';

/** What can be asked of a server. Every method throws FactoryError. */
export interface FactoryClient {
  readonly server: Server;
  listFactories(signal?: AbortSignal): Promise<string[]>;
  getSelf(factory: string, signal?: AbortSignal): Promise<User>;
  listUsers(factory: string, signal?: AbortSignal): Promise<User[]>;
  listDevices(query: DeviceQuery, signal?: AbortSignal): Promise<DevicePage>;
  getDevice(factory: string, name: string, signal?: AbortSignal): Promise<Device>;
  listGroups(factory: string, signal?: AbortSignal): Promise<readonly DeviceGroup[]>;
  listTargets(factory: string, signal?: AbortSignal): Promise<Target[]>;
  listConfig(scope: ConfigScope, signal?: AbortSignal): Promise<readonly ConfigEntry[]>;
  patchConfig(scope: ConfigScope, change: ConfigChange): Promise<ConfigEntry | undefined>;
  postConfig(scope: ConfigScope, set: ConfigReplacement): Promise<ConfigEntry | undefined>;
}

/** @returns the client of the server that the transport talks to */
export function createClient(transport: Transport): FactoryClient {
  return {
    server: transport.server,
    listFactories: (signal) => listFactories(transport, signal),
    getSelf: (factory, signal) => getSelf(transport, factory, signal),
    listUsers: (factory, signal) => listUsers(transport, factory, signal),
    listDevices: (query, signal) => listDevices(transport, query, signal),
    getDevice: (factory, name, signal) => getDevice(transport, factory, name, signal),
    listGroups: (factory, signal) => listGroups(transport, factory, signal),
    listTargets: (factory, signal) => listTargets(transport, factory, signal),
    listConfig: (scope, signal) => listConfig(transport, scope, signal),
    patchConfig: (scope, change) => patchConfig(transport, scope, change),
    postConfig: (scope, set) => postConfig(transport, scope, set),
  };
}
