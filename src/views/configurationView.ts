import * as vscode from 'vscode';
import { scopeKey, type ConfigScope } from '../model/config';
import type { Connections } from '../store/connections';
import type { GroupListState } from '../store/groupList';
import type { AppsBranch } from './appsBranch';
import { FactoryTree, type Shown } from './factoryTree';
import { configFileRows, type OwnerRow } from './rows/configFileRows';
import { FactoryRow, GroupRow } from './rows/ownerRows';
import type { Row } from './rows/row';

const VIEW = 'foundries.configuration';

/** The Configuration view: files that reach many devices at once, of the Factory and of each device group. */
export class ConfigurationView implements vscode.Disposable {
  private readonly apps: AppsBranch;
  private readonly tree: FactoryTree<GroupListState>;

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
      follow: ({ connection, factory }) => [
        connection.configs.onDidChange((scope) => {
          if (scope.kind !== 'device' && scope.factory === factory.name) {
            this.refreshScope(scope);
          }
        }),
      ],
    });
  }

  get view(): vscode.TreeView<Row> {
    return this.tree.view;
  }

  /** Asks the service again; what is shown stays until the answer is in. */
  refresh(): Promise<void> {
    return this.tree.refresh();
  }

  dispose(): void {
    this.tree.dispose();
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
