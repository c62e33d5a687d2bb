import type { Connection, FactoryData } from '../../store/connections';
import type { DeviceRow } from './deviceRow';
import { DetailsRow, type DeviceSource } from './reportRows';
import type { Row } from './row';
import { TestsRow } from './testRows';
import { UpdatesRow } from './updateRows';

/**
 * What a device is and what it reported, below its configuration files. Nothing is asked before a row is opened.
 *
 * @param refresh shows a row and what is below it anew
 */
export function deviceReportRows(
  { connection, factory }: { readonly connection: Connection; readonly factory: FactoryData },
  owner: DeviceRow,
  refresh: (id: string) => void,
): Row[] {
  const { host } = connection.client.server;
  const { device } = owner;
  const source: DeviceSource = {
    device,
    reports: factory.reports,
    refresh,
    page: (subject) => ({ host, factory: factory.name, device: device.name, subject }),
  };
  return [new UpdatesRow(owner, source), new TestsRow(owner, source), new DetailsRow(owner, source)];
}
