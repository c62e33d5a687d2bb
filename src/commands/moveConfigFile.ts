import * as vscode from 'vscode';
import { uriOf } from '../configfs/fileSystem';
import { tabsOf } from '../configfs/editorHost';
import { removalReason } from '../configfs/operations';
import { canSendBack } from '../model/config';
import { SaveRefused } from '../configfs/saveRefused';
import { isUnreadable } from '../model/secrecy';
import { scopeLabel } from '../ui/errorText';
import { showInput } from '../ui/messages';
import { nameHint } from './configFiles';
import type { FileServices } from './fileServices';
import { attempt, whileBusy } from './fileServices';
import type { ChosenFile } from './pickPlace';

/** Deletes a configuration file, after asking. */
export async function deleteConfigFile(services: FileServices, { address, file }: ChosenFile): Promise<void> {
  const { approval, operations } = services;
  const place = scopeLabel(address.scope);
  await attempt(vscode.l10n.t('Could not delete {0} of {1}', file.name, place), async () => {
    const button = vscode.l10n.t('Delete');
    const takesReason = operations.takesReason(address);
    const chosen = await approval.ask(
      { ...address, uuid: address.meant?.uuid },
      {
        message: vscode.l10n.t('Delete {0} from {1}?', file.name, place),
        detail: [
          isUnreadable(address.scope, file)
            ? vscode.l10n.t('Its value is encrypted: nobody can read it back.')
            : undefined,
          address.scope.kind === 'device'
            ? vscode.l10n.t('The device removes it when it checks in next.')
            : vscode.l10n.t('The devices remove it when they check in next.'),
          takesReason ? undefined : approval.noReasonNote(address.scope),
        ]
          .filter((line) => line !== undefined)
          .join('\n'),
        buttons: [button],
      },
    );
    if (chosen !== button) {
      return;
    }
    const proposed = removalReason(address);
    const reason = takesReason ? await approval.reason(address, proposed) : proposed;
    await whileBusy(vscode.l10n.t('Deleting {0}…', file.name), () => operations.remove(address, file, reason));
    await closeClean(uriOf(address));
  });
}

/** Renames a configuration file, asking for the new name. An open editor follows. */
export async function renameConfigFile(services: FileServices, { address, file }: ChosenFile): Promise<void> {
  const { approval, operations } = services;
  const { scope } = address;
  const place = scopeLabel(scope);
  await attempt(vscode.l10n.t('Could not rename {0} of {1}', file.name, place), async () => {
    if (!canSendBack(scope, [file])) {
      throw new SaveRefused('keptSecret', address);
    }
    const known = services.connections.forFactory(address.host, scope.factory)?.configs.peek(scope);
    const taken = new Set(known?.entries[0]?.files.map(({ name }) => name));
    const name = await showInput({
      title: vscode.l10n.t('New name of {0} ({1})', file.name, place),
      value: file.name,
      valueSelection: stemOf(file.name),
      ignoreFocusOut: true,
      validateInput: (value) =>
        value !== file.name && taken.has(value)
          ? vscode.l10n.t('{0} already has this file.', place)
          : nameHint(value, scope),
    });
    if (name === undefined || name === file.name) {
      return;
    }
    await operations.check({ ...address, file: name }, file);
    await approval.confirm(
      { ...address, uuid: address.meant?.uuid },
      vscode.l10n.t('Rename {0} of {1} to {2}?', file.name, place, name),
      vscode.l10n.t('Rename'),
    );
    const reason = await approval.reason(address, `Rename ${file.name} to ${name} from VS Code`);
    await whileBusy(vscode.l10n.t('Renaming {0}…', file.name), () => operations.rename(address, name, file, reason));
    const columns = await closeClean(uriOf(address));
    for (const viewColumn of columns) {
      const options = { viewColumn, preview: false, preserveFocus: true };
      await vscode.commands.executeCommand('vscode.open', uriOf({ ...address, file: name }), options);
    }
  });
}

/** Closes what shows a file that is no more, except where a text would be lost. Returns where it was shown. */
async function closeClean(uri: vscode.Uri): Promise<vscode.ViewColumn[]> {
  const tabs = tabsOf(uri).filter(({ isDirty }) => !isDirty);
  const columns = [...new Set(tabs.map(({ group }) => group.viewColumn))];
  await vscode.window.tabGroups.close(tabs, true);
  return columns;
}

/** What is selected first in a name: all but folder and extension. */
function stemOf(name: string): [number, number] {
  const start = name.lastIndexOf('/') + 1;
  const dot = name.lastIndexOf('.');
  return [start, dot > start ? dot : name.length];
}
