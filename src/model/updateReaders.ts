import { goFaults, type GoFault, type GoFinding } from './goTomlReader';
import { readIni, withoutQuotes, type IniFault, type IniFile, type IniKey } from './iniReader';
import { quoted, type TextRange, type TomlDocument, type TomlKey, type TomlTable } from './tomlKeys';
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
    | { readonly kind: 'rejected'; readonly fault: IniFault | GoFault }
    /** Of a flag: aktualizr-lite takes `0` and `1` alone, and exits otherwise. */
    | { readonly kind: 'flag'; readonly key: string }
    /** A key before the first table: aktualizr-lite ignores it, and update-server answers every request of the device with 500. */
    | { readonly kind: 'noTable'; readonly key: string }
    /** A comment behind a value: aktualizr-lite takes it for a part of the value. */
    | { readonly kind: 'comment'; readonly key: string; readonly isText: boolean }
    /** aktualizr-lite does not find the key: it is quoted, dotted, or in an inline table or a list of tables. */
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
  goFaults(text, document).forEach((one) => findings.push(goRejection(one)));
  const comments = new CommentFinder(document.comments);
  const lines = new IniLines(text, ini, document.tables);
  for (const key of document.keys) {
    compareKey(text, ini, key, comments, lines).forEach((finding) => findings.push(finding));
  }
  const outside = findings.findIndex(({ kind }) => kind === 'noTable');
  const first = findings[outside];
  if (first !== undefined) {
    findings[outside] = { ...first, fix: intoTable(document) };
  }
  return findings.sort((a, b) => a.start - b.start);
}

function compareKey(
  text: string,
  ini: IniFile,
  key: TomlKey,
  comments: CommentFinder,
  lines: IniLines,
): ReaderFinding[] {
  const [table, name] = key.path;
  if (key.path.length === 1) {
    // An inline table is one, and what is in it is looked at by itself.
    return key.type === 'table' ? [] : [{ ...key.keyRange, kind: 'noTable', key: String(table), fix: undefined }];
  }
  if ((key.inline !== undefined && key.path.length > 2) || typeof name === 'number') {
    // Told of the table around it, or of the list of tables.
    return [];
  }
  // What follows the line that it rejects is never read.
  if (ini.fault !== undefined && key.range.end > ini.fault.start) {
    return [];
  }
  const path = key.path.join('.');
  const within = lines.within(key).map((read): ReaderFinding => {
    const value = withoutQuotes(read.value);
    const fix = key.text === undefined ? undefined : rewritten(key.text, key.valueRange);
    return { ...read.line, kind: 'otherValue', key: `${read.section}.${read.key}`, value, fix };
  });
  if (key.path.length === 2 && isDocumentedFor(String(table), String(name), 'fioup')) {
    return within;
  }
  const read = lines.of(key);
  if (read === undefined) {
    return [{ ...key.keyRange, kind: 'notFound', key: path, fix: plainKey(text, key) }, ...within];
  }
  const comment = comments.onLineOf(text, key.valueRange.end);
  const documented = UPDATE_KEYS.find((one) => `${one.table}.${one.key}` === path);
  if (documented?.flag === true && !FLAG.test(withoutQuotes(read.value))) {
    // Whatever makes it so, aktualizr-lite does not start with it.
    const { fix } =
      comment === undefined
        ? { fix: flagFix(key.text ?? read.value, key.valueRange) }
        : commentAbove(text, key, comment);
    return [{ ...key.valueRange, kind: 'flag', key: path, fix }, ...within];
  }
  if (comment !== undefined) {
    const isText = key.type === 'string';
    return [{ ...comment, kind: 'comment', key: path, isText, ...commentAbove(text, key, comment) }, ...within];
  }
  return [...compareValue(text, key, path, read), ...within];
}

function compareValue(text: string, key: TomlKey, path: string, read: IniKey): ReaderFinding[] {
  const documented = UPDATE_KEYS.find((one) => `${one.table}.${one.key}` === path);
  const value = withoutQuotes(read.value);
  const range = key.valueRange;
  if (key.text === undefined) {
    return isSameWithoutQuotes(key, read.value)
      ? []
      : [{ ...range, kind: 'otherValue', key: path, value, fix: decimal(text, key) }];
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

/** Whether a value without quotes means the same as a TOML value and as the text that INI takes it for. */
function isSameWithoutQuotes({ type }: TomlKey, written: string): boolean {
  switch (type) {
    case 'array':
    case 'table':
      return false;
    case 'integer':
      return /^[+-]?(?:0|[1-9]\d*)$/.test(written);
    case 'float':
      return !written.includes('_');
    default:
      return true;
  }
}

function goRejection({ kind: fault, start, end, right }: GoFinding): ReaderFinding {
  const fix = right === undefined ? undefined : { start, end, text: right };
  return { start, end, kind: 'rejected', fault, fix };
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

function decimal(text: string, { type, valueRange: range }: TomlKey): Change | undefined {
  const written = text.slice(range.start, range.end).replaceAll('_', '');
  if (type === 'float') {
    return { ...range, text: written };
  }
  const number = type === 'integer' ? Number(written) : Number.NaN;
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

/** Finds the lines of INI that a key of TOML is on; asked in the order of the text. */
class IniLines {
  private readonly byStart: ReadonlyMap<number, IniKey>;
  /** Of the next table. */
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly ini: IniFile,
    private readonly tables: readonly TomlTable[],
  ) {
    this.byStart = new Map(ini.keys.map((key) => [key.line.start, key]));
  }

  /** @returns the line of the key where INI has the same key in the same section there */
  of({ path, range, inline }: TomlKey): IniKey | undefined {
    const table = this.tableAt(range.start);
    if (inline !== undefined || table === undefined || table.isArray || path.length !== table.path.length + 1) {
      return undefined;
    }
    const { header } = table;
    const section =
      table.path.length === 1 ? String(table.path[0]) : this.text.slice(header.start + 1, header.end - 1).trim();
    const read = this.byStart.get(this.text.lastIndexOf('\n', range.start - 1) + 1);
    return read?.section === section && read.key === String(path.at(-1)) ? read : undefined;
  }

  /** @returns keys of INI on the further lines of a value over several lines */
  within({ range, valueRange }: TomlKey): readonly IniKey[] {
    const { keys } = this.ini;
    let [low, high] = [0, keys.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((keys[middle]?.line.start ?? 0) <= range.start) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    let end = low;
    while ((keys[end]?.line.start ?? Number.POSITIVE_INFINITY) < valueRange.end) {
      end += 1;
    }
    return keys.slice(low, end);
  }

  private tableAt(start: number): TomlTable | undefined {
    while ((this.tables[this.at]?.header.start ?? Number.POSITIVE_INFINITY) < start) {
      this.at += 1;
    }
    return this.tables[this.at - 1];
  }
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
