import type { FactoryClient } from '../api/client';
import type { Device } from '../model/device';
import { Emitter } from './emitter';

export interface DeviceListState {
  readonly devices: readonly Device[];
  /** Devices in the Factory, as far as the service says. */
  readonly total: number;
  readonly hasMore: boolean;
  /** Milliseconds since the epoch when the oldest shown page came in; undefined before the first. */
  readonly fetchedAt: number | undefined;
  /** Why the last fetch failed; undefined after a success. What was there before it stays. */
  readonly error: unknown;
}

const EMPTY: DeviceListState = { devices: [], total: 0, hasMore: false, fetchedAt: undefined, error: undefined };

/** The Factory's devices, as many pages as were asked for. What is shown stays until something newer is in. */
export class DeviceList {
  private readonly client: FactoryClient;
  private readonly factory: string;
  private readonly pageSize: number;
  private current: DeviceListState = EMPTY;
  private pagesShown = 0;
  private nextPage: number | undefined;
  private running: { kind: 'pages' | 'more'; done: Promise<void> } | undefined;
  /** Found by a search, by name. */
  private readonly searched = new Map<string, Device>();
  private readonly changed = new Emitter<DeviceListState>();
  readonly onDidChange = this.changed.event;

  constructor(client: FactoryClient, factory: string, pageSize = 100) {
    this.client = client;
    this.factory = factory;
    this.pageSize = pageSize;
  }

  get state(): DeviceListState {
    return this.current;
  }

  /** @returns the device of that name among those that were fetched; undefined where it is not */
  find(name: string): Device | undefined {
    return this.current.devices.find((device) => device.name === name) ?? this.searched.get(name);
  }

  /** Fetches the first page unless something is there or on its way. Never rejects: a failure is in the state. */
  async load(): Promise<DeviceListState> {
    if (this.running === undefined && this.current.fetchedAt === undefined) {
      await this.refresh();
    } else {
      await this.running?.done;
    }
    return this.current;
  }

  /** Fetches all shown pages again, or joins the fetch that is under way. Never rejects. */
  refresh(signal?: AbortSignal): Promise<void> {
    return this.once('pages', () => this.fetchPages(Math.max(1, this.pagesShown), signal));
  }

  /** Fetches the page after those that are shown. Never rejects. */
  loadMore(signal?: AbortSignal): Promise<void> {
    return this.once('more', async () => {
      if (this.nextPage === undefined) {
        return;
      }
      const page = await this.fetch(this.nextPage, signal);
      this.pagesShown += 1;
      this.nextPage = page.nextPage;
      this.set({
        ...this.current,
        devices: distinct([...this.current.devices, ...page.devices]),
        total: page.total,
        hasMore: page.nextPage !== undefined,
        error: undefined,
      });
    });
  }

  /**
   * Asks the service for devices whose name holds a text, apart from the list that is shown.
   *
   * @throws {FactoryError}
   */
  async search(text: string, signal?: AbortSignal): Promise<readonly Device[]> {
    const page = await this.client.listDevices(
      { factory: this.factory, limit: this.pageSize, ...(text === '' ? {} : { nameGlob: `*${escapeGlob(text)}*` }) },
      signal,
    );
    page.devices.forEach((device) => this.searched.set(device.name, device));
    return page.devices;
  }

  private async fetchPages(pages: number, signal: AbortSignal | undefined): Promise<void> {
    const devices: Device[] = [];
    let total = 0;
    let next: number | undefined = 1;
    let fetched = 0;
    while (next !== undefined && fetched < pages) {
      const page: Awaited<ReturnType<FactoryClient['listDevices']>> = await this.fetch(next, signal);
      devices.push(...page.devices);
      total = page.total;
      next = page.nextPage;
      fetched += 1;
    }
    this.pagesShown = fetched;
    this.nextPage = next;
    this.set({
      devices: distinct(devices),
      total,
      hasMore: next !== undefined,
      fetchedAt: Date.now(),
      error: undefined,
    });
  }

  private fetch(page: number, signal: AbortSignal | undefined) {
    return this.client.listDevices({ factory: this.factory, page, limit: this.pageSize }, signal);
  }

  /** One fetch at a time: the same kind is joined, the other kind waited for. */
  private async once(kind: 'pages' | 'more', task: () => Promise<void>): Promise<void> {
    while (this.running !== undefined && this.running.kind !== kind) {
      await this.running.done;
    }
    this.running ??= {
      kind,
      done: task()
        .catch((error: unknown) => this.set({ ...this.current, error }))
        .finally(() => {
          this.running = undefined;
        }),
    };
    await this.running.done;
  }

  private set(state: DeviceListState): void {
    this.current = state;
    this.changed.fire(state);
  }
}

/** Pages shift while one reads them: a device that moved to the next page is not shown twice. */
function distinct(devices: readonly Device[]): Device[] {
  return [...new Map(devices.map((device) => [device.uuid, device])).values()];
}

/** In a glob a bracket expression makes the special characters plain (foundries-api.md §2.1.1). */
const escapeGlob = (text: string): string => text.replace(/[[*?]/g, '[$&]');
