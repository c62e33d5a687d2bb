import * as vscode from 'vscode';
import type { TargetFilter, TargetGrouping } from '../model/targetArrangement';
import type { Target } from '../model/target';
import { showFailure } from '../ui/notify';
import { showQuickPick } from '../ui/picks';
import { targetFilterTexts } from '../ui/targetWords';
import type { TargetArrangements } from '../views/targetArrangements';
import type { TargetsView } from '../views/targetsView';
import type { CommandContext, Services } from './services';

/** Filtering and grouping of the Targets view. */
export function arrangeTargetsCommands(services: Services, view: TargetsView, arrangements: TargetArrangements) {
  return {
    'foundries.filterTargets': () => services.withFactory((context) => filterTargets(context, view, arrangements)),
    'foundries.clearTargetFilter': () => arrangements.change({ filter: {} }),
    'foundries.groupTargets': () => groupTargets(arrangements),
  };
}

/**
 * @returns the targets of the Factory; undefined, and the user is told, where they could not be loaded
 */
export async function loadTargets(
  { factory }: CommandContext,
  view: TargetsView,
): Promise<readonly Target[] | undefined> {
  const { targets, fetchedAt, error } = await view.whileBusy(() => factory.targets.load());
  if (fetchedAt === undefined) {
    await showFailure(vscode.l10n.t('Targets could not be loaded'), error);
    return undefined;
  }
  return targets;
}

interface FilterItem extends vscode.QuickPickItem {
  readonly filter?: TargetFilter;
}

async function filterTargets(
  context: CommandContext,
  view: TargetsView,
  arrangements: TargetArrangements,
): Promise<void> {
  const targets = await loadTargets(context, view);
  if (targets === undefined) {
    return;
  }
  const { filter, grouping } = arrangements.current;
  const separator = (label: string): FilterItem => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const removals = (['tag', 'hardware'] as const).flatMap((part): FilterItem[] =>
    targetFilterTexts({ grouping, filter: { [part]: filter[part] } }).map((text) => ({
      label: `$(check) ${text}`,
      description: vscode.l10n.t('Remove this condition'),
      filter: { ...filter, [part]: undefined },
    })),
  );
  const items: FilterItem[] = [
    ...removals,
    ...(removals.length > 1 ? [{ label: `$(clear-all) ${vscode.l10n.t('Clear Filter')}`, filter: {} }] : []),
    separator(vscode.l10n.t('Tag')),
    ...counted(targets, ({ tags }) => (tags.length === 0 ? [''] : tags)).map(([tag, count]) => ({
      label: `$(tag) ${tag === '' ? vscode.l10n.t('(no tag)') : tag}`,
      description: countText(count),
      filter: { ...filter, tag },
    })),
    separator(vscode.l10n.t('Hardware')),
    ...counted(targets, ({ hardwareIds }) => hardwareIds).map(([hardware, count]) => ({
      label: `$(circuit-board) ${hardware}`,
      description: countText(count),
      filter: { ...filter, hardware },
    })),
  ];
  const picked = await showQuickPick(items, {
    title: vscode.l10n.t('Filter Targets'),
    placeHolder: vscode.l10n.t('Targets that fit both tag and hardware are shown'),
  });
  if (picked?.filter !== undefined) {
    arrangements.change({ filter: picked.filter });
    await vscode.commands.executeCommand('foundries.targets.focus');
  }
}

async function groupTargets(arrangements: TargetArrangements): Promise<void> {
  const groupings: readonly (readonly [TargetGrouping, string])[] = [
    ['tag', vscode.l10n.t('By tag')],
    ['version', vscode.l10n.t('By version')],
    ['hardware', vscode.l10n.t('By hardware')],
  ];
  const items = groupings.map(([grouping, label]) => ({
    grouping,
    label,
    ...(grouping === arrangements.current.grouping ? { description: vscode.l10n.t('now') } : {}),
  }));
  const picked = await showQuickPick(items, { title: vscode.l10n.t('Group Targets') });
  if (picked !== undefined) {
    arrangements.change({ grouping: picked.grouping });
  }
}

function counted(targets: readonly Target[], of: (target: Target) => readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const key of targets.flatMap(of)) {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => Number(a === '') - Number(b === '') || a.localeCompare(b));
}

const countText = (count: number): string =>
  count === 1
    ? vscode.l10n.t('1 target')
    : vscode.l10n.t('{0} targets', new Intl.NumberFormat(vscode.env.language).format(count));
