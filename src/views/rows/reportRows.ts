import * as vscode from 'vscode';
import type { Device } from '../../model/device';
import type { ReportAddress, ReportSubject } from '../../reports/address';
import type { DeviceReports } from '../../store/deviceReports';
import type { Progress } from './loadMoreRow';
import type { Row } from './row';

/** What the rows about a device are made from. */
export interface DeviceSource {
  readonly device: Device;
  readonly reports: DeviceReports;
  /** Shows a row and what is below it anew. */
  readonly refresh: (id: string) => void;
  /** Whether a row of that id is open. */
  readonly isOpen: (id: string) => boolean;
  /** A row for what could not be fetched; Try Again shows its parent anew. */
  readonly failed: (parent: Row, what: string, error: unknown) => Row;
  /** A row for the end of a list that goes on. */
  readonly more: (parent: Row, progress: Progress, load: () => Promise<void>) => Row;
  page(subject: ReportSubject): ReportAddress;
}

/** Things of one kind that a device reported. What they are is asked, and how they look loaded, when it is opened. */
export class ReportFolderRow implements Row {
  readonly id: string;
  readonly parent: Row;
  private readonly look: { readonly label: string; readonly icon: string; readonly contextValue: string };
  private readonly rows: (parent: Row) => Promise<Row[]>;

  /** @param name ends the id */
  constructor(parent: Row, name: string, look: ReportFolderRow['look'], rows: (parent: Row) => Promise<Row[]>) {
    this.id = `${parent.id}/${name}`;
    this.parent = parent;
    this.look = look;
    this.rows = rows;
  }

  item(): vscode.TreeItem {
    const { label, icon, contextValue } = this.look;
    const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Collapsed);
    item.id = this.id;
    item.iconPath = new vscode.ThemeIcon(icon);
    item.contextValue = contextValue;
    return item;
  }

  children(): Promise<Row[]> {
    return this.rows(this);
  }
}

/** Leads to the page about a device. */
export class DetailsRow implements Row {
  readonly id: string;
  readonly parent: Row;
  readonly page: ReportAddress;

  constructor(parent: Row, source: DeviceSource) {
    this.id = `${parent.id}/details`;
    this.parent = parent;
    this.page = source.page({ kind: 'details' });
  }

  item(): vscode.TreeItem {
    const item = new vscode.TreeItem(vscode.l10n.t('Details'), vscode.TreeItemCollapsibleState.None);
    item.id = this.id;
    item.iconPath = new vscode.ThemeIcon('info');
    item.contextValue = 'foundries.details';
    item.command = {
      command: 'foundries.showDeviceDetails',
      title: vscode.l10n.t('Show Device Details'),
      arguments: [this],
    };
    return item;
  }
}
