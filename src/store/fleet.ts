import type { FactoryClient } from '../api/client';
import type { Device } from '../model/device';
import { nameGlob, selectionKey, type DeviceSelection } from '../model/deviceSelection';
import type { FleetStatus } from '../model/fleetStatus';
import { DeviceList } from './deviceList';
import { Emitter, type Disposable } from './emitter';
import { FetchedList } from './fetchedList';
import { KnownDevices } from './knownDevices';

/** Lists that are kept beside those that are shown: there is one for each filter that was set. */
const MOST_LISTS = 100;
/** Devices that a search shows at once. */
const SEARCH_SIZE = 50;
/** A uuid, whole: the service finds no parts of one (docs/api.md §2.1.1). */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The devices of a Factory: lists of them, made when first asked for, and how many there are of which kind. */
export class Fleet {
  private readonly client: FactoryClient;
  private readonly factory: string;
  private readonly offlineAfterHours: () => number;
  private readonly known = new KnownDevices();
  private readonly lists = new Map<string, DeviceList>();
  private readonly updated = new Emitter<ReadonlyMap<string, Device>>();
  /** Told of single devices that were asked about anew, by uuid. */
  readonly onDidUpdate = this.updated.event;
  /** What was heard of single devices, by uuid, and is about to be shown. */
  private readonly waiting = new Set<Map<string, Device>>();
  private readonly lookingUp = new Map<string, Promise<Device>>();
  /** Counts by tag, group and target, and whether these are of all devices. */
  readonly status: FetchedList<{ readonly tags: FleetStatus; readonly isWhole: boolean }>;

  constructor(client: FactoryClient, factory: string, offlineAfterHours: () => number) {
    this.client = client;
    this.factory = factory;
    this.offlineAfterHours = offlineAfterHours;
    this.status = new FetchedList<{ tags: FleetStatus; isWhole: boolean }>(
      { tags: [], isWhole: false },
      async (signal) => {
        const { tags, isWhole } = await client.getPresence(factory, offlineAfterHours(), signal);
        return { tags, isWhole };
      },
    );
  }

  /** All devices, in the service's own order. */
  get all(): DeviceList {
    return this.list({});
  }

  /** @returns the one list of such devices */
  list(selection: DeviceSelection): DeviceList {
    const key = selectionKey(selection);
    let list = this.lists.get(key);
    if (list === undefined) {
      const { offlineAfterHours, known } = this;
      list = new DeviceList(this.client, this.factory, { selection, offlineAfterHours, known });
      this.lists.set(key, list);
      this.forgetLists(list);
    }
    return list;
  }

  /** Forgets the oldest lists that nobody shows. */
  private forgetLists(newest: DeviceList): void {
    for (const [key, list] of this.lists) {
      if (this.lists.size <= MOST_LISTS) {
        break;
      }
      if (list !== newest && !list.isShown) {
        this.lists.delete(key);
      }
    }
  }

  /** @returns the device of that name, as it was last seen in a list or search; undefined where it was not */
  find(name: string): Device | undefined {
    return this.known.find(name);
  }

  /** @param tell called when a list or search shows that the device of that name is another than before, or gone */
  watch(name: string, tell: () => void): Disposable {
    return this.known.watch(name, tell);
  }

  /**
   * Asks anew about single devices, wherever they are shown. Those that are no more are taken away.
   *
   * @throws {FactoryError} of the first that failed; the others are up to date
   */
  async refreshDevices(uuids: readonly string[], signal?: AbortSignal): Promise<void> {
    const { refreshMany } = await import('./refreshMany');
    await refreshMany(uuids, {
      ask: (uuid) => this.ask(uuid, signal),
      heard: (devices) => this.allHeard(devices),
      gone: (gone) => this.allGone(gone),
      waiting: this.waiting,
    });
  }

  /**
   * Asks anew about one device, and shows what is heard wherever it is shown.
   *
   * @returns undefined where it is no more
   * @throws {FactoryError}
   */
  async look(uuid: string, signal?: AbortSignal): Promise<Device | undefined> {
    const device = await this.ask(uuid, signal);
    if (device === undefined) {
      this.gone(uuid);
    } else {
      this.heard(device);
    }
    return device;
  }

  private async ask(uuid: string, signal?: AbortSignal): Promise<Device | undefined> {
    const { devices } = await this.client.listDevices({ factory: this.factory, uuid, limit: 10 }, signal);
    return devices.find((found) => found.uuid === uuid);
  }

  /** Shows what the service told of a device wherever it is shown; lists of a group that it has left lose it. */
  heard(device: Device): void {
    this.allHeard(new Map([[device.uuid, device]]));
  }

  /** @param devices by uuid; each list is looked through once for all of them */
  private allHeard(devices: ReadonlyMap<string, Device>): void {
    if (devices.size === 0) {
      return;
    }
    // What is told now is newer than what waits to be shown.
    this.waiting.forEach((waiting) => devices.forEach(({ uuid }) => waiting.delete(uuid)));
    this.known.forgetUuids(devices);
    for (const list of this.lists.values()) {
      const { group, without } = list.selection;
      list.take(
        devices,
        (device) => (group === undefined || group === device.group) && (without !== 'group' || device.group === ''),
      );
    }
    this.known.remember([...devices.values()]);
    this.updated.fire(devices);
  }

  /** Takes a device away that is no more. */
  gone(uuid: string): void {
    this.allGone(new Set([uuid]));
  }

  private allGone(uuids: ReadonlySet<string>): void {
    if (uuids.size > 0) {
      this.known.forgetUuids(uuids);
      this.lists.forEach((list) => list.remove(uuids));
    }
  }

  /**
   * To be told after devices came into a group, or a group got another name: what was fetched of groups is fetched anew.
   * Never rejects.
   */
  async groupsChanged(): Promise<void> {
    const ofGroups = [...this.lists.values()].filter(
      ({ selection, state }) =>
        state.fetchedAt !== undefined && (selection.group !== undefined || selection.without === 'group'),
    );
    await Promise.all([...ofGroups.map((list) => list.refresh()), this.countsChanged()]);
  }

  /** To be told after a group got another name: the devices in it are shown with it. Never rejects. */
  async groupRenamed(from: string, to: string): Promise<void> {
    const devices = [...this.lists.values()].flatMap(({ state }) =>
      state.devices.filter(({ group }) => group === from),
    );
    this.allHeard(new Map(devices.map((device) => [device.uuid, { ...device, group: to }])));
    await this.groupsChanged();
  }

  /** Counts anew where counts are shown. Never rejects. */
  async countsChanged(): Promise<void> {
    if (this.status.state.fetchedAt !== undefined) {
      await this.status.refresh();
    }
  }

  /**
   * The device of that name, as it was last seen; one that was seen nowhere is asked for with one GET.
   *
   * @throws {FactoryError}
   */
  async lookUp(name: string, signal?: AbortSignal): Promise<Device> {
    const seen = this.find(name);
    if (seen !== undefined) {
      return seen;
    }
    let asked = this.lookingUp.get(name);
    if (asked === undefined) {
      asked = this.client.getDevice(this.factory, name, signal).finally(() => this.lookingUp.delete(name));
      this.lookingUp.set(name, asked);
    }
    const device = await asked;
    this.known.remember([device]);
    return device;
  }

  /**
   * Asks the service for devices whose name holds a text, or whose uuid it is.
   *
   * @throws {FactoryError}
   */
  async search(text: string, signal?: AbortSignal): Promise<readonly Device[]> {
    const wanted = text.trim();
    const query = UUID.test(wanted)
      ? { uuid: wanted.toLowerCase() }
      : wanted === ''
        ? {}
        : { nameGlob: nameGlob(wanted) };
    const { devices } = await this.client.listDevices({ factory: this.factory, limit: SEARCH_SIZE, ...query }, signal);
    this.known.remember(devices);
    return devices;
  }
}
