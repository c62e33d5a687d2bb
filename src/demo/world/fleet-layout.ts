/**
 * The fleet as a function of a number: which device stands at which place, what it is called and how it fares. Numbers follow the
 * service's default order, owner and then name (docs/api.md §2.1.1), so that a page of a hundred thousand devices costs a page.
 */
import { formatUuid, scramble, unscramble, type Seed } from '../random';
import { USER_LIST } from './people';

/** Sorted, and all of them after "device", so that `device-01` comes first. */
const KINDS = ['display', 'gateway', 'kiosk', 'meter', 'sensor'] as const;

/** How a device fares when the world begins. */
export type Condition =
  | 'fine'
  | 'updating'
  | 'failed'
  | 'offline-hours'
  | 'offline-days'
  | 'offline-weeks'
  | 'held'
  | 'unhealthy'
  | 'never-seen'
  | 'pending';

/** Every twentieth place is alike, so that a fleet of forty shows each condition. */
const CONDITIONS: Partial<Record<number, Condition>> = {
  2: 'updating',
  4: 'failed',
  6: 'offline-hours',
  9: 'offline-days',
  12: 'held',
  15: 'unhealthy',
  16: 'pending',
  18: 'never-seen',
  19: 'offline-weeks',
};

interface Block {
  readonly owner: string;
  readonly first: number;
  readonly size: number;
  /** How many devices of each kind stand in the blocks before. */
  readonly before: readonly number[];
}

/** The REST guide's device (docs/api.md §2.1.2 shows its UUID). */
export const GUIDE_DEVICE = { name: 'device-01', uuid: 'f4120660-ffbf-483f-b2ca-a6186da467f4' } as const;

function share(size: number, kind: number): number {
  return Math.floor((size * (kind + 1)) / KINDS.length) - Math.floor((size * kind) / KINDS.length);
}

/** Names, UUIDs, owners and conditions by number, and numbers by name and UUID. */
export class FleetLayout {
  readonly count: number;
  readonly #seed: Seed;
  readonly #key: number;
  readonly #blocks: Block[] = [];
  readonly #totals: number[];
  readonly #digits: number;
  readonly #withGuide: boolean;

  constructor(seed: Seed, count: number, withGuide: boolean) {
    this.count = count;
    this.#seed = seed;
    this.#key = seed.bits('uuid key');
    this.#withGuide = withGuide;
    const others = Math.max(0, count - (withGuide ? 1 : 0));
    const sizes = [0, Math.floor(others * 0.35), Math.floor(others * 0.15)];
    sizes[0] = others - (sizes[1] ?? 0) - (sizes[2] ?? 0);
    const totals = KINDS.map(() => 0);
    let first = withGuide ? 1 : 0;
    USER_LIST.forEach((user, place) => {
      const size = sizes[place] ?? 0;
      this.#blocks.push({ owner: user.id, first, size, before: [...totals] });
      KINDS.forEach((_, kind) => {
        totals[kind] = (totals[kind] ?? 0) + share(size, kind);
      });
      first += size;
    });
    this.#totals = totals;
    this.#digits = Math.max(2, String(Math.max(1, ...totals)).length);
  }

  #blockOf(index: number): Block {
    const block = this.#blocks.findLast(({ first, size }) => size > 0 && first <= index) ?? this.#blocks[0];
    if (block === undefined) {
      throw new RangeError('no users');
    }
    return block;
  }

  owner(index: number): string {
    return this.#isGuide(index) ? USER_LIST[0].id : this.#blockOf(index).owner;
  }

  #isGuide(index: number): boolean {
    return this.#withGuide && index === 0;
  }

  #place(index: number): { kind: number; number: number } {
    const block = this.#blockOf(index);
    let offset = index - block.first;
    let kind = 0;
    while (kind < KINDS.length - 1 && offset >= share(block.size, kind)) {
      offset -= share(block.size, kind);
      kind += 1;
    }
    return { kind, number: (block.before[kind] ?? 0) + offset + 1 };
  }

  name(index: number): string {
    if (this.#isGuide(index)) {
      return GUIDE_DEVICE.name;
    }
    const { kind, number } = this.#place(index);
    return `${KINDS[kind] ?? 'device'}-${String(number).padStart(this.#digits, '0')}`;
  }

  /** What the device is for: its kind of name. */
  kind(index: number): string {
    return this.#isGuide(index) ? 'device' : (KINDS[this.#place(index).kind] ?? 'device');
  }

  /** The number of a name, if it belongs to this fleet. */
  byName(name: string): number | undefined {
    if (this.#withGuide && name === GUIDE_DEVICE.name) {
      return 0;
    }
    const match = /^([a-z]+)-(\d+)$/.exec(name);
    const kind = KINDS.findIndex((candidate) => candidate === match?.[1]);
    const digits = match?.[2] ?? '';
    const index = kind < 0 || digits.length !== this.#digits ? undefined : this.#byNumber(kind, Number(digits));
    return index;
  }

  #byNumber(kind: number, number: number): number | undefined {
    for (const block of this.#blocks) {
      const offset = number - 1 - (block.before[kind] ?? 0);
      if (offset >= 0 && offset < share(block.size, kind)) {
        let start = block.first;
        for (let k = 0; k < kind; k++) {
          start += share(block.size, k);
        }
        return start + offset;
      }
    }
    return undefined;
  }

  uuid(index: number): string {
    if (this.#isGuide(index)) {
      return GUIDE_DEVICE.uuid;
    }
    const head = scramble(index, this.#key).toString(16).padStart(8, '0');
    return formatUuid(head + this.#seed.hex(24, index));
  }

  byUuid(uuid: string): number | undefined {
    if (this.#withGuide && uuid === GUIDE_DEVICE.uuid) {
      return 0;
    }
    const head = /^([0-9a-f]{8})-/.exec(uuid)?.[1];
    const index = head === undefined ? -1 : unscramble(Number.parseInt(head, 16), this.#key);
    return index >= 0 && index < this.count && this.uuid(index) === uuid ? index : undefined;
  }

  condition(index: number): Condition {
    return this.#isGuide(index) ? 'fine' : (CONDITIONS[index % 20] ?? 'fine');
  }

  /** The numbers in the order of their names, without comparing any. */
  byNameOrder(): Int32Array {
    const order = new Int32Array(this.count);
    let at = 0;
    if (this.#withGuide && this.count > 0) {
      order[at++] = 0;
    }
    KINDS.forEach((_, kind) => {
      for (let number = 1; number <= (this.#totals[kind] ?? 0); number++) {
        order[at++] = this.#byNumber(kind, number) ?? 0;
      }
    });
    return order;
  }
}
