import type { TextRange } from './tomlKeys';
import { endOfLineString, endOfString } from './tomlStrings';

/** What stands at a place of a TOML text, as far as can be told while it is being typed. */
export interface TomlContext {
  readonly kind: 'table' | 'key' | 'value';
  /** Table, dots between its names; `''` before the first one. For `table` the one that is named here. */
  readonly table: string;
  /** Last name of the key, or `''`: for `pacman.tags = …` it is `tags`, and the table is `pacman`. */
  readonly key: string;
  /** What is written: between the brackets, the key, or the value with its quotes. Empty where nothing is yet. */
  readonly span: TextRange;
  /** A header or a pair has its `]` or `=`. */
  readonly complete: boolean;
  /** Other keys of that table with their values, wherever they stand. */
  readonly siblings: Siblings;
  /** All other tables with a header, and names before the first one: neither can be a table once more. */
  readonly tables: () => ReadonlySet<string>;
}

/** Keys of a table; they are read when they are asked for. */
export interface Siblings {
  has(name: string): boolean;
  names(): string[];
  /** @returns the place of a key's value; of the key, where it has none yet */
  valueOf(name: string): TextRange | undefined;
}

interface Statement {
  readonly kind: 'table' | 'key' | 'other';
  /** Beginning of its first line. */
  readonly start: number;
  /** End of its last line, before the line break. */
  readonly end: number;
  readonly name: TextRange;
  /** After the `=` or `]`; undefined where there is none. */
  readonly after: number | undefined;
  readonly value: TextRange | undefined;
}

/**
 * Tells what stands at a place, in one pass over the text and without building a tree: a whole parse of a megabyte takes
 * longer than a key press may, and fails on a text that is being typed. What is not closed ends with its line.
 *
 * @returns undefined in a comment, and between the lines of a longer text
 */
export function contextAt(text: string, offset: number): TomlContext | undefined {
  let block: Block = { table: '', header: undefined, pairs: [] };
  const blocks = [block];
  let here: { readonly start: number; readonly table: string } | undefined;
  for (let at = text.startsWith('\ufeff') ? 1 : 0; at <= text.length;) {
    const line = simpleLineAt(text, at);
    let { end } = line;
    if (line.kind === 'pair') {
      block.pairs.push(at);
    } else if (line.kind === 'table') {
      block = { table: line.table, header: at, pairs: [] };
      blocks.push(block);
    } else if (line.kind === 'unclear') {
      const statement = statementAt(text, at);
      ({ end } = statement);
      if (statement.kind === 'table') {
        block = { table: namesIn(text, statement.name).join('.'), header: at, pairs: [] };
        blocks.push(block);
      } else if (statement.after !== undefined) {
        block.pairs.push(at);
      }
    }
    if (here === undefined && offset <= end) {
      here = { start: at, table: block.table };
    }
    at = end + (text.startsWith('\r\n', end) ? 2 : 1);
  }
  if (here === undefined) {
    return undefined;
  }
  const { start: from } = here;
  const statement = statementAt(text, from);
  const siblingsOf = (table: string) => siblings(text, blocks, table, from);
  const others = () =>
    new Set(
      blocks.flatMap(({ table, header, pairs }) =>
        header === from
          ? []
          : header !== undefined
            ? [table]
            : pairs.flatMap((start) =>
                start === from ? [] : namesIn(text, statementAt(text, start).name).slice(0, 1),
              ),
      ),
    );
  if (statement.kind === 'other') {
    return text.slice(statement.start, offset).trim() === ''
      ? {
          kind: 'key',
          table: here.table,
          key: '',
          span: { start: offset, end: offset },
          complete: false,
          siblings: siblingsOf(here.table),
          tables: others,
        }
      : undefined;
  }
  const complete = statement.after !== undefined;
  if (statement.kind === 'table') {
    return offset < statement.name.start || (statement.after !== undefined && offset >= statement.after)
      ? undefined
      : {
          kind: 'table',
          table: here.table,
          key: '',
          span: statement.name,
          complete,
          siblings: NO_SIBLINGS,
          tables: others,
        };
  }
  const [key, ...above] = namesIn(text, statement.name).reverse();
  const owner = joined(here.table, above.reverse());
  const shared = { table: owner, key: key ?? '', complete, siblings: siblingsOf(owner), tables: others };
  if (statement.after === undefined || offset < statement.after) {
    return offset > statement.name.end && complete ? undefined : { ...shared, kind: 'key', span: statement.name };
  }
  const value = statement.value ?? { start: offset, end: offset };
  return offset > value.end && value.end > value.start
    ? undefined
    : { ...shared, kind: 'value', span: offset < value.start ? { start: offset, end: value.end } : value };
}

const NO_SIBLINGS: Siblings = { has: () => false, names: () => [], valueOf: () => undefined };

/** A header with what is below it; before the first header, without one. */
interface Block {
  readonly table: string;
  readonly header: number | undefined;
  /** Beginnings of the lines with a key. */
  readonly pairs: number[];
}

/** The keys of a table, also those that other tables write with dots, without the one on a line. */
function siblings(text: string, blocks: readonly Block[], wanted: string, without: number): Siblings {
  let starts: ReadonlyMap<string, number> | undefined;
  const all = () => (starts ??= siblingStarts(text, blocks, wanted, without));
  return {
    has: (name) => all().has(name),
    names: () => [...all().keys()],
    valueOf: (name) => {
      const start = all().get(name);
      const found = start === undefined ? undefined : statementAt(text, start);
      return found && (found.value ?? found.name);
    },
  };
}

/** A key that is one name. */
const SINGLE_KEY = /[ \t]*(?:([A-Za-z0-9_-]+)|"([^"\\\n]*)")[ \t]*=/y;

/** @returns where the line of each begins */
function siblingStarts(
  text: string,
  blocks: readonly Block[],
  wanted: string,
  without: number,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { table, pairs } of blocks) {
    if (table !== wanted && table !== '' && !wanted.startsWith(`${table}.`)) {
      continue;
    }
    // In a table above, only what goes down from there counts.
    const [down = ''] = table === wanted ? [] : wanted.slice(table === '' ? 0 : table.length + 1).split('.', 1);
    for (const start of pairs) {
      if (start === without) {
        continue;
      }
      SINGLE_KEY.lastIndex = start;
      const single = SINGLE_KEY.exec(text);
      const name = single?.[1] ?? single?.[2];
      if (name !== undefined) {
        if (table === wanted) {
          found.set(name, start);
        }
      } else if (mayBegin(text, start, table === wanted ? undefined : down)) {
        const [key, ...above] = namesIn(text, statementAt(text, start).name).reverse();
        if (key !== undefined && joined(table, above.reverse()) === wanted) {
          found.set(key, start);
        }
      }
    }
  }
  return found;
}

/** Whether the key on a line may begin with a name: it does, or is quoted. */
function mayBegin(text: string, start: number, name: string | undefined): boolean {
  let at = start;
  while (isBlank(text, at)) {
    at += 1;
  }
  const first = text.charAt(at);
  return first === '"' || first === "'" || (name !== undefined && text.startsWith(name, at));
}

const NEWLINE = 0x0a;
const HASH = 0x23;
const BRACKET = 0x5b;
const END_BRACKET = 0x5d;
const BRACE = 0x7b;
const END_BRACE = 0x7d;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;

/** `key = "value"`, `key = 12`, `[table]`, a comment, nothing: nearly every line there is, without a look at each letter. */
const SIMPLE_PAIR = /[ \t]*(?:[A-Za-z0-9_.-]+|"[^"\\\n]*")[ \t]*=[ \t]*(?:"(?!"")|'(?!'')|[A-Za-z0-9+-])/y;
const SIMPLE_HEADER = /\[([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)\]/y;

type SimpleLine =
  | { readonly kind: 'pair' | 'nothing' | 'unclear'; readonly end: number }
  | { readonly kind: 'table'; readonly table: string; readonly end: number };

/** @returns what certainly ends with its line, and where; the end means nothing where it is `unclear` */
function simpleLineAt(text: string, start: number): SimpleLine {
  switch (text.charCodeAt(start)) {
    case NEWLINE: {
      let end = start;
      while (text.charCodeAt(end + 1) === NEWLINE) {
        end += 1;
      }
      return { kind: 'nothing', end };
    }
    case HASH:
      return { kind: 'nothing', end: endOfLine(text, start) };
    case BRACKET: {
      SIMPLE_HEADER.lastIndex = start;
      const table = SIMPLE_HEADER.exec(text)?.[1];
      return table === undefined
        ? { kind: 'unclear', end: start }
        : { kind: 'table', table, end: endOfLine(text, start) };
    }
    default:
      SIMPLE_PAIR.lastIndex = start;
      return SIMPLE_PAIR.test(text) ? { kind: 'pair', end: endOfLine(text, start) } : { kind: 'unclear', end: start };
  }
}

/** One of the names in a quoted list. */
export interface ListedName extends TextRange {
  readonly name: string;
}

/**
 * Takes a quoted list apart, as aktualizr-lite does: at commas and blanks (docs/api.md §4.4).
 *
 * @param span of the value, with its quotes; one at its end may be missing
 * @returns undefined where it is no text in quotes on one line
 */
export function namesOfList(
  text: string,
  span: TextRange,
): { readonly inner: TextRange; readonly names: ListedName[] } | undefined {
  const raw = text.slice(span.start, span.end);
  const quote = raw.charAt(0);
  if ((quote !== '"' && quote !== "'") || raw.startsWith(quote.repeat(3)) || raw.includes('\n')) {
    return undefined;
  }
  const closed = raw.length > 1 && raw.endsWith(quote);
  const inner = { start: span.start + 1, end: closed ? span.end - 1 : span.end };
  const names = [...text.slice(inner.start, inner.end).matchAll(/[^\s,]+/g)].map(({ 0: name, index }) => ({
    name,
    start: inner.start + index,
    end: inner.start + index + name.length,
  }));
  return { inner, names };
}

const joined = (table: string, names: readonly string[]): string =>
  [table, ...names].filter((name) => name !== '').join('.');

const NAME = /"((?:[^"\\]|\\.)*)"?|'([^']*)'?|[^\s."']+/g;

function namesIn(text: string, { start, end }: TextRange): string[] {
  return [...text.slice(start, end).matchAll(NAME)].map((found) => found[1] ?? found[2] ?? found[0]);
}

/** A table's header alone on its line: it ends a list that somebody has not closed. */
const HEADER_LINE = /^[ \t]*\[\[?[\w."' -]+\]\]?[ \t]*(?:#.*)?\r?$/;
const PAIR_LINE = /^[ \t]*[\w."'-]+[ \t]*=/;

function statementAt(text: string, start: number): Statement {
  const lineEnd = endOfLine(text, start);
  let at = start;
  while (at < lineEnd && isBlank(text, at)) {
    at += 1;
  }
  const nothing = { start: at, end: at };
  const first = text.charAt(at);
  if (at === lineEnd || first === '#') {
    return { kind: 'other', start, end: lineEnd, name: nothing, after: undefined, value: undefined };
  }
  if (first === '[') {
    const open = at + (text.charAt(at + 1) === '[' ? 2 : 1);
    const close = text.indexOf(']', open);
    const end = close < 0 || close > lineEnd ? lineEnd : close;
    const after = end === lineEnd ? undefined : end + 1;
    return { kind: 'table', start, end: lineEnd, name: trimmed(text, open, end), after, value: undefined };
  }
  const equals = findEquals(text, at, lineEnd);
  if (equals === undefined) {
    return { kind: 'key', start, end: lineEnd, name: trimmed(text, at, lineEnd), after: undefined, value: undefined };
  }
  const end = endOfValue(text, equals + 1);
  return {
    kind: 'key',
    start,
    end: endOfLine(text, end),
    name: trimmed(text, at, equals),
    after: equals + 1,
    value: trimmed(text, equals + 1, end),
  };
}

function findEquals(text: string, start: number, end: number): number | undefined {
  for (let at = start; at < end; at++) {
    const char = text.charAt(at);
    if (char === '=') {
      return at;
    }
    if (char === '#') {
      return undefined;
    }
    if (char === '"' || char === "'") {
      // No key is longer than its line, not even one that begins with three quotes.
      at = endOfLineString(text, at, end) - 1;
    }
  }
  return undefined;
}

/** @returns where a value ends: before a comment or the line's end; a longer text or list may be many lines long */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  let lineEnd = endOfLine(text, start);
  for (let at = start; ; at++) {
    if (at >= lineEnd) {
      const next = lineEnd + (text.startsWith('\r\n', lineEnd) ? 2 : 1);
      if (depth <= 0 || next > text.length) {
        return lineEnd;
      }
      const nextEnd = endOfLine(text, next);
      const line = text.slice(next, nextEnd);
      if ((line.includes('[') && HEADER_LINE.test(line)) || (line.includes('=') && PAIR_LINE.test(line))) {
        return lineEnd;
      }
      at = next - 1;
      lineEnd = nextEnd;
      continue;
    }
    switch (text.charCodeAt(at)) {
      case HASH:
        if (depth <= 0) {
          return at;
        }
        at = lineEnd - 1;
        break;
      case BRACKET:
      case BRACE:
        depth += 1;
        break;
      case END_BRACKET:
      case END_BRACE:
        depth -= 1;
        break;
      case QUOTE:
      case APOSTROPHE: {
        const end = endOfString(text, at, lineEnd);
        lineEnd = endOfLine(text, end);
        at = end - 1;
        break;
      }
      default:
    }
  }
}

function endOfLine(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  const end = newline < 0 ? text.length : newline;
  return newline > at && text.charAt(newline - 1) === '\r' ? newline - 1 : end;
}

function trimmed(text: string, start: number, end: number): TextRange {
  let [from, to] = [start, end];
  while (from < to && isBlank(text, from)) {
    from += 1;
  }
  while (to > from && isBlank(text, to - 1)) {
    to -= 1;
  }
  return { start: from, end: to };
}

const isBlank = (text: string, at: number): boolean => {
  const char = text.charAt(at);
  return char === ' ' || char === '\t' || char === '\r';
};
