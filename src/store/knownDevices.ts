import type { Device } from '../model/device';
import type { Disposable } from './emitter';

/** Lists of devices that wait at most: they keep devices that may be gone. */
const MOST_TOLD = 20;

/** Every device that was seen in some list, search or answer, as it was last told. */
export class KnownDevices {
  private readonly named = new Map<string, Device>();
  /** Devices that are not in there yet: a list brings thousands, of which few are asked for. */
  private readonly told = new Map<object, readonly Device[]>();
  private readonly watchers = new Map<string, Set<() => void>>();

  /** @returns the device of that name; undefined where none was seen */
  find(name: string): Device | undefined {
    return this.byName.get(name);
  }

  /** @param teller who replaces by this what it told before */
  remember(devices: readonly Device[], teller: object = devices): void {
    if (this.watchers.size === 0) {
      // What was told last counts.
      this.told.delete(teller);
      this.told.set(teller, devices);
      if (this.told.size > MOST_TOLD) {
        this.register();
      }
      return;
    }
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

  /** The devices are no more, or may have another name by now. */
  forgetUuids(uuids: Pick<ReadonlySet<string>, 'has'>): void {
    for (const [name, device] of this.byName) {
      if (uuids.has(device.uuid)) {
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

  private get byName(): Map<string, Device> {
    this.register();
    return this.named;
  }

  private register(): void {
    for (const devices of this.told.values()) {
      for (const device of devices) {
        this.named.set(device.name, device);
      }
    }
    this.told.clear();
  }
}
