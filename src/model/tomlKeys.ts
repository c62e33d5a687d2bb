import { ParseError, parseTOML, type AST } from 'toml-eslint-parser';
import { TOO_DEEP, tooDeepInToml } from './nesting';

/** A part of a text, in UTF-16 units from 0; a byte order mark counts. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Why a text cannot be read or changed, in the parser's words or ours, and where. */
export interface TomlProblem {
  readonly message: string;
  readonly offset: number;
  /** Counted from 1. */
  readonly line: number;
}

/** What was read, or why it could not be. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: TomlProblem };

/** A value with its place. */
export interface TomlKey {
  /** Names of the tables around it, the outermost first, and its own; an index for an array of tables. */
  readonly path: readonly (string | number)[];
  /** As TOML calls it: `string`, `integer`, `float`, `boolean`, `offset-date-time`, …, `array`, `table` (an inline one). */
  readonly type: TomlType;
  /** The text of a string; undefined for other types. */
  readonly text: string | undefined;
  /** All of `pacman.tags = "main"`. */
  readonly range: TextRange;
  /** The key as it is written, dots included. */
  readonly keyRange: TextRange;
  readonly valueRange: TextRange;
  /** The inline table that it is an entry of: the range of its braces. */
  readonly inline: TextRange | undefined;
}

export type TomlType = AST.TOMLValue['kind'] | 'array' | 'table';

/** `[pacman]` or `[[pacman]]`. */
export interface TomlTable {
  readonly path: readonly (string | number)[];
  readonly isArray: boolean;
  /** The header, from bracket to bracket. */
  readonly header: TextRange;
}

/** A value other than a list or table, also one within a list. */
export interface TomlScalar {
  readonly type: AST.TOMLValue['kind'];
  readonly range: TextRange;
}

/** A TOML document, with the place of everything in it. Entries of inline tables come after the table itself. */
export interface TomlDocument {
  readonly keys: readonly TomlKey[];
  readonly tables: readonly TomlTable[];
  readonly comments: readonly TextRange[];
  readonly scalars: readonly TomlScalar[];
  /** Keys and names of tables that are written in quotes, with the quotes. */
  readonly quotedNames: readonly TextRange[];
}

const BOM = '\ufeff';

/** Reads TOML 1.0 with positions; the problem is that of the first thing that is wrong, a key defined twice included. */
export function readToml(text: string): Read<TomlDocument> {
  // The parser takes no byte order mark, which a device skips.
  const shift = text.startsWith(BOM) ? BOM.length : 0;
  const deep = tooDeepInToml(text);
  if (deep !== undefined) {
    return { ok: false, problem: { message: TOO_DEEP, offset: deep, line: text.slice(0, deep).split('\n').length } };
  }
  let program: AST.TOMLProgram;
  try {
    program = parseTOML(text.slice(shift), { tomlVersion: '1.0' });
  } catch (error) {
    if (error instanceof RangeError) {
      // It calls a function with one argument for each character of a value; about 100 000 are too many.
      return { ok: false, problem: { message: 'A value is too long', offset: 0, line: 1 } };
    }
    if (!(error instanceof ParseError)) {
      throw error;
    }
    return {
      ok: false,
      problem: { message: error.message, offset: error.index + shift, line: error.lineNumber },
    };
  }
  const keys: TomlKey[] = [];
  const tables: TomlTable[] = [];
  const scalars: TomlScalar[] = [];
  const quotedNames: TextRange[] = [];
  const rangeOf = ({ range: [start, end] }: { range: readonly [number, number] }): TextRange => ({
    start: start + shift,
    end: end + shift,
  });
  const addNames = ({ keys: names }: AST.TOMLKey): void =>
    names.filter(({ type }) => type === 'TOMLQuoted').forEach((name) => quotedNames.push(rangeOf(name)));
  const addValue = (value: AST.TOMLContentNode): void => {
    if (value.type === 'TOMLValue') {
      scalars.push({ type: value.kind, range: rangeOf(value) });
    } else if (value.type === 'TOMLArray') {
      value.elements.forEach(addValue);
    } else {
      value.body.forEach((pair) => {
        addNames(pair.key);
        addValue(pair.value);
      });
    }
  };
  const addKey = (pair: AST.TOMLKeyValue, above: readonly (string | number)[], inline: TextRange | undefined): void => {
    const { value } = pair;
    const path = [...above, ...pair.key.keys.map(nameOf)];
    keys.push({
      path,
      type: value.type === 'TOMLValue' ? value.kind : value.type === 'TOMLArray' ? 'array' : 'table',
      text: value.type === 'TOMLValue' && value.kind === 'string' ? value.value : undefined,
      range: rangeOf(pair),
      keyRange: rangeOf(pair.key),
      valueRange: rangeOf(value),
      inline,
    });
    if (value.type === 'TOMLInlineTable') {
      value.body.forEach((entry) => addKey(entry, path, rangeOf(value)));
    }
  };
  const addPair = (pair: AST.TOMLKeyValue, above: readonly (string | number)[]): void => {
    addKey(pair, above, undefined);
    addNames(pair.key);
    addValue(pair.value);
  };
  for (const node of program.body[0].body) {
    if (node.type === 'TOMLKeyValue') {
      addPair(node, []);
    } else {
      addNames(node.key);
      const [first, last] = [node.key.range[0], node.key.range[1]];
      const open = text.lastIndexOf('[', first + shift - 1) - (node.kind === 'array' ? 1 : 0);
      const close = text.indexOf(']', last + shift) + (node.kind === 'array' ? 2 : 1);
      tables.push({ path: node.resolvedKey, isArray: node.kind === 'array', header: { start: open, end: close } });
      node.body.forEach((pair) => addPair(pair, node.resolvedKey));
    }
  }
  return { ok: true, value: { keys, tables, comments: program.comments.map(rangeOf), scalars, quotedNames } };
}

/** @returns whether a path begins with the names */
export function isBelow(path: readonly (string | number)[], names: readonly string[]): boolean {
  return names.every((name, depth) => path[depth] === name);
}

/** @returns a text as TOML writes it: a basic string, on one line */
export function quoted(text: string): string {
  const escaped = text.replace(/["\\]/g, '\\$&').replace(
    // eslint-disable-next-line no-control-regex
    /[\u0000-\u001f\u007f]/g,
    (char) => SHORT[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${escaped}"`;
}

const SHORT: Readonly<Record<string, string>> = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r' };

const nameOf = (key: AST.TOMLBare | AST.TOMLQuoted): string => (key.type === 'TOMLBare' ? key.name : key.value);
