import * as vscode from 'vscode';
import { SCHEME } from '../configfs/address';
import type { ConfigDocuments } from '../configfs/documents';
import { uriOf } from '../configfs/fileSystem';
import { isEncrypted, nameProblem, UPDATE_SETTINGS_FILE, type ConfigScope } from '../model/config';
import { showFailure } from '../ui/notify';
import { pickDevice } from './pickDevice';
import type { CommandContext } from './services';

/** Opens a configuration file, asking which. */
export async function openConfigFile({ connection, factory }: CommandContext): Promise<void> {
  const device = await pickDevice(factory, vscode.l10n.t('Open a configuration file of which device?'));
  if (device === undefined) {
    return;
  }
  const scope: ConfigScope = { kind: 'device', factory: factory.name, device: device.name };
  try {
    const { entries } = await connection.configs.get(scope, 0);
    const files = entries[0]?.files ?? [];
    if (files.length === 0) {
      const create = vscode.l10n.t('New Config File…');
      const message = vscode.l10n.t('{0} has no configuration files.', device.name);
      if ((await vscode.window.showInformationMessage(message, create)) === create) {
        await vscode.commands.executeCommand('foundries.newConfigFile', { device });
      }
      return;
    }
    const picked = await vscode.window.showQuickPick(
      files.map((file) => ({
        label: file.name,
        description: isEncrypted(file) ? vscode.l10n.t('encrypted') : '',
      })),
      { title: vscode.l10n.t('Configuration files of {0}', device.name) },
    );
    if (picked !== undefined) {
      const uri = uriOf({ host: connection.client.server.host, scope, file: picked.label });
      await vscode.commands.executeCommand('vscode.open', uri);
    }
  } catch (error) {
    await showFailure(vscode.l10n.t('Could not read the configuration of {0}', device.name), error, () =>
      openConfigFile({ connection, factory }),
    );
  }
}

/** Opens a new configuration file as a document; it is sent when it is saved. */
export async function newConfigFile(
  { connection, factory }: CommandContext,
  documents: ConfigDocuments,
  deviceName: string | undefined,
): Promise<void> {
  const name =
    deviceName ?? (await pickDevice(factory, vscode.l10n.t('A new configuration file for which device?')))?.name;
  if (name === undefined) {
    return;
  }
  const scope: ConfigScope = { kind: 'device', factory: factory.name, device: name };
  let existing: ReadonlySet<string>;
  try {
    const { entries } = await connection.configs.get(scope, 0);
    existing = new Set(entries[0]?.files.map((file) => file.name) ?? []);
  } catch (error) {
    await showFailure(vscode.l10n.t('Could not read the configuration of {0}', name), error, () =>
      newConfigFile({ connection, factory }, documents, name),
    );
    return;
  }
  const file = await vscode.window.showInputBox({
    title: vscode.l10n.t('New configuration file for {0}', name),
    prompt: vscode.l10n.t('The device writes it to /var/run/secrets. Folders are allowed: app/settings.json'),
    placeHolder: existing.has(UPDATE_SETTINGS_FILE) ? 'app.config' : UPDATE_SETTINGS_FILE,
    ignoreFocusOut: true,
    validateInput: (value) => nameHint(value, existing, name),
  });
  if (file === undefined) {
    return;
  }
  const address = { host: connection.client.server.host, scope, file };
  const uri = uriOf(address);
  if (existing.has(file)) {
    await vscode.window.showTextDocument(uri, { preview: false });
    return;
  }
  documents.draft(address);
  const editor = await vscode.window.showTextDocument(uri, { preview: false });
  if (file === UPDATE_SETTINGS_FILE && editor.document.getText() === '') {
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '[pacman]\n'));
  }
}

function nameHint(
  name: string,
  existing: ReadonlySet<string>,
  device: string,
): string | vscode.InputBoxValidationMessage | undefined {
  if (existing.has(name)) {
    const message = vscode.l10n.t('{0} already has this file: Enter opens it.', device);
    return { message, severity: vscode.InputBoxValidationSeverity.Info };
  }
  switch (nameProblem(name)) {
    case undefined:
      return undefined;
    case 'empty':
      return vscode.l10n.t('Type a file name.');
    case 'absolute':
      return vscode.l10n.t('The name is a path below /var/run/secrets on the device: it cannot be absolute.');
    case 'parent':
      return vscode.l10n.t('The name cannot hold . or .. as a folder.');
    case 'blank':
      return vscode.l10n.t('The name cannot begin or end with a blank.');
    case 'control':
      return vscode.l10n.t('The name holds characters that cannot be shown.');
    case 'trailing':
      return vscode.l10n.t('The name has an empty part: check the slashes.');
  }
}

/** @returns the configuration file that the active editor shows; undefined where it shows something else */
export function activeConfigFile(): vscode.Uri | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === SCHEME ? uri : undefined;
}
