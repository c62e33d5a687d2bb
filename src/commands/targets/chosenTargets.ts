import * as vscode from 'vscode';
import type { TagOfTargets, Target } from '../../model/target';
import { asError } from '../../store/fetchedList';
import { asLabel } from '../../ui/label';
import { ago } from '../../ui/time';
import { whileBusy } from '../fileServices';
import type { CommandContext } from '../services';

/** What rows of the Targets view tell of the targets that they stand for. */
interface TargetsInRow {
  readonly target?: Target;
  readonly targets?: readonly Target[];
  readonly version?: number | { readonly targets: readonly Target[] };
  readonly tag?: string | TagOfTargets;
  readonly onlyHardware?: string | undefined;
}

/** @returns the targets of rows that a menu means: of all that are selected, or of the one; each once */
export function targetsOfRows(row: unknown, rows: unknown): readonly Target[] {
  const all = Array.isArray(rows) && rows.length > 0 ? (rows as unknown[]) : [row];
  const found = all.flatMap((each): readonly Target[] => {
    const { target, targets, version } = (each ?? {}) as TargetsInRow;
    return target === undefined ? (targets ?? (typeof version === 'object' ? version.targets : [])) : [target];
  });
  return [...new Map(found.map((target) => [target.name, target])).values()];
}

/** @returns the tag that a row stands for; undefined for any other row */
export function tagOfRow(row: unknown): string | undefined {
  const { target, version, tag } = (row ?? {}) as TargetsInRow;
  return target !== undefined || version !== undefined ? undefined : typeof tag === 'object' ? tag.tag : tag;
}

/** @returns the hardware id that the row of a tag is filtered by; undefined: it stands for all */
export const hardwareOfRow = (row: unknown): string | undefined => ((row ?? {}) as TargetsInRow).onlyHardware;

/**
 * All targets of the Factory, from the list that the Targets view shows.
 *
 * @throws {FactoryError}
 */
export async function allTargets({ factory }: CommandContext): Promise<readonly Target[]> {
  const { targets, fetchedAt, error } = await whileBusy(vscode.l10n.t('Reading the targets…'), () =>
    factory.targets.load(),
  );
  if (fetchedAt === undefined) {
    throw asError(error);
  }
  return targets;
}

/**
 * All targets of the Factory as they are now: what is pruned must not depend on how long ago somebody looked.
 *
 * @throws {FactoryError}
 */
export async function targetsOfNow({ factory }: CommandContext): Promise<readonly Target[]> {
  await whileBusy(vscode.l10n.t('Reading the targets…'), () => factory.targets.readAgain());
  const { targets, error } = factory.targets.state;
  if (error !== undefined) {
    throw asError(error);
  }
  return targets;
}

/** Targets that are offered at once; an older one is found by its version. */
const MOST_OFFERED = 500;

/**
 * The targets that a command is about: of the rows that it was called on, else picked.
 *
 * @returns undefined where the user gave up
 * @throws {FactoryError}
 */
export async function chosenTargets(
  context: CommandContext,
  row: unknown,
  rows: unknown,
  title: string,
): Promise<readonly Target[] | undefined> {
  const found = targetsOfRows(row, rows);
  if (found.length > 0) {
    return found;
  }
  return row === undefined ? pickTargets(await allTargets(context), title) : undefined;
}

interface TargetItem extends vscode.QuickPickItem {
  readonly target: Target;
}

async function pickTargets(targets: readonly Target[], title: string): Promise<readonly Target[] | undefined> {
  const newest = [...targets].sort((a, b) => b.version - a.version || a.name.localeCompare(b.name));
  const pick = vscode.window.createQuickPick<TargetItem>();
  const all = newest.map((target): TargetItem => ({
    label: asLabel(target.name),
    description: [
      target.tags.join(', ') || vscode.l10n.t('no tag'),
      target.createdAt === undefined ? '' : ago(target.createdAt, Date.now()),
    ]
      .filter((part) => part !== '')
      .join(' · '),
    target,
  }));
  pick.title = title;
  pick.placeholder = vscode.l10n.t('Type a part of a name, a version or a tag; check the targets with Space');
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.ignoreFocusOut = true;
  pick.items = all.slice(0, MOST_OFFERED);
  try {
    return await new Promise<readonly Target[] | undefined>((resolve) => {
      pick.onDidChangeValue((text) => {
        if (all.length > MOST_OFFERED) {
          const chosen = pick.selectedItems;
          const fitting = all.filter(
            (item) => !chosen.includes(item) && `${item.label} ${item.description ?? ''}`.includes(text.trim()),
          );
          pick.items = [...chosen, ...fitting.slice(0, MOST_OFFERED)];
          pick.selectedItems = chosen;
        }
      });
      pick.onDidAccept(() => {
        if (pick.selectedItems.length > 0) {
          resolve(pick.selectedItems.map(({ target }) => target));
        } else {
          pick.placeholder = vscode.l10n.t('Check at least one target, with Space or the mouse');
        }
      });
      pick.onDidHide(() => resolve(undefined));
      pick.show();
    });
  } finally {
    pick.dispose();
  }
}

/** @returns `raspberrypi4-64-lmp-42`, `version 42 (2 targets)` or `3 targets` */
export function targetsText(targets: readonly Pick<Target, 'name' | 'version'>[]): string {
  const [first] = targets;
  if (targets.length === 1 && first !== undefined) {
    return first.name;
  }
  return first !== undefined && targets.every(({ version }) => version === first.version)
    ? vscode.l10n.t('version {0} ({1} targets)', first.version, targets.length)
    : vscode.l10n.t('{0} targets', targets.length);
}
