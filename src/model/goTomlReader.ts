import type { TextRange, TomlDocument, TomlScalar } from './tomlKeys';

/**
 * What the programs that read `z-50-fioctl.toml` as TOML reject although it is TOML 1.0. fioctl, fioconfig and update-server use
 * go-toml 1 (their `go.mod`), which is older; update-server decodes the file into tables (`server/gateway/handlers_config.go`).
 * docs/api.md §4.4.
 */
export type GoFault =
  /** `[[name]]`: update-server answers each request of the device for its configuration with 500. */
  | 'listOfTables'
  /** The name of a table holds a bracket. */
  | 'bracketInName'
  /** A name holds an escaped quote. */
  | 'quoteInName'
  /** A text in three quotes ends with one more. */
  | 'quoteAtEnd'
  /** A number that 64 bits do not hold. */
  | 'tooLarge'
  /** A date without a time, or a form of date or time that the library does not know. */
  | 'date';

/** Something that makes a program reject the whole file. */
export type GoFinding = TextRange & {
  readonly kind: GoFault;
  /** What can stand in its place. */
  readonly right?: string | undefined;
};

/** @returns what go-toml or update-server rejects, in no order; `document` is the same text */
export function goFaults(text: string, document: TomlDocument): GoFinding[] {
  const findings: GoFinding[] = [];
  const lists = new Map<string, { readonly header: TextRange; count: number }>();
  for (const { path, isArray, header } of document.tables) {
    const brackets = isArray ? 2 : 1;
    if (/[[\]]/.test(text.slice(header.start + brackets, header.end - brackets))) {
      findings.push({ ...header, kind: 'bracketInName' });
    }
    const name = String(path[0]);
    const list = lists.get(name);
    if (list !== undefined) {
      list.count += 1;
    } else if (isArray && path.length === 2) {
      lists.set(name, { header, count: 1 });
    }
  }
  for (const { header, count } of lists.values()) {
    const right = count === 1 ? text.slice(header.start + 1, header.end - 1) : undefined;
    findings.push({ ...header, kind: 'listOfTables', right });
  }
  for (const name of document.quotedNames) {
    if (hasEscapedQuote(text.slice(name.start, name.end))) {
      findings.push({ ...name, kind: 'quoteInName' });
    }
  }
  for (const scalar of document.scalars) {
    const kind = faultOf(text.slice(scalar.range.start, scalar.range.end), scalar);
    if (kind !== undefined) {
      findings.push({ ...scalar.range, kind });
    }
  }
  return findings;
}

/** Times with a `T` or blank, whole seconds below 60, and nine decimals at most. */
const TIME = /^(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?$/;

function faultOf(written: string, { type }: TomlScalar): GoFault | undefined {
  switch (type) {
    case 'string':
      return endsWithQuote(written) ? 'quoteAtEnd' : undefined;
    case 'integer':
      return isTooLarge(written) ? 'tooLarge' : undefined;
    case 'float':
      return Number.isFinite(Number(written.replaceAll('_', ''))) || /(?:inf|nan)$/.test(written)
        ? undefined
        : 'tooLarge';
    case 'boolean':
      return undefined;
    case 'local-date':
      return 'date';
    default:
      return TIME.test(written) ? undefined : 'date';
  }
}

function endsWithQuote(written: string): boolean {
  const quote = written.charAt(0);
  if (written.length < 7 || !written.startsWith(quote.repeat(3))) {
    return false;
  }
  const at = written.length - 4;
  let backslashes = 0;
  while (quote === '"' && written.charAt(at - 1 - backslashes) === '\\') {
    backslashes += 1;
  }
  return written.charAt(at) === quote && backslashes % 2 === 0;
}

const hasEscapedQuote = (name: string): boolean =>
  name.startsWith('"') && (name.match(/\\./g) ?? []).some((escape) => escape === '\\"');

const LARGEST = BigInt('0x7fffffffffffffff');

function isTooLarge(written: string): boolean {
  const [, sign, base = '', digits = ''] = /^([+-]?)(0[xob])?(.*)$/.exec(written.replaceAll('_', '')) ?? [];
  const first = digits.search(/[^0]/);
  const size = first < 0 ? '0' : digits.slice(first);
  // Nothing that long fits, and it would be expensive to read.
  return size.length > 64 || BigInt(`${base}${size}`) > LARGEST + BigInt(sign === '-' ? 1 : 0);
}
