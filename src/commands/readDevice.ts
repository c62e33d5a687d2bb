import { SaveRefused } from '../configfs/saveRefused';
import type { Device } from '../model/device';
import type { CommandContext } from './services';

/**
 * A device as the service tells it now, not as some list has it: what it runs may be another target since. Shown wherever
 * the device is shown.
 *
 * @param uuid of the device whose row was chosen: it is read, whatever its name is by now
 * @throws {SaveRefused} `otherDevice` where that device is no more
 * @throws {FactoryError}
 */
export async function readDevice(
  { factory, connection }: CommandContext,
  name: string,
  uuid?: string,
): Promise<Device> {
  if (uuid !== undefined) {
    const found = await factory.fleet.look(uuid);
    if (found === undefined) {
      const scope = { kind: 'device', factory: factory.name, device: name } as const;
      const device = { fate: 'deleted', isTaken: false } as const;
      throw new SaveRefused('otherDevice', { host: connection.client.server.key, scope, file: '' }, { device });
    }
    return found;
  }
  const device = await connection.client.getDevice(factory.name, name);
  factory.fleet.heard(device);
  return device;
}
