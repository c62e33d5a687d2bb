import * as vscode from 'vscode';
import { parseVersion } from '../configfs/versions';
import type { ConfigEntry } from '../model/config';
import { findEntry } from '../model/configHistory';
import { showWarning } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { placeLabel, placeOf, type ConfigPlace } from './configPlace';
import { chooseEntry, differs, type HistoryList } from './historyList';
import { restoreVersion } from './restoreVersion';
import type { Services } from './services';
import { changesOf, compareVersions, entryTime, showStep } from './versionDiff';
import type { VersionSelection } from './versionSelection';

/** What is done with a picked entry. */
export type HistoryAction = 'show' | 'compare' | 'restore';

/** What the commands on histories are built from. */
export interface HistoryServices extends Services {
  readonly selection: VersionSelection;
}

/**
 * Lets an entry of a configuration's history be picked, and shows, compares or restores it.
 *
 * @param subject what the command was called with: a row, the URI of a file or of an old version, or nothing
 * @param action what picking does; the buttons of an entry do the others
 */
export async function browseHistory(services: HistoryServices, subject: unknown, action: HistoryAction): Promise<void> {
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
  services: HistoryServices,
  subject: unknown,
  action: Exclude<HistoryAction, 'show'>,
): Promise<void> {
  const found = await findVersion(services, subject);
  if (found === 'none') {
    return browseHistory(services, subject, action);
  }
  if (found === undefined) {
    return;
  }
  const { place, entry, entries } = found;
  if (action === 'compare') {
    await compareVersions(place, entry, entries[0], entries);
  } else {
    await restoreVersion(services, place, entry, entries, () => browse(services, place, 'show'));
  }
}

/**
 * Compares any two versions: of a document of an old version with another one; else both are picked.
 *
 * @param subject a row, the URI of a file or of an old version, or nothing
 */
export async function compareTwoVersions(services: HistoryServices, subject: unknown): Promise<void> {
  const found = await findVersion(services, subject);
  const place =
    found === 'none' ? await placeOf(services, subject, vscode.l10n.t('Compare two versions of what?')) : found?.place;
  if (place !== undefined) {
    await pickTwo(place, found === 'none' ? undefined : found?.entry);
  }
}

async function pickTwo(place: ConfigPlace, given: ConfigEntry | undefined): Promise<void> {
  const label = placeLabel(place);
  try {
    const first =
      given ??
      (
        await chooseEntry(place, {
          title: vscode.l10n.t('Compare two versions of {0}', label),
          hint: vscode.l10n.t('The first version'),
          none: vscode.l10n.t('Nothing was changed yet'),
          offers: () => true,
        })
      )?.step.entry;
    if (first === undefined) {
      return;
    }
    const isOther = (entry: ConfigEntry) => changesOf(place, first, entry).length > 0;
    const second = await chooseEntry(place, {
      title: vscode.l10n.t('Compare {0} as of {1} with…', label, entryTime(first)),
      hint: vscode.l10n.t('The other version'),
      none: vscode.l10n.t('There is no version that differs from this one'),
      offers: isOther,
    });
    if (second !== undefined) {
      await compareVersions(place, first, second.step.entry, second.entries);
    }
  } catch (error) {
    await showHistoryFailure(place, error, () => pickTwo(place, given));
  }
}

/**
 * Finds the version that a read-only document shows.
 *
 * @returns `none` where the subject is no such document; undefined where it is not kept any more: the user was told
 */
async function findVersion(
  services: HistoryServices,
  subject: unknown,
): Promise<
  | 'none'
  | { readonly place: ConfigPlace; readonly entry: ConfigEntry; readonly entries: readonly ConfigEntry[] }
  | undefined
> {
  const uri = subject instanceof vscode.Uri ? subject : undefined;
  const version = uri && parseVersion(uri);
  if (version === undefined) {
    return 'none';
  }
  const place = await placeOf(services, uri, '');
  if (place === undefined) {
    return undefined;
  }
  try {
    const { entries } = await place.connection.configs.getOf(place.scope, place.uuid, 0);
    const entry = findEntry(entries, version.key);
    if (entry !== undefined) {
      return { place, entry, entries };
    }
    void showWarning(vscode.l10n.t('This version of {0} is no longer kept by the service.', placeLabel(place)));
  } catch (error) {
    await showHistoryFailure(place, error);
  }
  return undefined;
}

async function browse(services: HistoryServices, place: ConfigPlace, action: HistoryAction): Promise<void> {
  try {
    const chosen = await chooseEntry(place, listFor(services, place, action));
    if (chosen === undefined) {
      return;
    }
    const { step, entries, button = action } = chosen;
    const show = () => browse(services, place, 'show');
    switch (button) {
      case 'show':
        await showStep(place, step, entries);
        break;
      case 'compare':
        await compareVersions(place, step.entry, entries[0], entries);
        break;
      case 'compareWithSelected':
        await compareVersions(place, step.entry, services.selection.find(place, entries), entries);
        break;
      case 'restore':
        await restoreVersion(services, place, step.entry, entries, show);
    }
  } catch (error) {
    await showHistoryFailure(place, error, () => browse(services, place, action));
  }
}

function listFor({ selection }: HistoryServices, place: ConfigPlace, action: HistoryAction): HistoryList {
  const label = placeLabel(place);
  const none = vscode.l10n.t('There is no version that differs from the present one');
  const offers = (entry: ConfigEntry, entries: readonly ConfigEntry[]) => differs(place, entry, entries);
  switch (action) {
    case 'show':
      return {
        title: vscode.l10n.t('History of {0}', label),
        hint: vscode.l10n.t('Enter shows what an entry changed; its buttons compare and restore'),
        none: vscode.l10n.t('Nothing was changed yet'),
        offers: () => true,
        selection,
      };
    case 'compare':
      return {
        title: vscode.l10n.t('Compare {0} with the version…', label),
        hint: vscode.l10n.t('Enter compares a version with the present one'),
        none,
        offers,
        selection,
      };
    case 'restore':
      return {
        title: vscode.l10n.t('Restore {0} as of…', label),
        hint: vscode.l10n.t('Enter restores a version, after asking'),
        none,
        offers,
        selection,
      };
  }
}

function showHistoryFailure(place: ConfigPlace, error: unknown, retry?: () => unknown): Promise<void> {
  const what = vscode.l10n.t('Could not read the configuration history of {0}', placeLabel(place));
  return showFailure(what, error, retry);
}
