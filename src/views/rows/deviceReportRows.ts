import { l10n } from 'vscode';
import type { Connection, FactoryData } from '../../store/connections';
import type { DeviceRow } from './deviceRow';
import { FailureRow } from './failureRow';
import { LoadMoreRow } from './loadMoreRow';
import { DetailsRow, ReportFolderRow, type DeviceSource } from './reportRows';
import type { Row } from './row';

/**
 * What a device is and what it reported, below its configuration files. Nothing is asked before a row is opened.
 *
 * @param refresh shows a row and what is below it anew
 * @param isOpen whether a row of that id is open
 */
export function deviceReportRows(
  { connection, factory }: { readonly connection: Connection; readonly factory: FactoryData },
  owner: DeviceRow,
  refresh: (id: string) => void,
  isOpen: (id: string) => boolean,
): Row[] {
  const { key: host } = connection.client.server;
  const { device } = owner;
  const source: DeviceSource = {
    device,
    reports: factory.reports,
    refresh,
    isOpen,
    failed: (parent, what, error) =>
      new FailureRow(`${parent.id}/failure`, parent, what, error, () => refresh(parent.id)),
    more: (parent, progress, load) => new LoadMoreRow(`${parent.id}/more`, parent, progress, load),
    page: (subject) => ({ host, factory: factory.name, device: device.name, subject }),
  };
  const rows = () => import('./reportRowsOnDemand');
  const updates = { label: l10n.t('Updates'), icon: 'history', contextValue: 'foundries.updates' };
  const tests = { label: l10n.t('Actions & Tests'), icon: 'beaker', contextValue: 'foundries.tests' };
  return [
    new ReportFolderRow(owner, 'updates', updates, async (row) => (await rows()).updateRows(row, source)),
    new ReportFolderRow(owner, 'tests', tests, async (row) => (await rows()).testRows(row, source)),
    new DetailsRow(owner, source),
  ];
}
