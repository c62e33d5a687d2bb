/**
 * Chance that is not: every value is a function of the seed and of what it is for, never of what was asked before. So a device
 * of a hundred thousand can be made without making the others, and two emulators with one seed agree to the byte.
 */

/** Mixes two 32 bit numbers into one. */
export function mix(a: number, b: number): number {
  let h = Math.imul(a ^ 0x5bd1e995, 0x2c1b3c6d) ^ Math.imul((b + 0x27d4eb2f) | 0, 0x165667b1);
  h = Math.imul(h ^ (h >>> 15), 0x297a2d39);
  h = Math.imul(h ^ (h >>> 12), 0x7feb352d);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Turns text into 32 bits. */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  }
  return mix(h >>> 0, text.length);
}

/** Each byte as two hexadecimal digits. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A source of such values for one purpose. */
export class Seed {
  readonly #state: number;

  constructor(state: number) {
    this.#state = state >>> 0;
  }

  /** The source for a part of this purpose. */
  child(label: string | number): Seed {
    return new Seed(mix(this.#state, typeof label === 'number' ? label : hashText(label)));
  }

  /** A 32 bit number. */
  bits(key: string | number): number {
    return mix(mix(this.#state, 0x51ed270b), typeof key === 'number' ? key : hashText(key));
  }

  /** A whole number from 0 up to, but not including, `below`. */
  below(below: number, key: string | number): number {
    return Math.floor((this.bits(key) / 0x1_0000_0000) * below);
  }

  /** A number from 0 up to, but not including, 1. */
  fraction(key: string | number): number {
    return this.bits(key) / 0x1_0000_0000;
  }

  /** One of several. */
  pick<T>(values: readonly [T, ...T[]], key: string | number): T {
    return values[this.below(values.length, key)] ?? values[0];
  }

  /** Lower case hexadecimal digits. */
  hex(digits: number, key: string | number): string {
    const source = this.child(key);
    let result = '';
    for (let i = 0; result.length < digits; i++) {
      const bits = source.bits(i);
      for (let shift = 24; shift >= 0; shift -= 8) {
        result += HEX[(bits >>> shift) & 0xff] ?? '';
      }
    }
    return result.slice(0, digits);
  }

  /** A random (version 4) UUID. */
  uuid(key: string | number): string {
    return formatUuid(this.hex(32, key));
  }

  /** Characters of the base 32 alphabet. */
  base32(length: number, key: string | number): string {
    const source = this.child(key);
    return Array.from({ length }, (_, i) => BASE32.charAt(source.below(32, i))).join('');
  }
}

/** Writes 32 hexadecimal digits as a version 4 UUID. */
export function formatUuid(hex: string): string {
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) & 3);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const SCRAMBLE = 0x2545f491;
const UNSCRAMBLE = inverseOdd(SCRAMBLE);

/** The number whose product with an odd number is 1 modulo 2³² (Newton's iteration). */
function inverseOdd(odd: number): number {
  let x = odd;
  for (let i = 0; i < 5; i++) {
    x = Math.imul(x, 2 - Math.imul(odd, x));
  }
  return x;
}

/** Hides an index in 32 bits; {@link unscramble} finds it again, so that a UUID needs no table to be looked up. */
export function scramble(index: number, key: number): number {
  return (Math.imul(index + 1, SCRAMBLE) ^ key) >>> 0;
}

/** The index that {@link scramble} hid. */
export function unscramble(bits: number, key: number): number {
  return (Math.imul((bits ^ key) >>> 0, UNSCRAMBLE) - 1) | 0;
}
