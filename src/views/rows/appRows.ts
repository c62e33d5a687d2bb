import * as vscode from 'vscode';
import type { SeenApps } from '../../configfs/appChanges';
import type { SettingsPlace } from '../../configfs/settingsEdits';
import { shortDigest, type AppMatch, type AppReport, type AppState, type ServiceReport } from '../../model/apps';
import { appHealth, serviceCondition, type ServiceCondition } from '../../model/appHealth';
import { isListable } from '../../model/appsSetting';
import { dateTime } from '../../ui/time';
import type { AppsRow } from './appsRow';
import { hover } from './hover';
import { idPart } from './idPart';
import type { Row } from './row';

/** How far a click on an app has come. */
export type AppProgress = 'none' | 'collecting' | 'sending';

/** What all rows of the apps of one device or group share. */
export interface AppContext {
  readonly place: SettingsPlace;
  /** undefined where it is not clear what is set, or what the default stands for: nothing can be turned on or off. */
  readonly seen: SeenApps | undefined;
  /** Milliseconds since the epoch of the device's report; undefined where there is none. */
  readonly reportedAt: number | undefined;
}

/** An app, with a box to turn it on and off. */
export class AppRow implements Row {
  readonly id: string;
  readonly parent: AppsRow;
  readonly app: AppState;
  readonly context: AppContext;
  private readonly progress: AppProgress;

  constructor(parent: AppsRow, context: AppContext, app: AppState, progress: AppProgress) {
    this.id = `${parent.id}/app/${idPart(app.name)}`;
    this.parent = parent;
    this.context = context;
    this.app = app;
    this.progress = progress;
  }

  item(): vscode.TreeItem {
    const { name, enabled, match, offered, report } = this.app;
    const hasServices = (report?.services.length ?? 0) > 0;
    const item = new vscode.TreeItem(
      name,
      hasServices ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
    );
    item.id = this.id;
    const onOff = enabled ? vscode.l10n.t('enabled') : vscode.l10n.t('disabled');
    const notes = [
      ...(this.progress === 'none' ? matchText(match) : [progressText(this.progress)]),
      ...(report === undefined ? [] : [healthText(appHealth(report))]),
      shortDigest(report?.uri ?? offered?.uri ?? ''),
    ].filter((note) => note !== '');
    item.description = notes.join(' · ');
    item.iconPath = iconOf(match, report);
    // A name that no list can hold is not for turning on and off.
    if (this.context.seen !== undefined && isListable(name)) {
      item.contextValue = enabled ? 'foundries.app.on' : 'foundries.app.off';
      item.checkboxState = {
        state: enabled ? vscode.TreeItemCheckboxState.Checked : vscode.TreeItemCheckboxState.Unchecked,
        tooltip: enabled ? vscode.l10n.t('Disable {0}', name) : vscode.l10n.t('Enable {0}', name),
        // The box itself is read as checked or not.
        accessibilityInformation: { label: name, role: 'checkbox' },
      };
    }
    item.accessibilityInformation = {
      // *enabled, waiting for the device* says it already.
      label: [
        vscode.l10n.t('app {0}', name),
        ...(notes[0]?.startsWith(`${onOff},`) === true ? [] : [onOff]),
        ...notes,
      ].join(', '),
      role: 'treeitem',
    };
    return item;
  }

  children(): Row[] {
    return this.app.report?.services.map((service) => new ServiceRow(this, service)) ?? [];
  }

  tooltip(): vscode.MarkdownString {
    const { name, enabled, match, offered, report } = this.app;
    const { reportedAt } = this.context;
    return hover(name, [
      [vscode.l10n.t('Configuration'), enabled ? vscode.l10n.t('enabled') : vscode.l10n.t('disabled')],
      [vscode.l10n.t('Difference'), matchText(match).join()],
      [vscode.l10n.t('Health'), report === undefined ? '' : healthText(appHealth(report))],
      [vscode.l10n.t('Reported'), reportedAt === undefined ? '' : dateTime(reportedAt)],
      [vscode.l10n.t('Running'), report?.uri ?? ''],
      [vscode.l10n.t('In the target'), offered?.uri ?? ''],
    ]);
  }
}

/** A container of an app. */
export class ServiceRow implements Row {
  readonly id: string;
  readonly parent: AppRow;
  readonly service: ServiceReport;

  constructor(parent: AppRow, service: ServiceReport) {
    this.id = `${parent.id}/service/${idPart(service.name)}`;
    this.parent = parent;
    this.service = service;
  }

  item(): vscode.TreeItem {
    const { name, state, status, health, logs } = this.service;
    const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.None);
    item.id = this.id;
    const last = logs.trim().split('\n').at(-1) ?? '';
    const notes = [state, healthText(health), status, last].filter((note) => note !== '');
    item.description = notes.join(' · ').replace(/\s+/g, ' ');
    item.iconPath = serviceIcon(serviceCondition(this.service));
    item.contextValue = logs === '' ? 'foundries.service' : 'foundries.service.logs';
    item.accessibilityInformation = {
      label: [vscode.l10n.t('service {0}', name), ...notes].join(', '),
      role: 'treeitem',
    };
    if (logs !== '') {
      item.command = { command: 'foundries.showServiceLog', title: vscode.l10n.t('Show Log Lines'), arguments: [this] };
    }
    return item;
  }

  tooltip(): vscode.MarkdownString {
    const { name, state, status, health, image, logs } = this.service;
    const facts = hover(name, [
      [vscode.l10n.t('State'), state],
      [vscode.l10n.t('Status'), status],
      [vscode.l10n.t('Health'), healthText(health)],
      [vscode.l10n.t('Image'), image],
    ]);
    return logs === '' ? facts : facts.appendMarkdown('\n\n').appendCodeblock(logs.trimEnd().slice(-2000), 'log');
  }
}

function matchText(match: AppMatch): string[] {
  switch (match) {
    case 'asSet':
      return [];
    case 'waitingOn':
      return [vscode.l10n.t('enabled, waiting for the device')];
    case 'waitingOff':
      return [vscode.l10n.t('disabled, waiting for the device')];
    case 'notInTarget':
      return [vscode.l10n.t('not in the target: ignored')];
  }
}

const progressText = (progress: Exclude<AppProgress, 'none'>): string =>
  progress === 'sending' ? vscode.l10n.t('sending…') : vscode.l10n.t('about to be sent…');

/** The device's own word, where it is none that is known. */
function healthText(state: string): string {
  switch (state) {
    case 'healthy':
      return vscode.l10n.t('healthy');
    case 'unhealthy':
      return vscode.l10n.t('unhealthy');
    case 'starting':
      return vscode.l10n.t('starting');
    default:
      return state;
  }
}

function iconOf(match: AppMatch, report: AppReport | undefined): vscode.ThemeIcon {
  if (match === 'waitingOn' || match === 'waitingOff') {
    return new vscode.ThemeIcon('sync', new vscode.ThemeColor('charts.blue'));
  }
  if (match === 'notInTarget') {
    return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  }
  switch (report && appHealth(report)) {
    case undefined:
      return new vscode.ThemeIcon('package');
    case 'healthy':
      return new vscode.ThemeIcon('pass-filled', new vscode.ThemeColor('testing.iconPassed'));
    case 'unhealthy':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'));
    case 'starting':
      return new vscode.ThemeIcon('sync', new vscode.ThemeColor('charts.blue'));
    default:
      return new vscode.ThemeIcon('question');
  }
}

function serviceIcon(condition: ServiceCondition): vscode.ThemeIcon {
  switch (condition) {
    case 'fine':
      return new vscode.ThemeIcon('vm-running');
    case 'starting':
      return new vscode.ThemeIcon('sync', new vscode.ThemeColor('charts.blue'));
    case 'stopped':
      return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
    case 'failed':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'));
  }
}
