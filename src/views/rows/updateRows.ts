import * as vscode from 'vscode';
import type { Device } from '../../model/device';
import { detailLines } from '../../model/updateDetails';
import {
  chronological,
  isFailure,
  isMetadataRefresh,
  outcomeOf,
  type DeviceUpdate,
  type UpdateEvent,
} from '../../model/updates';
import type { ReportAddress } from '../../reports/address';
import type { DeviceReports, Report } from '../../store/deviceReports';
import { shortTarget } from '../../ui/label';
import { oneLine } from '../../ui/reportText';
import { ago, dateTime } from '../../ui/time';
import { durationText, eventText, outcomeText } from '../../ui/updateWords';
import { hover } from './hover';
import { NoteRow } from './noteRow';
import { FRESH_MS, pagedRows } from './pagedRows';
import type { DeviceSource } from './reportRows';
import { idPart } from './idPart';
import type { Row } from './row';

/** Newest updates whose results are asked for when the list is opened, and how many at a time. */
const TOLD = 5;
const AT_ONCE = 2;

/** The updates of a device, newest first: one request, and one for each of the newest while the list is open. */
export function updateRows(parent: Row, source: DeviceSource): Promise<Row[]> {
  const { device, reports } = source;
  const words = {
    failure: vscode.l10n.t('Updates could not be loaded'),
    none: vscode.l10n.t('No updates yet'),
  };
  return pagedRows(parent, source, reports.updates(device.name), words, (updates) => {
    // The same target may have been taken twice: the newer time counts.
    const current = updates.find(
      (update) => update.target === device.target && update.id !== device.currentUpdate && !isMetadataRefresh(update),
    );
    const rows = updates.map((update) => new UpdateRow(parent, source, update, update === current));
    if (source.isOpen(parent.id)) {
      // Not within this answer, which shows the rows.
      setTimeout(() => void tellResults(parent, source, rows.slice(0, TOLD)), 0);
    }
    return rows;
  });
}

/** Asks for the results of updates, as long as their list is open. Ends at the first failure. Never rejects. */
async function tellResults(parent: Row, source: DeviceSource, rows: readonly UpdateRow[]): Promise<void> {
  const waiting = [...rows];
  const next = async (): Promise<void> => {
    for (let row = waiting.shift(); row !== undefined && source.isOpen(parent.id); row = waiting.shift()) {
      if (!(await row.learn())) {
        waiting.length = 0;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

/** One update. Its result takes a request of its own, which the newest get with the list, and the others when they are opened. */
class UpdateRow implements Row {
  readonly id: string;
  readonly parent: Row;
  readonly page: ReportAddress;
  private readonly source: DeviceSource;
  private readonly update: DeviceUpdate;
  private readonly isCurrent: boolean;

  constructor(parent: Row, source: DeviceSource, update: DeviceUpdate, isCurrent: boolean) {
    this.id = `${parent.id}/update/${idPart(update.id)}`;
    this.parent = parent;
    this.page = source.page({ kind: 'update', id: update.id });
    this.source = source;
    this.update = update;
    this.isCurrent = isCurrent;
  }

  item(): vscode.TreeItem {
    const { device, reports } = this.source;
    const item = new vscode.TreeItem(updateLabel(this.update), vscode.TreeItemCollapsibleState.Collapsed);
    const notes = updateNotes(this.update, device, reports, this.isCurrent);
    item.id = this.id;
    item.description = notes.join(' · ');
    item.iconPath = this.icon(device);
    item.contextValue = 'foundries.update';
    item.accessibilityInformation = {
      label: [
        isMetadataRefresh(this.update)
          ? updateLabel(this.update)
          : vscode.l10n.t('update to {0}', this.update.target || updateLabel(this.update)),
        ...notes,
      ].join(', '),
      role: 'treeitem',
    };
    return item;
  }

  async children(): Promise<Row[]> {
    const report = this.events;
    const before = report.state.fetchedAt;
    const { value, error } = await report.get(FRESH_MS);
    if (value === undefined) {
      const what = vscode.l10n.t('The events of this update could not be loaded');
      return [this.source.failed(this, what, error)];
    }
    if (report.state.fetchedAt !== before) {
      // Its result is known now. Not within this answer, which the row is being opened with.
      setTimeout(() => this.source.refresh(this.id), 0);
    }
    const ordered = chronological(value);
    return ordered.length === 0
      ? [new NoteRow(`${this.id}/none`, this, vscode.l10n.t('The device has reported no events'))]
      : ordered.map((event, at) => new EventRow(this, event, at, ordered[0]?.time));
  }

  /** Asks for the result, and shows the row anew where it is another. @returns whether the service answered; never rejects */
  async learn(): Promise<boolean> {
    const report = this.events;
    const before = report.state;
    if (before.error !== undefined) {
      // Try Again is below the row.
      return true;
    }
    const { value, error } = await report.get(FRESH_MS);
    const words = (events: typeof value) => (events === undefined ? '' : outcomeText(outcomeOf(events)));
    if (words(value) !== words(before.value)) {
      this.source.refresh(this.id);
    }
    return error === undefined;
  }

  tooltip(): vscode.MarkdownString {
    const { target, version, time, id } = this.update;
    return hover(target, [
      [vscode.l10n.t('Version'), version],
      [vscode.l10n.t('Started'), time === undefined ? '' : dateTime(time, 'second')],
      ['ID', id],
    ]);
  }

  private get events(): Report<readonly UpdateEvent[]> {
    return this.source.reports.events(this.source.device.name, this.update.id);
  }

  private icon(device: Device): vscode.ThemeIcon {
    const { value } = this.events.state;
    const outcome = value === undefined ? undefined : outcomeOf(value);
    if (outcome === undefined || outcome.result === 'none') {
      return new vscode.ThemeIcon(this.update.id === device.currentUpdate ? 'cloud-download' : 'circle-outline');
    }
    if (outcome.result === 'metadataRefreshed' || outcome.result === 'metadataFailed') {
      return new vscode.ThemeIcon(outcome.result === 'metadataFailed' ? 'warning' : 'sync');
    }
    return isFailure(outcome.result)
      ? new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'))
      : outcome.final
        ? new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'))
        : new vscode.ThemeIcon('cloud-download', new vscode.ThemeColor('charts.blue'));
  }
}

/** @returns what an update is called: by the end of its target's name */
export function updateLabel(update: DeviceUpdate): string {
  const { target, version, id } = update;
  if (isMetadataRefresh(update)) {
    return vscode.l10n.t('Update metadata');
  }
  return oneLine(target !== '' ? shortTarget(target) : version !== '' ? vscode.l10n.t('Version {0}', version) : id);
}

/** @returns when it was, whether it is what the device runs, and its result as far as it is known */
export function updateNotes(
  update: DeviceUpdate,
  device: Device,
  reports: DeviceReports,
  isCurrent: boolean,
): readonly string[] {
  const events = reports.events(device.name, update.id).state.value;
  return [
    ...(isCurrent ? [vscode.l10n.t('current')] : []),
    ...(events !== undefined
      ? [outcomeText(outcomeOf(events))]
      : update.id === device.currentUpdate
        ? [vscode.l10n.t('in progress')]
        : []),
    ...(update.time === undefined ? [] : [ago(update.time, Date.now())]),
  ];
}

/** A step of an update. Opens to all that the device told. */
class EventRow implements Row {
  readonly id: string;
  readonly parent: UpdateRow;
  readonly page: ReportAddress;
  private readonly event: UpdateEvent;
  private readonly start: number | undefined;

  constructor(parent: UpdateRow, event: UpdateEvent, at: number, start: number | undefined) {
    this.id = `${parent.id}/event/${at}`;
    this.parent = parent;
    this.page = parent.page;
    this.event = event;
    this.start = start;
  }

  item(): vscode.TreeItem {
    const { event, start } = this;
    const item = new vscode.TreeItem(oneLine(eventText(event)), vscode.TreeItemCollapsibleState.None);
    const after =
      event.time === undefined || start === undefined || event.time <= start
        ? ''
        : vscode.l10n.t('after {0}', durationText(event.time - start));
    const notes = [after, short(detailLines(event.details).map(oneLine).join(', '))].filter((note) => note !== '');
    item.id = this.id;
    item.description = notes.join(' · ');
    item.iconPath = new vscode.ThemeIcon(
      event.success === false ? 'error' : event.success === true ? 'check' : 'circle-small-filled',
      event.success === false ? new vscode.ThemeColor('testing.iconFailed') : undefined,
    );
    item.contextValue = 'foundries.updateEvent';
    item.accessibilityInformation = { label: [eventText(event), ...notes].join(', '), role: 'treeitem' };
    item.command = { command: 'foundries.showUpdate', title: vscode.l10n.t('Show Update'), arguments: [this] };
    return item;
  }

  tooltip(): vscode.MarkdownString {
    const { time, details } = this.event;
    const when: [string, string] = [vscode.l10n.t('Time'), time === undefined ? '' : dateTime(time, 'second')];
    return hover(eventText(this.event), [when], detailLines(details).slice(0, 20).map(oneLine).join('\n'));
  }
}

const short = (text: string): string => (text.length > 120 ? `${text.slice(0, 119)}…` : text);
