import * as vscode from 'vscode';
import { factoryPath, SCHEME } from '../configfs/address';
import { showError, showInformation } from '../ui/messages';
import type { Questions } from '../ui/questions';
import type { CommandContext } from './services';

/** Adds the Factory as a folder of the workspace, with its configuration, its groups and its devices. */
export async function addWorkspaceFolder({ connection, factory }: CommandContext, questions: Questions): Promise<void> {
  const uri = vscode.Uri.from({
    scheme: SCHEME,
    authority: connection.client.server.key,
    path: factoryPath(factory.name),
  });
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.some((folder) => folder.uri.toString() === uri.toString())) {
    void showInformation(vscode.l10n.t('{0} is a folder of this workspace already.', factory.name));
    return;
  }
  const add = vscode.l10n.t('Add Folder');
  if (folders.length < 2) {
    // VS Code restarts all extensions when the first folder comes or a window of one folder gets a second.
    const chosen = await questions.ask({
      message: vscode.l10n.t('Add Factory {0} to the workspace?', factory.name),
      detail: vscode.l10n.t(
        'VS Code restarts its extensions for this: running tasks and debug sessions of extensions may end. Unsaved text is kept.',
      ),
      buttons: [add],
    });
    if (chosen !== add) {
      return;
    }
  }
  const name = vscode.l10n.t('{0} (Factory)', factory.name);
  if (!vscode.workspace.updateWorkspaceFolders(folders.length, 0, { uri, name })) {
    void showError(vscode.l10n.t('VS Code did not add {0} to the workspace.', factory.name));
  }
}
