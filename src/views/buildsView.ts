import * as vscode from 'vscode';
import type { BuildRunDetail } from '../model/build';
import { LastUsed } from '../model/lastUsed';
import type { BuildListState } from '../store/builds';
import type { Connections } from '../store/connections';
import { Refreshing, systemClock, type Clock } from '../store/refreshing';
import { FactoryTree, type Shown } from './factoryTree';
import type { BuildSource } from './rows/buildRows';
import type { Row } from './rows/row';

const VIEW = 'foundries.builds';
/** Milliseconds between two looks while a build is under way (docs/api.md §8.4). */
const BUSY_MS = 10_000;
/** Milliseconds; asked for more often, the service would only be kept busy. */
const SHORTEST_MS = 15_000;
const MOST_DETAILS = 200;

/** The Builds view: what CI does and did, with runs and the files that they left. Asks for itself while it is looked at. */
export class BuildsView implements vscode.Disposable {
  private readonly list: FactoryTree<BuildListState>;
  private readonly refreshing: Refreshing;
  private readonly subscriptions: { dispose(): void }[];
  /** Files of runs that have ended; a run that is queued again ends at another time. */
  private readonly details = new LastUsed<Promise<BuildRunDetail>>(MOST_DETAILS);

  constructor(connections: Connections, clock: Clock = systemClock) {
    this.list = new FactoryTree(connections, {
      id: VIEW,
      failure: vscode.l10n.t('Builds could not be loaded'),
      empty: [{ key: 'foundries.noBuilds', is: ({ builds }) => builds.length === 0 }],
      list: ({ builds }) => builds,
      rows: async (shown, state) => (await import('./rows/buildRows')).buildRows(this.source(shown), state),
      changed: () => this.details.clear(),
      follow: ({ factory }) => [factory.builds.onDidChange(() => this.refreshing.changed())],
      invalidate: () => this.details.clear(),
    });
    const builds = () => this.list.shown?.factory.builds;
    this.refreshing = new Refreshing(
      {
        isLookedAt: () => this.tree.visible && vscode.window.state.focused && connections.session.state === 'signedIn',
        interval: () => {
          const interval = intervalMs();
          return builds()?.isBusy === true ? Math.min(BUSY_MS, interval) : interval;
        },
        fetchedAt: () => builds()?.state.fetchedAt,
        refresh: async () => {
          await builds()?.refresh();
          return builds()?.state.error;
        },
      },
      clock,
    );
    const changed = () => this.refreshing.changed();
    this.subscriptions = [
      this.list,
      this.refreshing,
      this.tree.onDidChangeVisibility(changed),
      vscode.window.onDidChangeWindowState(changed),
      connections.onDidChange(() => this.refreshing.reset()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('foundries.refresh')) {
          changed();
        }
      }),
    ];
  }

  get tree(): vscode.TreeView<Row> {
    return this.list.view;
  }

  /** Asks the service again; what is shown stays until the answer is in. */
  refresh(): Promise<void> {
    return this.list.refresh();
  }

  /** Asks the service again if the view has shown something: a view that was never open stays so. */
  async refreshSeen(): Promise<void> {
    if (this.list.shown?.factory.builds.state.fetchedAt !== undefined) {
      await this.refresh();
    }
  }

  /** The rows as they are shown, for tests. */
  children(row?: Row): Promise<Row[]> {
    return this.list.rows.getChildren(row);
  }

  /** Shows a build and selects it, where it is among those that are loaded. */
  async reveal(id: number): Promise<void> {
    const { shown } = this.list;
    const build = shown?.factory.builds.find(id);
    if (shown !== undefined && build !== undefined) {
      const { BuildRow } = await import('./rows/buildRows');
      const row = new BuildRow(this.source(shown), build);
      await this.tree.reveal(row, { select: true, focus: true, expand: true });
    }
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private source({ connection, factory, prefix }: Shown): BuildSource {
    return {
      factory: factory.name,
      host: connection.client.server.key,
      prefix,
      list: factory.builds,
      refresh: (id: string) => this.list.rows.refreshRow(id),
      runDetail: (...[address, run]: Parameters<BuildSource['runDetail']>) => {
        const key = JSON.stringify([address, run.status, run.completedAt]);
        let detail = this.details.get(key);
        if (detail === undefined) {
          detail = connection.client.getRun(address);
          this.details.set(key, detail);
          detail.catch(() => this.details.delete(key));
        }
        return detail;
      },
    };
  }
}

/** Milliseconds between two looks; 0: never (`foundries.refresh.intervalSeconds`). */
function intervalMs(): number {
  const seconds = vscode.workspace.getConfiguration('foundries').get<number>('refresh.intervalSeconds', 60);
  return seconds > 0 ? Math.max(SHORTEST_MS, seconds * 1000) : 0;
}
