/** A line of a text that holds what was looked for. */
export interface FoundLine {
  /** Counted from 0. */
  readonly line: number;
  /** Where it begins in the line, counted from 0. */
  readonly column: number;
  /** Without blanks around it, and cut where it is long. */
  readonly text: string;
}

/** Characters of a line that are shown. */
const MOST_SHOWN = 120;

/**
 * Looks for a literal text, whatever its case.
 *
 * @param most lines that are found; those after them are not looked at
 * @returns each line that holds it, once
 */
export function findLines(value: string, wanted: string, most: number): FoundLine[] {
  const found: FoundLine[] = [];
  const needle = wanted.toLowerCase();
  const lines = value.split(/\r\n|\r|\n/);
  for (let line = 0; line < lines.length && found.length < most && needle !== ''; line++) {
    const text = lines[line] ?? '';
    const column = text.toLowerCase().indexOf(needle);
    if (column >= 0) {
      const from = Math.max(0, column + needle.length - MOST_SHOWN);
      found.push({ line, column, text: text.slice(from, from + MOST_SHOWN).trim() });
    }
  }
  return found;
}
