import type { Device } from '../model/device';
import type { CommandContext } from './services';

/**
 * A device as the service tells it now, not as some list has it: what it runs may be another target since. Shown wherever
 * the device is shown.
 *
 * @throws {FactoryError}
 */
export async function readDevice({ factory, connection }: CommandContext, name: string): Promise<Device> {
  const device = await connection.client.getDevice(factory.name, name);
  factory.fleet.heard(device);
  return device;
}
