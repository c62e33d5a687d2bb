import * as vscode from 'vscode';
import type { ConfigEntry } from '../model/config';
import { historySteps, type FileChange, type HistoryStep } from '../model/configHistory';
import { parseTime } from '../model/device';
import { asLabel } from '../ui/label';
import { ago, dateTime } from '../ui/time';
import type { ConfigPlace } from './configPlace';
import { changesOf, entryTime, kindText } from './versionDiff';
import type { VersionSelection } from './versionSelection';

/** What a list of a history is for. */
export interface HistoryList {
  readonly title: string;
  /** Says what Enter does. */
  readonly hint: string;
  /** Said where no entry is offered. */
  readonly none: string;
  /** Whether an entry is offered. */
  readonly offers: (entry: ConfigEntry, entries: readonly ConfigEntry[]) => boolean;
  /** With it entries have buttons. */
  readonly selection?: VersionSelection;
}

/** What was chosen of a list. */
export interface Chosen {
  /** The button that was pressed; undefined for Enter. */
  readonly button: 'compare' | 'compareWithSelected' | 'restore' | undefined;
  readonly step: HistoryStep;
  /** The history that was shown, newest first. */
  readonly entries: readonly ConfigEntry[];
}

type Button = Exclude<Chosen['button'], undefined> | 'select' | 'unselect';

interface StepItem extends vscode.QuickPickItem {
  readonly step: HistoryStep;
}

/**
 * Lets an entry of a configuration's history be chosen, newest first. *Select for Compare* leaves the list open.
 *
 * @returns undefined where the user gave up
 * @throws {FactoryError} where the history cannot be read
 */
export async function chooseEntry(place: ConfigPlace, list: HistoryList): Promise<Chosen | undefined> {
  const buttons = new Map((Object.keys(BUTTONS) as Button[]).map((kind) => [kind, buttonOf(kind)]));
  const pick = vscode.window.createQuickPick<StepItem>();
  pick.title = list.title;
  pick.placeholder = vscode.l10n.t('Reading the history…');
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.busy = true;
  pick.show();
  let entries: readonly ConfigEntry[] = [];
  let steps: readonly HistoryStep[] = [];
  let names: ReadonlyMap<string, string> = new Map();
  const draw = () => {
    const [active] = pick.activeItems;
    const selected = list.selection?.find(place, entries);
    pick.items = steps.map((step): StepItem => ({
      ...describe(place, step, entries, names, step.entry === selected),
      step,
      buttons:
        list.selection === undefined
          ? []
          : buttonsFor(place, step.entry, entries, selected).flatMap((kind) => buttons.get(kind) ?? []),
    }));
    if (active !== undefined) {
      pick.activeItems = pick.items.filter(({ step }) => step === active.step);
    }
  };
  const closed = new Promise<undefined>((resolve) => {
    pick.onDidHide(() => resolve(undefined));
  });
  const chosen = new Promise<Chosen>((resolve) => {
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      if (item !== undefined) {
        resolve({ button: undefined, step: item.step, entries });
      }
    });
    pick.onDidTriggerItemButton(({ item: { step }, button }) => {
      const kind = [...buttons].find(([, one]) => one === button)?.[0];
      if (kind === 'select' || kind === 'unselect') {
        list.selection?.select(place, kind === 'select' ? step.entry : undefined);
        draw();
      } else {
        resolve({ button: kind, step, entries });
      }
    });
  });
  const fill = async () => {
    ({ entries } = await place.connection.configs.getOf(place.scope, place.uuid, 0));
    steps = historySteps(entries, place.file).filter(({ entry }) => list.offers(entry, entries));
    pick.placeholder = steps.length === 0 ? list.none : list.hint;
    draw();
    names = await authorNames(place, steps);
    if (names.size > 0) {
      draw();
    }
    pick.busy = false;
  };
  try {
    // Whichever comes first: a choice can be made while names are still asked for.
    return await Promise.race([chosen, closed, fill().then(() => Promise.race([chosen, closed]))]);
  } finally {
    pick.dispose();
  }
}

/** @returns whether putting the version back would make a difference; a file that it does not have is not removed by it */
export function differs(place: ConfigPlace, entry: ConfigEntry, entries: readonly ConfigEntry[]): boolean {
  return changesOf(place, entries[0], entry).some(({ after }) => place.file === undefined || after !== undefined);
}

const BUTTONS: Readonly<Record<Button, { readonly icon: string; readonly tooltip: () => string }>> = {
  compare: { icon: 'diff', tooltip: () => vscode.l10n.t('Compare with Present') },
  compareWithSelected: { icon: 'compare-changes', tooltip: () => vscode.l10n.t('Compare with Selected') },
  select: { icon: 'git-compare', tooltip: () => vscode.l10n.t('Select for Compare') },
  unselect: { icon: 'close', tooltip: () => vscode.l10n.t('No Longer Select for Compare') },
  restore: { icon: 'discard', tooltip: () => vscode.l10n.t('Restore This Version') },
};

function buttonOf(kind: Button): vscode.QuickInputButton {
  const { icon, tooltip } = BUTTONS[kind];
  return { iconPath: new vscode.ThemeIcon(icon), tooltip: tooltip() };
}

function buttonsFor(
  place: ConfigPlace,
  entry: ConfigEntry,
  entries: readonly ConfigEntry[],
  selected: ConfigEntry | undefined,
): Button[] {
  const other = differs(place, entry, entries);
  return [
    ...(other ? ['compare' as const] : []),
    selected === undefined ? 'select' : selected === entry ? 'unselect' : 'compareWithSelected',
    ...(other ? ['restore' as const] : []),
  ];
}

/** @returns names of authors, by id; asks for the members of the Factory once, and not where nobody wrote an entry */
async function authorNames(
  { connection, scope }: ConfigPlace,
  steps: readonly HistoryStep[],
): Promise<Map<string, string>> {
  const ids = new Set(steps.flatMap(({ entry: { createdBy } }) => (createdBy === undefined ? [] : [createdBy])));
  const names = await Promise.all(
    [...ids].map(async (id) => [id, await connection.userName(scope.factory, id)] as const),
  );
  return new Map(names.flatMap(([id, name]) => (name === undefined ? [] : [[id, name]])));
}

function describe(
  place: ConfigPlace,
  { entry, changes }: HistoryStep,
  entries: readonly ConfigEntry[],
  names: ReadonlyMap<string, string>,
  isSelected: boolean,
): vscode.QuickPickItem {
  const time = parseTime(entry.createdAt);
  const reason = asLabel(entry.reason);
  const { createdBy } = entry;
  const author =
    createdBy !== undefined
      ? (names.get(createdBy) ?? '')
      : place.scope.kind === 'device'
        ? vscode.l10n.t('the device')
        : '';
  const state = [
    ...(entry === entries[0] ? [vscode.l10n.t('in force')] : []),
    ...(isSelected ? [vscode.l10n.t('selected for compare')] : []),
  ];
  return {
    label: reason === '' ? vscode.l10n.t('(no reason given)') : reason,
    description: [...(time === undefined ? [] : [ago(time, Date.now())]), asLabel(author), ...state]
      .filter((part) => part !== '')
      .join(' · '),
    detail: [entryTime(entry), changesText(place, changes), deliveryText(place, entry, entries)]
      .filter((part) => part !== '')
      .join(' · '),
  };
}

/** Names of more files than this do not fit. */
const SHOWN_FILES = 4;

function changesText({ file }: ConfigPlace, changes: readonly FileChange[] | undefined): string {
  if (changes === undefined) {
    return vscode.l10n.t('oldest version that is kept');
  }
  if (changes.length === 0) {
    return vscode.l10n.t('no file changed');
  }
  const texts = changes
    .slice(0, SHOWN_FILES)
    .map((change) => (file === undefined ? `${asLabel(change.name)} ${kindText(change)}` : kindText(change)));
  const more = changes.length - texts.length;
  return [...texts, ...(more > 0 ? [vscode.l10n.t('{0} more', more)] : [])].join(', ');
}

function deliveryText({ scope }: ConfigPlace, entry: ConfigEntry, entries: readonly ConfigEntry[]): string {
  if (scope.kind !== 'device') {
    // The service tells this of devices only (docs/api.md §2.2).
    return '';
  }
  const applied = parseTime(entry.appliedAt);
  if (applied !== undefined) {
    return vscode.l10n.t('fetched by the device {0}', dateTime(applied));
  }
  return entry === entries[0] ? vscode.l10n.t('waiting for the device') : vscode.l10n.t('never fetched by the device');
}
