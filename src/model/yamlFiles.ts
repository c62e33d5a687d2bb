import { Composer, isScalar, Lexer, Parser, visit, type CST, type Document } from 'yaml';
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

/**
 * Errors after which the rest of a text is not read. The library takes far longer for an error than for what is right, and a
 * text that is no YAML has one at each character; nobody looks at so many.
 */
const ENOUGH = 100;

/** Thrown through the library, which else reads on. */
class EnoughErrors extends Error {}

/** Reads a YAML text. The work grows with its size, and no faster. */
export function readYaml(text: string): YamlText {
  const deep = tooDeep(text);
  if (deep !== undefined) {
    return { documents: [], problems: [{ message: TOO_DEEP, offset: deep, length: 1 }] };
  }
  const problems: YamlProblem[] = [];
  const told = (message: string, offset: number, end: number) => {
    // The library may take what is thrown for one more error.
    if (problems.length === ENOUGH) {
      throw new EnoughErrors();
    }
    problems.push({ message, offset, length: Math.max(0, Math.min(end, text.length) - offset) });
  };
  try {
    const documents = composed(text, told);
    documents.forEach(({ errors }) => errors.forEach(({ message, pos: [start, end] }) => told(message, start, end)));
    const all = [...problems, ...documents.flatMap((document) => duplicates(document))];
    return { documents, problems: all.sort((a, b) => a.offset - b.offset) };
  } catch (error) {
    if (!(error instanceof EnoughErrors)) {
      throw error;
    }
    return { documents: [], problems: problems.sort((a, b) => a.offset - b.offset) };
  }
}

/** Where the library says that something is wrong. */
type Place = number | readonly [number, number] | { readonly offset: number; readonly source?: string };

/** @param told called with each error, where the library would make an object with a stack */
function composed(text: string, told: (message: string, offset: number, end: number) => void): Document[] {
  // The library compares each key with all others of its map.
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false });
  const onError = (place: Place, _code: string, message: string, isWarning?: boolean) => {
    if (isWarning !== true) {
      const [start, end] = ends(place);
      told(message, start, end);
    }
  };
  Object.assign(composer, { onError });
  function* right(tokens: Iterable<CST.Token>): Generator<CST.Token> {
    for (const token of tokens) {
      if (token.type === 'error') {
        const { message, source } = token;
        told(source === '' ? message : `${message}: ${JSON.stringify(source.slice(0, 100))}`, ...ends(token));
      } else {
        yield token;
      }
    }
  }
  return [...composer.compose(right(new Parser().parse(text)))];
}

function ends(place: Place): readonly [number, number] {
  if (typeof place === 'number') {
    return [place, place + 1];
  }
  return 'offset' in place ? [place.offset, place.offset + (place.source?.length ?? 1)] : [place[0], place[1]];
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
