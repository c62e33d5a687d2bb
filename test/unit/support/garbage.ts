/** Answers of the service, spoiled at random: what a decoder and all that shows its result must get over. */
import * as fc from 'fast-check';

/** How often a property is tried: few times in a run of all tests, as often as `FOUNDRIES_RUNS` says otherwise. */
export const runsOf = (few: number): number => Math.max(few, Number(process.env.FOUNDRIES_RUNS ?? 0));

/** Where something is spoiled (a number of a place, counted from the first), and what comes there. */
export interface Spoiling {
  readonly place: number | { readonly named: string };
  /** All places of that name, as where a service is of another version. */
  readonly everywhere: boolean;
  readonly how: How;
}

type How =
  | { readonly kind: 'drop' }
  | { readonly kind: 'nest' | 'textOf' | 'repeat' | 'empty' }
  | { readonly kind: 'put'; readonly value: unknown }
  | { readonly kind: 'key'; readonly name: string; readonly value: unknown };

/** Stands for what JSON can say and `JSON.stringify` cannot. */
const HUGE_NUMBER = '@@1e999@@';
const PROTOTYPE_NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'length'];

export const ODD_TEXTS = [
  '',
  ' ',
  'x'.repeat(100_000),
  '\u0000\u001b[31mred\u0007',
  'a\nb\r\nc',
  '\u202egnp.exe\u202c',
  '\u2066left\u2069',
  'שלום',
  '\ud800',
  '$(trash) [run](command:x)',
  '<img src=x>',
  '../../etc/passwd',
  '%',
  '%2F',
  '..',
  '0000-00-00T00:00:00',
  '2026-99-99T99:99:99Z',
  '275760-09-13T00:00:00.001Z',
  '-000001-01-01',
  '9999999999999999',
  'soon',
  '-5',
  '1e999',
  'https://[',
  'javascript:alert(1)',
];
const NUMBERS = [0, -1, 0.5, 1e21, -1e21, 8.64e15, 9e15, Number.MAX_SAFE_INTEGER + 2, HUGE_NUMBER];

const anything = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...ODD_TEXTS) },
  { weight: 3, arbitrary: fc.constantFrom<unknown>(...NUMBERS) },
  { weight: 3, arbitrary: fc.constantFrom<unknown>(null, true, false) },
  { weight: 2, arbitrary: fc.constantFrom<unknown>([], {}, [null], [[[[]]]], [{}], { a: { b: [] } }, ['', ' ']) },
  { weight: 1, arbitrary: fc.constantFrom(...PROTOTYPE_NAMES) },
);
const how: fc.Arbitrary<How> = fc.oneof(
  { weight: 8, arbitrary: anything.map((value) => ({ kind: 'put', value }) as const) },
  {
    weight: 6,
    arbitrary: fc.constantFrom('drop', 'nest', 'textOf', 'repeat', 'empty').map((kind) => ({ kind }) as const),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...PROTOTYPE_NAMES), anything)
      .map(([name, value]) => ({ kind: 'key', name, value }) as const),
  },
);

/** A few places of an answer that are spoiled. */
export const spoilings: fc.Arbitrary<readonly Spoiling[]> = fc.array(
  fc.record({ place: fc.nat(), everywhere: fc.boolean(), how }),
  { minLength: 1, maxLength: 4 },
);

type Holder = Record<string, unknown>;

/** @returns JSON with some of its places spoiled; text that is no JSON as it is */
export function spoiled(json: string, how: readonly Spoiling[]): string {
  let root: Holder;
  try {
    root = { '': JSON.parse(json) as unknown };
  } catch {
    return json;
  }
  for (const { place, everywhere, how: change } of how) {
    const places = placesIn(root, []);
    const at =
      typeof place === 'number' ? places[place % places.length] : places.find(({ key }) => key === place.named);
    const all = everywhere && at !== undefined ? places.filter(({ key }) => key === at.key) : [at];
    // From the last on: where one is taken out of a list, those before it keep their places.
    for (const one of all.reverse()) {
      if (one !== undefined) {
        spoil(one.holder, one.key, change);
      }
    }
  }
  // Even the whole of it can be gone.
  return '' in root ? JSON.stringify(root['']).replaceAll(`"${HUGE_NUMBER}"`, '1e999') : '';
}

interface Place {
  readonly holder: Holder;
  readonly key: string;
}

function placesIn(holder: Holder, into: Place[]): Place[] {
  for (const key of Object.keys(holder)) {
    into.push({ holder, key });
    const value = holder[key];
    if (typeof value === 'object' && value !== null) {
      placesIn(value as Holder, into);
    }
  }
  return into;
}

function spoil(holder: Holder, key: string, how: How): void {
  if (how.kind === 'drop') {
    if (Array.isArray(holder)) {
      holder.splice(Number(key), 1);
    } else {
      Reflect.deleteProperty(holder, key);
    }
  } else if (how.kind === 'key') {
    const value = holder[key];
    put(typeof value === 'object' && value !== null ? (value as Holder) : holder, how.name, how.value);
  } else {
    put(holder, key, insteadOf(holder[key], how));
  }
}

function insteadOf(value: unknown, how: Exclude<How, { readonly kind: 'drop' | 'key' }>): unknown {
  switch (how.kind) {
    case 'put':
      return how.value;
    case 'nest':
      return [value];
    case 'textOf':
      // Numbers as text, and text as numbers.
      return typeof value === 'string' ? Number(value) || 7 : JSON.stringify(value).replaceAll('null', 'none');
    case 'repeat':
      return Array.isArray(value) ? [...(value as unknown[]), ...(value as unknown[])] : [value, value];
    case 'empty':
      return Array.isArray(value) ? [] : typeof value === 'object' ? {} : '';
  }
}

/** As `JSON.parse` does it: `__proto__` is a key like others. Copied, as others may be put into it. */
function put(holder: Holder, key: string, value: unknown): void {
  Object.defineProperty(holder, key, {
    value: structuredClone(value),
    configurable: true,
    enumerable: true,
    writable: true,
  });
}

/** @throws where somebody has written to what all objects share */
export function checkPrototypes(): void {
  const own = [Object.prototype, Array.prototype].map((prototype) => Object.keys(prototype));
  if (own.flat().length > 0 || Object.getOwnPropertyNames(Object.prototype).length !== NAMES) {
    throw new Error(`prototypes hold ${JSON.stringify(own)}`);
  }
}
const NAMES = Object.getOwnPropertyNames(Object.prototype).length;

/** What no person must read: it was made of something that was not there. */
const UNREADABLE = /undefined|\bnull\b|\bNaN\b|\[object |Invalid Date|Infinity/;

/** @returns the piece of a text that nobody should have to read; undefined where there is none */
export function unreadable(text: string): string | undefined {
  // An error says of what type something was.
  const told = text.replace(/received (null|undefined)\b/g, 'received nothing');
  const at = told.search(UNREADABLE);
  return at < 0 ? undefined : told.slice(Math.max(0, at - 80), at + 80);
}
