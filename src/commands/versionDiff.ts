import * as vscode from 'vscode';
import { formatAddress, parseAddress } from '../configfs/address';
import { versionUri } from '../configfs/versions';
import { isEncrypted, type ConfigEntry, type ConfigFile } from '../model/config';
import { changesBetween, fileOf, type FileChange, type HistoryStep } from '../model/configHistory';
import { parseTime } from '../model/device';
import { dateTime } from '../ui/time';
import { placeLabel, type ConfigPlace } from './configPlace';

/** Shows what an entry changed: one file as a diff, several together. */
export async function showStep(place: ConfigPlace, { entry, before, changes }: HistoryStep): Promise<void> {
  const uri = (file: string, of: ConfigEntry | undefined) => versionUri(place.host, place.scope, file, of);
  const when = entryTime(entry);
  if (changes === undefined) {
    // Nobody can tell what it changed: it is shown as it is.
    if (place.file !== undefined) {
      await vscode.commands.executeCommand('vscode.open', uri(place.file, entry), { preview: true });
      return;
    }
    const title = vscode.l10n.t('{0}: oldest version that is kept, {1}', placeLabel(place), when);
    const all = entry.files.map(({ name }): Sides => ({ name, left: undefined, right: uri(name, entry) }));
    await showTogether(place, title, all);
    return;
  }
  if (changes.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('This entry changed nothing.'));
    return;
  }
  const [first] = changes;
  if (changes.length === 1 && first !== undefined) {
    const title = `${placeLabel({ ...place, file: first.name })}: ${kindText(first)} ${when}`;
    await showPair(title, uri(first.name, before), uri(first.name, entry));
  } else {
    const sides = changes.map(({ name, before: old, after }): Sides => ({
      name,
      left: old === undefined ? undefined : uri(name, before),
      right: after === undefined ? undefined : uri(name, entry),
    }));
    await showTogether(place, `${placeLabel(place)}: ${entry.reason.replace(/\s+/g, ' ').trim()} (${when})`, sides);
  }
  tellUnseen(changes);
}

/** Shows an old entry beside what is in force now; the side of now can be edited, where it is a file of an editor. */
export async function compareWithPresent(
  place: ConfigPlace,
  entry: ConfigEntry,
  latest: ConfigEntry | undefined,
): Promise<void> {
  const changes = changesBetween(entry.files, latest?.files ?? []).filter(
    ({ name }) => place.file === undefined || place.file === name,
  );
  const when = entryTime(entry);
  if (changes.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0}: nothing differs between {1} and now.', placeLabel(place), when),
    );
    return;
  }
  const left = (name: string) => versionUri(place.host, place.scope, name, entry);
  const [first] = changes;
  if (changes.length === 1 && first !== undefined) {
    const right = presentUri(place, first.name, latest) ?? versionUri(place.host, place.scope, first.name, latest);
    await showPair(
      vscode.l10n.t('{0}: {1} ↔ now', placeLabel({ ...place, file: first.name }), when),
      left(first.name),
      right,
    );
  } else {
    const sides = changes.map(({ name, before, after }): Sides => ({
      name,
      left: before === undefined ? undefined : left(name),
      right: after === undefined ? undefined : presentUri(place, name, latest),
    }));
    await showTogether(place, vscode.l10n.t('{0}: {1} ↔ now', placeLabel(place), when), sides);
  }
  tellUnseen(changes);
}

/** One file of a comparison; a side that has no such file is undefined. */
export interface Sides {
  readonly name: string;
  readonly left: vscode.Uri | undefined;
  readonly right: vscode.Uri | undefined;
}

/** Shows several files in one editor. */
export async function showTogether(place: ConfigPlace, title: string, sides: readonly Sides[]): Promise<void> {
  const list = sides.map(({ name, left, right }) => [
    right ?? left ?? versionUri(place.host, place.scope, name, undefined),
    left,
    right,
  ]);
  await vscode.commands.executeCommand('vscode.changes', title, list);
}

/** Shows two documents side by side. */
export async function showPair(title: string, left: vscode.Uri, right: vscode.Uri): Promise<void> {
  await vscode.commands.executeCommand('vscode.diff', left, right, title, { preview: true });
}

/**
 * @param latest the newest entry
 * @returns the file's own document where it has one that shows its value, else its newest version; undefined where there
 *   is no such file
 */
export function presentUri(
  { host, scope }: ConfigPlace,
  name: string,
  latest: ConfigEntry | undefined,
): vscode.Uri | undefined {
  const file = fileOf(latest, name);
  if (file === undefined) {
    return undefined;
  }
  const parts = formatAddress({ host, scope, file: name });
  return isEncrypted(file) || parseAddress(parts) === undefined
    ? versionUri(host, scope, name, latest)
    : vscode.Uri.from(parts);
}

/** @returns when an entry was made, in the language of the window */
export function entryTime({ createdAt }: ConfigEntry): string {
  const time = parseTime(createdAt);
  return time === undefined ? createdAt : dateTime(time);
}

/** @returns `changed`, `added`, `removed`, and what of it where a diff of values would not show that */
export function kindText({ kind, aspects }: FileChange): string {
  switch (kind) {
    case 'added':
      return vscode.l10n.t('added');
    case 'removed':
      return vscode.l10n.t('removed');
    case 'changed': {
      const unseen = [
        ...(aspects.includes('handler') ? [vscode.l10n.t('handler')] : []),
        ...(aspects.includes('encryption') ? [vscode.l10n.t('encryption')] : []),
      ];
      return unseen.length === 0 ? vscode.l10n.t('changed') : vscode.l10n.t('changed ({0})', unseen.join(', '));
    }
  }
}

/** A diff shows values only: says what else changed. */
export function tellUnseen(changes: readonly FileChange[]): void {
  const lines = changes.flatMap(({ name, kind, aspects, before, after }) =>
    kind === 'changed' && aspects.includes('handler')
      ? [vscode.l10n.t('{0}: handler {1} → {2}', name, handlerText(before), handlerText(after))]
      : kind === 'changed' && aspects.includes('encryption')
        ? [
            after?.unencrypted === true
              ? vscode.l10n.t('{0}: now marked as plain text', name)
              : vscode.l10n.t('{0}: no longer marked as plain text', name),
          ]
        : [],
  );
  if (lines.length > 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Not in the comparison: {0}', lines.join('; ')));
  }
}

const handlerText = (file: ConfigFile | undefined): string => file?.onChanged?.join(' ') ?? vscode.l10n.t('none');
