import { parse, stringify, TomlDate, TomlError } from 'smol-toml';
import { UPDATE_SETTINGS_FILE, type ConfigFile } from './config';
import { isUnreadable } from './secrecy';

/** Where a device's configuration comes from, the most specific last (foundries-api.md §4.2). */
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
 * `z-50-fioctl.toml` is merged key by key (foundries-api.md §4.2).
 *
 * @returns the files by name
 */
export function effectiveConfig(levels: LevelFiles): EffectiveFile[] {
  const byName = new Map<string, { level: ConfigLevel; file: ConfigFile }[]>();
  for (const level of [...LEVELS].reverse()) {
    for (const file of levels[level] ?? []) {
      byName.set(file.name, [...(byName.get(file.name) ?? []), { level, file }]);
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
      for (const { shadowed } of hiding) {
        shadowed.push({ level, value: writeValue(leaf.value) });
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

/** Values of the more specific levels, by their place. */
class FoundValues {
  readonly all: Found[] = [];
  private readonly byPath = new Map<string, Found>();
  /** What lies below a table. */
  private readonly below = new Map<string, Found[]>();

  add(value: Found): void {
    const { path } = value.leaf;
    this.all.push(value);
    this.byPath.set(JSON.stringify(path), value);
    for (let depth = 0; depth < path.length; depth++) {
      const table = JSON.stringify(path.slice(0, depth));
      const values = this.below.get(table);
      if (values === undefined) {
        this.below.set(table, [value]);
      } else {
        values.push(value);
      }
    }
  }

  /**
   * @returns what hides a value of that place: the same key, and also a table of its name, or a value in the place of one
   *   of its tables, for a file has no room for both
   */
  hiding(path: readonly string[]): readonly Found[] {
    for (let depth = 1; depth <= path.length; depth++) {
      const found = this.byPath.get(JSON.stringify(path.slice(0, depth)));
      if (found !== undefined) {
        return [found];
      }
    }
    return this.below.get(JSON.stringify(path)) ?? [];
  }
}

/** Keys outside of any table come first, as TOML wants it. */
function byTable(a: MergedKey, b: MergedKey): number {
  const [tableA, tableB] = [a.table.join('\0'), b.table.join('\0')];
  return tableA < tableB ? -1 : tableA > tableB ? 1 : a.key < b.key ? -1 : 1;
}

function readLeaves(level: ConfigLevel, file: ConfigFile): Leaf[] | UnreadableLevel {
  if (isUnreadable({ kind: level }, file)) {
    return { level, why: 'encrypted' };
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

/** @returns a value as TOML writes it, on one line */
function writeValue(value: unknown): string {
  // Written as part of a list: on its own, a list of tables would become sections.
  const text = stringify({ v: [value] }, { numbersAsFloat: true }).trim();
  const inline = /^v = \[\s*([\s\S]*?),?\s*\]$/.exec(text)?.[1] ?? JSON.stringify(String(value));
  return inline.replace(/\s*\n\s*/g, ' ');
}
