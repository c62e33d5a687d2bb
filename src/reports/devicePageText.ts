import type * as vscode from 'vscode';
import type { Device } from '../model/device';
import type { Connection, Connections, FactoryData } from '../store/connections';
import type { DeviceReports, Report, ReportState } from '../store/deviceReports';
import { explain } from '../ui/errorText';
import { staleText } from '../ui/staleText';
import type { ReportAddress, ReportSubject } from './address';

/** Where the pages take their facts from. */
export interface PageSource {
  ready(): Promise<void>;
  readonly connections: Pick<Connections, 'forFactory' | 'onDidChange'>;
  /** What a device is doing, in words. */
  readonly stateOf: (device: Device) => string;
}

/** @returns the text of a page; `maxAge`: milliseconds, less than 0 asks anew */
export async function pageText(
  { stateOf }: PageSource,
  { factory: factoryName, device, subject }: ReportAddress,
  connection: Connection,
  factory: FactoryData,
  maxAge: number,
  token: vscode.CancellationToken | undefined,
): Promise<string> {
  const { reports } = factory;
  switch (subject.kind) {
    case 'details':
      return detailsPage(connection, factory, device, maxAge, stateOf);
    case 'json': {
      const { value } = await loaded(reports.detail(device), maxAge);
      return (await import('./jsonText')).asJson(value.raw);
    }
    case 'artifact': {
      const artifact = { factory: factoryName, device, test: subject.id, name: subject.name };
      return (await import('./artifactText')).artifactText(connection.client, artifact, token);
    }
    case 'health':
    case 'update':
    case 'test':
      return reportPageOf(reports, device, subject, maxAge);
  }
}

async function detailsPage(
  connection: Connection,
  { reports, fleet, name }: FactoryData,
  device: string,
  maxAge: number,
  stateOf: PageSource['stateOf'],
): Promise<string> {
  const { value: detail, stale } = await loaded(reports.detail(device), maxAge);
  if (maxAge < 0) {
    await fleet.status.refresh();
  }
  const ids = [detail.device.owner, detail.createdBy, detail.updatedBy].filter((id) => id !== '');
  const [age, names, { detailsText }] = await Promise.all([
    reports.targetAge(detail.device).catch((error: unknown) => ({ problem: explain(error).message })),
    Promise.all([...new Set(ids)].map(async (id) => [id, await connection.userName(name, id)] as const)),
    import('./texts'),
  ]);
  const named = new Map(names);
  return detailsText({
    detail,
    stale,
    age,
    nameOf: (id) => {
      const known = named.get(id);
      return known === undefined ? id : `${known} (${id})`;
    },
    state: stateOf(detail.device),
    now: Date.now(),
  });
}

async function reportPageOf(
  reports: DeviceReports,
  device: string,
  subject: Extract<ReportSubject, { readonly kind: 'health' | 'update' | 'test' }>,
  maxAge: number,
): Promise<string> {
  const { healthText, testPageText, updateText } = await import('./texts');
  switch (subject.kind) {
    case 'health': {
      const { value, stale } = await loaded(reports.apps(device), maxAge);
      return healthText({ device, reports: value, stale });
    }
    case 'test': {
      const { value, stale } = await loaded(reports.test(device, subject.id), maxAge);
      return testPageText({ device, test: value, stale });
    }
    case 'update': {
      const { value, stale } = await loaded(reports.events(device, subject.id), maxAge);
      // As far as it is known from the tree: the events tell most of it.
      const update = reports.updates(device).state.value?.items.find(({ id }) => id === subject.id);
      return updateText({ device, id: subject.id, update, events: value, stale });
    }
  }
}

/** @throws what went wrong, where there is nothing that could be shown */
async function loaded<T>(report: Report<T>, maxAge: number): Promise<{ readonly value: T; readonly stale: string }> {
  const state: ReportState<T> = await report.get(maxAge);
  if (state.value === undefined) {
    throw state.error;
  }
  return { value: state.value, stale: staleText(state) };
}
