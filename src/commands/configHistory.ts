import * as vscode from 'vscode';
import { parseVersion } from '../configfs/versions';
import type { ConfigEntry } from '../model/config';
import { changesBetween, findEntry, historySteps, type FileChange, type HistoryStep } from '../model/configHistory';
import { parseTime } from '../model/device';
import { asLabel } from '../ui/label';
import { showFailure } from '../ui/notify';
import { ago, dateTime } from '../ui/time';
import { placeLabel, placeOf, type ConfigPlace } from './configPlace';
import { restoreVersion } from './restoreVersion';
import type { Services } from './services';
import { compareWithPresent, entryTime, kindText, showStep } from './versionDiff';

/** What is done with a picked entry. */
export type HistoryAction = 'show' | 'compare' | 'restore';

interface StepItem extends vscode.QuickPickItem {
  readonly step: HistoryStep;
}

interface Picked {
  readonly action: HistoryAction;
  readonly step: HistoryStep;
  /** The history that was shown, newest first. */
  readonly entries: readonly ConfigEntry[];
}

/**
 * Lets an entry of a configuration's history be picked, and shows, compares or restores it.
 *
 * @param subject what the command was called with: a row, the URI of a file or of an old version, or nothing
 * @param action what picking does; the buttons of an entry do the others
 */
export async function browseHistory(services: Services, subject: unknown, action: HistoryAction): Promise<void> {
  const title = {
    show: vscode.l10n.t('Show the configuration history of what?'),
    compare: vscode.l10n.t('Compare an old version of what with the present?'),
    restore: vscode.l10n.t('Restore an old version of what?'),
  }[action];
  const place = await placeOf(services, subject, title);
  if (place !== undefined) {
    await browse(services, place, action);
  }
}

/** Acts on the version that a read-only document shows; without one, asks which. */
export async function actOnVersion(
  services: Services,
  subject: unknown,
  action: Exclude<HistoryAction, 'show'>,
): Promise<void> {
  const uri = subject instanceof vscode.Uri ? subject : undefined;
  const version = uri === undefined ? undefined : parseVersion(uri);
  if (version === undefined) {
    return browseHistory(services, subject, action);
  }
  const place = await placeOf(services, uri, '');
  if (place === undefined) {
    return;
  }
  try {
    const { entries } = await place.connection.configs.get(place.scope, 0);
    const entry = findEntry(entries, version.key);
    if (entry === undefined) {
      void vscode.window.showWarningMessage(
        vscode.l10n.t('This version of {0} is no longer kept by the service.', placeLabel(place)),
      );
      return;
    }
    await act(services, place, { action, entries, step: { entry, before: undefined, changes: undefined } });
  } catch (error) {
    await showFailure(vscode.l10n.t('Could not read the configuration of {0}', placeLabel(place)), error, () =>
      actOnVersion(services, subject, action),
    );
  }
}

async function browse(services: Services, place: ConfigPlace, action: HistoryAction): Promise<void> {
  try {
    const picked = await pickStep(place, action);
    if (picked !== undefined) {
      await act(services, place, picked);
    }
  } catch (error) {
    await showFailure(vscode.l10n.t('Could not read the configuration history of {0}', placeLabel(place)), error, () =>
      browse(services, place, action),
    );
  }
}

async function act(services: Services, place: ConfigPlace, { action, step, entries }: Picked): Promise<void> {
  switch (action) {
    case 'show':
      return showStep(place, step);
    case 'compare':
      return compareWithPresent(place, step.entry, entries[0]);
    case 'restore':
      return restoreVersion(place, step.entry, entries, () => browse(services, place, 'show'));
  }
}

/** Shows the history. Throws where it cannot be read. */
async function pickStep(place: ConfigPlace, action: HistoryAction): Promise<Picked | undefined> {
  const compare: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('diff'),
    tooltip: vscode.l10n.t('Compare with Present'),
  };
  const restore: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('discard'),
    tooltip: vscode.l10n.t('Restore This Version'),
  };
  const pick = vscode.window.createQuickPick<StepItem>();
  pick.title = {
    show: vscode.l10n.t('History of {0}', placeLabel(place)),
    compare: vscode.l10n.t('Compare {0} with the version…', placeLabel(place)),
    restore: vscode.l10n.t('Restore {0} as of…', placeLabel(place)),
  }[action];
  pick.placeholder = vscode.l10n.t('Reading the history…');
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.busy = true;
  pick.show();
  let entries: readonly ConfigEntry[] = [];
  const closed = new Promise<undefined>((resolve) => {
    pick.onDidHide(() => resolve(undefined));
  });
  const chosen = new Promise<Picked>((resolve) => {
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      if (item !== undefined) {
        resolve({ action, step: item.step, entries });
      }
    });
    pick.onDidTriggerItemButton(({ item, button }) =>
      resolve({ action: button === restore ? 'restore' : 'compare', step: item.step, entries }),
    );
  });
  const fill = async () => {
    ({ entries } = await place.connection.configs.get(place.scope, 0));
    const steps = historySteps(entries, place.file).filter(
      ({ entry }) => action === 'show' || differs(place, entry, entries),
    );
    pick.placeholder = placeholder(action, steps.length);
    const items = (names: ReadonlyMap<string, string>) =>
      steps.map((step): StepItem => ({
        ...describe(place, step, entries, names),
        step,
        buttons: differs(place, step.entry, entries) ? [compare, restore] : [],
      }));
    pick.items = items(new Map());
    const names = await authorNames(place, steps);
    if (names.size > 0) {
      const [active] = pick.activeItems;
      pick.items = items(names);
      if (active !== undefined) {
        pick.activeItems = pick.items.filter(({ step }) => step === active.step);
      }
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

function placeholder(action: HistoryAction, count: number): string {
  if (count === 0) {
    return action === 'show'
      ? vscode.l10n.t('Nothing was changed yet')
      : vscode.l10n.t('There is no version that differs from the present one');
  }
  return {
    show: vscode.l10n.t('Enter shows what an entry changed'),
    compare: vscode.l10n.t('Enter compares a version with the present one'),
    restore: vscode.l10n.t('Enter restores a version, after asking'),
  }[action];
}

/** Whether putting the version back would make a difference; a file that it does not have is not removed by it. */
function differs({ file }: ConfigPlace, entry: ConfigEntry, entries: readonly ConfigEntry[]): boolean {
  const changes = changesBetween(entries[0]?.files ?? [], entry.files);
  return file === undefined
    ? changes.length > 0
    : changes.some(({ name, after }) => name === file && after !== undefined);
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
  const state = entry === entries[0] ? [vscode.l10n.t('in force')] : [];
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
    // The service tells this of devices only (foundries-api.md §2.2).
    return '';
  }
  const applied = parseTime(entry.appliedAt);
  if (applied !== undefined) {
    return vscode.l10n.t('fetched by the device {0}', dateTime(applied));
  }
  return entry === entries[0] ? vscode.l10n.t('waiting for the device') : vscode.l10n.t('never fetched by the device');
}
