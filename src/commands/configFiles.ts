import * as vscode from 'vscode';
import type { ConfigDocuments } from '../configfs/documents';
import { uriOf } from '../configfs/fileSystem';
import { isOffered, nameProblem, UPDATE_SETTINGS_FILE, type ConfigScope } from '../model/config';
import { scopeLabel } from '../ui/errorText';
import { showInput } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { pickFile, pickPlace } from './pickPlace';
import type { CommandContext } from './services';

/** Opens a configuration file, asking which. */
export async function openConfigFile(context: CommandContext): Promise<void> {
  const chosen = await pickFile(context, vscode.l10n.t('Open a configuration file'));
  if (chosen !== undefined) {
    await vscode.commands.executeCommand('vscode.open', uriOf(chosen.address));
  }
}

/**
 * Opens a new configuration file as a document; it is sent when it is saved.
 *
 * @param uuid of the device whose row was chosen
 */
export async function newConfigFile(
  context: CommandContext,
  documents: ConfigDocuments,
  place: ConfigScope | undefined,
  uuid?: string,
): Promise<void> {
  const { connection } = context;
  if (place === undefined) {
    const picked = await pickPlace(context, vscode.l10n.t('A new configuration file for what?'));
    return picked && newConfigFile(context, documents, picked.scope, picked.uuid);
  }
  const scope = place;
  const name = scopeLabel(scope);
  let existing: ReadonlySet<string>;
  try {
    const { entries } = await connection.configs.getOf(scope, uuid, 0);
    existing = new Set(entries[0]?.files.map((file) => file.name) ?? []);
  } catch (error) {
    await showFailure(vscode.l10n.t('Could not read the configuration of {0}', name), error, () =>
      newConfigFile(context, documents, scope, uuid),
    );
    return;
  }
  const hint = (value: string) =>
    existing.has(value)
      ? {
          message: vscode.l10n.t('{0} already has this file: Enter opens it.', name),
          severity: vscode.InputBoxValidationSeverity.Info,
        }
      : nameHint(value, scope);
  const file = await showInput({
    title: vscode.l10n.t('New configuration file for {0}', name),
    prompt: vscode.l10n.t('The device writes it to /var/run/secrets. Folders are allowed: app/settings.json'),
    placeHolder:
      existing.has(UPDATE_SETTINGS_FILE) || !isOffered(scope, UPDATE_SETTINGS_FILE)
        ? 'app.config'
        : UPDATE_SETTINGS_FILE,
    ignoreFocusOut: true,
    validateInput: hint,
  });
  if (file === undefined) {
    return;
  }
  const address = { host: connection.client.server.key, scope, file };
  const uri = uriOf(address);
  if (existing.has(file)) {
    await vscode.window.showTextDocument(uri, { preview: false });
    return;
  }
  documents.draft(address, uuid);
  const editor = await vscode.window.showTextDocument(uri, { preview: false });
  if (file === UPDATE_SETTINGS_FILE && editor.document.getText() === '') {
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '[pacman]\n'));
  }
}

/** @returns why a file of that place cannot have the name; undefined where it can */
export function nameHint(name: string, scope: ConfigScope): string | undefined {
  switch (nameProblem(name)) {
    case undefined:
      return isOffered(scope, name)
        ? undefined
        : vscode.l10n.t('{0} works for devices and device groups, not for a whole Factory.', name);
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
