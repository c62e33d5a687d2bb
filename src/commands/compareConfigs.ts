import * as vscode from 'vscode';
import { scopeKey } from '../model/config';
import { changesBetween } from '../model/configHistory';
import { scopeLabel } from '../ui/errorText';
import { showInformation, showProgress } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { placeOf, wholeOf, type ConfigPlace } from './configPlace';
import type { Services } from './services';
import { presentUri, showPair, showTogether, tellUnseen, type Sides } from './versionDiff';

/**
 * Compares the files of two configurations: of devices, groups, or the Factory.
 *
 * @param subject the row that the command was called on, if any
 * @param selected all rows that are selected; two of them need no picker
 */
export async function compareConfigs(services: Services, subject: unknown, selected: unknown): Promise<void> {
  const rows: readonly unknown[] = Array.isArray(selected) && selected.length > 1 ? (selected as unknown[]) : [subject];
  if (rows.length > 2) {
    void showInformation(vscode.l10n.t('Select two rows to compare their configuration.'));
    return;
  }
  const first = await placeOf(services, rows[0], vscode.l10n.t('Compare the configuration of what?'));
  if (first === undefined) {
    return;
  }
  const title = vscode.l10n.t('Compare the configuration of {0} with that of what?', scopeLabel(first.scope));
  const second = await placeOf(services, rows[1], title);
  if (second === undefined) {
    return;
  }
  if (first.host === second.host && scopeKey(first.scope) === scopeKey(second.scope)) {
    void showInformation(vscode.l10n.t('Pick two different places to compare.'));
    return;
  }
  await compare(wholeOf(first), wholeOf(second));
}

async function compare(first: ConfigPlace, second: ConfigPlace): Promise<void> {
  const [a, b] = [scopeLabel(first.scope), scopeLabel(second.scope)];
  try {
    const [left, right] = await showProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Comparing {0} with {1}…', a, b) },
      () => Promise.all([first, second].map(({ connection, scope }) => connection.configs.get(scope, 0))),
    );
    const [leftEntry, rightEntry] = [left?.entries[0], right?.entries[0]];
    const changes = changesBetween(leftEntry?.files ?? [], rightEntry?.files ?? []);
    if (changes.length === 0) {
      const count = leftEntry?.files.length ?? 0;
      void showInformation(
        count === 0
          ? vscode.l10n.t('{0} and {1} have no configuration files.', a, b)
          : count === 1
            ? vscode.l10n.t('{0} and {1} have the same configuration: 1 file, which is equal.', a, b)
            : vscode.l10n.t('{0} and {1} have the same configuration: {2} files, all equal.', a, b, count),
      );
      return;
    }
    const sides = changes.map(({ name }): Sides => ({
      name,
      left: presentUri(first, name, leftEntry),
      right: presentUri(second, name, rightEntry),
    }));
    const [only] = sides;
    if (sides.length === 1 && only?.left !== undefined && only.right !== undefined) {
      await showPair(`${only.name}: ${a} ↔ ${b}`, only.left, only.right);
    } else {
      await showTogether(first, vscode.l10n.t('Configuration: {0} ↔ {1}', a, b), sides);
    }
    tellUnseen(changes);
  } catch (error) {
    await showFailure(vscode.l10n.t('Could not compare {0} with {1}', a, b), error, () => compare(first, second));
  }
}
