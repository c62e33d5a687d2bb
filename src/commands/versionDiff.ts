import * as vscode from 'vscode';
import { formatAddress, parseAddress } from '../configfs/address';
import { entryUri, versionUri } from '../configfs/versions';
import type { ConfigEntry, ConfigFile } from '../model/config';
import { changesBetween, entryKey, fileOf, findEntry, type FileChange, type HistoryStep } from '../model/configHistory';
import { parseTime } from '../model/device';
import { isUnreadable } from '../model/secrecy';
import { showInformation, showWarning } from '../ui/messages';
import { dateTime } from '../ui/time';
import { placeLabel, type ConfigPlace } from './configPlace';

/** @returns how the second entry differs from the first, in the files that the place is about */
export function changesOf(
  { file }: ConfigPlace,
  before: ConfigEntry | undefined,
  after: ConfigEntry | undefined,
): readonly FileChange[] {
  const changes = changesBetween(before?.files ?? [], after?.files ?? []);
  return file === undefined ? changes : changes.filter(({ name }) => name === file);
}

/**
 * Shows what an entry changed: one file as a diff, several together.
 *
 * @param entries the history, newest first
 */
export async function showStep(
  place: ConfigPlace,
  { entry, before, changes }: HistoryStep,
  entries: readonly ConfigEntry[],
): Promise<void> {
  const uri = (file: string, of: ConfigEntry | undefined) => versionUri(place.host, place.scope, file, of);
  const when = entryTime(entry);
  // To put back what is in force would do nothing: then the one before it is meant.
  const restorable = entry === entries[0] ? before : entry;
  if (changes === undefined) {
    // Nobody can tell what it changed: it is shown as it is.
    if (place.file !== undefined) {
      await vscode.commands.executeCommand('vscode.open', uri(place.file, entry), { preview: true });
      return;
    }
    const title = vscode.l10n.t('{0}: oldest version that is kept, {1}', placeLabel(place), when);
    const all = entry.files.map(({ name }): Sides => ({ name, left: undefined, right: uri(name, entry) }));
    await showTogether(place, title, all, restorable);
    return;
  }
  if (changes.length === 0) {
    void showInformation(vscode.l10n.t('This entry changed nothing.'));
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
    const title = `${placeLabel(place)}: ${entry.reason.replace(/\s+/g, ' ').trim()} (${when})`;
    await showTogether(place, title, sides, restorable);
  }
  tellUnseen(changes);
}

/**
 * Shows two entries side by side, the older one left; what is in force can be edited, where it is a file of an editor.
 *
 * @param entries the history that both are of, newest first; an entry that is none of them is not compared
 */
export async function compareVersions(
  place: ConfigPlace,
  a: ConfigEntry | undefined,
  b: ConfigEntry | undefined,
  entries: readonly ConfigEntry[],
): Promise<void> {
  // The same entry, although the history may have been read anew between.
  const [newer, older] = [a, b]
    .flatMap((entry) => (entry === undefined ? [] : [findEntry(entries, entryKey(entry))]))
    .filter((entry) => entry !== undefined)
    .sort((one, other) => entries.indexOf(one) - entries.indexOf(other));
  if (newer === undefined || older === undefined) {
    void showWarning(vscode.l10n.t('This version of {0} is no longer kept by the service.', placeLabel(place)));
    return;
  }
  const isNow = newer === entries[0];
  const precision = entryTime(older) === entryTime(newer) ? 'second' : 'minute';
  const when = entryTime(older, precision);
  const then = isNow ? vscode.l10n.t('now') : entryTime(newer, precision);
  const changes = changesOf(place, older, newer);
  if (changes.length === 0) {
    void showInformation(vscode.l10n.t('{0}: nothing differs between {1} and {2}.', placeLabel(place), when, then));
    return;
  }
  const left = (name: string) => versionUri(place.host, place.scope, name, older);
  const right = (name: string) =>
    (isNow ? presentUri(place, name, newer) : undefined) ?? versionUri(place.host, place.scope, name, newer);
  const [first] = changes;
  if (changes.length === 1 && first !== undefined) {
    const title = `${placeLabel({ ...place, file: first.name })}: ${when} ↔ ${then}`;
    await showPair(title, left(first.name), right(first.name));
  } else {
    const sides = changes.map(({ name, before, after }): Sides => ({
      name,
      left: before === undefined ? undefined : left(name),
      right: after === undefined ? undefined : right(name),
    }));
    await showTogether(place, `${placeLabel(place)}: ${when} ↔ ${then}`, sides, isNow ? older : newer);
  }
  tellUnseen(changes);
}

/** One file of a comparison; a side that has no such file is undefined. */
export interface Sides {
  readonly name: string;
  readonly left: vscode.Uri | undefined;
  readonly right: vscode.Uri | undefined;
}

/**
 * Shows several files in one editor.
 *
 * @param restorable the entry that *Restore* in the title is about; undefined where there is nothing to restore
 */
export async function showTogether(
  place: ConfigPlace,
  title: string,
  sides: readonly Sides[],
  restorable?: ConfigEntry,
): Promise<void> {
  if (restorable !== undefined && (await showRestorable(place, title, sides, restorable))) {
    return;
  }
  const list = sides.map(({ name, left, right }) => [
    right ?? left ?? versionUri(place.host, place.scope, name, undefined),
    left,
    right,
  ]);
  await vscode.commands.executeCommand('vscode.changes', title, list);
}

/**
 * The documented command gives the editor no address, by which buttons in its title could be about an entry; the one
 * that VS Code's Git extension uses does. Where it is missing, commands and the list still restore.
 */
async function showRestorable(
  { host, scope }: ConfigPlace,
  title: string,
  sides: readonly Sides[],
  entry: ConfigEntry,
): Promise<boolean> {
  try {
    await vscode.commands.executeCommand('_workbench.openMultiDiffEditor', {
      title,
      multiDiffSourceUri: entryUri(host, scope, entry, title),
      resources: sides.map(({ left, right }) => ({ originalUri: left, modifiedUri: right })),
    });
    return true;
  } catch {
    return false;
  }
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
  return isUnreadable(scope, file) || parseAddress(parts) === undefined
    ? versionUri(host, scope, name, latest)
    : vscode.Uri.from(parts);
}

/** @returns when an entry was made, in the language of the window */
export function entryTime({ createdAt }: ConfigEntry, to: 'minute' | 'second' = 'minute'): string {
  const time = parseTime(createdAt);
  return time === undefined ? createdAt : dateTime(time, to);
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
    void showInformation(vscode.l10n.t('Not in the comparison: {0}', lines.join('; ')));
  }
}

const handlerText = (file: ConfigFile | undefined): string => file?.onChanged?.join(' ') ?? vscode.l10n.t('none');
