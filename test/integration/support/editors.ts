/** Editors and tabs, as a person uses them. */
import * as vscode from 'vscode';
import { until } from '../../support/until';

/** Replaces the text of an editor, as typing does. */
export async function replaceText(editor: vscode.TextEditor, text: string): Promise<void> {
  const { document } = editor;
  const all = new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length));
  if (!(await editor.edit((edit) => edit.replace(all, text)))) {
    throw new Error('The edit was refused.');
  }
}

/** Presses Ctrl+S; resolves when the save has ended, also where it failed. */
export const ctrlS = (): Thenable<unknown> => vscode.commands.executeCommand('workbench.action.files.save');

/** Every tab of the window. */
export const tabs = (): readonly vscode.Tab[] => vscode.window.tabGroups.all.flatMap((group) => group.tabs);

export const activeTab = (): vscode.Tab | undefined => vscode.window.tabGroups.activeTabGroup.activeTab;

/** Whether the tab in front says so, which is what a person sees: while a save runs the document may say otherwise. */
export const tabIsDirty = (): boolean => activeTab()?.isDirty === true;

/** Waits for a comparison in front. */
export const activeDiff = (): Promise<vscode.TabInputTextDiff> =>
  until(
    'a comparison in front',
    () => {
      const input = activeTab()?.input;
      return input instanceof vscode.TabInputTextDiff && input;
    },
    { found: () => activeTab()?.label },
  );

export const textOf = async (uri: vscode.Uri): Promise<string> =>
  (await vscode.workspace.openTextDocument(uri)).getText();

/** Closes all editors, giving up what is unsent. */
export async function closeEverything(): Promise<void> {
  for (const document of vscode.workspace.textDocuments) {
    if (document.isDirty) {
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
  }
  if (tabs().length > 0) {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await until('all tabs to close', () => tabs().length === 0, { found: () => tabs().map(({ label }) => label) });
  }
}
