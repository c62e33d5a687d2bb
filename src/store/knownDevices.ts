import type { Device } from '../model/device';
import type { Disposable } from './emitter';

/** Every device that was seen in some list, search or answer, as it was last told. */
export class KnownDevices {
  private readonly byName = new Map<string, Device>();
  private readonly watchers = new Map<string, Set<() => void>>();

  /** @returns the device of that name; undefined where none was seen */
  find(name: string): Device | undefined {
    return this.byName.get(name);
  }

  remember(devices: readonly Device[]): void {
    for (const device of devices) {
      const watchers = this.watchers.get(device.name);
      const before = watchers === undefined ? undefined : this.byName.get(device.name);
      this.byName.set(device.name, device);
      if (before !== undefined && JSON.stringify(before) !== JSON.stringify(device)) {
        watchers?.forEach((tell) => tell());
      }
    }
  }

  /** @param tell called when the device of that name is told to be another than before, or is forgotten */
  watch(name: string, tell: () => void): Disposable {
    const watchers = this.watchers.get(name) ?? new Set();
    this.watchers.set(name, watchers);
    watchers.add(tell);
    return {
      dispose: () => {
        watchers.delete(tell);
        if (watchers.size === 0 && this.watchers.get(name) === watchers) {
          this.watchers.delete(name);
        }
      },
    };
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
        this.watchers.get(device.name)?.forEach((tell) => tell());
      }
    }
  }
}
