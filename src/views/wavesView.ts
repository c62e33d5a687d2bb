import * as vscode from 'vscode';
import type { Connections } from '../store/connections';
import { Refreshing, systemClock, type Clock, type Refreshed } from '../store/refreshing';
import type { WaveListState } from '../store/waves';
import { FactoryTree, type Shown } from './factoryTree';
import { refreshIntervalMs } from './keepFresh';
import type { Row } from './rows/row';

const VIEW = 'foundries.waves';

/**
 * The Waves view: what is handed out to production devices, and how far that has come. Its rows are imported when they are
 * first shown. While it is visible in a window that has the focus it asks again at the interval of the settings.
 */
export class WavesView implements vscode.Disposable {
  private readonly list: FactoryTree<WaveListState>;
  private readonly fresh: Refreshing;
  private readonly subscriptions: vscode.Disposable[];
  /** Names of waves that are open, by row. */
  private readonly opened = new Map<string, string>();

  constructor(connections: Connections, clock: Clock = systemClock) {
    this.list = new FactoryTree(connections, {
      id: VIEW,
      failure: vscode.l10n.t('Waves could not be loaded'),
      empty: [{ key: 'foundries.noWaves', is: ({ waves }) => waves.length === 0 }],
      list: ({ waves }) => waves,
      rows: (shown, state) => this.rows(shown, state),
      changed: () => this.opened.clear(),
      invalidate: ({ factory }) => this.opened.forEach((wave) => void factory.waves.progressOf(wave).refresh()),
      follow: ({ factory, prefix }) => [
        factory.waves.onDidProgress((wave) => {
          const row = `${prefix}/wave/${wave}`;
          this.list.rows.refreshRow(row);
          if (factory.waves.progressOf(wave).state.error === undefined) {
            // Once more for the row that is just being opened: its own words tell the progress, too.
            setTimeout(() => this.list.rows.refreshRow(row), 0);
          }
        }),
        factory.waves.onDidChange(() => this.fresh.changed()),
      ],
    });
    const looks: Refreshed = {
      isLookedAt: () => this.tree.visible && vscode.window.state.focused && connections.session.state === 'signedIn',
      interval: refreshIntervalMs,
      fetchedAt: () => this.list.shown?.factory.waves.state.fetchedAt,
      refresh: () => this.refreshQuietly(),
    };
    this.fresh = new Refreshing(looks, clock);
    const changed = () => this.fresh.changed();
    const reset = connections.onDidChange(() => this.fresh.reset());
    this.subscriptions = [
      this.tree.onDidChangeVisibility(changed),
      vscode.window.onDidChangeWindowState(changed),
      vscode.workspace.onDidChangeConfiguration((event) =>
        event.affectsConfiguration('foundries.refresh') ? changed() : undefined,
      ),
      this.tree.onDidExpandElement(({ element }) => this.opens(element, true)),
      this.tree.onDidCollapseElement(({ element }) => this.opens(element, false)),
      new vscode.Disposable(() => reset.dispose()),
    ];
  }

  get tree(): vscode.TreeView<Row> {
    return this.list.view;
  }

  /** Asks the service again; what is shown stays until the answer is in. */
  refresh(): Promise<void> {
    return this.list.refresh();
  }

  /** Asks again for waves that were shown; those that nobody looked at are not asked for. */
  async refreshShown(): Promise<void> {
    if (this.list.shown?.factory.waves.state.fetchedAt !== undefined) {
      await this.refresh();
    }
  }

  /** Fetches anew without a sign of being busy; resolves to the failure, if there was one. */
  async refreshQuietly(): Promise<unknown> {
    const waves = this.list.shown?.factory.waves;
    const open = [...this.opened.values()];
    await waves?.readAgain(open);
    return [waves, ...open.map((wave) => waves?.progressOf(wave))]
      .map((list) => list?.state.error)
      .find((error) => error !== undefined);
  }

  /** The rows as they are shown, for tests. */
  children(row?: Row): Promise<Row[]> {
    return this.list.rows.getChildren(row);
  }

  dispose(): void {
    this.fresh.dispose();
    this.list.dispose();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private async rows({ connection, factory, prefix }: Shown, state: WaveListState): Promise<Row[]> {
    const { waveRows } = await import('./rows/waveRows');
    return waveRows(
      {
        waves: factory.waves,
        prefix,
        refresh: (id) => this.list.rows.refreshRow(id),
        userName: (id) => connection.authorName(factory.name, id),
        loadMore: () => this.list.whileBusy(() => factory.waves.loadMore()),
      },
      state,
    );
  }

  private opens(row: Row, isOpen: boolean): void {
    const { wave } = row as { readonly wave?: { readonly name: string } };
    if (row.parent === undefined && wave !== undefined) {
      if (isOpen) {
        this.opened.set(row.id, wave.name);
      } else {
        this.opened.delete(row.id);
      }
    }
  }
}
