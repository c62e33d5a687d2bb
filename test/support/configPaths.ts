/** Requests for the configuration of a device, as tests read them: whose it is counts, not whether a name or a uuid says so. */
import type { Emulator } from '../../src/demo/emulator';

const BY_UUID = /^\/ota\/devices\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/config\//;

/** @returns the path of a request; where it names a device that has a configuration by its uuid, by its present name instead */
export function namedPath(emulator: Emulator, path: string): string {
  const uuid = BY_UUID.exec(path)?.[1];
  if (uuid === undefined) {
    return path;
  }
  for (const factory of emulator.world.factories.values()) {
    const index = factory.fleet.indexOfUuid(uuid);
    if (index !== undefined) {
      return path.replace(uuid, factory.fleet.keyAt(index).name);
    }
  }
  return path;
}
