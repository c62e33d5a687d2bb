import { groupByVersion, groupTargets, type Target, type TargetGroup, type TargetVersion } from './target';

/** Which targets are wanted; what is not given does not matter. */
export interface TargetFilter {
  /** `''`: targets without a tag. */
  readonly tag?: string | undefined;
  readonly hardware?: string | undefined;
}

export type TargetGrouping = 'tag' | 'version' | 'hardware';

/** How the targets are shown. */
export interface TargetArrangement {
  readonly filter: TargetFilter;
  readonly grouping: TargetGrouping;
}

/** What is at the top of the view: groups of versions, or versions. */
export type ArrangedTargets =
  | { readonly by: 'tag' | 'hardware'; readonly groups: readonly TargetGroup[]; readonly count: number }
  | { readonly by: 'version'; readonly versions: readonly TargetVersion[]; readonly count: number };

const GROUPINGS: readonly string[] = ['tag', 'version', 'hardware'] satisfies TargetGrouping[];

/**
 * Reads an arrangement that was stored, perhaps by another version.
 *
 * @returns what of it is understood
 */
export function targetArrangementOf(stored: unknown): TargetArrangement {
  const { filter, grouping } = record(stored);
  const { tag, hardware } = record(filter);
  return {
    filter: {
      tag: typeof tag === 'string' ? tag : undefined,
      hardware: typeof hardware === 'string' ? hardware : undefined,
    },
    grouping: GROUPINGS.includes(String(grouping)) ? (grouping as TargetGrouping) : 'tag',
  };
}

/** @returns whether something may be left out */
export const filtersTargets = ({ tag, hardware }: TargetFilter): boolean => tag !== undefined || hardware !== undefined;

/** @returns whether the filter leaves a target */
export function passes({ tags, hardwareIds }: Target, { tag, hardware }: TargetFilter): boolean {
  return (
    (tag === undefined || (tag === '' ? tags.length === 0 : tags.includes(tag))) &&
    (hardware === undefined || hardwareIds.includes(hardware))
  );
}

/**
 * @param targets newest first
 * @returns what the arrangement shows of them; a few milliseconds for 20 000
 */
export function arrangeTargets(targets: readonly Target[], { filter, grouping }: TargetArrangement): ArrangedTargets {
  const wanted = filtersTargets(filter) ? targets.filter((target) => passes(target, filter)) : targets;
  const count = wanted.length;
  if (grouping === 'version') {
    return { by: 'version', versions: groupByVersion(wanted), count };
  }
  const { tag, hardware } = filter;
  const only = (names: readonly string[], name: string | undefined) =>
    name === undefined || name === '' ? names : names.filter((other) => other === name);
  const keysOf = ({ tags, hardwareIds }: Target) =>
    grouping === 'tag' ? only(tags, tag) : only(hardwareIds, hardware);
  return { by: grouping, groups: groupTargets(wanted, keysOf), count };
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
