/** Letters of a name that somebody typed; comparing takes as long as both lengths multiplied. */
const LONGEST = 100;

/**
 * @returns the name that was probably meant: the one with the fewest letters wrong, at most a third of them; undefined
 *   where none is near
 */
export function nearestName(written: string, names: Iterable<string>): string | undefined {
  if (written.length > LONGEST) {
    return undefined;
  }
  const wanted = written.toLowerCase();
  let nearest: string | undefined;
  let least = Math.floor(Math.max(3, written.length) / 3) + 1;
  for (const name of names) {
    const distance = editDistance(wanted, name.toLowerCase(), least);
    if (name !== written && distance < least) {
      nearest = name;
      least = distance;
    }
  }
  return nearest;
}

/** Letters to add, remove, change or swap with the next; `most` where there are that many or more. */
function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) >= most) {
    return most;
  }
  let [before, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    [before, last] = [last, row];
  }
  return Math.min(most, last[b.length] ?? most);
}
