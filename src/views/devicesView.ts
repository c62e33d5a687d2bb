import * as vscode from 'vscode';
import type { ConfigScope } from '../model/config';
import type { Connections } from '../store/connections';
import type { DeviceListState } from '../store/deviceList';
import { FactoryTree, type Shown } from './factoryTree';
import { configFileRows } from './rows/configFileRows';
import { DeviceRow } from './rows/deviceRow';
import { LoadMoreRow } from './rows/loadMoreRow';
import type { Row } from './rows/row';

const VIEW = 'foundries.devices';

/** The Devices view: the Factory's devices, each with its configuration files. */
export class DevicesView implements vscode.Disposable {
  private readonly list: FactoryTree<DeviceListState>;
  private readonly subscription: vscode.Disposable;

  constructor(connections: Connections, drops: vscode.TreeDragAndDropController<Row>) {
    this.list = new FactoryTree(connections, {
      id: VIEW,
      failure: vscode.l10n.t('Devices could not be loaded'),
      empty: { key: 'foundries.noDevices', is: ({ devices }) => devices.length === 0 },
      drops,
      selectMany: true,
      list: ({ devices }) => devices,
      rows: (shown, state) => this.rows(shown, state),
      invalidate: ({ connection }) => connection.configs.invalidate(),
      follow: (shown) => [shown.connection.configs.onDidChange((scope) => this.configChanged(shown, scope))],
    });
    this.subscription = vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('foundries.devices')) {
        this.list.rows.refresh();
      }
    });
  }

  get tree(): vscode.TreeView<Row> {
    return this.list.view;
  }

  /** Asks the service again; what is shown stays until the answer is in. */
  refresh(): Promise<void> {
    return this.list.refresh();
  }

  dispose(): void {
    this.list.dispose();
    this.subscription.dispose();
  }

  private rows({ connection, factory, prefix }: Shown, state: DeviceListState): Row[] {
    const offlineAfterHours = vscode.workspace
      .getConfiguration('foundries')
      .get<number>('devices.offlineAfterHours', 4);
    const rows: Row[] = state.devices.map(
      (device) =>
        new DeviceRow(prefix, factory.name, device, offlineAfterHours, (row) =>
          configFileRows(connection, row, () => this.list.rows.refreshRow(row.id)),
        ),
    );
    if (state.hasMore) {
      const more = () => this.list.whileBusy(() => factory.devices.loadMore());
      rows.push(new LoadMoreRow(`${prefix}/more`, undefined, state.devices.length, state.total, more));
    }
    return rows;
  }

  private configChanged({ factory, prefix }: Shown, scope: ConfigScope): void {
    if (scope.kind === 'device' && scope.factory === factory.name) {
      const device = factory.devices.find(scope.device);
      if (device !== undefined) {
        this.list.rows.refreshRow(`${prefix}/device/${device.uuid}`);
      }
    }
  }
}
