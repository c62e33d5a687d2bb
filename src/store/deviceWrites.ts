import type { FactoryClient } from '../api/client';
import type { DeviceChange } from '../api/devices';
import { asUnverified, FactoryError } from '../api/errors';
import type { Device } from '../model/device';
import type { Fleet } from './fleet';

/**
 * Changes of devices themselves. Each is one request, sent once; where its answer is lost or says nothing, the device is
 * read, and only what the service then shows counts. What is shown follows, after a failure too.
 */
export class DeviceWrites {
  private readonly client: FactoryClient;
  private readonly factory: string;
  private readonly fleet: Fleet;

  constructor(client: FactoryClient, factory: string, fleet: Fleet) {
    this.client = client;
    this.factory = factory;
    this.fleet = fleet;
  }

  /**
   * Renames a device, changes its owner or moves it to a group.
   *
   * @returns the device as it is then
   * @throws {FactoryError} where it is not done, or nobody can tell; `conflict` where the name is taken
   */
  async change(device: Device, change: DeviceChange): Promise<Device> {
    let shown: Device | undefined;
    try {
      shown = await this.client.changeDevice(this.factory, device.uuid, change);
    } catch (error) {
      if (isOpen(error) || isGone(error)) {
        const after = await this.lookAgain(device.uuid);
        if (isOpen(error) && after === 'unknown') {
          throw asUnverified(error);
        }
        if (isOpen(error) && after !== undefined && after !== 'unknown' && holds(after, change)) {
          return after;
        }
      }
      throw error;
    }
    if (shown?.uuid === device.uuid && holds(shown, change)) {
      this.fleet.heard(shown);
      return shown;
    }
    const after = await this.lookAgain(device.uuid);
    if (after === 'unknown') {
      // It was accepted; only the look at it failed. The next one will tell.
      const expected = { ...device, ...change };
      this.fleet.heard(expected);
      return expected;
    }
    if (after === undefined || !holds(after, change)) {
      throw this.notShown();
    }
    return after;
  }

  /**
   * Deletes a device. One that is no more already is as good as deleted.
   *
   * @throws {FactoryError} where it is not done, or nobody can tell
   */
  async remove({ uuid }: Pick<Device, 'uuid'>): Promise<void> {
    try {
      await this.client.deleteDevice(this.factory, uuid);
    } catch (error) {
      if (!isOpen(error) && !isGone(error)) {
        throw error;
      }
      const after = await this.lookAgain(uuid);
      if (after !== undefined) {
        throw after === 'unknown' ? asUnverified(error) : error;
      }
    }
    this.fleet.gone(uuid);
  }

  private async lookAgain(uuid: string): Promise<Device | undefined | 'unknown'> {
    try {
      return await this.fleet.look(uuid);
    } catch {
      return 'unknown';
    }
  }

  private notShown(): FactoryError {
    return new FactoryError('unexpected', {
      request: 'a change of a device',
      host: this.client.server.label,
      serverMessage: 'the service accepted the change but does not show it',
    });
  }
}

const isOpen = (error: unknown): boolean => error instanceof FactoryError && error.outcomeUnknown;
const isGone = (error: unknown): boolean => error instanceof FactoryError && error.kind === 'notFound';

function holds(device: Device, change: DeviceChange): boolean {
  return Object.entries(change).every(([key, value]) => device[key as keyof Device] === value);
}
