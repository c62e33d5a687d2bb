import * as vscode from 'vscode';
import type { Connections } from '../store/connections';
import { Refreshing, systemClock, type Clock } from '../store/refreshing';
import { refreshIntervalMs } from './keepFresh';
import type { TargetsView } from './targetsView';

/**
 * Keeps the Targets view up to date while it is visible in a window that has the focus, at the interval of the settings.
 * What a look asks for is little, however long the list is: `TargetList.lookForNew` says why and how.
 */
export class KeepTargetsFresh implements vscode.Disposable {
  private readonly refreshing: Refreshing;
  private readonly subscriptions: vscode.Disposable[];

  constructor(connections: Connections, view: TargetsView, clock: Clock = systemClock) {
    this.refreshing = new Refreshing(
      {
        isLookedAt: () => view.tree.visible && vscode.window.state.focused && connections.session.state === 'signedIn',
        interval: refreshIntervalMs,
        fetchedAt: () => view.fetchedAt,
        refresh: () => view.refreshQuietly(),
      },
      clock,
    );
    const changed = () => this.refreshing.changed();
    const reset = connections.onDidChange(() => this.refreshing.reset());
    this.subscriptions = [
      view.tree.onDidChangeVisibility(changed),
      vscode.window.onDidChangeWindowState(changed),
      view.onDidFetch(changed),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('foundries.refresh')) {
          changed();
        }
      }),
      new vscode.Disposable(() => reset.dispose()),
    ];
    changed();
  }

  dispose(): void {
    this.refreshing.dispose();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }
}
