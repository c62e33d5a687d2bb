import { appsOf, listOf, splitNames, type AppsSetting } from './appsSetting';
import {
  isBelow,
  quoted,
  readToml,
  type Read,
  type TextRange,
  type TomlDocument,
  type TomlKey,
  type TomlProblem,
  type TomlTable,
} from './tomlKeys';

export type { Read, TextRange, TomlKey, TomlProblem, TomlTable } from './tomlKeys';

/** What `z-50-fioctl.toml` says (foundries-api.md §4.4). */
export interface UpdateSettings {
  /** Tags of the device; undefined where the key is missing: the device keeps its own. One is the supported number. */
  readonly tags: readonly string[] | undefined;
  /** `unclear` where `compose_apps` is no text, so that nobody can say what a device makes of it. */
  readonly composeApps: AppsSetting | { readonly kind: 'unclear' };
  /** fioctl's twin of `compose_apps`, which devices ignore; undefined where the key is missing. */
  readonly dockerApps: AppsSetting | undefined;
  /** Every key with its place, these three included. */
  readonly keys: readonly TomlKey[];
  readonly tables: readonly TomlTable[];
  readonly comments: readonly TextRange[];
}

/** A key of `[pacman]` to write; undefined: to remove. */
export interface SettingsEdit {
  readonly key: string;
  readonly value: string | undefined;
}

/** Text to put in the place of a range. */
export interface TextChange extends TextRange {
  readonly text: string;
}

const TABLE = 'pacman';

/** Reads the text of `z-50-fioctl.toml`. A text that is no TOML 1.0 is a problem, with its place. */
export function readUpdateSettings(text: string): Read<UpdateSettings> {
  const read = readToml(text);
  if (!read.ok) {
    return read;
  }
  const { value: document } = read;
  const find = (key: string) => document.keys.find(({ path }) => isKey(path, key));
  const tags = find('tags')?.text;
  const composeApps = find('compose_apps');
  const dockerApps = find('docker_apps')?.text;
  return {
    ok: true,
    value: {
      ...document,
      tags: tags === undefined ? undefined : splitNames(tags),
      composeApps:
        (composeApps !== undefined && composeApps.text === undefined) ||
        inTheWay(document, 'compose_apps') !== undefined
          ? { kind: 'unclear' }
          : appsOf(composeApps?.text),
      dockerApps: dockerApps === undefined ? undefined : appsOf(dockerApps),
    },
  };
}

/** Changes which apps run. The CLI's twin key follows where the file has it, so that `fioctl` reads the same. */
export function withApps(text: string, setting: AppsSetting): Read<string> {
  const value = listOf(setting);
  const read = readUpdateSettings(text);
  if (!read.ok) {
    return read;
  }
  const twin = read.value.keys.some(({ path }) => isKey(path, 'docker_apps'));
  const edits = ['compose_apps', ...(twin ? ['docker_apps'] : [])].map((key) => ({ key, value }));
  return editSettings(text, edits);
}

/** Changes the tag that the device follows. @param tag undefined: the device's own */
export function withTag(text: string, tag: string | undefined): Read<string> {
  return editSettings(text, [{ key: 'tags', value: tag }]);
}

/**
 * Writes and removes keys of `[pacman]`, and leaves every other byte as it is: comments, order, spacing, line ends. A key
 * that is so already is not written again. A file that is no TOML, or in which the place is taken by something else, is a
 * problem.
 */
export function editSettings(text: string, edits: readonly SettingsEdit[]): Read<string> {
  let edited = text;
  for (const edit of edits) {
    const change = changeFor(edited, edit);
    if (!change.ok) {
      return change;
    }
    edited = applyChange(edited, change.value);
  }
  return { ok: true, value: edited };
}

/** @returns the text with a change made */
export function applyChange(text: string, change: TextChange | undefined): string {
  return change === undefined ? text : text.slice(0, change.start) + change.text + text.slice(change.end);
}

/** @returns the smallest change that writes or removes a key of `[pacman]`; undefined where it is so already */
export function changeFor(text: string, { key, value }: SettingsEdit): Read<TextChange | undefined> {
  const read = readToml(text);
  if (!read.ok) {
    return read;
  }
  const document = read.value;
  const obstacle = inTheWay(document, key);
  if (obstacle !== undefined) {
    const { message, offset } = obstacle;
    return { ok: false, problem: { message, offset, line: text.slice(0, offset).split('\n').length } };
  }
  const existing = document.keys.find(({ path }) => isKey(path, key));
  return {
    ok: true,
    value:
      value === undefined
        ? existing && removal(text, document, existing)
        : existing === undefined
          ? insertion(text, document, key, value)
          : existing.text === value
            ? undefined
            : { ...existing.valueRange, text: quoted(value) },
  };
}

/** What has the name of the table or of the key and is something else, so that the key has no place. */
function inTheWay(document: TomlDocument, key: string): Pick<TomlProblem, 'message' | 'offset'> | undefined {
  const list = document.tables.find(({ path, isArray }) => isArray && path.length === 2 && path[0] === TABLE);
  if (list !== undefined) {
    return { message: `${TABLE} is a list of tables here, not a table`, offset: list.header.start };
  }
  const scalar = document.keys.find(({ path, type }) => path.length === 1 && path[0] === TABLE && type !== 'table');
  if (scalar !== undefined) {
    return { message: `${TABLE} is a value here, not a table`, offset: scalar.range.start };
  }
  const message = `${TABLE}.${key} is a table here, not a text`;
  const table = document.tables.find(({ path }) => isBelow(path, [TABLE, key]));
  if (table !== undefined) {
    return { message, offset: table.header.start };
  }
  const dotted = document.keys.find(({ path }) => path.length > 2 && isBelow(path, [TABLE, key]));
  return dotted && { message, offset: dotted.range.start };
}

function insertion(text: string, document: TomlDocument, key: string, value: string): TextChange {
  const pair = `${key} = ${quoted(value)}`;
  const isOfTable = ({ path }: TomlKey) => path.length >= 2 && path[0] === TABLE;
  const inline = document.keys.find(({ path, type }) => path.length === 1 && path[0] === TABLE && type === 'table');
  if (inline !== undefined) {
    const { start } = inline.valueRange;
    const last = document.keys.findLast((entry) => entry.inline?.start === start);
    return last === undefined
      ? insert(start + 1, ` ${pair} `.replace(/ $/, spaceBefore(text, inline)))
      : insert(last.range.end, `, ${pair}`);
  }
  const eol = lineEnd(text);
  const header = document.tables.find(({ path, isArray }) => path.length === 1 && path[0] === TABLE && !isArray);
  if (header !== undefined) {
    const own = ({ range }: TomlKey) =>
      range.start > header.header.start && range.start < endOfTable(text, document, header);
    const last = document.keys.findLast((entry) => isOfTable(entry) && entry.inline === undefined && own(entry));
    const indent = last === undefined ? INDENT : indentOf(text, last.range.start);
    return insert(endOfLine(text, last?.range.end ?? header.header.end), `${eol}${indent}${pair}`);
  }
  const dotted = document.keys.findLast((entry) => isOfTable(entry) && isAtRoot(document, entry));
  if (dotted !== undefined) {
    const written = text.slice(dotted.keyRange.start, dotted.keyRange.end);
    const table = /^\s*("(?:[^"\\]|\\.)*"|'[^']*'|[^.\s]+)/.exec(written)?.[1] ?? TABLE;
    const indent = indentOf(text, dotted.range.start);
    return insert(endOfLine(text, dotted.range.end), `${eol}${indent}${table}.${pair}`);
  }
  const isEmpty = text.replace(/^\ufeff/, '').trim() === '';
  const endsLine = isEmpty || text.endsWith('\n');
  // As fioctl writes it: a blank line before the table, two blanks before the key.
  return insert(text.length, `${endsLine ? '' : eol}${eol}[${TABLE}]${eol}${INDENT}${pair}${endsLine ? eol : ''}`);
}

const INDENT = '  ';

const insert = (at: number, text: string): TextChange => ({ start: at, end: at, text });

/** `{}` gets a blank on both sides, `{ }` has one already. */
const spaceBefore = (text: string, { valueRange }: TomlKey): string =>
  text.charAt(valueRange.start + 1) === '}' ? ' ' : '';

/** A line goes as a whole, but a comment at its end stays. */
function removal(text: string, document: TomlDocument, { range, inline }: TomlKey): TextChange {
  if (inline !== undefined) {
    const siblings = document.keys.filter((entry) => entry.inline?.start === inline.start);
    const at = siblings.findIndex((entry) => entry.range.start === range.start);
    const next = siblings[at + 1];
    const previous = siblings[at - 1];
    if (next !== undefined) {
      return { start: range.start, end: next.range.start, text: '' };
    }
    return { start: previous?.range.end ?? range.start, end: range.end, text: '' };
  }
  const end = endOfLine(text, range.end);
  const comment = document.comments.find(({ start }) => start >= range.end && start < end);
  if (comment !== undefined) {
    return { start: range.start, end: comment.start, text: '' };
  }
  const start = range.start - indentOf(text, range.start).length;
  const next = text.startsWith('\r\n', end) ? end + 2 : Math.min(text.length, end + 1);
  return { start, end: next, text: '' };
}

const isKey = (path: readonly (string | number)[], key: string): boolean =>
  path.length === 2 && path[0] === TABLE && path[1] === key;

/** Whether a key stands before all tables. */
function isAtRoot(document: TomlDocument, { range, inline }: TomlKey): boolean {
  return inline === undefined && range.start < (document.tables[0]?.header.start ?? Number.POSITIVE_INFINITY);
}

function endOfTable(text: string, document: TomlDocument, table: TomlTable): number {
  return document.tables.find(({ header }) => header.start > table.header.start)?.header.start ?? text.length;
}

/** @returns where the line ends that a place is on, before its line break */
function endOfLine(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  const end = newline < 0 ? text.length : newline;
  return end > at && text.charAt(end - 1) === '\r' && newline >= 0 ? end - 1 : end;
}

function indentOf(text: string, at: number): string {
  let start = at;
  while (text.charAt(start - 1) === ' ' || text.charAt(start - 1) === '\t') {
    start -= 1;
  }
  return text.slice(start, at);
}

const lineEnd = (text: string): string => (/\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n');
