import type { Target } from './target';

/** What a target has that the one before it had not. */
export interface TargetChanges {
  readonly before: Target;
  /** Names of apps. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  /** Another OS image. */
  readonly system: boolean;
}

/** Targets for the same tag and hardware, one after the other: what a device took before. */
export class TargetHistory {
  private readonly targets: readonly Target[];
  /** Newest first, by tag and hardware; made when first asked for. */
  private lines: ReadonlyMap<string, readonly Target[]> | undefined;

  /** @param targets newest first */
  constructor(targets: readonly Target[]) {
    this.targets = targets;
  }

  /**
   * @param tag undefined: of the tags of the target, the one with the latest before it
   * @returns the target of the next lower version for the same tag and hardware; undefined where there is none
   */
  before(target: Target, tag?: string): Target | undefined {
    const lines = this.allLines();
    let latest: Target | undefined;
    for (const line of linesOf(target, tag)) {
      const found = firstBelow(lines.get(line) ?? [], target.version);
      if (found !== undefined && found.version > (latest?.version ?? Number.NEGATIVE_INFINITY)) {
        latest = found;
      }
    }
    return latest;
  }

  /** @returns what has changed since `before`; undefined where nothing was before */
  changes(target: Target, tag?: string): TargetChanges | undefined {
    const before = this.before(target, tag);
    if (before === undefined) {
      return undefined;
    }
    const then = new Map(before.apps.map(({ name, uri }) => [name, uri]));
    const now = new Map(target.apps.map(({ name, uri }) => [name, uri]));
    return {
      before,
      added: [...now.keys()].filter((name) => !then.has(name)),
      removed: [...then.keys()].filter((name) => !now.has(name)),
      changed: [...now].filter(([name, uri]) => then.has(name) && then.get(name) !== uri).map(([name]) => name),
      system: before.ostreeHash !== target.ostreeHash,
    };
  }

  private allLines(): ReadonlyMap<string, readonly Target[]> {
    if (this.lines === undefined) {
      const lines = new Map<string, Target[]>();
      for (const target of this.targets) {
        for (const key of linesOf(target)) {
          const line = lines.get(key);
          if (line === undefined) {
            lines.set(key, [target]);
          } else {
            line.push(target);
          }
        }
      }
      this.lines = lines;
    }
    return this.lines;
  }
}

function linesOf({ tags, hardwareIds }: Target, tag?: string): string[] {
  const named = tag === undefined ? (tags.length === 0 ? [''] : tags) : [tag];
  const boards = hardwareIds.length === 0 ? [''] : hardwareIds.slice(0, MOST_NAMES);
  return named.slice(0, MOST_NAMES).flatMap((name) => boards.map((hardware) => `${name}\n${hardware}`));
}

/** Tags and hardware ids of one target that are looked at: each tag counts with each hardware id. */
const MOST_NAMES = 50;

/** The first of a descending line with a version below. */
function firstBelow(line: readonly Target[], version: number): Target | undefined {
  let [low, high] = [0, line.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((line[middle]?.version ?? 0) < version) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return line[low];
}
