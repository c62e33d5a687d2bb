/** @returns a text of the network for a pick list: on one line, and `$(…)` in it is no icon */
export function asLabel(text: string): string {
  return text.replace(/\s+/g, ' ').trim().replace(/\$\(/g, '\\$(');
}
