import * as vscode from 'vscode';
import type { Connections, FactoryData } from '../store/connections';
import type { Disposable } from '../store/emitter';
import { setContext } from '../ui/contextKeys';
import { staleText } from '../ui/staleText';
import { FailureRow } from './rows/failureRow';
import type { Row } from './rows/row';
import { TagRow } from './rows/targetRows';
import { RowTree } from './rowTree';

const VIEW = 'foundries.targets';

/** The Targets view: what was built, by tag and version, newest first. */
export class TargetsView implements vscode.Disposable {
  readonly tree: vscode.TreeView<Row>;
  private readonly provider: RowTree;
  private readonly connections: Connections;
  private readonly subscriptions: Disposable[] = [];
  private ofFactory: Disposable[] = [];
  private watched: FactoryData | undefined;
  /** How many versions of a tag are shown, by the tag's row. */
  private readonly versionsShown = new Map<string, number>();

  constructor(connections: Connections) {
    this.connections = connections;
    this.provider = new RowTree(() => this.roots());
    this.tree = vscode.window.createTreeView(VIEW, { treeDataProvider: this.provider, showCollapseAll: true });
    this.subscriptions.push(
      this.tree,
      this.provider,
      connections.onDidChange(() => this.follow()),
    );
    this.follow();
  }

  /** Asks the service again; what is shown stays until the answer is in. */
  async refresh(): Promise<void> {
    const { session } = this.connections;
    if (session.state === 'signedIn') {
      await vscode.window.withProgress({ location: { viewId: VIEW } }, () => session.factory.targets.refresh());
    }
  }

  dispose(): void {
    [...this.subscriptions, ...this.ofFactory].forEach((subscription) => subscription.dispose());
  }

  private follow(): void {
    const { session } = this.connections;
    const factory = 'factory' in session ? session.factory : undefined;
    if (factory !== this.watched) {
      this.watched = factory;
      this.versionsShown.clear();
      this.ofFactory.forEach((subscription) => subscription.dispose());
      this.ofFactory =
        factory === undefined
          ? []
          : [
              factory.targets.onDidChange(() => {
                this.tell();
                this.provider.refresh();
              }),
            ];
    }
    this.tell();
    this.provider.refresh();
  }

  private tell(): void {
    const { session } = this.connections;
    const state = session.state === 'signedIn' ? session.factory.targets.state : undefined;
    this.tree.description = 'factory' in session ? session.factory.name : '';
    this.tree.message = staleText(state);
    const empty = state?.fetchedAt !== undefined && state.error === undefined && state.targets.length === 0;
    setContext('foundries.noTargets', empty);
  }

  private async roots(): Promise<Row[]> {
    const { session } = this.connections;
    if (session.state !== 'signedIn') {
      return [];
    }
    const state = await session.factory.targets.load();
    if (state.fetchedAt === undefined && state.error !== undefined) {
      const what = vscode.l10n.t('Targets could not be loaded');
      return [new FailureRow(`${VIEW}/failure`, undefined, what, state.error, () => this.refresh())];
    }
    const prefix = `${VIEW}/${session.connection.account.id}/${session.factory.name}`;
    const showMore = (row: TagRow, count: number) => {
      this.versionsShown.set(row.id, count);
      this.provider.refresh();
    };
    return state.tags.map(
      (tag) => new TagRow(prefix, tag, this.versionsShown.get(`${prefix}/tag/${tag.tag}`), showMore),
    );
  }
}
