import * as vscode from 'vscode';
import { uriOf } from '../configfs/fileSystem';
import { tabsOf } from '../configfs/editorHost';
import { removalReason } from '../configfs/operations';
import { canSendBack, scopeKey } from '../model/config';
import { SaveRefused } from '../configfs/saveRefused';
import { isUnreadable } from '../model/secrecy';
import { scopeLabel } from '../ui/errorText';
import { showInput } from '../ui/messages';
import { nameHint } from './configFiles';
import type { FileServices } from './fileServices';
import { attempt, whileBusy } from './fileServices';
import type { ChosenFile } from './pickPlace';

/** Deletes configuration files, after asking once for each place that they are in. */
export async function deleteConfigFiles(services: FileServices, chosen: readonly ChosenFile[]): Promise<void> {
  const places = new Map<string, ChosenFile[]>();
  for (const one of chosen) {
    const { host, scope, meant } = one.address;
    const place = JSON.stringify([host, scopeKey(scope), meant?.uuid]);
    places.set(place, [...(places.get(place) ?? []), one]);
  }
  for (const files of places.values()) {
    await deleteOfPlace(services, files);
  }
}

async function deleteOfPlace(services: FileServices, chosen: readonly ChosenFile[]): Promise<void> {
  const { approval, operations } = services;
  const [first] = chosen;
  if (first === undefined) {
    return;
  }
  const { address } = first;
  const { scope } = address;
  const place = scopeLabel(scope);
  // What is gone is not asked about again where the user tries again.
  let left = chosen;
  await attempt(vscode.l10n.t('Could not delete {0} of {1}', namesOf(chosen), place), async () => {
    const files = left;
    const names = namesOf(files);
    const button = vscode.l10n.t('Delete');
    const takesReason = operations.takesReason(address);
    const secrets = files.filter(({ file }) => isUnreadable(scope, file));
    const answer = await approval.ask(
      { ...address, uuid: address.meant?.uuid },
      {
        message:
          files.length === 1
            ? vscode.l10n.t('Delete {0} from {1}?', names, place)
            : vscode.l10n.t('Delete {0} files from {1}?', files.length, place),
        detail: [
          files.length === 1 ? undefined : names,
          secrets.length === 0
            ? undefined
            : files.length === 1
              ? vscode.l10n.t('Its value is encrypted: nobody can read it back.')
              : vscode.l10n.t(
                  'These values are encrypted and cannot be read back: {0}.',
                  secrets.map(({ file }) => file.name).join(', '),
                ),
          scope.kind === 'device'
            ? files.length === 1
              ? vscode.l10n.t('The device removes it when it checks in next.')
              : vscode.l10n.t('The device removes them when it checks in next.')
            : files.length === 1
              ? vscode.l10n.t('The devices remove it when they check in next.')
              : vscode.l10n.t('The devices remove them when they check in next.'),
          takesReason ? undefined : approval.noReasonNote(scope),
        ]
          .filter((line) => line !== undefined)
          .join('\n'),
        buttons: [button],
        keep: vscode.l10n.t('Keep'),
      },
    );
    if (answer !== button) {
      return;
    }
    const proposed = files.length === 1 ? removalReason(address) : `Delete ${names} from VS Code`;
    const reason = takesReason ? await approval.reason(address, proposed) : proposed;
    for (const one of files) {
      await whileBusy(vscode.l10n.t('Deleting {0}…', one.file.name), () =>
        operations.remove(one.address, one.file, reason),
      );
      left = left.filter((other) => other !== one);
      await closeClean(uriOf(one.address));
    }
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

const namesOf = (files: readonly ChosenFile[]): string => files.map(({ file }) => file.name).join(', ');

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
