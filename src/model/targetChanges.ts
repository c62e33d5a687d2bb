import type { Target } from './target';

/** What of a target matters for a change of its tags. */
export type TaggedTarget = Pick<Target, 'name' | 'version' | 'tags'>;

/** What is done to the tags of targets. */
export interface TagEdit {
  readonly kind: 'add' | 'remove' | 'replace';
  readonly tags: readonly string[];
}

/** New tags of a target. The service takes the full list, not what is added or removed (docs/api.md §6.2). */
export interface TagChange {
  readonly name: string;
  readonly version: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** What the CLI takes for a tag (docs/api.md §3.4). */
export const TAG_NAME = /^[a-zA-Z0-9_\-.+]+$/;

/** @returns the tags as they will be; those that stay keep their order */
export function editTags(before: readonly string[], { kind, tags }: TagEdit): readonly string[] {
  switch (kind) {
    case 'add':
      return [...before, ...without(new Set(tags), before)];
    case 'remove':
      return without(before, tags);
    case 'replace':
      return [...new Set(tags)];
  }
}

function without(all: Iterable<string>, others: readonly string[]): string[] {
  const gone = new Set(others);
  return [...all].filter((each) => !gone.has(each));
}

/** @returns a change for each target whose tags will be others */
export function planTags(targets: readonly TaggedTarget[], edit: TagEdit): readonly TagChange[] {
  return targets
    .map(({ name, version, tags }) => ({ name, version, before: tags, after: editTags(tags, edit) }))
    .filter(({ before, after }) => !haveSameTags(before, after));
}

/** @returns what is sent for changes of tags (docs/api.md §2.5): nothing but the tags of these targets */
export const tagsBody = (changes: readonly TagChange[]) => ({
  targets: Object.fromEntries(changes.map(({ name, after }) => [name, { custom: { tags: [...after] } }])),
});

/** @returns what is sent to prune targets (docs/api.md §2.5) */
export const pruneBody = (targets: readonly Pick<Target, 'name'>[]) => ({ targets: targets.map(({ name }) => name) });

/** Their order means nothing. */
export function haveSameTags(a: readonly string[], b: readonly string[]): boolean {
  const [one, other] = [new Set(a), new Set(b)];
  return one.size === other.size && [...one].every((tag) => other.has(tag));
}

/** @returns the tags that targets get or lose, by name */
export function touchedTags(changes: readonly TagChange[]): readonly string[] {
  const touched = changes.flatMap(({ before, after }) => [...without(before, after), ...without(after, before)]);
  return [...new Set(touched)].sort();
}

/** Which version devices of a tag and hardware could take, before and after a change. */
export interface NewestMoved {
  readonly tag: string;
  readonly hardware: string;
  /** undefined: none. */
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** Pairs of a tag and a hardware that are looked at: one target may name thousands of both. */
const MOST_PAIRS = 100_000;

/** What a change does to the newest targets. */
export interface MovedTargets {
  /** By tag, then by hardware. */
  readonly moved: readonly NewestMoved[];
  /** Hardware that was not looked at, because there are too many pairs with a tag. */
  readonly hardwareLeftOut: number;
}

/**
 * What a change means for devices: they take the newest target with their tag and hardware (docs/api.md §6.1).
 *
 * @param targets all of the Factory
 * @param after new tags by name of the target; undefined: it is pruned
 * @returns where another version becomes the newest
 */
export function newestMoved(
  targets: readonly Target[],
  after: ReadonlyMap<string, readonly string[] | undefined>,
): MovedTargets {
  const touched = targets.filter(({ name }) => after.has(name));
  const tags = new Set(touched.flatMap((target) => [...target.tags, ...(after.get(target.name) ?? [])]));
  const all = new Set(touched.flatMap(({ hardwareIds }) => hardwareIds));
  const hardware = new Set([...all].slice(0, Math.max(1, Math.floor(MOST_PAIRS / Math.max(1, tags.size)))));
  const found = new Map<string, Map<string, { before?: number; after?: number }>>();
  const note = (when: 'before' | 'after', { version, hardwareIds }: Target, of: readonly string[]) => {
    const ids = hardwareIds.filter((each) => hardware.has(each));
    for (const tag of of.filter((each) => tags.has(each))) {
      const byHardware = found.get(tag) ?? new Map<string, { before?: number; after?: number }>();
      found.set(tag, byHardware);
      for (const id of ids) {
        const entry = byHardware.get(id) ?? {};
        entry[when] = Math.max(entry[when] ?? 0, version);
        byHardware.set(id, entry);
      }
    }
  };
  for (const target of targets) {
    note('before', target, target.tags);
    note('after', target, after.has(target.name) ? (after.get(target.name) ?? []) : target.tags);
  }
  const ids = [...hardware].sort(byName);
  const moved = [...found.keys()].sort(byName).flatMap((tag) =>
    ids.flatMap((id): NewestMoved[] => {
      const { before, after } = found.get(tag)?.get(id) ?? {};
      return before === after ? [] : [{ tag, hardware: id, before, after }];
    }),
  );
  return { moved, hardwareLeftOut: all.size - hardware.size };
}

const byName = (a: string, b: string): number => a.localeCompare(b);

/** What becomes of the old targets of a tag. */
export interface OldTargets {
  readonly pruned: readonly Target[];
  /** Stay for their other tags. */
  readonly shared: readonly Target[];
  /** Stay because they are among the newest for a hardware: builds for it are rarer, or have ended. */
  readonly newest: readonly Target[];
}

/**
 * All but the newest versions of a tag, to be pruned: of each hardware so many stay, so that no device loses what it could
 * take. As with the CLI, only targets that carry this tag alone: those with further tags are somebody else's, too.
 *
 * @param hardware only targets for it; undefined: for all
 * @returns the targets, newest first, and the old ones that stay
 */
export function olderThan(targets: readonly Target[], tag: string, keep: number, hardware?: string): OldTargets {
  const ofTag = targets.filter(({ tags }) => (tag === '' ? tags.length === 0 : tags.includes(tag)));
  const chosen = hardware === undefined ? ofTag : ofTag.filter(({ hardwareIds }) => hardwareIds.includes(hardware));
  const oldest = oldestToStay(chosen, keep);
  const old = chosen.filter(({ version }) => version < oldest).sort((a, b) => b.version - a.version);
  const byHardware = new Map<string, Target[]>();
  for (const target of ofTag) {
    for (const id of hardwareOf(target)) {
      const known = byHardware.get(id);
      if (known === undefined) {
        byHardware.set(id, [target]);
      } else {
        known.push(target);
      }
    }
  }
  const oldestOf = new Map([...byHardware].map(([id, of]) => [id, oldestToStay(of, keep)]));
  const isNewest = (target: Target) =>
    [...hardwareOf(target)].some((id) => target.version >= (oldestOf.get(id) ?? Number.NEGATIVE_INFINITY));
  const isAlone = ({ tags }: Target) => new Set(tags).size <= 1;
  return {
    pruned: old.filter((target) => !isNewest(target) && isAlone(target)),
    shared: old.filter((target) => !isAlone(target)),
    newest: old.filter((target) => isNewest(target) && isAlone(target)),
  };
}

/** @returns the smallest of the versions that stay */
function oldestToStay(targets: readonly Target[], keep: number): number {
  const versions = [...new Set(targets.map(({ version }) => version))].sort((a, b) => b - a);
  return versions[Math.min(keep, versions.length) - 1] ?? Number.NEGATIVE_INFINITY;
}

/** A target that names no hardware is for one of its own. */
const hardwareOf = ({ hardwareIds }: Target): ReadonlySet<string> =>
  new Set(hardwareIds.length === 0 ? [''] : hardwareIds);
