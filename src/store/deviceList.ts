import type { FactoryClient } from '../api/client';
import type { DevicePage } from '../api/devices';
import type { Device } from '../model/device';
import { suits, type DeviceSelection } from '../model/deviceSelection';
import { Emitter } from './emitter';
import { KnownDevices } from './knownDevices';

export interface DeviceListState {
  readonly devices: readonly Device[];
  /** Devices that the service has for what was asked, as far as it says. */
  readonly total: number;
  /** Devices that were looked through to find those that are shown. */
  readonly looked: number;
  readonly hasMore: boolean;
  /** Milliseconds since the epoch when the oldest shown page came in; undefined before the first. */
  readonly fetchedAt: number | undefined;
  /** Why the last fetch failed; undefined after a success. What was there before it stays. */
  readonly error: unknown;
}

const EMPTY: DeviceListState = {
  devices: [],
  total: 0,
  looked: 0,
  hasMore: false,
  fetchedAt: undefined,
  error: undefined,
};

/** What a list is of. */
export interface DeviceListOptions {
  /** Everything where not given. */
  readonly selection?: DeviceSelection;
  /** Hours after which a device counts as offline; asked at each fetch, as it is a setting. */
  readonly offlineAfterHours?: () => number;
  /** Devices that are known from anywhere; told of those that come in here. */
  readonly known?: KnownDevices;
  /** One of the sizes that the server takes; 100. */
  readonly pageSize?: number;
}

/** Sizes of pages that the service takes (docs/api.md §2.1.1). */
const PAGE_SIZES = [100, 200, 500, 1000];
/** Pages that are looked through at once for devices that the service cannot filter. */
const MOST_PAGES = 5;
/** Size of pages that are only looked through. */
const LOOK_SIZE = 500;

/** Devices of the Factory, as many pages as were asked for. What is shown stays until something newer is in. */
export class DeviceList {
  private readonly client: FactoryClient;
  private readonly factory: string;
  readonly selection: DeviceSelection;
  private readonly offlineAfterHours: () => number;
  private readonly known: KnownDevices;
  private readonly pageSize: number;
  private current: DeviceListState = EMPTY;
  /** How often the end of the list was asked for: a refresh brings as many devices. */
  private steps = 0;
  private nextPage: number | undefined;
  /** What is shown was found by the selection's `otherTarget`. */
  private isOther = false;
  private running: { kind: 'pages' | 'more'; done: Promise<void> } | undefined;
  private readonly changed = new Emitter<DeviceListState>();
  readonly onDidChange = this.changed.event;

  constructor(client: FactoryClient, factory: string, options: DeviceListOptions = {}) {
    this.client = client;
    this.factory = factory;
    this.selection = options.selection ?? {};
    this.offlineAfterHours = options.offlineAfterHours ?? (() => 0);
    this.known = options.known ?? new KnownDevices();
    this.pageSize = this.selection.without === undefined ? (options.pageSize ?? 100) : LOOK_SIZE;
  }

  /** Whether anybody is told of its changes. */
  get isShown(): boolean {
    return this.changed.isHeard;
  }

  get state(): DeviceListState {
    return this.current;
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

  /** Fetches again what is shown, or joins the fetch that is under way. Never rejects. */
  refresh(signal?: AbortSignal): Promise<void> {
    return this.once('pages', async () => {
      const steps = Math.max(1, this.steps);
      const start: Part = { devices: [], total: 0, looked: 0, nextPage: 1 };
      const part = this.isServed
        ? await this.pages(steps, signal)
        : await this.repeat(steps, start, (before) => this.step(before, signal));
      this.steps = part.steps;
      const before = this.current.devices;
      this.set(part, Date.now());
      const after = this.current.devices;
      if (before.some(({ name }, at) => name !== after[at]?.name)) {
        const here = new Set(after.map(({ name }) => name));
        this.known.forget(before.filter(({ name }) => !here.has(name)));
      }
    });
  }

  /**
   * Puts what was heard of devices into their places, where they are shown; one that is renamed is a change of the list, as
   * is one that no longer belongs here.
   *
   * @param heard by uuid
   * @param belongs whether a device is still one of those that this list is of
   */
  take(heard: ReadonlyMap<string, Device>, belongs: (device: Device) => boolean): void {
    const before = this.current.devices;
    const lost = before.filter(({ uuid, name }) => {
      const device = heard.get(uuid);
      return device !== undefined && (device.name !== name || !belongs(device));
    });
    if (before.some(({ uuid }) => heard.has(uuid))) {
      const devices = before
        .map((device) => heard.get(device.uuid) ?? device)
        .filter((device) => !heard.has(device.uuid) || belongs(device));
      const gone = before.length - devices.length;
      const { total } = this.current;
      this.current = { ...this.current, devices, total: gone === 0 ? total : Math.max(devices.length, total - gone) };
    }
    if (lost.length > 0) {
      this.known.forget(lost);
      this.changed.fire(this.current);
    }
  }

  /** Takes devices away that are no more; does nothing where none of them is shown. */
  remove(uuids: ReadonlySet<string>): void {
    const before = this.current.devices;
    const devices = before.filter(({ uuid }) => !uuids.has(uuid));
    const gone = before.length - devices.length;
    if (gone > 0) {
      this.known.forget(before.filter(({ uuid }) => uuids.has(uuid)));
      this.tell({ ...this.current, devices, total: Math.max(devices.length, this.current.total - gone) });
    }
  }

  /** Fetches what comes after the devices that are shown. Never rejects. */
  loadMore(signal?: AbortSignal): Promise<void> {
    return this.once('more', async () => {
      if (this.nextPage !== undefined) {
        const { devices, total, looked, fetchedAt } = this.current;
        const part = await this.step({ devices, total, looked, nextPage: this.nextPage }, signal);
        this.steps += 1;
        this.set(part, fetchedAt);
      }
    });
  }

  /** Whether the service does all the filtering, so that its pages are what is shown. */
  private get isServed(): boolean {
    return this.selection.presence === undefined && this.selection.without === undefined;
  }

  /** So many pages as they are shown, with as few requests as the service's sizes allow. */
  private async pages(steps: number, signal: AbortSignal | undefined): Promise<Part & { readonly steps: number }> {
    const wanted = steps * this.pageSize;
    const size = steps === 1 ? this.pageSize : (PAGE_SIZES.find((fits) => fits >= wanted) ?? 1000);
    const most = Math.ceil(wanted / size);
    const ask = (page: number) => this.ask(page, size, signal);
    const first = await ask(1);
    const answers = [first];
    if (first.nextPage !== undefined) {
      // It is known how many there will be, so that one can come in while another is read.
      const known = Math.min(most, Math.ceil(first.total / size));
      const rest = Array.from({ length: Math.max(0, known - 1) }, (_, at) => at + 2);
      const pages = new Map<number, DevicePage>();
      const lane = async () => {
        for (let page = rest.shift(); page !== undefined; page = rest.shift()) {
          pages.set(page, await ask(page));
        }
      };
      await Promise.all([lane(), lane()]);
      for (const [, page] of [...pages].sort(([a], [b]) => a - b)) {
        answers.push(page);
      }
    }
    let answer = answers.at(-1) ?? first;
    while (answer.nextPage !== undefined && answers.length < most) {
      answer = await ask(answer.nextPage);
      answers.push(answer);
    }
    const devices = answers.length === 1 ? first.devices : answers.flatMap((page) => page.devices);
    this.known.remember(devices, this);
    const { total, nextPage: page } = answer;
    // A large page may bring more than was shown.
    const isMore = page !== undefined || devices.length > wanted;
    const shown = devices.length > wanted ? devices.slice(0, wanted) : devices;
    const done = Math.max(1, Math.ceil(shown.length / this.pageSize));
    return { devices: shown, total, looked: shown.length, nextPage: isMore ? done + 1 : undefined, steps: done };
  }

  private async repeat(
    steps: number,
    start: Part,
    step: (before: Part) => Promise<Part>,
  ): Promise<Part & { readonly steps: number }> {
    let part = start;
    let done = 0;
    do {
      part = await step(part);
      done += 1;
    } while (done < steps && part.nextPage !== undefined);
    return { ...part, steps: done };
  }

  /** A page of what is asked for; of the other name that the target may have, where nothing has the first. */
  private async ask(page: number, limit: number, signal: AbortSignal | undefined): Promise<DevicePage> {
    const { presence: _presence, without: _without, otherTarget, ...query } = this.selection;
    const asked = { ...query, factory: this.factory, page, limit };
    const ofOther = () => this.client.listDevices({ ...asked, target: otherTarget }, signal);
    if (page > 1 && this.isOther) {
      return ofOther();
    }
    const answer = await this.client.listDevices(asked, signal);
    if (page > 1 || otherTarget === undefined) {
      return answer;
    }
    const other = answer.devices.length === 0 ? await ofOther() : undefined;
    this.isOther = other !== undefined;
    return other ?? answer;
  }

  /** A page, or where the service cannot filter: pages until there is something to show. */
  private async step(before: Part, signal: AbortSignal | undefined): Promise<Part> {
    const found: Device[] = [];
    let { total, looked, nextPage: page } = before;
    for (let pages = 0; page !== undefined && pages < MOST_PAGES && found.length === 0; pages++) {
      const answer = await this.ask(page, this.pageSize, signal);
      this.known.remember(answer.devices);
      total = answer.total;
      page = answer.nextPage;
      for (const device of answer.devices) {
        const verdict = suits(device, this.selection, Date.now(), this.offlineAfterHours());
        if (verdict === 'end') {
          page = undefined;
          break;
        }
        looked += 1;
        if (verdict === 'keep') {
          found.push(device);
        }
      }
    }
    return { devices: [...before.devices, ...found], total, looked, nextPage: page };
  }

  /** One fetch at a time: the same kind is joined, the other kind waited for. */
  private async once(kind: 'pages' | 'more', task: () => Promise<void>): Promise<void> {
    while (this.running !== undefined && this.running.kind !== kind) {
      await this.running.done;
    }
    this.running ??= {
      kind,
      done: task()
        .catch((error: unknown) => this.tell({ ...this.current, error }))
        .finally(() => {
          this.running = undefined;
        }),
    };
    await this.running.done;
  }

  private set({ devices: told, total, looked, nextPage }: Part, fetchedAt: number | undefined): void {
    this.nextPage = nextPage;
    const before = this.current.devices;
    // Mostly the same devices in the same order, which need no look at each other.
    const isSame = told.length <= before.length && told.every(({ uuid }, at) => uuid === before[at]?.uuid);
    const devices = isSame ? told : distinct(told);
    const state = { devices, looked, hasMore: nextPage !== undefined, fetchedAt, error: undefined };
    // Where the end was found by looking, the service's number is of something else.
    const isAll = nextPage === undefined && this.selection.presence !== undefined;
    this.tell({ ...state, total: isAll ? state.devices.length : total });
  }

  private tell(state: DeviceListState): void {
    this.current = state;
    this.changed.fire(state);
  }
}

/** What was fetched so far, and where it goes on. */
interface Part {
  readonly devices: readonly Device[];
  readonly total: number;
  readonly looked: number;
  readonly nextPage: number | undefined;
}

/** Pages shift while one reads them: a device that moved to the next page is not shown twice. */
function distinct(devices: readonly Device[]): Device[] {
  return [...new Map(devices.map((device) => [device.uuid, device])).values()];
}
