/** @returns a text of the network for a pick list: on one line, and `$(…)` in it is no icon */
export function asLabel(text: string): string {
  return text.replace(/\s+/g, ' ').trim().replace(/\$\(/g, '\\$(');
}

/** @returns `lmp-42`: `raspberrypi4-64-lmp-42` is too long for a side bar, and its end is what differs */
export function shortTarget(target: string): string {
  const at = target.search(/-lmp-\d/);
  return at < 0 ? target : target.slice(at + 1);
}
