import { readIni, withoutQuotes, type IniFault, type IniFile, type IniKey } from './iniReader';
import { quoted, type TextRange, type TomlDocument, type TomlKey } from './tomlKeys';
import { UPDATE_KEYS } from './updateKeys';

/** Text to put in the place of a range. */
interface Change extends TextRange {
  readonly text: string;
}

/** What the programs that read `z-50-fioctl.toml` do not all read alike (docs/api.md §4.4). */
export type ReaderFinding = TextRange & {
  /** Makes all of them read the same; undefined where nobody can say how. */
  readonly fix: Change | undefined;
  /** A second change that belongs to the fix, further on in the text. */
  readonly twinFix?: Change;
} & (
    | { readonly kind: 'rejected'; readonly fault: IniFault }
    /** Of a flag: aktualizr-lite takes `0` and `1` alone, and exits otherwise. */
    | { readonly kind: 'flag'; readonly key: string }
    /** A key before the first table: aktualizr-lite ignores it, and update-server answers every request of the device with 500. */
    | { readonly kind: 'noTable'; readonly key: string }
    /** A comment behind a value: aktualizr-lite takes it for a part of the value. */
    | { readonly kind: 'comment'; readonly key: string; readonly isText: boolean }
    /** aktualizr-lite does not find the key: it is quoted, dotted or in an inline table. */
    | { readonly kind: 'notFound'; readonly key: string }
    /** aktualizr-lite reads another value. */
    | { readonly kind: 'otherValue'; readonly key: string; readonly value: string }
    /** A list without commas, which is one name for fioup. */
    | { readonly kind: 'noCommas'; readonly key: string }
  );

/** @returns whether a program rejects the whole file because of it, so that it must not be saved */
export function isRejection({ kind }: { readonly kind: string }): boolean {
  return kind === 'rejected' || kind === 'flag' || kind === 'noTable';
}

const FLAG = /^[01]$/;

/** @returns where the readers of `z-50-fioctl.toml` differ, in the order of the text; `document` is the same text as TOML */
export function compareReaders(text: string, document: TomlDocument): ReaderFinding[] {
  const ini = readIni(text);
  // Where the mark is before a comment with an equals sign, the line is read as a key: nobody means that.
  const fault = text.startsWith('\ufeff') ? ({ start: 0, end: 1, kind: 'byteOrderMark' } as const) : ini.fault;
  const findings: ReaderFinding[] = fault === undefined ? [] : [rejection(text, document, fault)];
  const comments = new CommentFinder(document.comments);
  for (const key of document.keys) {
    compareKey(text, ini, key, comments).forEach((finding) => findings.push(finding));
  }
  const outside = findings.findIndex(({ kind }) => kind === 'noTable');
  const first = findings[outside];
  if (first !== undefined) {
    findings[outside] = { ...first, fix: intoTable(document) };
  }
  return findings.sort((a, b) => a.start - b.start);
}

function compareKey(text: string, ini: IniFile, key: TomlKey, comments: CommentFinder): ReaderFinding[] {
  const [table, name, ...deeper] = key.path;
  if (key.path.length === 1 && key.type !== 'table') {
    return [{ ...key.keyRange, kind: 'noTable', key: String(table), fix: undefined }];
  }
  if (
    typeof table !== 'string' ||
    typeof name !== 'string' ||
    deeper.length > 0 ||
    isDocumentedFor(table, name, 'fioup')
  ) {
    return [];
  }
  const path = `${table}.${name}`;
  const read = ini.find(table, name);
  // What follows the line that it rejects is never read.
  if (ini.fault !== undefined && (read === undefined || key.range.end > ini.fault.start)) {
    return [];
  }
  if (read === undefined || key.range.start < read.line.start || key.range.start > read.line.end) {
    return [{ ...key.keyRange, kind: 'notFound', key: path, fix: plainKey(text, key) }];
  }
  const comment = comments.onLineOf(text, key.valueRange.end);
  const documented = UPDATE_KEYS.find((one) => `${one.table}.${one.key}` === path);
  if (documented?.flag === true && !FLAG.test(withoutQuotes(read.value))) {
    // Whatever makes it so, aktualizr-lite does not start with it.
    const { fix } =
      comment === undefined
        ? { fix: flagFix(key.text ?? read.value, key.valueRange) }
        : commentAbove(text, key, comment);
    return [{ ...key.valueRange, kind: 'flag', key: path, fix }];
  }
  if (comment !== undefined) {
    const isText = key.type === 'string';
    return [{ ...comment, kind: 'comment', key: path, isText, ...commentAbove(text, key, comment) }];
  }
  return compareValue(text, key, path, read);
}

function compareValue(text: string, key: TomlKey, path: string, read: IniKey): ReaderFinding[] {
  const documented = UPDATE_KEYS.find((one) => `${one.table}.${one.key}` === path);
  const value = withoutQuotes(read.value);
  const range = key.valueRange;
  if (key.text === undefined) {
    // A number or flag without quotes is the same for all; what else there is has the wrong type anyway.
    const isSame = key.type !== 'integer' || /^[+-]?(?:0|[1-9]\d*)$/.test(read.value);
    return isSame ? [] : [{ ...range, kind: 'otherValue', key: path, value: read.value, fix: decimal(text, range) }];
  }
  if (value !== key.text) {
    return [{ ...range, kind: 'otherValue', key: path, value, fix: rewritten(key.text, range) }];
  }
  const list = key.text.trim();
  if (documented?.names !== undefined && /[^\s,]\s+[^\s,]/.test(list)) {
    const names = list.split(/[\s,]+/).filter((name) => name !== '');
    return [{ ...range, kind: 'noCommas', key: path, fix: { ...range, text: quoted(names.join(',')) } }];
  }
  return [];
}

function rejection(text: string, document: TomlDocument, fault: NonNullable<IniFile['fault']>): ReaderFinding {
  const { kind: reason, start, end } = fault;
  if (reason === 'byteOrderMark') {
    return { start: 0, end, kind: 'rejected', fault: reason, fix: { start: 0, end: 1, text: '' } };
  }
  const around = document.keys.find(({ valueRange }) => valueRange.start < start && valueRange.end > start);
  const fix = around?.text === undefined ? undefined : rewritten(around.text, around.valueRange);
  const range = around?.valueRange ?? { start: start + blanksAt(text, start), end };
  return { ...range, kind: 'rejected', fault: reason, fix };
}

const isDocumentedFor = (table: string, key: string, program: 'fioup'): boolean =>
  UPDATE_KEYS.some((one) => one.table === table && one.key === key && one.only === program);

/** Keys before the first table go into the table that they are documented in, where all are in one that is not there yet. */
function intoTable(document: TomlDocument): Change | undefined {
  const outside = document.keys.filter(({ path, type }) => path.length === 1 && type !== 'table');
  const tables = new Set(outside.map(({ path }) => UPDATE_KEYS.find(({ key }) => key === String(path[0]))?.table));
  const [first] = outside;
  const [table] = tables;
  const isThere =
    document.tables.some(({ path }) => path[0] === table) ||
    document.keys.some(({ path, inline }) => inline === undefined && path.length > 1 && path[0] === table);
  return first === undefined || table === undefined || tables.size > 1 || isThere || first !== document.keys[0]
    ? undefined
    : { start: first.range.start, end: first.range.start, text: `[${table}]\n` };
}

/** A quoted key without its quotes. */
function plainKey(text: string, { keyRange, path, inline }: TomlKey): Change | undefined {
  const name = String(path.at(-1));
  const written = text.slice(keyRange.start, keyRange.end);
  return inline === undefined &&
    /^["']/.test(written) &&
    /^[\w-]+$/.test(name) &&
    !/^(?:"[^"]*"|'[^']*')\s*\./.test(written)
    ? { ...keyRange, text: name }
    : undefined;
}

/** Moves a comment from behind a value to a line of its own, above. */
export function commentAbove(text: string, key: TomlKey, comment: TextRange): { fix: Change; twinFix: Change } {
  const start = text.lastIndexOf('\n', key.range.start - 1) + 1;
  const indent = text.slice(start, start + blanksAt(text, start));
  const eol = /\r?\n/.exec(text)?.[0] ?? '\n';
  return {
    fix: { start, end: start, text: `${indent}${text.slice(comment.start, comment.end)}${eol}` },
    twinFix: { start: key.valueRange.end, end: comment.end, text: '' },
  };
}

/** A text as all readers read it; undefined where INI cannot have it. */
function rewritten(value: string, range: TextRange): Change | undefined {
  const plain = quoted(value);
  return plain === `"${value}"` ? { ...range, text: plain } : undefined;
}

function decimal(text: string, range: TextRange): Change | undefined {
  const number = Number(text.slice(range.start, range.end).replaceAll('_', ''));
  return Number.isSafeInteger(number) ? { ...range, text: String(number) } : undefined;
}

function flagFix(value: string, range: TextRange): Change | undefined {
  const word = value.trim().toLowerCase();
  const is = /^(?:1|true|yes|on)$/.test(word) ? '1' : /^(?:0|false|no|off|)$/.test(word) ? '0' : undefined;
  return is === undefined ? undefined : { ...range, text: quoted(is) };
}

function blanksAt(text: string, start: number): number {
  let at = start;
  while (text.charAt(at) === ' ' || text.charAt(at) === '\t') {
    at += 1;
  }
  return at - start;
}

/** Finds comments on the line of a value; asked in the order of the text. */
class CommentFinder {
  private at = 0;

  constructor(private readonly comments: readonly TextRange[]) {}

  onLineOf(text: string, valueEnd: number): TextRange | undefined {
    while (this.at > 0 && (this.comments[this.at - 1]?.start ?? 0) >= valueEnd) {
      this.at -= 1;
    }
    while (this.at < this.comments.length && (this.comments[this.at]?.start ?? 0) < valueEnd) {
      this.at += 1;
    }
    const next = this.comments[this.at];
    return next !== undefined && !text.slice(valueEnd, next.start).includes('\n') ? next : undefined;
  }
}
