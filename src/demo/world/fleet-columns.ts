/**
 * What a whole fleet is filtered and counted by, as it began, in columns: a hundred thousand devices are read through in
 * milliseconds, and nothing is made of any of them.
 */
import type { Seed } from '../random';
import { lastSeen, type Presence } from './device';
import type { Condition } from './fleet-layout';
import { firstUpdateStart, HOLD_LEAST, presenceOf, sketch, versionOf, type MakerSettings } from './fleet-maker';
import { targetName } from './target-catalog';

/** Texts that many devices share, by number. */
class Words<T extends string | null> {
  readonly #numbers = new Map<T, number>();
  readonly #words: T[] = [];

  numberOf(word: T): number {
    let number = this.#numbers.get(word);
    if (number === undefined) {
      number = this.#words.push(word) - 1;
      this.#numbers.set(word, number);
    }
    return number;
  }

  word(number: number): T {
    return this.#words[number] as T;
  }
}

const NEVER = NaN;

/** One row per device, by its number. */
export class FleetColumns {
  readonly #settings: MakerSettings;
  readonly #words = new Words<string | null>();
  readonly #tags: Uint8Array;
  readonly #groups: Uint8Array;
  readonly #production: Uint8Array;
  readonly #steadyUntil: Float64Array;
  readonly #targets: Uint32Array;
  readonly #targetNames = new Words<string>();
  readonly #versions: Uint32Array;
  /** When it was last seen or, below zero, how far into the period it checks in. */
  readonly #seen: Float64Array;

  constructor(settings: MakerSettings) {
    const { count } = settings.layout;
    this.#settings = settings;
    this.#tags = new Uint8Array(count);
    this.#groups = new Uint8Array(count);
    this.#production = new Uint8Array(count);
    this.#steadyUntil = new Float64Array(count);
    this.#targets = new Uint32Array(count);
    this.#versions = new Uint32Array(count);
    this.#seen = new Float64Array(count);
    const names = new Map<string, Map<number, number>>();
    for (let index = 0; index < count; index++) {
      const seed = settings.seed.child(index);
      const plan = sketch(settings, index, seed);
      const version = versionOf(settings.catalog, plan, seed);
      this.#tags[index] = this.#words.numberOf(plan.tag);
      this.#groups[index] = this.#words.numberOf(plan.group);
      this.#production[index] = plan.isProd ? 1 : 0;
      this.#steadyUntil[index] = steadyUntil(plan.condition, seed, settings);
      this.#versions[index] = version;
      this.#targets[index] = this.#targetNumber(names, plan.hardware, version);
      this.#seen[index] = seenOf(presenceOf(plan.condition, seed, settings));
    }
  }

  #targetNumber(names: Map<string, Map<number, number>>, hardware: string, version: number): number {
    let versions = names.get(hardware);
    if (versions === undefined) {
      versions = new Map<number, number>();
      names.set(hardware, versions);
    }
    let number = versions.get(version);
    if (number === undefined) {
      number = this.#targetNames.numberOf(version === 0 ? '' : targetName(hardware, version));
      versions.set(version, number);
    }
    return number;
  }

  /** The tag it reports; undefined: it was never seen. */
  tag(index: number): string | undefined {
    return Number.isNaN(this.#seen[index]) ? undefined : (this.#words.word(this.#tags[index] ?? 0) ?? undefined);
  }

  group(index: number): string | null {
    return this.#words.word(this.#groups[index] ?? 0);
  }

  isProd(index: number): boolean {
    return this.#production[index] === 1;
  }

  version(index: number): number {
    return this.#versions[index] ?? 0;
  }

  target(index: number): string {
    return this.#targetNames.word(this.#targets[index] ?? 0);
  }

  /** Whether it has not gone on to another version by itself yet. */
  isSteady(index: number, now: number): boolean {
    return now < (this.#steadyUntil[index] ?? 0);
  }

  lastSeen(index: number, now: number): number | undefined {
    const seen = this.#seen[index] ?? NEVER;
    if (Number.isNaN(seen) || seen >= 0) {
      return Number.isNaN(seen) ? undefined : seen;
    }
    const { epoch, checkInMs } = this.#settings;
    return lastSeen({ kind: 'online', phase: -seen - 1 }, epoch, now, checkInMs);
  }
}

/** Up to when it surely runs what it began with, if nothing else happens. */
function steadyUntil(condition: Condition, seed: Seed, settings: MakerSettings): number {
  switch (condition) {
    case 'updating':
      return firstUpdateStart(seed, settings) + settings.updateMs;
    case 'held':
      return settings.epoch + HOLD_LEAST;
    default:
      return Infinity;
  }
}

function seenOf(presence: Presence): number {
  switch (presence.kind) {
    case 'never':
      return NEVER;
    case 'offline':
      return presence.lastSeen;
    case 'online':
      return -presence.phase - 1;
  }
}
