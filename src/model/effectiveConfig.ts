import { parse, stringify, TomlDate, TomlError } from 'smol-toml';
import { UPDATE_SETTINGS_FILE, type ConfigFile } from './config';
import { TOO_DEEP, tooDeepInToml } from './nesting';
import { isUnreadable } from './secrecy';

/** Where a device's configuration comes from, the most specific last (docs/api.md §4.2). */
export const LEVELS = ['factory', 'group', 'device'] as const;
export type ConfigLevel = (typeof LEVELS)[number];

/** The files of each level; a level that is missing has none, or could not be read. */
export type LevelFiles = Readonly<Partial<Record<ConfigLevel, readonly ConfigFile[]>>>;

/** A file as a device receives it. */
export interface EffectiveFile {
  /** As the most specific level has it; a merged file takes its handler and flag from there, but not its value. */
  readonly file: ConfigFile;
  readonly from: ConfigLevel;
  /** Less specific levels that have a file of this name, the most specific of them first. */
  readonly shadowed: readonly { readonly level: ConfigLevel; readonly file: ConfigFile }[];
  /** For a file that is merged key by key instead of being replaced. */
  readonly merged: MergedSettings | undefined;
}

export interface MergedSettings {
  readonly keys: readonly MergedKey[];
  /** Levels whose file cannot be read as TOML, so that it is not known what they add. */
  readonly unreadable: readonly UnreadableLevel[];
}

/** A level's file that is no TOML: encrypted, or malformed, then with the parser's words and place. */
export type UnreadableLevel =
  | { readonly level: ConfigLevel; readonly why: 'encrypted' }
  | { readonly level: ConfigLevel; readonly why: 'malformed'; readonly message: string; readonly line: number };

export interface MergedKey {
  /** Names of the tables around the key, the outermost first. */
  readonly table: readonly string[];
  readonly key: string;
  /** The value as TOML writes it. */
  readonly value: string;
  readonly from: ConfigLevel;
  /** Values of less specific levels that this one hides, the most specific of them first. */
  readonly shadowed: readonly { readonly level: ConfigLevel; readonly value: string }[];
}

/**
 * Works out what a device receives: by file name the device's file hides the group's, and that the Factory's; only
 * `z-50-fioctl.toml` is merged key by key (docs/api.md §4.2).
 *
 * @returns the files by name
 */
export function effectiveConfig(levels: LevelFiles): EffectiveFile[] {
  const byName = new Map<string, { level: ConfigLevel; file: ConfigFile }[]>();
  for (const level of [...LEVELS].reverse()) {
    for (const file of levels[level] ?? []) {
      const found = byName.get(file.name);
      if (found === undefined) {
        byName.set(file.name, [{ level, file }]);
      } else {
        found.push({ level, file });
      }
    }
  }
  return [...byName.values()]
    .flatMap(([top, ...shadowed]): EffectiveFile[] => {
      if (top === undefined) {
        return [];
      }
      const merged = top.file.name === UPDATE_SETTINGS_FILE ? mergeSettings([top, ...shadowed]) : undefined;
      return [{ file: top.file, from: top.level, shadowed, merged }];
    })
    .sort((a, b) => a.file.name.localeCompare(b.file.name));
}

/** A value in one level's file, with the tables around it. */
interface Leaf {
  readonly path: readonly string[];
  readonly value: unknown;
}

interface Found {
  readonly leaf: Leaf;
  readonly from: ConfigLevel;
  readonly shadowed: MergedKey['shadowed'][number][];
}

/** @param sources the file of each level that has one, the most specific first */
function mergeSettings(sources: readonly { readonly level: ConfigLevel; readonly file: ConfigFile }[]): MergedSettings {
  const unreadable: UnreadableLevel[] = [];
  const found = new FoundValues();
  for (const { level, file } of sources) {
    const leaves = readLeaves(level, file);
    if ('why' in leaves) {
      unreadable.push(leaves);
      continue;
    }
    for (const leaf of leaves) {
      const hiding = found.hiding(leaf.path);
      if (hiding.length === 0) {
        found.add({ leaf, from: level, shadowed: [] });
      }
      const value = hiding.length === 0 ? '' : writeValue(leaf.value);
      for (const { shadowed } of hiding) {
        shadowed.push({ level, value });
      }
    }
  }
  const keys = found.all.map(({ leaf, from, shadowed }): MergedKey => ({
    table: leaf.path.slice(0, -1),
    key: leaf.path.at(-1) ?? '',
    value: writeValue(leaf.value),
    from,
    shadowed,
  }));
  return { keys: keys.sort(byTable), unreadable };
}

/** A place in the tables of the more specific levels: a value, or what is below it. */
interface Place {
  value?: Found;
  readonly below: Map<string, Place>;
}

/** Values of the more specific levels, by their place. */
class FoundValues {
  readonly all: Found[] = [];
  private readonly root: Place = { below: new Map() };

  add(value: Found): void {
    this.all.push(value);
    let place = this.root;
    for (const name of value.leaf.path) {
      let next = place.below.get(name);
      if (next === undefined) {
        next = { below: new Map() };
        place.below.set(name, next);
      }
      place = next;
    }
    place.value = value;
  }

  /**
   * @returns what hides a value of that place: the same key, and also a table of its name, or a value in the place of one
   *   of its tables, for a file has no room for both
   */
  hiding(path: readonly string[]): readonly Found[] {
    let place: Place | undefined = this.root;
    for (const name of path) {
      place = place.below.get(name);
      if (place === undefined) {
        return [];
      }
      if (place.value !== undefined) {
        return [place.value];
      }
    }
    return valuesBelow(place);
  }
}

function valuesBelow({ value, below }: Place): Found[] {
  return value === undefined ? [...below.values()].flatMap(valuesBelow) : [value];
}

/** Keys outside of any table come first, as TOML wants it. */
function byTable(a: MergedKey, b: MergedKey): number {
  const depth = Math.min(a.table.length, b.table.length);
  for (let at = 0; at < depth; at++) {
    const [one = '', other = ''] = [a.table[at], b.table[at]];
    if (one !== other) {
      return one < other ? -1 : 1;
    }
  }
  return a.table.length - b.table.length || (a.key < b.key ? -1 : 1);
}

function readLeaves(level: ConfigLevel, file: ConfigFile): Leaf[] | UnreadableLevel {
  if (isUnreadable({ kind: level }, file)) {
    return { level, why: 'encrypted' };
  }
  const deep = tooDeepInToml(file.value);
  if (deep !== undefined) {
    return { level, why: 'malformed', message: TOO_DEEP, line: file.value.slice(0, deep).split('\n').length };
  }
  try {
    return leavesOf(parse(file.value, { integersAsBigInt: true }), []);
  } catch (error) {
    if (!(error instanceof TomlError)) {
      throw error;
    }
    const [message = ''] = error.message.split('\n');
    return { level, why: 'malformed', message, line: error.line };
  }
}

function leavesOf(table: object, path: readonly string[]): Leaf[] {
  return Object.entries(table).flatMap(([key, value]: [string, unknown]): Leaf[] =>
    isTable(value) ? leavesOf(value, [...path, key]) : [{ path: [...path, key], value }],
  );
}

function isTable(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof TomlDate);
}

const BEFORE_VALUE = 'v = [';

/** @returns a value as TOML writes it, on one line */
function writeValue(value: unknown): string {
  // Written as part of a list: on its own, a list of tables would become sections.
  const text = stringify({ v: [value] }, { numbersAsFloat: true }).trim();
  if (!text.startsWith(BEFORE_VALUE) || !text.endsWith(']')) {
    return JSON.stringify(String(value));
  }
  const inline = text.slice(BEFORE_VALUE.length, -1).trim();
  return (inline.endsWith(',') ? inline.slice(0, -1) : inline)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
}
