import * as vscode from 'vscode';
import { SCHEME } from '../configfs/address';
import { ConfigVersions, VERSION_SCHEME } from '../configfs/versions';
import { setContext } from '../ui/contextKeys';
import { compareConfigs } from './compareConfigs';
import { actOnVersion, browseHistory, compareTwoVersions, type HistoryServices } from './configHistory';
import { EffectivePages, PAGE_SCHEME } from './effectiveConfig';
import { registerCommand } from './registry';
import type { Services } from './services';
import { VersionSelection } from './versionSelection';

/** Registers what looks at configuration as a whole: its history, what a device receives, and comparisons. */
export function registerHistory(shared: Services): vscode.Disposable {
  const services: HistoryServices = { ...shared, selection: new VersionSelection() };
  const versions = new ConfigVersions(services.connections, () => services.ready());
  const pages = new EffectivePages(services);
  return vscode.Disposable.from(
    pages,
    vscode.workspace.registerTextDocumentContentProvider(PAGE_SCHEME, pages),
    vscode.workspace.registerTextDocumentContentProvider(VERSION_SCHEME, versions),
    vscode.window.tabGroups.onDidChangeTabs(tellComparison),
    vscode.window.tabGroups.onDidChangeTabGroups(tellComparison),
    registerCommand('foundries.showConfigHistory', (subject?: unknown) => browseHistory(services, subject, 'show')),
    registerCommand('foundries.compareVersion', (subject?: unknown) => actOnVersion(services, subject, 'compare')),
    registerCommand('foundries.compareVersions', (subject?: unknown) => compareTwoVersions(services, subject)),
    registerCommand('foundries.restoreVersion', (subject?: unknown) =>
      actOnVersion(services, comparedVersion(subject) ?? subject, 'restore'),
    ),
    registerCommand('foundries.showEffectiveConfig', (subject?: unknown) => pages.show(subject)),
    registerCommand('foundries.compareConfigs', (subject?: unknown, selected?: unknown) =>
      compareConfigs(services, subject, selected),
    ),
  );
}

/** In a comparison with the present, VS Code names the present side: the version is on the other one. */
function comparedVersion(subject: unknown): vscode.Uri | undefined {
  const sides = versionAndPresent();
  return subject instanceof vscode.Uri && sides?.modified.toString() === subject.toString()
    ? sides.original
    : undefined;
}

function tellComparison(): void {
  setContext('foundries.comparesVersion', versionAndPresent() !== undefined);
}

/** @returns the sides of the comparison in front, where the left one is an old version and the right one the file's own */
function versionAndPresent(): vscode.TabInputTextDiff | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputTextDiff &&
    input.original.scheme === VERSION_SCHEME &&
    input.modified.scheme === SCHEME
    ? input
    : undefined;
}
