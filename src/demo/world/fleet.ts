/** The devices of a Factory: made on demand, kept when they have changed, ordered as the service orders them. */
import type { Device } from './device';
import { FleetColumns } from './fleet-columns';
import { makeDevice, sketch, type DeviceSketch, type MakerSettings } from './fleet-maker';

/** Orders a list can have without looking at times. */
export type StaticOrder = 'owner' | 'name';

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export class Fleet {
  readonly #settings: MakerSettings;
  /** Devices that differ from what they would be made as, and those that came later (numbers from `layout.count` on). */
  readonly #kept = new Map<number, Device>();
  readonly #removed = new Set<number>();
  /** Where the name or the owner is no longer what the number says. */
  readonly #moved = new Set<number>();
  readonly #names = new Map<string, number>();
  readonly #uuids = new Map<string, number>();
  #columns: FleetColumns | undefined;
  #next: number;
  #orders = new Map<StaticOrder, Int32Array>();
  /** How many devices were made: what a page costs, for tests. */
  made = 0;
  /** Grows whenever the list, its order or what it is filtered by changes. */
  revision = 0;

  constructor(settings: MakerSettings) {
    this.#settings = settings;
    this.#next = settings.layout.count;
  }

  /** How many devices there are. */
  get size(): number {
    return this.#next - this.#removed.size;
  }

  /** The device at a place, as it was last known. */
  at(index: number): Device {
    const kept = this.#kept.get(index);
    if (kept !== undefined) {
      return kept;
    }
    this.made += 1;
    return makeDevice(this.#settings, index);
  }

  /** The kept device at a place. */
  keptAt(index: number): Device | undefined {
    return this.#kept.get(index);
  }

  /** The plan of a device that was there from the start. */
  sketchAt(index: number): DeviceSketch {
    return sketch(this.#settings, index);
  }

  /** What devices that nobody has changed are filtered and counted by; made when first asked for. */
  get columns(): FleetColumns {
    return (this.#columns ??= new FleetColumns(this.#settings));
  }

  /** Owner and name at a place, without making the device. */
  keyAt(index: number): { owner: string; name: string } {
    return (
      this.#kept.get(index) ?? { owner: this.#settings.layout.owner(index), name: this.#settings.layout.name(index) }
    );
  }

  uuidAt(index: number): string {
    return this.#kept.get(index)?.uuid ?? this.#settings.layout.uuid(index);
  }

  /** Keeps a device that has changed. */
  keep(index: number, device: Device): void {
    this.#kept.set(index, device);
  }

  /** Every kept device, with its number. */
  kept(): Iterable<[number, Device]> {
    return this.#kept;
  }

  indexOfName(name: string): number | undefined {
    const index = this.#names.get(name) ?? this.#settings.layout.byName(name);
    return index !== undefined && !this.#removed.has(index) && this.keyAt(index).name === name ? index : undefined;
  }

  indexOfUuid(uuid: string): number | undefined {
    const index = this.#uuids.get(uuid) ?? this.#settings.layout.byUuid(uuid);
    return index === undefined || this.#removed.has(index) ? undefined : index;
  }

  /** Whether there is a device at a place. */
  has(index: number): boolean {
    return index >= 0 && index < this.#next && !this.#removed.has(index);
  }

  /** Adds a device that was registered later. */
  add(device: Device): number {
    const index = this.#next++;
    this.#kept.set(index, device);
    this.#uuids.set(device.uuid, index);
    this.#names.set(device.name, index);
    this.#move(index);
    return index;
  }

  /** Notes a new name or owner. The device has it already and is kept. */
  moved(index: number, device: Device): void {
    this.#kept.set(index, device);
    this.#names.set(device.name, index);
    this.#move(index);
  }

  #move(index: number): void {
    this.#moved.add(index);
    this.changed();
    this.#orders = new Map();
  }

  /** Notes a change of what lists are filtered by. */
  changed(): void {
    this.revision += 1;
  }

  remove(index: number): void {
    this.#removed.add(index);
    this.#kept.delete(index);
    this.changed();
    this.#orders = new Map();
  }

  /** All numbers in an order. */
  order(by: StaticOrder): Int32Array {
    let order = this.#orders.get(by);
    if (order === undefined) {
      order = this.#makeOrder(by);
      this.#orders.set(by, order);
    }
    return order;
  }

  /** Compares two places in an order. */
  compare(by: StaticOrder, a: number, b: number): number {
    const left = this.keyAt(a);
    const right = this.keyAt(b);
    return (by === 'owner' ? compareText(left.owner, right.owner) : 0) || compareText(left.name, right.name);
  }

  #makeOrder(by: StaticOrder): Int32Array {
    const { layout } = this.#settings;
    const base = by === 'owner' ? Int32Array.from({ length: layout.count }, (_, index) => index) : layout.byNameOrder();
    if (this.#moved.size === 0 && this.#removed.size === 0) {
      return base;
    }
    const staying = base.filter((index) => !this.#moved.has(index) && !this.#removed.has(index));
    const moved = [...this.#moved].filter((index) => !this.#removed.has(index)).sort((a, b) => this.compare(by, a, b));
    const merged = new Int32Array(staying.length + moved.length);
    let from = 0;
    let to = 0;
    for (const index of moved) {
      // Few have moved among many that have not: find the place by halving instead of comparing with each.
      let low = from;
      let high = staying.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (this.compare(by, staying[middle] ?? 0, index) < 0) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      merged.set(staying.subarray(from, low), to);
      to += low - from;
      merged[to++] = index;
      from = low;
    }
    merged.set(staying.subarray(from), to);
    return merged;
  }
}
