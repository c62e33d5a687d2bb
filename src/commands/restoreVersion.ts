import * as vscode from 'vscode';
import { meantAt } from '../configfs/identityGuard';
import { ConfigMoved, restoreAll, RestoredPartly, restoreFiles } from '../configfs/restoring';
import { SaveRefused } from '../configfs/saveRefused';
import { knownForCheck, syntaxNotes } from '../configfs/syntaxGuard';
import type { ConfigEntry, ConfigScope } from '../model/config';
import { fileOf, restorable, restoreRisk, type FileChange } from '../model/configHistory';
import { parseTime } from '../model/device';
import { secrecyOf } from '../model/secrecy';
import { scopeLabel } from '../ui/errorText';
import { showInformation, showProgress, showWarning, tellBriefly } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { placeLabel, type ConfigPlace } from './configPlace';
import type { Services } from './services';
import { compareVersions, entryTime, kindText } from './versionDiff';

/**
 * Puts an old version in force again, after showing what that changes: of one file with a PATCH of it, of a whole
 * configuration with a POST of all files. Nothing is sent if the configuration was changed since it was shown. What has
 * to be approved before a save has to be here too.
 *
 * @param place one file, or a configuration
 * @param entries the history as the user saw it, newest first
 * @param showHistory what *Show History* does after a refusal
 */
export async function restoreVersion(
  { approval, changes: host, connections }: Services,
  place: ConfigPlace,
  entry: ConfigEntry,
  entries: readonly ConfigEntry[],
  showHistory: () => unknown,
): Promise<void> {
  const { scope, file } = place;
  const [latest] = entries;
  const all = restorable(scope, latest?.files ?? [], entry.files);
  const changes = all.changes.filter(({ name }) => file === undefined || name === file);
  const kept = all.kept.filter((name) => file === undefined || name === file);
  const old = file === undefined ? undefined : fileOf(entry, file);
  const when = entryTime(entry);
  if (file !== undefined && old === undefined) {
    const message = vscode.l10n.t('There was no {0} at {1}: nothing to restore.', placeLabel(place), when);
    void showInformation(message);
    return;
  }
  if (changes.length === 0 && kept.length > 0) {
    const message = vscode.l10n.t(
      'Not restored: the service does not show the value of {0}, so it cannot be sent again. Set it with Replace Value….',
      kept.join(', '),
    );
    void showWarning(message);
    return;
  }
  if (changes.length === 0) {
    const message = vscode.l10n.t('{0} is as it was at {1}: nothing to restore.', placeLabel(place), when);
    void showInformation(message);
    return;
  }
  // While the question is open, the name may go to another device.
  const meant = meantAt(host, place, place.uuid);
  const seen = { place, meant, newest: latest };
  const subject = { ...place, uuid: meant.uuid };
  try {
    const proposed = restoreReason(file, entry);
    const invalid = await syntaxNotes(
      place,
      changes.flatMap(({ after }) => after ?? []),
      knownForCheck(connections),
    );
    const restore = vscode.l10n.t('Restore');
    const compare = vscode.l10n.t('Compare First');
    const note = approval.asksReason(scope.kind !== 'device')
      ? []
      : [vscode.l10n.t('Reason in the history: {0}', proposed)];
    const chosen = await approval.ask(
      subject,
      {
        message: vscode.l10n.t('Restore {0} as of {1}?', placeLabel(place), when),
        detail: [...detailLines(scope, entry, entries, changes, kept), ...invalid, ...note].join('\n').trim(),
        buttons: [restore],
        keep: vscode.l10n.t('Leave As It Is'),
      },
      [compare],
    );
    if (chosen === compare) {
      await compareVersions(place, entry, latest, entries);
    }
    if (chosen !== restore) {
      return;
    }
    const reason = await approval.reason(subject, proposed);
    await showProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Restoring {0}…', placeLabel(place)) },
      () =>
        old === undefined
          ? restoreAll(host, seen, { reason, files: entry.files })
          : restoreFiles(host, seen, changes, reason),
    );
    tellBriefly(vscode.l10n.t('Restored {0} as of {1}', placeLabel(place), when), 8000);
  } catch (error) {
    if (error instanceof SaveRefused && error.kind === 'cancelled') {
      return;
    }
    if (error instanceof ConfigMoved) {
      const show = vscode.l10n.t('Show History');
      const message = vscode.l10n.t('Nothing was restored: {0} was changed since you looked at it.', placeLabel(place));
      if ((await showWarning(message, show)) === show) {
        await showHistory();
      }
      return;
    }
    const cause = error instanceof RestoredPartly ? error.cause : error;
    const left = error instanceof RestoredPartly ? (error.left[0] ?? '') : '';
    const shown =
      cause instanceof ConfigMoved
        ? new SaveRefused('changed', { host: place.host, scope, file: file ?? left })
        : cause;
    const what =
      error instanceof RestoredPartly
        ? vscode.l10n.t(
            'Of {0} these were restored: {1}. These were not: {2}',
            placeLabel(place),
            error.done.join(', '),
            error.left.join(', '),
          )
        : vscode.l10n.t('Could not restore {0}', placeLabel(place));
    await showFailure(what, shown);
  }
}

/** @returns the reason that the history shows; in words and a time zone that everybody who reads it shares */
export function restoreReason(file: string | undefined, entry: ConfigEntry): string {
  const time = parseTime(entry.createdAt);
  const when =
    time === undefined ? entry.createdAt : `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  return `Restore ${file ?? 'all files'} as of ${when}`;
}

/** Lines of more files than this do not fit into a dialog. */
const SHOWN_FILES = 12;

function detailLines(
  scope: ConfigScope,
  entry: ConfigEntry,
  entries: readonly ConfigEntry[],
  changes: readonly FileChange[],
  kept: readonly string[],
): string[] {
  const lines = changes.slice(0, SHOWN_FILES).map((change) => `${change.name}: ${kindText(change)}`);
  const more = changes.length - lines.length;
  const { encrypted, keyChanged, commands } = restoreRisk(entries, entry, changes);
  const exposed = changes.flatMap(({ name, after }) =>
    after !== undefined && secrecyOf(scope, after) === 'exposed' ? [name] : [],
  );
  const place = scopeLabel(scope);
  return [
    vscode.l10n.t('This will be changed:'),
    ...lines,
    ...(more > 0 ? [vscode.l10n.t('{0} more', more)] : []),
    ...(kept.length === 0
      ? []
      : [
          vscode.l10n.t(
            'Left as it is, because the service does not show its value: {0}. Set it with Replace Value….',
            kept.join(', '),
          ),
        ]),
    '',
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
    ...(exposed.length === 0
      ? []
      : [
          vscode.l10n.t(
            'Mind that {0} was marked as encrypted but was not: {1} fails to decrypt it, and then takes none of its configuration.',
            exposed.join(', '),
            place,
          ),
        ]),
    ...(commands.length === 0
      ? []
      : [vscode.l10n.t('Mind that these files are commands, which devices will run again: {0}.', commands.join(', '))]),
  ];
}
