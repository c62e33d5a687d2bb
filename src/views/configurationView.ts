import * as vscode from 'vscode';
import { scopeKey, type ConfigScope } from '../model/config';
import type { Connections } from '../store/connections';
import type { Disposable } from '../store/emitter';
import type { GroupListState } from '../store/groupList';
import type { AppsBranch } from './appsBranch';
import { FactoryTree, type Shown } from './factoryTree';
import { configFileRows, scopeOfRow, type OwnerRow } from './rows/configFileRows';
import { FactoryRow, GroupRow } from './rows/ownerRows';
import type { Row } from './rows/row';

const VIEW = 'foundries.configuration';
/** Open configurations that are asked about by themselves. */
const MOST_OPEN = 5;

/** The Configuration view: files that reach many devices at once, of the Factory and of each device group. */
export class ConfigurationView implements vscode.Disposable {
  private readonly apps: AppsBranch;
  private readonly tree: FactoryTree<GroupListState>;
  /** Configurations that are open, by their key; those that were opened last come last. */
  private readonly opened = new Map<string, ConfigScope>();
  private readonly subscriptions: Disposable[];
  private readonly fetched = new vscode.EventEmitter<void>();
  /** Told when what is shown was fetched, or could not be. */
  readonly onDidFetch = this.fetched.event;

  constructor(connections: Connections, drops: vscode.TreeDragAndDropController<Row>, apps: AppsBranch) {
    this.apps = apps;
    this.tree = new FactoryTree(connections, {
      id: VIEW,
      failure: vscode.l10n.t('Device groups could not be loaded'),
      drops,
      selectMany: true,
      checked: (event) => apps.checked(event),
      list: ({ groups }) => groups,
      rows: (shown, state) => this.rows(shown, state),
      invalidate: ({ connection, factory }) => {
        connection.configs.invalidate();
        factory.apps.invalidate();
      },
      changed: () => this.opened.clear(),
      follow: ({ connection, factory }) => [
        factory.groups.onDidChange(() => this.fetched.fire()),
        connection.configs.onDidChange((scope) => {
          if (scope.kind !== 'device' && scope.factory === factory.name) {
            this.refreshScope(scope);
          }
        }),
      ],
    });
    this.subscriptions = [
      this.fetched,
      apps.onDidChange((isOutdated) => this.tree.rows.refreshWhere(isOutdated)),
      this.tree.view.onDidExpandElement(({ element }) => {
        const scope = scopeOfRow(element);
        if (scope !== undefined && element.parent === undefined) {
          this.opened.delete(scopeKey(scope));
          this.opened.set(scopeKey(scope), scope);
        }
      }),
      this.tree.view.onDidCollapseElement(({ element }) => {
        const scope = scopeOfRow(element);
        if (scope !== undefined && element.parent === undefined) {
          this.opened.delete(scopeKey(scope));
        }
      }),
    ];
  }

  get view(): vscode.TreeView<Row> {
    return this.tree.view;
  }

  /** Asks the service again; what is shown stays until the answer is in. */
  refresh(): Promise<void> {
    return this.tree.refresh();
  }

  /** When the groups were fetched, in milliseconds since the epoch; undefined before. */
  get fetchedAt(): number | undefined {
    return this.tree.shown?.factory.groups.state.fetchedAt;
  }

  /**
   * Fetches the groups anew without a sign of being busy, and files that are looked at; resolves to the failure, if there
   * was one.
   *
   * @param maxAge milliseconds; files that are younger are not asked for
   */
  async refreshQuietly(maxAge: number): Promise<unknown> {
    const { shown } = this.tree;
    if (shown === undefined) {
      return undefined;
    }
    const { connection, factory } = shown;
    await factory.groups.refresh();
    const { groups, error } = factory.groups.state;
    if (error !== undefined) {
      return error;
    }
    const there = [...this.opened.values()].filter(
      (scope) => scope.kind !== 'group' || groups.some(({ name }) => name === scope.group),
    );
    const looks = await Promise.allSettled(
      there.slice(-MOST_OPEN).map((scope) => connection.configs.get(scope, maxAge)),
    );
    return looks.find((look) => look.status === 'rejected')?.reason as unknown;
  }

  dispose(): void {
    this.tree.dispose();
    this.subscriptions.forEach((subscription) => {
      subscription.dispose();
    });
  }

  /** The rows as they are shown, for tests. */
  children(row?: Row): Promise<Row[]> {
    return this.tree.rows.getChildren(row);
  }

  private rows(shown: Shown, { groups }: GroupListState): Row[] {
    const { connection, factory, prefix } = shown;
    const refresh = (id: string) => this.tree.rows.refreshRow(id);
    const files = async (row: OwnerRow) => {
      const found = await configFileRows(connection, row, () => refresh(row.id));
      return [...this.apps.rowsOf(shown, row, refresh), ...found];
    };
    return [
      new FactoryRow(prefix, factory.name, files),
      ...groups.map((group) => new GroupRow(prefix, factory.name, group, files)),
    ];
  }

  private refreshScope(scope: ConfigScope): void {
    const { shown } = this.tree;
    if (shown !== undefined) {
      const key = scopeKey(scope);
      const row = this.rows(shown, shown.factory.groups.state).find(
        (candidate) => 'scope' in candidate && scopeKey((candidate as OwnerRow).scope) === key,
      );
      if (row !== undefined) {
        this.tree.rows.refreshRow(row.id);
      }
    }
  }
}
