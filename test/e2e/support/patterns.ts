/** What helpers look for: a text that is to be contained, or a pattern. */

/** @returns the text as it is written, for use inside a pattern */
export function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** @returns whether a text contains, or matches, what is wanted */
export function matches(value: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? value.includes(wanted) : wanted.test(value);
}
