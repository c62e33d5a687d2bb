import type { TextRange, TomlDocument, TomlKey } from './tomlKeys';

/**
 * Writes a table the one way that INI readers know: a `[name]` header with plain keys below. A quoted header or key loses its
 * quotes; dotted keys and an inline table go into a table at the end of the text; a byte order mark goes.
 *
 * @returns the text; the same text where it is so already, or where the table is missing
 */
export function withPlainTable(written: string, document: TomlDocument, table: string): string {
  const firstTable = document.tables[0]?.header.start ?? Number.POSITIVE_INFINITY;
  const whole = document.keys.filter(({ path }) => path.length === 1 && path[0] === table);
  const inline = whole.find(({ type }) => type === 'table')?.valueRange.start;
  // Its entries that have no line below a header.
  const moved = document.keys.filter(
    (key) =>
      key.path.length > 1 &&
      key.path[0] === table &&
      key.range.start < firstTable &&
      (key.inline === undefined || key.inline.start === inline),
  );
  const header = document.tables.find(({ path, isArray }) => path.length === 1 && path[0] === table && !isArray);
  const gone = [...whole, ...moved].filter((key) => key.inline === undefined);
  const changes = [
    ...gone.map(({ range }) => lineRemoval(written, document, range)),
    ...(header === undefined ? [] : plainKeys(written, document, table, header.header)),
  ];
  const text = withChanges(written, changes).replace(/^\ufeff/, '');
  if (gone.length === 0) {
    return text;
  }
  const eol = text.includes('\r\n') || written.includes('\r\n') ? '\r\n' : '\n';
  const lines = moved.map(
    (key) => `  ${keyBelow(written, key)} = ${written.slice(key.valueRange.start, key.valueRange.end)}`,
  );
  const before = text === '' || text.endsWith('\n') ? text : `${text}${eol}`;
  return `${before}${eol}[${table}]${eol}${lines.map((line) => `${line}${eol}`).join('')}`;
}

interface Change extends TextRange {
  readonly text: string;
}

/** Makes changes that do not overlap, all at once: each on its own would copy the whole text. */
function withChanges(text: string, changes: readonly Change[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const change of [...changes].sort((a, b) => a.start - b.start)) {
    parts.push(text.slice(at, change.start), change.text);
    at = change.end;
  }
  return [...parts, text.slice(at)].join('');
}

/** Removes what stands there with the rest of its line; a comment behind it stays, on a line of its own. */
function lineRemoval(text: string, { comments }: TomlDocument, { start, end }: TextRange): Change {
  const newline = text.indexOf('\n', end);
  const lineEnd = newline < 0 ? text.length : newline + 1;
  const comment = firstFrom(comments, end);
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const from = text.slice(lineStart, start).replace('\ufeff', '').trim() === '' ? lineStart : start;
  return comment === undefined || comment.start >= lineEnd
    ? { start: from, end: lineEnd, text: '' }
    : { start, end: comment.start, text: '' };
}

/** @returns the first of the ranges, which are in the order of the text, that begins there or later */
function firstFrom(ranges: readonly TextRange[], at: number): TextRange | undefined {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.start ?? 0) < at) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return ranges[low];
}

function plainKeys(text: string, document: TomlDocument, table: string, header: TextRange): Change[] {
  const next = document.tables.find((one) => one.header.start > header.start)?.header.start ?? text.length;
  const changes = document.keys.flatMap(({ path, keyRange }): Change[] => {
    const isOwn = path.length === 2 && path[0] === table && keyRange.start > header.start && keyRange.start < next;
    const name = String(path[1]);
    const isWrittenSo = text.slice(keyRange.start, keyRange.end) === name;
    return isOwn && /^[\w-]+$/.test(name) && !isWrittenSo ? [{ ...keyRange, text: name }] : [];
  });
  const isPlain = text.slice(header.start + 1, header.end - 1).trim() === table;
  return isPlain ? changes : [...changes, { ...header, text: `[${table}]` }];
}

/** The key as it is written below the table: without the table's own name and its dot. */
function keyBelow(text: string, { keyRange, inline, path }: TomlKey): string {
  const written = text.slice(keyRange.start, keyRange.end);
  const name = String(path[1]);
  if (path.length === 2 && /^[\w-]+$/.test(name)) {
    return name;
  }
  return inline === undefined ? written.replace(/^\s*(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^.\s]+)\s*\.\s*/, '') : written;
}
