import * as vscode from 'vscode';
import { ConfigVersions, VERSION_SCHEME } from '../configfs/versions';
import { compareConfigs } from './compareConfigs';
import { actOnVersion, browseHistory } from './configHistory';
import { EffectivePages, PAGE_SCHEME } from './effectiveConfig';
import { registerCommand } from './registry';
import type { Services } from './services';

/** Registers what looks at configuration as a whole: its history, what a device receives, and comparisons. */
export function registerHistory(services: Services): vscode.Disposable {
  const versions = new ConfigVersions(services.connections, () => services.ready());
  const pages = new EffectivePages(services);
  return vscode.Disposable.from(
    pages,
    vscode.workspace.registerTextDocumentContentProvider(PAGE_SCHEME, pages),
    vscode.workspace.registerTextDocumentContentProvider(VERSION_SCHEME, versions),
    registerCommand('foundries.showConfigHistory', (subject?: unknown) => browseHistory(services, subject, 'show')),
    registerCommand('foundries.compareVersion', (subject?: unknown) => actOnVersion(services, subject, 'compare')),
    registerCommand('foundries.restoreVersion', (subject?: unknown) => actOnVersion(services, subject, 'restore')),
    registerCommand('foundries.showEffectiveConfig', (subject?: unknown) => pages.show(subject)),
    registerCommand('foundries.compareConfigs', (subject?: unknown, selected?: unknown) =>
      compareConfigs(services, subject, selected),
    ),
  );
}
