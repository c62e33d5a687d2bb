/**
 * TOML as the server reads it to merge files: go-toml 1 (foundriesio/update-server `go.mod`), decoded into tables of keys
 * (`server/gateway/handlers_config.go`). What that does not take, it rejects with the whole configuration.
 */

/** A text, something else as it is written in one line, a list, or a table. */
export type TomlValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'other'; readonly written: string }
  | { readonly kind: 'list'; readonly items: TomlValue[] }
  | TomlTable;

export interface TomlTable {
  readonly kind: 'table';
  readonly keys: Map<string, TomlValue>;
}

class NotToml extends Error {}

/** @returns the tables by name; undefined where the file is rejected: it is no TOML, or holds something beside tables */
export function decodeTables(source: string): ReadonlyMap<string, TomlTable> | undefined {
  try {
    const tables = new Map<string, TomlTable>();
    for (const [name, value] of new Reader(source).document().keys) {
      if (value.kind !== 'table') {
        return undefined;
      }
      tables.set(name, value);
    }
    return tables;
  } catch (error) {
    if (error instanceof NotToml) {
      return undefined;
    }
    throw error;
  }
}

/** @returns tables as the server writes them: sorted, without comments, texts in double quotes */
export function encodeTables(tables: ReadonlyMap<string, TomlTable>): string {
  return sorted(tables)
    .map(([name, table]) => encodeTable([name], table))
    .join('\n');
}

function encodeTable(path: readonly string[], { keys }: TomlTable): string {
  const pairs = sorted(keys);
  const lines = pairs.flatMap(([key, value]) =>
    value.kind === 'table' ? [] : [`${encodeKey(key)} = ${encodeValue(value)}\n`],
  );
  const below = pairs.flatMap(([key, value]) => (value.kind === 'table' ? [encodeTable([...path, key], value)] : []));
  return [`[${path.map(encodeKey).join('.')}]\n${lines.join('')}`, ...below].join('\n');
}

function encodeValue(value: TomlValue): string {
  switch (value.kind) {
    case 'text':
      return encodeText(value.text);
    case 'other':
      return value.written;
    case 'list':
      return `[${value.items.map(encodeValue).join(', ')}]`;
    case 'table':
      return `{${sorted(value.keys)
        .map(([key, one]) => `${encodeKey(key)} = ${encodeValue(one)}`)
        .join(', ')}}`;
  }
}

const encodeKey = (key: string): string => (/^[\w-]+$/.test(key) ? key : encodeText(key));

const encodeText = (text: string): string =>
  `"${text.replace(
    // eslint-disable-next-line no-control-regex
    /["\\\u0000-\u001f]/g,
    (char) => ESCAPED[char] ?? `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  )}"`;

const ESCAPED: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
};
const UNESCAPED = new Map(Object.entries(ESCAPED).map(([char, escape]) => [escape.charAt(1), char]));

const sorted = <T>(map: ReadonlyMap<string, T>): [string, T][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

const BARE_KEY = /[\w-]+/y;
const MOMENT = /(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?/y;
const WORD = /[^\s,\]}#]+/y;
const FLOAT = /^[+-]?(?:(?:0|[1-9](?:_?\d)*)(?:\.\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?|inf|nan)$/;
const INTEGER = /^[+-]?(?:0|[1-9](?:_?\d)*)$|^0(?:x[\da-fA-F](?:_?[\da-fA-F])*|o[0-7](?:_?[0-7])*|b[01](?:_?[01])*)$/;
/** No list or table is deeper. */
const DEEPEST = 100;

class Reader {
  private at = 0;
  private depth = 0;
  /** Tables that a header or inline table has defined already. */
  private readonly closed = new Set<TomlTable>();

  constructor(private readonly source: string) {
    this.at = source.startsWith('\ufeff') ? 1 : 0;
  }

  document(): TomlTable {
    const root: TomlTable = { kind: 'table', keys: new Map() };
    let table = root;
    while (this.nextLine()) {
      if (this.takes('[')) {
        const isList = this.takes('[');
        const start = this.at;
        const path = this.path();
        // Its lexer ends a header at the first bracket.
        if (/[[\]]/.test(this.source.slice(start, this.at))) {
          throw new NotToml();
        }
        this.expect(isList ? ']]' : ']');
        table = isList ? this.newItem(root, path) : this.header(root, path);
      } else {
        this.pair(table);
      }
      this.endOfLine();
    }
    return root;
  }

  private header(root: TomlTable, path: readonly string[]): TomlTable {
    const table = path.reduce((above, name) => this.below(above, name), root);
    if (this.closed.has(table)) {
      throw new NotToml();
    }
    this.closed.add(table);
    return table;
  }

  private newItem(root: TomlTable, path: readonly string[]): TomlTable {
    const above = path.slice(0, -1).reduce((table, name) => this.below(table, name), root);
    const name = path.at(-1) ?? '';
    const known = above.keys.get(name);
    if (known !== undefined && known.kind !== 'list') {
      throw new NotToml();
    }
    const item: TomlTable = { kind: 'table', keys: new Map() };
    if (known === undefined) {
      above.keys.set(name, { kind: 'list', items: [item] });
    } else {
      known.items.push(item);
    }
    return item;
  }

  /** The table of a name in another, made where it is not there; of a list of tables the last. */
  private below(table: TomlTable, name: string): TomlTable {
    const known = table.keys.get(name);
    const found = known?.kind === 'list' ? known.items.at(-1) : known;
    if (found !== undefined && found.kind !== 'table') {
      throw new NotToml();
    }
    const made: TomlTable = found ?? { kind: 'table', keys: new Map() };
    if (found === undefined) {
      table.keys.set(name, made);
    }
    return made;
  }

  private pair(table: TomlTable): void {
    const path = this.path();
    this.expect('=');
    this.blanks();
    const above = path.slice(0, -1).reduce((one, name) => this.below(one, name), table);
    const name = path.at(-1) ?? '';
    if (above.keys.has(name)) {
      throw new NotToml();
    }
    above.keys.set(name, this.value());
  }

  private path(): string[] {
    const path: string[] = [];
    do {
      this.blanks();
      const char = this.source.charAt(this.at);
      path.push(char === '"' || char === "'" ? this.quotedKey(char) : this.match(BARE_KEY));
      this.blanks();
    } while (this.takes('.'));
    return path;
  }

  private quotedKey(quote: string): string {
    const start = this.at;
    const key = this.text(quote);
    // Its lexer takes no escaped quote.
    if (this.source.slice(start, this.at).includes('\\"')) {
      throw new NotToml();
    }
    return key;
  }

  private value(): TomlValue {
    const char = this.source.charAt(this.at);
    if (char === '"' || char === "'") {
      const isLong = this.source.startsWith(char.repeat(3), this.at);
      return { kind: 'text', text: isLong ? this.longText(char) : this.text(char) };
    }
    if (char !== '[' && char !== '{') {
      return { kind: 'other', written: this.other() };
    }
    this.at += 1;
    this.depth += 1;
    if (this.depth > DEEPEST) {
      throw new NotToml();
    }
    const value = char === '[' ? this.list() : this.inlineTable();
    this.depth -= 1;
    return value;
  }

  private list(): TomlValue {
    const items: TomlValue[] = [];
    while (this.nextLine() && this.source.charAt(this.at) !== ']') {
      items.push(this.value());
      this.nextLine();
      if (!this.takes(',') && this.source.charAt(this.at) !== ']') {
        throw new NotToml();
      }
    }
    this.expect(']');
    return { kind: 'list', items };
  }

  private inlineTable(): TomlValue {
    const table: TomlTable = { kind: 'table', keys: new Map() };
    this.closed.add(table);
    this.blanks();
    for (let more = !this.takes('}'); more;) {
      this.pair(table);
      this.blanks();
      more = this.takes(',');
      if (!more) {
        this.expect('}');
      }
    }
    return table;
  }

  private text(quote: string): string {
    const parts: string[] = [];
    this.at += 1;
    for (;;) {
      const char = this.source.charAt(this.at);
      if (char === quote) {
        this.at += 1;
        return parts.join('');
      }
      if (char === '' || isControl(char)) {
        throw new NotToml();
      }
      parts.push(char === '\\' && quote === '"' ? this.escape() : char);
      this.at += 1;
    }
  }

  private longText(quote: string): string {
    const end = quote.repeat(3);
    this.at += 3;
    this.at += /^\r?\n/.exec(this.source.slice(this.at, this.at + 2))?.[0].length ?? 0;
    const parts: string[] = [];
    while (!this.source.startsWith(end, this.at)) {
      const char = this.source.charAt(this.at);
      if (char === '' || (isControl(char) && char !== '\n' && char !== '\r')) {
        throw new NotToml();
      }
      const blank = char === '\\' && quote === '"' ? this.foldedBlanks() : 0;
      if (blank > 0) {
        this.at += blank;
        continue;
      }
      parts.push(char === '\\' && quote === '"' ? this.escape() : char);
      this.at += 1;
    }
    this.at += 3;
    return parts.join('');
  }

  /** @returns how long a backslash at the end of a line is, with all blanks that follow */
  private foldedBlanks(): number {
    let end = this.at + 1;
    while (/[ \t\r\n]/.test(this.source.charAt(end))) {
      end += 1;
    }
    return this.source.slice(this.at, end).includes('\n') ? end - this.at : 0;
  }

  /** Reads an escape up to its last character. */
  private escape(): string {
    this.at += 1;
    const char = this.source.charAt(this.at);
    const length = char === 'u' ? 4 : char === 'U' ? 8 : 0;
    const digits = this.source.slice(this.at + 1, this.at + 1 + length);
    this.at += length;
    const plain = UNESCAPED.get(char);
    const code = length > 0 && digits.length === length && /^[\da-fA-F]+$/.test(digits) ? parseInt(digits, 16) : -1;
    if (plain === undefined && (code < 0 || code > 0x10ffff)) {
      throw new NotToml();
    }
    return plain ?? String.fromCodePoint(code);
  }

  private other(): string {
    MOMENT.lastIndex = this.at;
    const moment = MOMENT.exec(this.source)?.[0];
    if (moment !== undefined) {
      this.at += moment.length;
      return moment.replace(' ', 'T');
    }
    const word = this.match(WORD);
    if (INTEGER.test(word)) {
      const digits = word.replaceAll('_', '');
      // Longer ones do not fit anyway.
      const size = BigInt(digits.slice(0, 70).replace(/^[+-]/, ''));
      const number = word.startsWith('-') ? -size : size;
      if (BigInt.asIntN(64, number) !== number) {
        throw new NotToml();
      }
      return String(number);
    }
    const plain = word.replaceAll('_', '');
    if (word === 'true' || word === 'false' || (FLOAT.test(word) && (Number.isFinite(+plain) || /[fn]$/.test(word)))) {
      return plain;
    }
    throw new NotToml();
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source)?.[0];
    if (found === undefined) {
      throw new NotToml();
    }
    this.at += found.length;
    return found;
  }

  private takes(text: string): boolean {
    const isThere = this.source.startsWith(text, this.at);
    this.at += isThere ? text.length : 0;
    return isThere;
  }

  private expect(text: string): void {
    if (!this.takes(text)) {
      throw new NotToml();
    }
  }

  private blanks(): void {
    while (this.source.charAt(this.at) === ' ' || this.source.charAt(this.at) === '\t') {
      this.at += 1;
    }
  }

  private endOfLine(): void {
    this.blanks();
    if (this.takes('#')) {
      const newline = this.source.indexOf('\n', this.at);
      this.at = newline < 0 ? this.source.length : newline;
    }
    if (this.at < this.source.length && !this.takes('\n') && !this.takes('\r\n')) {
      throw new NotToml();
    }
  }

  /** Skips blanks, comments and ends of lines. @returns whether anything follows */
  private nextLine(): boolean {
    this.blanks();
    while (/[#\r\n]/.test(this.source.charAt(this.at))) {
      this.endOfLine();
      this.blanks();
    }
    return this.at < this.source.length;
  }
}

const isControl = (char: string): boolean => char < ' ' && char !== '\t';
