import type { Device } from '../model/device';

/** Every device that was seen in some list, search or answer, as it was last told. */
export class KnownDevices {
  private readonly byName = new Map<string, Device>();

  /** @returns the device of that name; undefined where none was seen */
  find(name: string): Device | undefined {
    return this.byName.get(name);
  }

  remember(devices: readonly Device[]): void {
    devices.forEach((device) => this.byName.set(device.name, device));
  }

  /** The device is no more, or may have another name by now. */
  forgetUuid(uuid: string): void {
    for (const [name, device] of this.byName) {
      if (device.uuid === uuid) {
        this.byName.delete(name);
      }
    }
  }

  /** Those devices are no longer what they were: gone, renamed, or not looked at any more. */
  forget(devices: readonly Device[]): void {
    for (const device of devices) {
      if (this.byName.get(device.name)?.uuid === device.uuid) {
        this.byName.delete(device.name);
      }
    }
  }
}
