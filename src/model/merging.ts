import { diff3Merge } from 'node-diff3';

export interface Merge {
  /** Both sides' changes; where they meet, both texts between marks, as Git writes them. */
  readonly text: string;
  /** Places where both sides changed the same lines differently. */
  readonly conflicts: number;
}

/**
 * Comparing two texts takes as long as their numbers of lines multiplied. As much as this is compared line by line; texts of
 * which it would take more are first parted at lines that are once in each, and what is left then is taken as one change.
 */
const MOST_COMPARED = 1_000_000;

/** The same lines of the text that two people began with, and of what each made of them. */
interface Part {
  readonly base: readonly string[];
  readonly mine: readonly string[];
  readonly theirs: readonly string[];
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
  for (const region of regionsOf({ base: linesOf(base), mine: linesOf(mine), theirs: linesOf(theirs) })) {
    if ('ok' in region) {
      parts.push(region.ok.join(''));
    } else {
      conflicts += 1;
      parts.push(`<<<<<<< ${labels.mine}${end}`, closed(region.mine, end), `=======${end}`);
      parts.push(closed(region.theirs, end), `>>>>>>> ${labels.theirs}${end}`);
    }
  }
  return { text: parts.join(''), conflicts };
}

type Region = { readonly ok: readonly string[] } | Pick<Part, 'mine' | 'theirs'>;

function regionsOf(whole: Part): Region[] {
  if (costOf(whole) <= MOST_COMPARED) {
    return compared(whole);
  }
  let left = MOST_COMPARED;
  return partedAtAnchors(whole).flatMap((part): Region[] => {
    const cost = costOf(part);
    if (cost > left) {
      return asOneChange(part);
    }
    left -= cost;
    return compared(part);
  });
}

const costOf = ({ base, mine, theirs }: Part): number => base.length * (mine.length + theirs.length);

function compared({ base, mine, theirs }: Part): Region[] {
  return diff3Merge([...mine], [...base], [...theirs], { excludeFalseConflicts: true }).flatMap((region): Region[] =>
    region.ok !== undefined
      ? [{ ok: region.ok }]
      : region.conflict === undefined
        ? []
        : [{ mine: region.conflict.a, theirs: region.conflict.b }],
  );
}

function asOneChange({ base, mine, theirs }: Part): Region[] {
  const text = (lines: readonly string[]) => lines.join('');
  if (text(mine) === text(theirs) || text(theirs) === text(base)) {
    return [{ ok: mine }];
  }
  return text(mine) === text(base) ? [{ ok: theirs }] : [{ mine, theirs }];
}

/** @returns the parts between lines that are once in each text and in the same order, these lines, and the common ends */
function partedAtAnchors({ base, mine, theirs }: Part): Part[] {
  const parts: Part[] = [];
  let [fromBase, fromMine, fromTheirs] = [0, 0, 0];
  const upTo = (toBase: number, toMine: number, toTheirs: number) => {
    parts.push({
      base: base.slice(fromBase, toBase),
      mine: mine.slice(fromMine, toMine),
      theirs: theirs.slice(fromTheirs, toTheirs),
    });
    [fromBase, fromMine, fromTheirs] = [toBase, toMine, toTheirs];
  };
  const least = Math.min(base.length, mine.length, theirs.length);
  let start = 0;
  while (start < least && base[start] === mine[start] && base[start] === theirs[start]) {
    start += 1;
  }
  let end = 0;
  while (end < least - start && base.at(-1 - end) === mine.at(-1 - end) && base.at(-1 - end) === theirs.at(-1 - end)) {
    end += 1;
  }
  upTo(start, start, start);
  for (const [atBase, atMine, atTheirs] of anchorsOf({ base, mine, theirs }, start, end)) {
    upTo(atBase, atMine, atTheirs);
    upTo(atBase + 1, atMine + 1, atTheirs + 1);
  }
  upTo(base.length - end, mine.length - end, theirs.length - end);
  upTo(base.length, mine.length, theirs.length);
  return parts;
}

type Anchor = readonly [base: number, mine: number, theirs: number];

function anchorsOf({ base, mine, theirs }: Part, start: number, end: number): Anchor[] {
  const [inBase, inMine, inTheirs] = [base, mine, theirs].map((lines) => onceIn(lines, start, end));
  const all = [...(inBase ?? [])].flatMap(([line, at]): Anchor[] => {
    const [atMine, atTheirs] = [inMine?.get(line), inTheirs?.get(line)];
    return atMine === undefined || atTheirs === undefined ? [] : [[at, atMine, atTheirs]];
  });
  return rising(
    rising(all, ([, at]) => at),
    ([, , at]) => at,
  );
}

/** @returns where the lines are that a text has once, in its order */
function onceIn(lines: readonly string[], start: number, end: number): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const again = new Set<string>();
  for (let at = start; at < lines.length - end; at++) {
    const line = lines[at] ?? '';
    if (places.has(line)) {
      again.add(line);
    }
    places.set(line, at);
  }
  again.forEach((line) => places.delete(line));
  return places;
}

/** @returns as many of the items as can be, in their order, so that a number rises from each to the next */
function rising<T>(items: readonly T[], numberOf: (item: T) => number): T[] {
  /** Of each length of such a row, the one that ends lowest: its last item, and the place of the one before it. */
  const ends: number[] = [];
  const before: (number | undefined)[] = [];
  const value = (place: number | undefined) => {
    const item = place === undefined ? undefined : items[place];
    return item === undefined ? Number.NEGATIVE_INFINITY : numberOf(item);
  };
  items.forEach((item, place) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value(ends[middle]) < numberOf(item)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    before[place] = ends[low - 1];
    ends[low] = place;
  });
  const row: T[] = [];
  for (let place = ends.at(-1); place !== undefined; place = before[place]) {
    const item = items[place];
    if (item !== undefined) {
      row.push(item);
    }
  }
  return row.reverse();
}

/** Lines with their ends; the last may have none. */
function linesOf(text: string): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => (at < lines.length - 1 ? [`${line}\n`] : line === '' ? [] : [line]));
}

/** A mark needs a line of its own, also behind a last line without an end. */
function closed(lines: readonly string[], end: string): string {
  const text = lines.join('');
  return text === '' || text.endsWith('\n') ? text : `${text}${end}`;
}
