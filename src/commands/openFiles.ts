import * as vscode from 'vscode';
import { parseAddress, SCHEME, type ConfigAddress } from '../configfs/address';
import { hasUnsentText } from '../configfs/editorHost';
import { uriOf } from '../configfs/fileSystem';
import { scopeKey, type ConfigScope } from '../model/config';
import { parseReport } from '../reports/address';
import { pageUri } from '../reports/devicePages';

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

/**
 * Shows open files of a configuration, and pages about a device, under the name that their owner has now. Tabs with unsent
 * text stay as they are.
 */
export async function followRename(host: string, from: ConfigScope, to: ConfigScope): Promise<void> {
  if (from.kind === 'device' && to.kind === 'device') {
    await followPages(host, from, to);
  }
  for (const { tab, address } of openFilesOf(host, from)) {
    if (!tab.isDirty) {
      await vscode.window.showTextDocument(uriOf({ ...address, scope: to }), {
        viewColumn: tab.group.viewColumn,
        preview: tab.isPreview,
        preserveFocus: !tab.isActive,
      });
      await closeIfThere(tab);
    }
  }
}

type DeviceScope = Extract<ConfigScope, { kind: 'device' }>;

/** The address of a page holds the name, which nothing answers to any more. */
async function followPages(host: string, from: DeviceScope, to: DeviceScope): Promise<void> {
  for (const tab of vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs)) {
    const page = tab.input instanceof vscode.TabInputText ? parseReport(tab.input.uri) : undefined;
    if (page?.host === host && page.factory === from.factory && page.device === from.device) {
      await vscode.window.showTextDocument(pageUri({ ...page, device: to.device }), {
        viewColumn: tab.group.viewColumn,
        preview: tab.isPreview,
        preserveFocus: !tab.isActive,
      });
      await closeIfThere(tab);
    }
  }
}

/** A tab that showed a preview is gone as soon as something else is shown in its place. */
async function closeIfThere(tab: vscode.Tab): Promise<void> {
  if (tab.group.tabs.includes(tab)) {
    await vscode.window.tabGroups.close(tab, true);
  }
}
