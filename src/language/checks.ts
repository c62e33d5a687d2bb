import { parse as parseJson, printParseErrorCode, type ParseError } from 'jsonc-parser';
import { parse as parseToml, TomlError } from 'smol-toml';
import { TOO_DEEP, tooDeepInJson, tooDeepInToml } from '../model/nesting';
import { readYaml, type YamlProblem } from '../model/yamlFiles';

/** Something in a text that a parser does not take. */
export type SyntaxProblem = YamlProblem;

/** Languages whose syntax is checked. */
export type CheckedLanguage = 'TOML' | 'JSON' | 'YAML';

/** @returns the language that a file's name promises; undefined where its text is anybody's business */
export function languageOf(name: string): CheckedLanguage | undefined {
  const extension = /\.([^./]+)$/.exec(name)?.[1]?.toLowerCase();
  switch (extension) {
    case 'toml':
      return 'TOML';
    case 'json':
      return 'JSON';
    case 'yaml':
    case 'yml':
      return 'YAML';
    default:
      return undefined;
  }
}

/** Problems of one text that anybody looks at. */
const MOST_PROBLEMS = 100;

/** @returns what is wrong with the syntax of a text, first things first, at most 100; empty where nothing is */
export function checkSyntax(language: CheckedLanguage, text: string): SyntaxProblem[] {
  switch (language) {
    case 'TOML':
      return depthProblem(tooDeepInToml(text)) ?? checkToml(text);
    case 'JSON':
      return depthProblem(tooDeepInJson(text)) ?? checkJson(text);
    case 'YAML':
      return readYaml(text.replace(/^\ufeff/, ' ')).problems.slice(0, MOST_PROBLEMS);
  }
}

const depthProblem = (offset: number | undefined): SyntaxProblem[] | undefined =>
  offset === undefined ? undefined : [{ message: TOO_DEEP, offset, length: 1 }];

function checkToml(text: string): SyntaxProblem[] {
  try {
    parseToml(text.replace(/^\ufeff/, ''));
    return [];
  } catch (error) {
    if (!(error instanceof TomlError)) {
      throw error;
    }
    // The message goes on with a drawing of the place, which Problems shows better.
    const message = error.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? '';
    return [{ message, ...wordAt(text, offsetOf(text, error.line, error.column)) }];
  }
}

/** What an editor does not show: `JSON.parse`, Python's `json.loads` and Go's `json.Unmarshal` reject it. */
const JSON_BOM = 'Byte order mark, which most JSON readers reject: save it with the encoding UTF-8';

function checkJson(text: string): SyntaxProblem[] {
  if (text.startsWith('\ufeff')) {
    const others = checkJson(text.slice(1)).map((problem) => ({ ...problem, offset: problem.offset + 1 }));
    return [{ message: JSON_BOM, offset: 0, length: 1 }, ...others];
  }
  const errors: ParseError[] = [];
  parseJson(text, errors, { allowEmptyContent: false, disallowComments: true });
  return errors
    .slice(0, MOST_PROBLEMS)
    .map(({ error, offset, length }) => ({ message: spaced(printParseErrorCode(error)), offset, length }));
}

/** Line and column count from 1. */
function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let at = 1; at < line; at++) {
    const end = text.indexOf('\n', start);
    if (end < 0) {
      break;
    }
    start = end + 1;
  }
  return Math.min(text.length, start + Math.max(0, column - 1));
}

/** The word at a place, so that the mark is wide enough to be seen. */
function wordAt(text: string, offset: number): { offset: number; length: number } {
  const word = /^[^\s\]=,#]+/.exec(text.slice(offset));
  return { offset, length: word?.[0].length ?? 1 };
}

/** `PropertyNameExpected` → `Property name expected` */
function spaced(code: string): string {
  const words = code.replace(
    /([a-z])([A-Z])/g,
    (_match, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
  return words.charAt(0).toUpperCase() + words.slice(1);
}
