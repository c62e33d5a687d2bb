import * as vscode from 'vscode';
import { scopeLabel } from '../ui/errorText';
import { showWarning } from '../ui/messages';
import { dateTime } from '../ui/time';
import type { ConfigAddress } from './address';
import type { ConflictChoice } from './documentsHost';
import type { Conflict } from './saveRefused';

/**
 * Asks the user what to do with a save that meets another change. The save waits for the answer.
 *
 * @param author who made the other change; undefined where that cannot be told
 */
export async function askAboutConflict(
  address: ConfigAddress,
  conflict: Conflict,
  author: string | undefined,
): Promise<ConflictChoice> {
  const buttons: [string, ConflictChoice][] = [
    ...(conflict.kind === 'changed' ? [[vscode.l10n.t('Merge'), 'merge'] as [string, ConflictChoice]] : []),
    ...(conflict.kind === 'deleted' ? [] : [[vscode.l10n.t('Compare'), 'compare'] as [string, ConflictChoice]]),
    [overwriteLabel(conflict.kind), 'overwrite'],
    [vscode.l10n.t('Discard Mine'), 'discard'],
  ];
  const chosen = await showWarning(
    headline(address, conflict),
    { modal: true, detail: detail(address, conflict, author) },
    ...buttons.map(([label]) => label),
  );
  return buttons.find(([label]) => label === chosen)?.[1] ?? 'cancel';
}

function overwriteLabel(kind: Conflict['kind']): string {
  switch (kind) {
    case 'deleted':
      return vscode.l10n.t('Create Again');
    case 'unproven':
      return vscode.l10n.t('Send Anyway');
    default:
      return vscode.l10n.t('Overwrite');
  }
}

/** @returns what happened to a file meanwhile, in a sentence */
export function headline({ file, scope }: ConfigAddress, { kind }: Pick<Conflict, 'kind'>): string {
  const place = scopeLabel(scope);
  switch (kind) {
    case 'changed':
      return vscode.l10n.t('{0} of {1} was changed on the server since you opened it.', file, place);
    case 'deleted':
      return vscode.l10n.t('{0} of {1} was deleted on the server since you opened it.', file, place);
    case 'unproven':
      return scope.kind === 'group'
        ? vscode.l10n.t('{1} may be another group than the one you opened {0} of.', file, place)
        : vscode.l10n.t('{1} may be another device than the one you opened {0} of.', file, place);
    case 'exists':
      return vscode.l10n.t('{1} already has a file {0}, which you have not seen.', file, place);
  }
}

/** @returns who changed it, when and why */
export function detail(
  { scope }: Pick<ConfigAddress, 'scope'>,
  { kind, when, reason }: Pick<Conflict, 'kind' | 'when' | 'reason'>,
  author: string | undefined,
): string {
  if (kind === 'unproven' && scope.kind === 'group') {
    return vscode.l10n.t(
      'Its history does not lead back to when you opened the file: it was changed very often since, or another group has its name now. Nothing was sent yet.',
    );
  }
  if (kind === 'unproven') {
    return vscode.l10n.t(
      'Its configuration was changed so often that its history does not reach back to when you opened the file, and which device it was could not be found out then. Nothing was sent yet.',
    );
  }
  const time = when === undefined ? undefined : dateTime(when);
  const lines = [
    time === undefined ? undefined : vscode.l10n.t('Changed: {0}', time),
    author === undefined ? undefined : vscode.l10n.t('By {0}', author),
    reason.trim() === '' ? undefined : vscode.l10n.t('Reason: {0}', reason.trim()),
    vscode.l10n.t('Nothing was sent yet.'),
  ];
  return lines.filter((line) => line !== undefined).join('\n');
}
