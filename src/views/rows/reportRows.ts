import * as vscode from 'vscode';
import type { Device } from '../../model/device';
import type { ReportAddress, ReportSubject } from '../../reports/address';
import type { DeviceReports, PagedReport } from '../../store/deviceReports';
import { FailureRow } from './failureRow';
import { LoadMoreRow } from './loadMoreRow';
import { NoteRow } from './noteRow';
import type { Row } from './row';

/** What a device reported less than this ago is shown without asking again. */
export const FRESH_MS = 60_000;

/** What the rows about a device are made from. */
export interface DeviceSource {
  readonly device: Device;
  readonly reports: DeviceReports;
  /** Shows a row and what is below it anew. */
  readonly refresh: (id: string) => void;
  page(subject: ReportSubject): ReportAddress;
}

/** The rows of a list by page; what could not be fetched is a row of its own, below what was there before. */
export async function pagedRows<T>(
  parent: Row,
  { refresh }: DeviceSource,
  report: PagedReport<T>,
  words: {
    readonly failure: string;
    readonly none: string;
    rows(items: readonly T[]): Row[];
  },
): Promise<Row[]> {
  const { value, error } = await report.get(FRESH_MS);
  const failure =
    error === undefined
      ? []
      : [new FailureRow(`${parent.id}/failure`, parent, words.failure, error, () => refresh(parent.id))];
  if (value === undefined) {
    return failure;
  }
  const more = async () => {
    await report.loadMore();
    refresh(parent.id);
  };
  const { items, total, nextPage } = value;
  return [
    ...(items.length === 0 ? [new NoteRow(`${parent.id}/none`, parent, words.none)] : words.rows(items)),
    ...(nextPage === undefined
      ? []
      : [new LoadMoreRow(`${parent.id}/more`, parent, { shown: items.length, total }, more)]),
    ...failure,
  ];
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
