import * as vscode from 'vscode';
import type { Device } from '../model/device';
import type { ConfigScope } from '../model/config';
import { headingsOf, type DeviceHeading } from '../model/deviceGroups';
import { isFiltered, selectionOf } from '../model/deviceSelection';
import type { FleetStatus } from '../model/fleetStatus';
import type { Connections, FactoryData } from '../store/connections';
import type { DeviceList, DeviceListState } from '../store/deviceList';
import type { Disposable } from '../store/emitter';
import type { Fetched } from '../store/fetchedList';
import { filterTexts } from '../ui/deviceFilterText';
import { offlineAfterHours } from '../ui/offlineAfter';
import type { AppsBranch } from './appsBranch';
import type { DeviceArrangements } from './deviceArrangements';
import { FactoryTree, type Shown, type ShownList } from './factoryTree';
import { configFileRows } from './rows/configFileRows';
import { DeviceHeadingRow } from './rows/deviceHeadingRow';
import { DeviceRow } from './rows/deviceRow';
import { FailureRow } from './rows/failureRow';
import { LoadMoreRow } from './rows/loadMoreRow';
import { NoteRow } from './rows/noteRow';
import { deviceReportRows } from './rows/deviceReportRows';
import { ReportFolderRow } from './rows/reportRows';
import type { Row } from './rows/row';

const VIEW = 'foundries.devices';

/** Milliseconds for which a device is looked at that was sent something: it comes by every five minutes. */
const CHANGED_MS = 10 * 60_000;

/** Devices in a row, or counts of devices to be shown in groups. */
type DevicesState = DeviceListState | Fetched<{ readonly tags: FleetStatus }>;

/** The Devices view: the Factory's devices, filtered, sorted and grouped, each with its configuration files. */
export class DevicesView implements vscode.Disposable {
  private readonly list: FactoryTree<DevicesState>;
  private readonly arrangements: DeviceArrangements;
  private readonly apps: AppsBranch;
  private readonly subscriptions: Disposable[];
  /** Lists below headings that are open. */
  private readonly opened = new Map<DeviceList, Disposable>();
  /** Devices that are open, by uuid. */
  private readonly openDevices = new Set<string>();
  /** What devices reported of a kind that is open, by row. */
  private readonly openReports = new Set<string>();
  /** Until when devices are looked at that were sent something, by name. */
  private readonly changedDevices = new Map<string, number>();
  private readonly fetched = new vscode.EventEmitter<void>();
  /** Told when what is shown was fetched, or could not be. */
  readonly onDidFetch = this.fetched.event;
  private readonly watchedChanged = new vscode.EventEmitter<void>();
  /** Told when other devices are selected or open. */
  readonly onDidChangeWatched = this.watchedChanged.event;

  constructor(
    connections: Connections,
    drops: vscode.TreeDragAndDropController<Row>,
    arrangements: DeviceArrangements,
    apps: AppsBranch,
  ) {
    this.arrangements = arrangements;
    this.apps = apps;
    this.list = new FactoryTree<DevicesState>(connections, {
      id: VIEW,
      failure: vscode.l10n.t('Devices could not be loaded'),
      empty: [
        { key: 'foundries.noDevices', is: (state) => this.isEmpty(state) && !this.isFiltered },
        { key: 'foundries.noDevicesMatch', is: (state) => this.isEmpty(state) && this.isFiltered },
      ],
      drops,
      selectMany: true,
      checked: (event) => apps.checked(event),
      list: (factory) => this.listOf(factory),
      rows: (shown, state) => this.rows(shown, state),
      message: (state) => this.message(state),
      demoNote: vscode.l10n.t('Demo: nothing here is real. Changes last until the window is reloaded.'),
      changed: () => this.close(),
      invalidate: ({ connection, factory }) => {
        connection.configs.invalidate();
        factory.apps.invalidate();
        factory.reports.invalidate();
        this.opened.forEach((_, list) => void list.refresh());
      },
      follow: (shown) => [
        shown.connection.configs.onDidWrite((scope) => this.configWritten(shown, scope)),
        shown.connection.configs.onDidChange((scope) => this.configChanged(shown, scope)),
        this.listOf(shown.factory).onDidChange(() => this.fetched.fire()),
        shown.factory.fleet.onDidUpdate((devices) => this.devicesChanged(devices)),
      ],
    });
    const { view } = this.list;
    this.subscriptions = [
      this.fetched,
      this.watchedChanged,
      view.onDidExpandElement(({ element }) => this.opens(element, true)),
      view.onDidCollapseElement(({ element }) => this.opens(element, false)),
      view.onDidChangeSelection(() => this.watchedChanged.fire()),
      arrangements.onDidChange(() => this.rearrange()),
      apps.onDidChange((isOutdated) => this.list.rows.refreshWhere(isOutdated)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('foundries.devices')) {
          this.list.rows.refresh();
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

  /** When the oldest of what is shown was fetched, in milliseconds since the epoch; undefined before. */
  get fetchedAt(): number | undefined {
    const { shown } = this.list;
    return shown === undefined ? undefined : this.listOf(shown.factory).state.fetchedAt;
  }

  /** Fetches anew without a sign of being busy; resolves to the failure, if there was one. */
  async refreshQuietly(): Promise<unknown> {
    const { shown } = this.list;
    if (shown === undefined) {
      return undefined;
    }
    const list = this.listOf(shown.factory);
    await Promise.all([list.refresh(), ...[...this.opened.keys()].map((below) => below.refresh())]);
    return [list, ...this.opened.keys()].map(({ state }) => state.error).find((error) => error !== undefined);
  }

  /** Uuids of devices that somebody looks at closely: just changed, selected or open ones, as far as they are shown. */
  get watched(): readonly string[] {
    const { shown } = this.list;
    if (shown === undefined) {
      return [];
    }
    const now = Date.now();
    const changed = [...this.changedDevices].flatMap(([name, until]) => {
      const uuid = until > now ? shown.factory.fleet.find(name)?.uuid : undefined;
      return uuid ?? [];
    });
    const selected = this.tree.selection.flatMap((row) => (row instanceof DeviceRow ? [row.device.uuid] : []));
    const wanted = new Set([...changed, ...selected, ...this.openDevices]);
    if (wanted.size === 0) {
      return [];
    }
    const state = this.listOf(shown.factory).state;
    const lists = 'tags' in state ? [...this.opened.keys()].map((list) => list.state) : [state];
    const there = new Set(lists.flatMap(({ devices }) => devices.map(({ uuid }) => uuid)));
    return [...wanted].filter((uuid) => there.has(uuid));
  }

  /** Asks anew about single devices; resolves to the failure, if there was one. */
  async look(uuids: readonly string[]): Promise<unknown> {
    try {
      await this.list.shown?.factory.fleet.refreshDevices(uuids);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  /** Resolves to the row of a device once the rows are there; undefined where it is not among them. */
  async rowOf(uuid: string): Promise<DeviceRow | undefined> {
    const { shown } = this.list;
    if (shown === undefined) {
      return undefined;
    }
    const state = await this.listOf(shown.factory).load();
    const isIt = (row: Row) => row instanceof DeviceRow && row.device.uuid === uuid;
    const row = this.list.rows.find(isIt) ?? this.rows(shown, state).find(isIt);
    return row instanceof DeviceRow ? row : undefined;
  }

  /** The rows as they are shown, for tests. */
  children(row?: Row): Promise<Row[]> {
    return this.list.rows.getChildren(row);
  }

  dispose(): void {
    this.close();
    this.list.dispose();
    this.subscriptions.forEach((subscription) => {
      subscription.dispose();
    });
  }

  private rearrange(): void {
    // What is below headings that stay is asked for again, and opens them.
    this.closeHeadings();
    this.list.follow();
    const { shown } = this.list;
    if (shown !== undefined && this.listOf(shown.factory).state.fetchedAt !== undefined) {
      // It was shown before, and may be old by now.
      void this.list.refresh();
    }
  }

  private get isFiltered(): boolean {
    return isFiltered(this.arrangements.current.filter);
  }

  private listOf({ fleet }: FactoryData): ShownList<DevicesState> {
    const { filter, sort, grouping } = this.arrangements.current;
    return grouping === 'none' ? fleet.list(selectionOf(filter, sort)) : fleet.status;
  }

  private isEmpty(state: DevicesState): boolean {
    return 'tags' in state ? this.headings(state).length === 0 : state.devices.length === 0;
  }

  private headings({ tags }: { readonly tags: FleetStatus }): readonly DeviceHeading[] {
    return headingsOf(tags, this.arrangements.current, offlineAfterHours() > 0);
  }

  private message(state: DevicesState): string {
    const conditions = filterTexts(this.arrangements.current.filter);
    if (conditions.length === 0) {
      return '';
    }
    const only = vscode.l10n.t('Only devices: {0}.', conditions.join(', '));
    return 'tags' in state || state.hasMore || state.fetchedAt === undefined
      ? only
      : `${only} ${vscode.l10n.t('{0} found.', new Intl.NumberFormat(vscode.env.language).format(state.total))}`;
  }

  private rows(shown: Shown, state: DevicesState): Row[] {
    if (!('tags' in state)) {
      const { filter, sort } = this.arrangements.current;
      return this.deviceRows(shown, undefined, shown.factory.fleet.list(selectionOf(filter, sort)), state);
    }
    return this.headings(state).map(
      (heading) => new DeviceHeadingRow(shown.prefix, heading, (row) => this.below(shown, row), shown.factory.name),
    );
  }

  private opens(row: Row, isOpen: boolean): void {
    if (row instanceof DeviceRow) {
      if (isOpen) {
        this.openDevices.add(row.device.uuid);
      } else {
        this.openDevices.delete(row.device.uuid);
      }
      this.watchedChanged.fire();
    } else if (row instanceof ReportFolderRow) {
      if (isOpen) {
        this.openReports.add(row.id);
        // Told of it only now: what the open rows are to tell is asked for with them.
        void row.children();
      } else {
        this.openReports.delete(row.id);
      }
    } else if (row instanceof DeviceHeadingRow && this.list.shown !== undefined) {
      const list = this.list.shown.factory.fleet.list(row.heading.selection);
      if (isOpen) {
        this.open(list, row);
      } else {
        this.opened.get(list)?.dispose();
        this.opened.delete(list);
      }
      this.watchedChanged.fire();
    }
  }

  /** Keeps what is below a heading up to date. */
  private open(list: DeviceList, row: DeviceHeadingRow): void {
    if (!this.opened.has(list)) {
      this.opened.set(
        list,
        list.onDidChange(() => this.list.rows.refreshRow(row.id)),
      );
    }
  }

  private async below(shown: Shown, row: DeviceHeadingRow): Promise<Row[]> {
    const list = shown.factory.fleet.list(row.heading.selection);
    const state = await list.load();
    this.open(list, row);
    if (state.fetchedAt === undefined && state.error !== undefined) {
      const failure = vscode.l10n.t('Devices could not be loaded');
      return [new FailureRow(`${row.id}/failure`, row, failure, state.error, () => list.refresh())];
    }
    const rows = this.deviceRows(shown, row, list, state);
    return rows.length > 0 ? rows : [new NoteRow(`${row.id}/none`, row, vscode.l10n.t('No devices'))];
  }

  private deviceRows(
    shown: Shown,
    parent: DeviceHeadingRow | undefined,
    list: DeviceList,
    state: DeviceListState,
  ): Row[] {
    const { factory, prefix } = shown;
    const hours = offlineAfterHours();
    const above = parent?.id ?? prefix;
    const rows: Row[] = state.devices.map(
      (device) => new DeviceRow(above, parent, factory.name, device, hours, (row) => this.belowDevice(shown, row)),
    );
    if (state.hasMore) {
      const more = () => this.list.whileBusy(() => list.loadMore());
      const { presence, without } = list.selection;
      const total = presence === undefined && without === undefined ? state.total : undefined;
      const looked = without === undefined ? undefined : { devices: state.looked, of: state.total };
      rows.push(new LoadMoreRow(`${above}/more`, parent, { shown: state.devices.length, total, looked }, more));
    }
    if (parent !== undefined && state.error !== undefined) {
      const what = vscode.l10n.t('Devices could not be reloaded');
      rows.push(new FailureRow(`${above}/stale`, parent, what, state.error, () => list.refresh()));
    }
    return rows;
  }

  private async belowDevice(shown: Shown, row: DeviceRow): Promise<Row[]> {
    const refresh = (id: string) => this.list.rows.refreshRow(id);
    const files = await configFileRows(shown.connection, row, () => refresh(row.id));
    return [
      ...this.apps.rowsOf(shown, row, refresh),
      ...files,
      ...deviceReportRows(shown, row, refresh, (id) => this.openReports.has(id)),
    ];
  }

  private configChanged({ connection, factory }: Shown, scope: ConfigScope): void {
    if (scope.kind !== 'device' && scope.factory === factory.name) {
      this.apps.refresh(connection.client.server.key, scope);
    }
    if (scope.kind === 'device' && scope.factory === factory.name) {
      this.list.rows.refreshWhere((row) => row instanceof DeviceRow && row.device.name === scope.device);
    }
  }

  private configWritten({ factory }: Shown, scope: ConfigScope): void {
    if (scope.kind === 'device' && scope.factory === factory.name) {
      const now = Date.now();
      this.changedDevices.forEach((until, name) => (until <= now ? this.changedDevices.delete(name) : undefined));
      this.changedDevices.delete(scope.device);
      this.changedDevices.set(scope.device, now + CHANGED_MS);
      this.watchedChanged.fire();
    }
  }

  private devicesChanged(heard: ReadonlyMap<string, Device>): void {
    this.list.rows.refreshWhere((row) => {
      const device = row instanceof DeviceRow ? heard.get(row.device.uuid) : undefined;
      return device !== undefined && row instanceof DeviceRow && row.take(device);
    });
  }

  private close(): void {
    this.openDevices.clear();
    this.openReports.clear();
    this.changedDevices.clear();
    this.closeHeadings();
  }

  private closeHeadings(): void {
    this.opened.forEach((subscription) => subscription.dispose());
    this.opened.clear();
  }
}
