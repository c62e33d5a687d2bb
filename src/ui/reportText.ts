import { greatest } from '../model/greatest';
import { plainText } from './plainText';

/** A part of a page: folds and is in the outline by its heading. */
export interface Section {
  readonly heading: string;
  /** Made by `fields`, `block`, `listed` or `sentence`, which hold what devices told within their line. */
  readonly lines: readonly string[];
}

const INDENT = '    ';

/**
 * A read-only page as plain text: headings stand at the margin and end with a colon, everything else is indented, so that
 * nothing of the network can look like a heading, a link or a command.
 */
export function reportPage(title: string, intro: readonly string[], sections: readonly Section[]): string {
  return [
    oneLine(title),
    ...intro.map(oneLine),
    ...sections.filter(({ lines }) => lines.length > 0).flatMap(({ heading, lines }) => ['', `${heading}:`, ...lines]),
    '',
  ].join('\n');
}

/** @returns names and values in two columns; what has no value is left out */
export function fields(pairs: readonly (readonly [name: string, value: string])[]): string[] {
  const shown = pairs
    .map(([name, value]) => [oneLine(name), oneLine(value)] as const)
    .filter(([, value]) => value !== '');
  const width = columnWidth(shown.map(([name]) => name));
  return shown.map(([name, value]) => `${INDENT}${name.padEnd(width)}  ${value}`);
}

/** Characters of a column; what is longer sticks out. All lines as wide as the longest name would be its length squared. */
const WIDEST = 80;

/** @returns how many characters wide a column of these texts is */
export function columnWidth(texts: readonly string[]): number {
  return Math.min(WIDEST, greatest(texts.map(({ length }) => length)) ?? 0);
}

/** @returns foreign text as it is, line by line behind a bar */
export function block(text: string, depth = 1): string[] {
  const lines = text.replace(/(?<![\r\n])[\r\n]+$/, '').split(/\r\n|\r|\n/);
  return lines.every((line) => line === '') ? [] : lines.map((line) => `${INDENT.repeat(depth)}| ${plainText(line)}`);
}

/** @returns one line of words */
export function sentence(text: string, depth = 1): string {
  return INDENT.repeat(depth) + oneLine(text);
}

/** @returns foreign text on one line */
export function oneLine(text: string): string {
  return plainText(text).replace(/\s+/g, ' ').trim();
}
