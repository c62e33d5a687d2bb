import * as vscode from 'vscode';
import { RUN_SCHEME } from '../reports/runAddress';
import type { RunPages } from '../reports/runPages';
import { BuildsView } from '../views/buildsView';
import { BuildStatus } from '../views/buildStatus';
import { registerOnDemand } from './onDemand';
import { registerCommand } from './registry';
import type { Services } from './services';

/** Registers the Builds view and what belongs to it; all but the view itself is read when it is first needed. */
export function registerBuilds(services: Services): vscode.Disposable & { readonly view: BuildsView } {
  const view = new BuildsView(services.connections);
  const changed = new vscode.EventEmitter<vscode.Uri>();
  let loading: Promise<RunPages> | undefined;
  const pages = () => {
    loading ??= import('../reports/runPages').then(
      ({ RunPages: Pages }) => new Pages({ connections: services.connections, ready: () => services.ready() }, changed),
    );
    return loading;
  };
  const subscriptions = vscode.Disposable.from(
    view,
    new BuildStatus(services.connections),
    changed,
    new vscode.Disposable(() => void loading?.then((loaded) => loaded.dispose())),
    vscode.workspace.registerTextDocumentContentProvider(RUN_SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: async (uri, token) => (await pages()).provideTextDocumentContent(uri, token),
    }),
    registerCommand('foundries.refreshBuilds', () => view.refresh()),
    registerOnDemand(
      [
        'foundries.showRunLog',
        'foundries.downloadRunLog',
        'foundries.cancelRun',
        'foundries.rerunRun',
        'foundries.openRunFile',
        'foundries.downloadRunFile',
        'foundries.showLatestBuild',
        'foundries.openBuildPage',
        'foundries.copyBuildPage',
        'foundries.nextLogError',
        'foundries.previousLogError',
      ],
      async () => (await import('./builds')).buildCommands(services, view, pages),
    ),
  );
  return Object.assign(subscriptions, { view });
}
