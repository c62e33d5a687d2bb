import { diff3Merge } from 'node-diff3';

export interface Merge {
  /** Both sides' changes; where they meet, both texts between marks, as Git writes them. */
  readonly text: string;
  /** Places where both sides changed the same lines differently. */
  readonly conflicts: number;
}

/**
 * Merges two changes of a text line by line. Line ends are part of the lines, so they are kept as they are.
 *
 * @param labels what the marks call the two sides
 */
export function mergeTexts(
  base: string,
  mine: string,
  theirs: string,
  labels: { readonly mine: string; readonly theirs: string },
): Merge {
  const end = mine.includes('\r\n') ? '\r\n' : '\n';
  const parts: string[] = [];
  let conflicts = 0;
  for (const region of diff3Merge(linesOf(mine), linesOf(base), linesOf(theirs), { excludeFalseConflicts: true })) {
    if (region.ok !== undefined) {
      parts.push(...region.ok);
    } else if (region.conflict !== undefined) {
      conflicts += 1;
      const { a, b } = region.conflict;
      parts.push(`<<<<<<< ${labels.mine}${end}`, ...closed(a, end), `=======${end}`);
      parts.push(...closed(b, end), `>>>>>>> ${labels.theirs}${end}`);
    }
  }
  return { text: parts.join(''), conflicts };
}

/** Lines with their ends; the last may have none. */
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** A mark needs a line of its own, also behind a last line without an end. */
const closed = (lines: readonly string[], end: string): string[] =>
  lines.map((line, index) => (index === lines.length - 1 && !line.endsWith('\n') ? `${line}${end}` : line));
