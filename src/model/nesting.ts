import { endOfLineString, endOfString } from './tomlStrings';

/**
 * Levels of lists, tables and dotted keys in a file. No device needs so many, and parsers call themselves for each: some
 * thousand levels, which fit into a few kilobytes, take the stack, and with it perhaps the whole process.
 */
export const DEEPEST = 100;

/** In the words of parsers, which are English, too. */
export const TOO_DEEP = `Nested more than ${DEEPEST} levels deep`;

/** @returns the offset at which a JSON text is nested deeper than `DEEPEST`; undefined where it is not */
export function tooDeepInJson(text: string): number | undefined {
  const endOfLine = lineEnds(text);
  return tooDeep(text, (at) => (text.charAt(at) === '"' ? endOfLineString(text, at, endOfLine(at)) : at + 1));
}

/** @returns the offset at which a TOML text is nested deeper than `DEEPEST`; undefined where it is not */
export function tooDeepInToml(text: string): number | undefined {
  const endOfLine = lineEnds(text);
  return tooDeep(text, (at) => {
    const end = endOfLine(at);
    return text.charAt(at) === '#' ? end : endOfString(text, at, end);
  });
}

/** @param skip is called at a quote or `#`, and gives the offset behind what brackets and dots mean nothing in */
function tooDeep(text: string, skip: (at: number) => number): number | undefined {
  let depth = 0;
  let dots = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charAt(at)) {
      case '[':
      case '{':
        depth += 1;
        dots = 0;
        break;
      case ']':
      case '}':
        depth -= 1;
        dots = 0;
        break;
      case '.':
        dots += 1;
        break;
      case '=':
      case ',':
      case '\n':
        dots = 0;
        break;
      case '"':
      case "'":
      case '#':
        at = skip(at) - 1;
        break;
      default:
    }
    if (depth + dots > DEEPEST) {
      return at;
    }
  }
  return undefined;
}

/** @returns what gives the end of the line of an offset, for offsets that grow: each line is searched for its end once */
function lineEnds(text: string): (at: number) => number {
  let end = -1;
  return (at) => {
    if (end < at) {
      const found = text.indexOf('\n', at);
      end = found < 0 ? text.length : found;
    }
    return end;
  };
}

/**
 * @returns a value that was read as JSON, with a mark in place of what is nested deeper than `DEEPEST`: whatever writes it
 *   again calls itself for each level, and indents each
 */
export function withoutDeepParts(value: unknown): unknown {
  return isDeeper(value, DEEPEST) ? cutBelow(value, DEEPEST) : value;
}

function isDeeper(value: unknown, levels: number): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    (levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)))
  );
}

function cutBelow(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (levels === 0) {
    return '…';
  }
  return Array.isArray(value)
    ? value.map((inner) => cutBelow(inner, levels - 1))
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cutBelow(inner, levels - 1)]));
}
