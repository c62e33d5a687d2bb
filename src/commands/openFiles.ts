import * as vscode from 'vscode';
import { parseAddress, SCHEME, type ConfigAddress } from '../configfs/address';
import { hasUnsentText } from '../configfs/editorHost';
import { uriOf } from '../configfs/fileSystem';
import { scopeKey, type ConfigScope } from '../model/config';

interface OpenFile {
  readonly tab: vscode.Tab;
  readonly address: ConfigAddress;
}

/** The tabs that show files of a configuration. */
function openFilesOf(host: string, scope: ConfigScope): OpenFile[] {
  const key = scopeKey(scope);
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .flatMap((tab) => {
      const { input } = tab;
      const address =
        input instanceof vscode.TabInputText && input.uri.scheme === SCHEME ? parseAddress(input.uri) : undefined;
      return address?.host === host && scopeKey(address.scope) === key ? [{ tab, address }] : [];
    });
}

/** @returns names of files of a configuration whose editor holds text that was not sent */
export function unsentFilesOf(host: string, scope: ConfigScope): string[] {
  return [
    ...new Set(
      openFilesOf(host, scope).flatMap(({ tab, address }) =>
        tab.isDirty || hasUnsentText(address) ? [address.file] : [],
      ),
    ),
  ];
}

/** Shows open files of a configuration under the name that its owner has now. Tabs with unsent text stay as they are. */
export async function followRename(host: string, from: ConfigScope, to: ConfigScope): Promise<void> {
  for (const { tab, address } of openFilesOf(host, from)) {
    if (!tab.isDirty) {
      await vscode.window.showTextDocument(uriOf({ ...address, scope: to }), {
        viewColumn: tab.group.viewColumn,
        preview: tab.isPreview,
        preserveFocus: !tab.isActive,
      });
      await vscode.window.tabGroups.close(tab, true);
    }
  }
}
