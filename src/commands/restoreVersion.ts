import * as vscode from 'vscode';
import { SaveRefused } from '../configfs/saveRefused';
import type { ConfigEntry, ConfigScope } from '../model/config';
import { changesBetween, fileOf, restoreRisk, type FileChange } from '../model/configHistory';
import { parseTime } from '../model/device';
import { ConfigMoved, ConfigTooLarge, restoreAll, restoreOne } from '../store/restoring';
import { scopeLabel } from '../ui/errorText';
import { showFailure } from '../ui/notify';
import { placeLabel, type ConfigPlace } from './configPlace';
import { compareWithPresent, entryTime, kindText } from './versionDiff';

/**
 * Puts an old version in force again, after showing what that changes: of one file with a PATCH of it, of a whole
 * configuration with a POST of all files. Nothing is sent if the configuration was changed since it was shown.
 *
 * @param place one file, or a configuration
 * @param entries the history as the user saw it, newest first
 * @param showHistory what *Show History* does after a refusal
 */
export async function restoreVersion(
  place: ConfigPlace,
  entry: ConfigEntry,
  entries: readonly ConfigEntry[],
  showHistory: () => unknown,
): Promise<void> {
  const { scope, file } = place;
  const [latest] = entries;
  const changes = changesBetween(latest?.files ?? [], entry.files).filter(
    ({ name }) => file === undefined || name === file,
  );
  const old = file === undefined ? undefined : fileOf(entry, file);
  const when = entryTime(entry);
  if (file !== undefined && old === undefined) {
    const message = vscode.l10n.t('There was no {0} at {1}: nothing to restore.', placeLabel(place), when);
    void vscode.window.showInformationMessage(message);
    return;
  }
  if (changes.length === 0) {
    const message = vscode.l10n.t('{0} is as it was at {1}: nothing to restore.', placeLabel(place), when);
    void vscode.window.showInformationMessage(message);
    return;
  }
  const reason = restoreReason(file, entry);
  const choice = await confirm(place, entry, entries, changes, reason);
  if (choice === 'compare') {
    await compareWithPresent(place, entry, latest);
    return;
  }
  if (choice === 'cancel') {
    return;
  }
  const { configs } = place.connection;
  try {
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Restoring {0}…', placeLabel(place)) },
      () =>
        old === undefined
          ? restoreAll(configs, scope, { reason, files: entry.files }, latest)
          : restoreOne(configs, scope, { reason, file: old }, latest),
    );
    vscode.window.setStatusBarMessage(vscode.l10n.t('Restored {0} as of {1}', placeLabel(place), when), 8000);
  } catch (error) {
    if (error instanceof ConfigMoved) {
      const show = vscode.l10n.t('Show History');
      const message = vscode.l10n.t('Nothing was restored: {0} was changed since you looked at it.', placeLabel(place));
      if ((await vscode.window.showWarningMessage(message, show)) === show) {
        await showHistory();
      }
      return;
    }
    const { host } = place;
    const shown =
      error instanceof ConfigTooLarge
        ? new SaveRefused('tooLarge', { host, scope, file: file ?? '' }, { size: error.size, limit: error.limit })
        : error;
    await showFailure(vscode.l10n.t('Could not restore {0}', placeLabel(place)), shown);
  }
}

/** @returns the reason that the history shows; in words and a time zone that everybody who reads it shares */
export function restoreReason(file: string | undefined, entry: ConfigEntry): string {
  const time = parseTime(entry.createdAt);
  const when =
    time === undefined ? entry.createdAt : `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  return `Restore ${file ?? 'all files'} as of ${when}`;
}

async function confirm(
  place: ConfigPlace,
  entry: ConfigEntry,
  entries: readonly ConfigEntry[],
  changes: readonly FileChange[],
  reason: string,
): Promise<'restore' | 'compare' | 'cancel'> {
  const restore = vscode.l10n.t('Restore');
  const compare = vscode.l10n.t('Compare First');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Restore {0} as of {1}?', placeLabel(place), entryTime(entry)),
    { modal: true, detail: confirmDetail(place.scope, entry, entries, changes, reason) },
    restore,
    compare,
  );
  return chosen === restore ? 'restore' : chosen === compare ? 'compare' : 'cancel';
}

/** Lines of more files than this do not fit into a dialog. */
const SHOWN_FILES = 12;

function confirmDetail(
  scope: ConfigScope,
  entry: ConfigEntry,
  entries: readonly ConfigEntry[],
  changes: readonly FileChange[],
  reason: string,
): string {
  const lines = changes.slice(0, SHOWN_FILES).map((change) => `${change.name}: ${kindText(change)}`);
  const more = changes.length - lines.length;
  const { encrypted, keyChanged, commands } = restoreRisk(entries, entry, changes);
  const place = scopeLabel(scope);
  return [
    vscode.l10n.t('This will be changed:'),
    ...lines,
    ...(more > 0 ? [vscode.l10n.t('{0} more', more)] : []),
    '',
    ...(scope.kind === 'device' ? [] : [vscode.l10n.t('Every device of {0} receives it.', place)]),
    ...(encrypted.length === 0 || scope.kind !== 'device'
      ? []
      : [
          keyChanged
            ? vscode.l10n.t(
                'Mind the encrypted values ({0}): {1} has encrypted its values anew since, as it does when its key changes. It probably cannot read the old ones, and then takes none of its configuration.',
                encrypted.join(', '),
                place,
              )
            : vscode.l10n.t(
                'Mind the encrypted values ({0}): if the key of {1} has changed since, it cannot read them, and then takes none of its configuration.',
                encrypted.join(', '),
                place,
              ),
        ]),
    ...(commands.length === 0
      ? []
      : [vscode.l10n.t('Mind that these files are commands, which devices will run again: {0}.', commands.join(', '))]),
    vscode.l10n.t('Reason in the history: {0}', reason),
  ].join('\n');
}
