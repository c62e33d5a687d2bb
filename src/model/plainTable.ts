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
  let text = written;
  const inReverse = [...whole, ...moved]
    .filter(({ inline }) => inline === undefined)
    .sort((a, b) => b.range.start - a.range.start);
  for (const { range } of inReverse) {
    text = withoutLine(text, document, range);
  }
  if (header !== undefined) {
    text = withPlainKeys(text, document, table, header.header);
  }
  text = text.replace(/^\ufeff/, '');
  if (inReverse.length === 0) {
    return text;
  }
  const eol = text.includes('\r\n') || written.includes('\r\n') ? '\r\n' : '\n';
  const lines = moved.map(
    (key) => `  ${keyBelow(written, key)} = ${written.slice(key.valueRange.start, key.valueRange.end)}`,
  );
  const before = text === '' || text.endsWith('\n') ? text : `${text}${eol}`;
  return `${before}${eol}[${table}]${eol}${lines.map((line) => `${line}${eol}`).join('')}`;
}

/** Removes what stands there with the rest of its line; a comment behind it stays, on a line of its own. */
function withoutLine(text: string, document: TomlDocument, { start, end }: TextRange): string {
  const newline = text.indexOf('\n', end);
  const lineEnd = newline < 0 ? text.length : newline + 1;
  const comment = document.comments.find((one) => one.start >= end && one.start < lineEnd);
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const from = text.slice(lineStart, start).replace('\ufeff', '').trim() === '' ? lineStart : start;
  return text.slice(0, comment === undefined ? from : start) + text.slice(comment?.start ?? lineEnd);
}

function withPlainKeys(text: string, document: TomlDocument, table: string, header: TextRange): string {
  const next = document.tables.find((one) => one.header.start > header.start)?.header.start ?? text.length;
  let plain = text;
  for (const { path, keyRange } of [...document.keys].reverse()) {
    const isOwn = path.length === 2 && path[0] === table && keyRange.start > header.start && keyRange.start < next;
    const name = String(path[1]);
    if (isOwn && /^[\w-]+$/.test(name) && plain.slice(keyRange.start, keyRange.end) !== name) {
      plain = plain.slice(0, keyRange.start) + name + plain.slice(keyRange.end);
    }
  }
  const isPlain = plain.slice(header.start + 1, header.end - 1).trim() === table;
  return isPlain ? plain : `${plain.slice(0, header.start)}[${table}]${plain.slice(header.end)}`;
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
