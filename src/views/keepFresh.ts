import * as vscode from 'vscode';
import type { Connections } from '../store/connections';
import { Refreshing, systemClock, type Clock } from '../store/refreshing';
import type { DevicesView } from './devicesView';

/** A device that somebody looks at closely is asked about this often, in milliseconds. */
const WATCHED_MS = 15_000;
/** Devices that are asked about one by one. */
const MOST_WATCHED = 5;
/** Milliseconds; asked for more often, the service would only be kept busy. */
const SHORTEST_MS = 15_000;

/**
 * Keeps the Devices view up to date while it is visible in a window that has the focus: all of it at the interval of the
 * settings, devices that are selected or opened more often.
 */
export class KeepFresh implements vscode.Disposable {
  private readonly all: Refreshing;
  private readonly watched: Refreshing;
  private readonly subscriptions: vscode.Disposable[];
  private lookedAt = 0;

  constructor(connections: Connections, view: DevicesView, clock: Clock = systemClock) {
    const isLookedAt = () =>
      view.tree.visible && vscode.window.state.focused && connections.session.state === 'signedIn';
    // Devices of the demo do more, and asking it costs nothing.
    const interval = () => {
      const { session } = connections;
      const isDemo = 'connection' in session && session.connection.account.demo === true;
      return isDemo ? Math.min(WATCHED_MS, refreshIntervalMs()) : refreshIntervalMs();
    };
    this.all = new Refreshing(
      { isLookedAt, interval, fetchedAt: () => view.fetchedAt, refresh: () => view.refreshQuietly() },
      clock,
    );
    this.watched = new Refreshing(
      {
        isLookedAt: () => isLookedAt() && view.watched.length > 0,
        interval: () => Math.min(WATCHED_MS, refreshIntervalMs()),
        fetchedAt: () => (view.fetchedAt === undefined ? undefined : Math.max(view.fetchedAt, this.lookedAt)),
        refresh: async () => {
          const failure = await view.look(view.watched.slice(0, MOST_WATCHED));
          this.lookedAt = clock.now();
          return failure;
        },
      },
      clock,
    );
    const changed = () => {
      this.all.changed();
      this.watched.changed();
    };
    this.subscriptions = [
      view.tree.onDidChangeVisibility(changed),
      vscode.window.onDidChangeWindowState(changed),
      view.onDidFetch(changed),
      view.onDidChangeWatched(() => this.watched.changed()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('foundries.refresh')) {
          changed();
        }
      }),
    ];
    const reset = connections.onDidChange(() => {
      this.all.reset();
      this.watched.reset();
    });
    this.subscriptions.push(new vscode.Disposable(() => reset.dispose()));
    changed();
  }

  dispose(): void {
    this.all.dispose();
    this.watched.dispose();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }
}

/** @returns milliseconds between two looks; 0: never (`foundries.refresh.intervalSeconds`). */
export function refreshIntervalMs(): number {
  const seconds = vscode.workspace.getConfiguration('foundries').get<number>('refresh.intervalSeconds', 60);
  return seconds > 0 ? Math.max(SHORTEST_MS, seconds * 1000) : 0;
}
