import * as vscode from 'vscode';
import { EFFECTIVE_SCHEME, SCHEME } from '../configfs/address';
import { ConfigVersions, VERSION_SCHEME } from '../configfs/versions';
import { setContext } from '../ui/contextKeys';
import type { HistoryServices } from './configHistory';
import type { EffectivePages } from './effectiveConfig';
import { registerOnDemand } from './onDemand';
import type { Services } from './services';
import { VersionSelection } from './versionSelection';

/** Registers what looks at configuration as a whole: its history, what a device receives, and comparisons. */
export function registerHistory(shared: Services): vscode.Disposable {
  const services: HistoryServices = { ...shared, selection: new VersionSelection() };
  const versions = new ConfigVersions(services.connections, () => services.ready());
  const changed = new vscode.EventEmitter<vscode.Uri>();
  let loading: Promise<EffectivePages> | undefined;
  const pages = () =>
    (loading ??= import('./effectiveConfig').then(({ EffectivePages }) => new EffectivePages(services, changed)));
  return vscode.Disposable.from(
    changed,
    new vscode.Disposable(() => void loading?.then((loaded) => loaded.dispose())),
    vscode.workspace.registerTextDocumentContentProvider(EFFECTIVE_SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: async (uri) => (await pages()).text(uri),
    }),
    vscode.workspace.registerTextDocumentContentProvider(VERSION_SCHEME, versions),
    vscode.window.tabGroups.onDidChangeTabs(tellComparison),
    vscode.window.tabGroups.onDidChangeTabGroups(tellComparison),
    registerOnDemand(
      [
        'foundries.showConfigHistory',
        'foundries.compareVersion',
        'foundries.compareVersions',
        'foundries.restoreVersion',
      ],
      async () => {
        const { actOnVersion, browseHistory, compareTwoVersions } = await import('./configHistory');
        return {
          'foundries.showConfigHistory': (subject?: unknown) => browseHistory(services, subject, 'show'),
          'foundries.compareVersion': (subject?: unknown) => actOnVersion(services, subject, 'compare'),
          'foundries.compareVersions': (subject?: unknown) => compareTwoVersions(services, subject),
          'foundries.restoreVersion': (subject?: unknown) =>
            actOnVersion(services, comparedVersion(subject) ?? subject, 'restore'),
        };
      },
    ),
    registerOnDemand(['foundries.showEffectiveConfig', 'foundries.compareConfigs'], async () => {
      const { compareConfigs } = await import('./compareConfigs');
      return {
        'foundries.showEffectiveConfig': async (subject?: unknown) => (await pages()).show(subject),
        'foundries.compareConfigs': (subject?: unknown, selected?: unknown) =>
          compareConfigs(services, subject, selected),
      };
    }),
    services.connections.onDidConnect((connection) => {
      connection.configs.onDidOverwrite((overwritten) => {
        void import('./overwritten').then(({ settleOverwritten }) =>
          settleOverwritten(services, connection, overwritten),
        );
      });
    }),
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
