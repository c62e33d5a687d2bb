import { isScalar, Lexer, parseAllDocuments, visit, type Document } from 'yaml';
import { DEEPEST, TOO_DEEP } from './nesting';

/** Something in a YAML text that is wrong. */
export interface YamlProblem {
  readonly message: string;
  /** Place in the text, in UTF-16 units from 0. */
  readonly offset: number;
  /** Units from there; at least 0. */
  readonly length: number;
}

/** The documents of a YAML text, and what is wrong with it, first things first. */
export interface YamlText {
  /** None where the text is not read, because it is nested too deep. */
  readonly documents: readonly Document[];
  readonly problems: readonly YamlProblem[];
}

/** Reads a YAML text. The work grows with its size, and no faster. */
export function readYaml(text: string): YamlText {
  const deep = tooDeep(text);
  if (deep !== undefined) {
    return { documents: [], problems: [{ message: TOO_DEEP, offset: deep, length: 1 }] };
  }
  // The library compares each key with all others of its map.
  const parsed = parseAllDocuments(text, { prettyErrors: false, uniqueKeys: false });
  const documents = Array.isArray(parsed) ? parsed : [];
  const problems = documents.flatMap((document) => [
    ...document.errors.map(({ message, pos: [start, end] }) => ({
      message,
      offset: start,
      length: Math.max(0, Math.min(end, text.length) - start),
    })),
    ...duplicates(document),
  ]);
  return { documents, problems: problems.sort((a, b) => a.offset - b.offset) };
}

function duplicates(document: Document): YamlProblem[] {
  const found: YamlProblem[] = [];
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (isScalar(key)) {
          if (seen.has(key.value)) {
            found.push({ message: 'Map keys must be unique', offset: key.range?.[0] ?? 0, length: 1 });
          }
          seen.add(key.value);
        }
      }
    },
  });
  return found;
}

/**
 * Parsers call themselves for each level (`DEEPEST`), so levels are counted before: by brackets, and by the columns at which
 * the marks `-`, `?` and `:` and the keys before them stand, until a line begins further left.
 *
 * @returns the offset of the first level that is too deep; undefined where none is
 */
function tooDeep(text: string): number | undefined {
  const columns: number[] = [];
  let brackets = 0;
  let offset = 0;
  let lineStart = 0;
  let isFirst = true;
  /** Column of what stands after the last mark of the line. */
  let begin: number | undefined;
  for (const token of new Lexer().lex(text)) {
    if (NO_WIDTH.has(token)) {
      continue;
    }
    const column = offset - lineStart;
    if (!/^[\s#]/.test(token)) {
      if (isFirst && brackets === 0) {
        while ((columns.at(-1) ?? -1) > column) {
          columns.pop();
        }
      }
      isFirst = false;
      if (token === '[' || token === '{') {
        brackets += 1;
      } else if (token === ']' || token === '}') {
        brackets = Math.max(0, brackets - 1);
      } else if (token === '-' || token === '?' || token === ':') {
        const at = token === ':' ? (begin ?? column) : column;
        if (brackets === 0 && columns.at(-1) !== at) {
          columns.push(at);
        }
        begin = undefined;
      } else {
        begin ??= column;
      }
      if (columns.length + brackets > DEEPEST) {
        return offset;
      }
    }
    offset += token.length;
    const newline = token.lastIndexOf('\n');
    if (newline >= 0) {
      lineStart = offset - (token.length - newline - 1);
      isFirst = lineStart === offset;
      begin = undefined;
    }
  }
  return undefined;
}

/** Tokens that say what comes: a document, a text, an error. */
const NO_WIDTH: ReadonlySet<string> = new Set(['\u0002', '\u0018', '\u001f']);
