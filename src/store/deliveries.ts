import { FactoryError } from '../api/errors';
import { scopeKey, type ConfigScope } from '../model/config';
import { HISTORY_KEPT } from '../model/configHistory';
import type { ConfigStore } from './configStore';
import { Emitter, type Disposable } from './emitter';

/** A configuration that is on its way to a device. */
export interface Delivery {
  readonly host: string;
  readonly scope: ConfigScope & { readonly kind: 'device' };
  readonly configs: ConfigStore;
  /** Of the device that it was sent to, where that is known: a name may become another device's. */
  readonly uuid?: string | undefined;
}

/** What is kept of a delivery for after a restart: no value, nor what it is about. */
export interface KeptDelivery {
  /** Key of the server; only its host where `isFormer`. */
  readonly host: string;
  /** Kept by an earlier version, which did not tell every server. */
  readonly isFormer?: boolean;
  readonly factory: string;
  readonly device: string;
  readonly uuid?: string | undefined;
  /** `created-at` of the entry that is waited for, which tells this configuration from that of another device. */
  readonly at?: string | undefined;
  /** Somebody asked to be told. */
  readonly wanted: boolean;
}

/** Keeps a value by key, as VS Code's Memento does. */
export interface DeliveryMemory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const KEY = 'foundries.deliveries';
const MOST_KEPT = 200;
/** Configurations that are watched, beside those that somebody wants to be told of: what a row shows is watched anew when it is looked at. */
const MOST_WATCHED = 1000;

export interface DeliveryEvent {
  readonly delivery: Delivery;
  /** `created-at` of the entry that the device fetched, and when it did, as the service wrote it. */
  readonly appliedAt: string;
  /** Somebody asked to be told. */
  readonly wanted: boolean;
}

export interface DeliveryTimes {
  /** Milliseconds between two looks at first. Devices come by every five minutes by default (docs/api.md §3.2). */
  readonly first: number;
  /** The longest wait between two looks. */
  readonly longest: number;
}

/** When more than this many configurations are watched, each is looked at more rarely: together no more often than these. */
const CROWD = 20;

interface Watched {
  readonly delivery: Delivery;
  readonly timer: NodeJS.Timeout;
  readonly at: string | undefined;
  /** Outlives the window. */
  readonly kept: boolean;
  /** Was watched before a restart. */
  readonly resumed: boolean;
}

/**
 * Watches what was sent until the device has fetched it. Asks only while somebody looks at it or wants to be told, ever
 * more rarely, and no more once the service refuses.
 */
export class Deliveries implements Disposable {
  private readonly isLookedAt: (delivery: Delivery) => boolean;
  private readonly times: DeliveryTimes;
  private readonly memory: DeliveryMemory | undefined;
  private readonly watched = new Map<string, Watched>();
  private readonly wanted = new Set<string>();
  /** Kept from before, and not watched again yet: nobody is signed in to their host, say. */
  private readonly left = new Map<string, KeptDelivery>();
  private readonly applied = new Emitter<DeliveryEvent>();
  readonly onDidApply = this.applied.event;

  /** @param memory keeps what is waited for while the window is closed */
  constructor(
    isLookedAt: (delivery: Delivery) => boolean,
    times: DeliveryTimes = { first: 10_000, longest: 60_000 },
    memory?: DeliveryMemory,
  ) {
    this.isLookedAt = isLookedAt;
    this.times = times;
    this.memory = memory;
    const stored = memory?.get(KEY);
    for (const kept of Array.isArray(stored) ? stored.flatMap((one) => keptIn(one) ?? []) : []) {
      this.left.set(leftKey(kept), kept);
    }
  }

  /** To be told of everything that was sent to a device. */
  watch(delivery: Delivery): void {
    const at = delivery.configs.peek(delivery.scope)?.entries[0]?.createdAt;
    this.begin(delivery, { at: at === '' ? undefined : at, kept: true, resumed: false });
    this.remember();
  }

  /** To be told of what waits for a device and is looked at, whoever sent it. */
  follow(delivery: Delivery): void {
    if (!this.watched.has(keyOf(delivery))) {
      this.begin(delivery, { at: undefined, kept: false, resumed: false });
    }
  }

  /** Asks for one message when the device has fetched what it was sent. */
  want(delivery: Delivery): void {
    this.wanted.add(keyOf(delivery));
    this.watch(delivery);
  }

  /**
   * Goes on with what was watched before a restart.
   *
   * @param find the configuration; undefined while it cannot be asked about
   */
  resume(find: (kept: KeptDelivery) => Delivery | undefined): void {
    for (const [left, kept] of [...this.left]) {
      const delivery = find(kept);
      if (delivery === undefined) {
        continue;
      }
      this.left.delete(left);
      const key = keyOf(delivery);
      if (kept.wanted) {
        this.wanted.add(key);
      }
      if (!this.watched.has(key)) {
        this.begin({ ...delivery, uuid: kept.uuid ?? delivery.uuid }, { at: kept.at, kept: true, resumed: true });
      }
      this.remember();
    }
  }

  /** To be told when somebody looks again, so that they need not wait for the next look. */
  lookedAt(): void {
    let place = 0;
    for (const [key, watched] of [...this.watched]) {
      if (this.isLookedAt(watched.delivery)) {
        clearTimeout(watched.timer);
        place += 1;
        this.schedule(key, watched, this.times.first, place);
      }
    }
  }

  /** Stops watching what no longer counts: somebody signed out, say. It can be resumed. */
  keep(counts: (delivery: Delivery) => boolean): void {
    for (const [key, watched] of this.watched) {
      if (!counts(watched.delivery)) {
        this.leave(key, watched);
      }
    }
  }

  /** Configurations that are being watched. */
  get pending(): readonly Delivery[] {
    return [...this.watched.values()].map(({ delivery }) => delivery);
  }

  dispose(): void {
    this.watched.forEach(({ timer }) => clearTimeout(timer));
    this.watched.clear();
    this.applied.dispose();
  }

  private begin(delivery: Delivery, how: Pick<Watched, 'at' | 'kept' | 'resumed'>): void {
    const key = keyOf(delivery);
    clearTimeout(this.watched.get(key)?.timer);
    this.left.delete(key);
    this.schedule(key, { delivery, ...how }, this.times.first);
    this.watchFewer(key);
  }

  /** Stops watching the oldest ones of more than can be watched. */
  private watchFewer(newest: string): void {
    for (const [key, { timer }] of this.watched) {
      if (this.watched.size - this.wanted.size <= MOST_WATCHED) {
        break;
      }
      if (key !== newest && !this.wanted.has(key)) {
        clearTimeout(timer);
        this.watched.delete(key);
      }
    }
  }

  /** Stops for now. */
  private leave(key: string, watched: Watched): void {
    if (watched.kept) {
      this.left.set(key, this.keptOf(key, watched));
    }
    this.end(key);
  }

  /** @returns whether somebody asked to be told */
  private end(key: string): boolean {
    clearTimeout(this.watched.get(key)?.timer);
    this.watched.delete(key);
    const wanted = this.wanted.delete(key);
    this.remember();
    return wanted;
  }

  /** @param place among those that wait, which spreads the looks */
  private schedule(key: string, watched: Omit<Watched, 'timer'>, wait: number, place = this.watched.size): void {
    const timer = setTimeout(() => void this.look(key, wait), wait * Math.max(1, place / CROWD));
    this.watched.set(key, { ...watched, timer });
  }

  private async look(key: string, wait: number): Promise<void> {
    const mine = this.watched.get(key);
    if (mine === undefined) {
      return;
    }
    const { delivery, at, resumed } = mine;
    const next = Math.min(wait * 1.5, this.times.longest);
    if (!this.isLookedAt(delivery) && !this.wanted.has(key)) {
      this.schedule(key, mine, next);
      return;
    }
    try {
      const { entries } = await delivery.configs.get(delivery.scope, 0);
      if (this.watched.get(key) !== mine) {
        return;
      }
      if (
        resumed &&
        at !== undefined &&
        entries.length < HISTORY_KEPT &&
        !entries.some((one) => one.createdAt === at)
      ) {
        // The configuration of another device, or of one that was made anew.
        this.end(key);
        return;
      }
      const appliedAt = entries[0]?.appliedAt;
      if (entries.length > 0 && appliedAt === undefined) {
        this.schedule(key, mine, next);
        return;
      }
      const wanted = this.end(key);
      if (appliedAt !== undefined) {
        this.applied.fire({ delivery, appliedAt, wanted });
      }
    } catch (error) {
      if (this.watched.get(key) !== mine) {
        return;
      }
      if (error instanceof FactoryError && error.kind === 'unauthorized') {
        this.leave(key, mine);
      } else if (error instanceof FactoryError && ['forbidden', 'notFound'].includes(error.kind)) {
        this.end(key);
      } else {
        this.schedule(key, mine, this.times.longest);
      }
    }
  }

  private keptOf(key: string, { delivery, at }: Watched): KeptDelivery {
    const { host, scope, uuid } = delivery;
    return { host, factory: scope.factory, device: scope.device, uuid, at, wanted: this.wanted.has(key) };
  }

  private remember(): void {
    if (this.memory === undefined) {
      return;
    }
    const all = [
      ...[...this.watched].filter(([, { kept }]) => kept).map(([key, watched]) => this.keptOf(key, watched)),
      ...this.left.values(),
    ];
    const kept = [...all.filter(({ wanted }) => wanted), ...all.filter(({ wanted }) => !wanted)].slice(0, MOST_KEPT);
    void this.memory.update(KEY, kept.length === 0 ? undefined : kept.map(toStored));
  }
}

const scopeOf = ({ factory, device }: KeptDelivery): Delivery['scope'] => ({ kind: 'device', factory, device });

const keyOf = ({ host, scope }: Pick<Delivery, 'host' | 'scope'>): string => `${host} ${scopeKey(scope)}`;

const leftKey = (kept: KeptDelivery): string =>
  `${kept.isFormer === true ? 'former ' : ''}${keyOf({ host: kept.host, scope: scopeOf(kept) })}`;

/** Its server is `server` by its key; earlier versions wrote `host`. */
const toStored = ({ host, isFormer, ...rest }: KeptDelivery): object =>
  isFormer === true ? { host, ...rest } : { server: host, ...rest };

/** @returns undefined where something else is stored there */
function keptIn(value: unknown): KeptDelivery | undefined {
  const { server, host = server, factory, device, uuid, at, wanted } = (value ?? {}) as Record<string, unknown>;
  const isKept =
    [host, factory, device].every((one) => typeof one === 'string') &&
    [uuid, at].every((one) => one === undefined || typeof one === 'string') &&
    typeof wanted === 'boolean';
  const kept = { host, factory, device, uuid, at, wanted } as KeptDelivery;
  return isKept ? { ...kept, ...(server === undefined ? { isFormer: true } : {}) } : undefined;
}
