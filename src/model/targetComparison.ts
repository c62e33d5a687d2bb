import type { TargetApp } from './target';
import type { TargetDetail } from './targetDetail';

export type ChangeKind = 'added' | 'removed' | 'changed' | 'same';

/** One thing of two targets; a side is undefined where that target has no such thing. */
export interface Change {
  readonly name: string;
  readonly kind: ChangeKind;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** What of two lists is only in the first, only in the second, in both. */
export interface ListChange {
  readonly removed: readonly string[];
  readonly added: readonly string[];
  readonly kept: readonly string[];
}

/** How a target differs from another one. */
export interface TargetComparison {
  readonly from: TargetDetail;
  readonly to: TargetDetail;
  /** By the OSTree hash; undefined where one of them tells none. */
  readonly osChanged: boolean | undefined;
  /** Apps by name and address; those that differ first. */
  readonly apps: readonly Change[];
  /** Commits by repository. */
  readonly commits: readonly Change[];
  readonly tags: ListChange;
  readonly hardware: ListChange;
  /** Whether anything differs that a device would notice: the OS or an app. */
  readonly differs: boolean;
}

/**
 * Compares two targets (docs/api.md §6.2): the OS by its OSTree hash, apps by their addresses, which hold a digest.
 *
 * @returns what it takes to come from the first to the second
 */
export function compareTargets(from: TargetDetail, to: TargetDetail): TargetComparison {
  const osChanged = from.ostreeHash === '' || to.ostreeHash === '' ? undefined : from.ostreeHash !== to.ostreeHash;
  const entries = (apps: readonly TargetApp[]) => apps.map(({ name, uri }) => [name, uri] as const);
  const apps = changes(entries(from.apps), entries(to.apps));
  const commits = (of: TargetDetail) => of.commits.map(({ repository, sha }) => [repository, sha] as const);
  return {
    from,
    to,
    osChanged,
    apps: [...apps.filter(({ kind }) => kind !== 'same'), ...apps.filter(({ kind }) => kind === 'same')],
    commits: changes(commits(from), commits(to)),
    tags: listChange(from.tags, to.tags),
    hardware: listChange(from.hardwareIds, to.hardwareIds),
    differs: osChanged !== false || apps.some(({ kind }) => kind !== 'same'),
  };
}

/** @returns the apps that are not the same in both targets, or only in one of them */
export function differingApps({ apps }: TargetComparison): readonly Change[] {
  return apps.filter(({ kind }) => kind !== 'same');
}

function changes(
  from: readonly (readonly [name: string, value: string])[],
  to: readonly (readonly [name: string, value: string])[],
): Change[] {
  const before = new Map(from);
  const after = new Map(to);
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((name): Change => {
      const old = before.get(name);
      const now = after.get(name);
      const kind = old === undefined ? 'added' : now === undefined ? 'removed' : old === now ? 'same' : 'changed';
      return { name, kind, from: old, to: now };
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}

function listChange(from: readonly string[], to: readonly string[]): ListChange {
  const [before, after] = [new Set(from), new Set(to)];
  return {
    removed: from.filter((item) => !after.has(item)),
    added: to.filter((item) => !before.has(item)),
    kept: from.filter((item) => after.has(item)),
  };
}
