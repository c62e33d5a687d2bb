import * as vscode from 'vscode';
import { entryOfFile, isPending, type ConfigScope } from '../model/config';
import type { Connection, Connections, FactoryData } from '../store/connections';
import type { Disposable } from '../store/emitter';
import { uriOf } from '../configfs/fileSystem';
import { setContext } from '../ui/contextKeys';
import { staleText } from '../ui/staleText';
import { ConfigFileRow } from './rows/configFileRow';
import { DeviceRow } from './rows/deviceRow';
import { FailureRow } from './rows/failureRow';
import { LoadMoreRow } from './rows/loadMoreRow';
import type { Row } from './rows/row';
import { RowTree } from './rowTree';

const VIEW = 'foundries.devices';
/** A configuration read less than this ago is shown without asking again. */
const FRESH_MS = 60_000;

/** The Devices view: the Factory's devices, each with its configuration files. */
export class DevicesView implements vscode.Disposable {
  readonly tree: vscode.TreeView<Row>;
  private readonly provider: RowTree;
  private readonly connections: Connections;
  private readonly subscriptions: Disposable[] = [];
  private ofFactory: Disposable[] = [];
  private watched: FactoryData | undefined;

  constructor(connections: Connections) {
    this.connections = connections;
    this.provider = new RowTree(() => this.roots());
    this.tree = vscode.window.createTreeView(VIEW, {
      treeDataProvider: this.provider,
      showCollapseAll: true,
      canSelectMany: true,
    });
    this.subscriptions.push(
      this.tree,
      this.provider,
      connections.onDidChange(() => this.follow()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('foundries.devices')) {
          this.provider.refresh();
        }
      }),
    );
    this.follow();
  }

  /** Asks the service again; what is shown stays until the answer is in. */
  async refresh(): Promise<void> {
    const { session } = this.connections;
    if (session.state === 'signedIn') {
      session.connection.configs.invalidate();
      await vscode.window.withProgress({ location: { viewId: VIEW } }, () => session.factory.devices.refresh());
    }
  }

  dispose(): void {
    [...this.subscriptions, ...this.ofFactory].forEach((subscription) => subscription.dispose());
  }

  /** Follows the Factory that is shown now. */
  private follow(): void {
    const { session } = this.connections;
    const factory = 'factory' in session ? session.factory : undefined;
    if (factory !== this.watched) {
      this.watched = factory;
      this.ofFactory.forEach((subscription) => subscription.dispose());
      this.ofFactory =
        factory === undefined || !('connection' in session)
          ? []
          : [
              factory.devices.onDidChange(() => {
                this.tell();
                this.provider.refresh();
              }),
              session.connection.configs.onDidChange((scope) => this.configChanged(factory, scope)),
            ];
    }
    this.tell();
    this.provider.refresh();
  }

  /** Says in the view what the rows do not: how old they are, and why there are none. */
  private tell(): void {
    const { session } = this.connections;
    const state = session.state === 'signedIn' ? session.factory.devices.state : undefined;
    this.tree.description = 'factory' in session ? session.factory.name : '';
    this.tree.message = staleText(state);
    const empty = state?.fetchedAt !== undefined && state.error === undefined && state.devices.length === 0;
    setContext('foundries.noDevices', empty);
  }

  private async roots(): Promise<Row[]> {
    const { session } = this.connections;
    if (session.state !== 'signedIn') {
      return [];
    }
    const { connection, factory } = session;
    const state = await factory.devices.load();
    if (state.fetchedAt === undefined && state.error !== undefined) {
      const what = vscode.l10n.t('Devices could not be loaded');
      return [new FailureRow(`${VIEW}/failure`, undefined, what, state.error, () => this.refresh())];
    }
    const offlineAfterHours = vscode.workspace
      .getConfiguration('foundries')
      .get<number>('devices.offlineAfterHours', 4);
    const prefix = viewPrefix(connection, factory);
    const rows: Row[] = state.devices.map(
      (device) => new DeviceRow(prefix, device, offlineAfterHours, (row) => this.files(connection, factory, row)),
    );
    if (state.hasMore) {
      const more = () => vscode.window.withProgress({ location: { viewId: VIEW } }, () => factory.devices.loadMore());
      rows.push(new LoadMoreRow(`${prefix}/more`, undefined, state.devices.length, state.total, more));
    }
    return rows;
  }

  private async files(connection: Connection, factory: FactoryData, row: DeviceRow): Promise<Row[]> {
    const scope: ConfigScope = { kind: 'device', factory: factory.name, device: row.device.name };
    const { host } = connection.client.server;
    try {
      const { entries } = await connection.configs.get(scope, FRESH_MS);
      const files = entries[0]?.files ?? [];
      if (files.length === 0) {
        return [new NoFilesRow(row)];
      }
      return [...new Map(files.map((file) => [file.name, file])).values()]
        .sort((a, b) => a.name.localeCompare(b.name))
        .map((file) => {
          const uri = uriOf({ host, scope, file: file.name });
          return new ConfigFileRow(row, uri, file, entryOfFile(entries, file.name), isPending(entries, file));
        });
    } catch (error) {
      const what = vscode.l10n.t('Configuration could not be loaded');
      const retry = () => this.provider.refreshRow(row.id);
      return [new FailureRow(`${row.id}/failure`, row, what, error, retry)];
    }
  }

  private configChanged(factory: FactoryData, scope: ConfigScope): void {
    const { session } = this.connections;
    if (scope.kind === 'device' && scope.factory === factory.name && 'connection' in session) {
      const device = factory.devices.find(scope.device);
      if (device !== undefined) {
        this.provider.refreshRow(`${viewPrefix(session.connection, factory)}/device/${device.uuid}`);
      }
    }
  }
}

class NoFilesRow implements Row {
  readonly id: string;
  readonly parent: DeviceRow;

  constructor(parent: DeviceRow) {
    this.id = `${parent.id}/noFiles`;
    this.parent = parent;
  }

  item(): vscode.TreeItem {
    const item = new vscode.TreeItem(vscode.l10n.t('No configuration files'));
    item.id = this.id;
    item.description = vscode.l10n.t('New Config File…');
    item.iconPath = new vscode.ThemeIcon('new-file');
    item.command = {
      command: 'foundries.newConfigFile',
      title: vscode.l10n.t('New Config File…'),
      arguments: [this.parent],
    };
    return item;
  }
}

const viewPrefix = (connection: Connection, factory: FactoryData): string =>
  `${VIEW}/${connection.account.id}/${factory.name}`;
