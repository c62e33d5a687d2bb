import { FactoryError } from '../api/errors';
import { scopeKey, type ConfigScope } from '../model/config';
import type { ConfigStore } from './configStore';
import { Emitter, type Disposable } from './emitter';

/** A configuration that is on its way to a device. */
export interface Delivery {
  readonly host: string;
  readonly scope: ConfigScope & { readonly kind: 'device' };
  readonly configs: ConfigStore;
}

export interface DeliveryEvent {
  readonly delivery: Delivery;
  /** `created-at` of the entry that the device fetched, and when it did, as the service wrote it. */
  readonly appliedAt: string;
  /** Somebody asked to be told. */
  readonly wanted: boolean;
}

export interface DeliveryTimes {
  /** Milliseconds between two looks at first. Devices come by every five minutes by default (foundries-api.md §3.2). */
  readonly first: number;
  /** The longest wait between two looks. */
  readonly longest: number;
}

/** When more than this many configurations are watched, each is looked at more rarely: together no more often than these. */
const CROWD = 20;

/**
 * Watches what was sent until the device has fetched it. Asks only while somebody looks at it or wants to be told, ever
 * more rarely, and no more once the service refuses.
 */
export class Deliveries implements Disposable {
  private readonly isLookedAt: (delivery: Delivery) => boolean;
  private readonly times: DeliveryTimes;
  private readonly watched = new Map<string, { delivery: Delivery; timer: NodeJS.Timeout; wait: number }>();
  private readonly wanted = new Set<string>();
  private readonly applied = new Emitter<DeliveryEvent>();
  readonly onDidApply = this.applied.event;

  constructor(isLookedAt: (delivery: Delivery) => boolean, times: DeliveryTimes = { first: 10_000, longest: 60_000 }) {
    this.isLookedAt = isLookedAt;
    this.times = times;
  }

  /** To be told of everything that was sent to a device. */
  watch(delivery: Delivery): void {
    const key = keyOf(delivery);
    clearTimeout(this.watched.get(key)?.timer);
    this.schedule(key, delivery, this.times.first);
  }

  /** Asks for one message when the device has fetched what it was sent. */
  want(delivery: Delivery): void {
    this.wanted.add(keyOf(delivery));
    this.watch(delivery);
  }

  /** To be told when somebody looks again, so that they need not wait for the next look. */
  lookedAt(): void {
    let place = 0;
    for (const [key, { delivery, timer }] of [...this.watched]) {
      if (this.isLookedAt(delivery)) {
        clearTimeout(timer);
        place += 1;
        this.schedule(key, delivery, this.times.first, place);
      }
    }
  }

  /** Stops watching what no longer counts: somebody signed out, say. */
  keep(counts: (delivery: Delivery) => boolean): void {
    for (const [key, { delivery, timer }] of this.watched) {
      if (!counts(delivery)) {
        clearTimeout(timer);
        this.watched.delete(key);
        this.wanted.delete(key);
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

  /** @param place among those that wait, which spreads the looks */
  private schedule(key: string, delivery: Delivery, wait: number, place = this.watched.size): void {
    const timer = setTimeout(() => void this.look(key, delivery, wait), wait * Math.max(1, place / CROWD));
    this.watched.set(key, { delivery, timer, wait });
  }

  private async look(key: string, delivery: Delivery, wait: number): Promise<void> {
    const next = Math.min(wait * 1.5, this.times.longest);
    if (!this.isLookedAt(delivery) && !this.wanted.has(key)) {
      this.schedule(key, delivery, next);
      return;
    }
    const mine = this.watched.get(key);
    try {
      const { entries } = await delivery.configs.get(delivery.scope, 0);
      if (this.watched.get(key) !== mine) {
        return;
      }
      const appliedAt = entries[0]?.appliedAt;
      if (entries.length > 0 && appliedAt === undefined) {
        this.schedule(key, delivery, next);
        return;
      }
      this.watched.delete(key);
      const wanted = this.wanted.delete(key);
      if (appliedAt !== undefined) {
        this.applied.fire({ delivery, appliedAt, wanted });
      }
    } catch (error) {
      if (this.watched.get(key) !== mine) {
        return;
      }
      if (error instanceof FactoryError && ['unauthorized', 'forbidden', 'notFound'].includes(error.kind)) {
        this.watched.delete(key);
        this.wanted.delete(key);
      } else {
        this.schedule(key, delivery, this.times.longest);
      }
    }
  }
}

const keyOf = ({ host, scope }: Delivery): string => `${host} ${scopeKey(scope)}`;
