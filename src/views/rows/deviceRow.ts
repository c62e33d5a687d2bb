import * as vscode from 'vscode';
import { deviceState, parseTime, type Device, type DeviceState } from '../../model/device';
import type { ConfigScope } from '../../model/config';
import { shortTarget } from '../../ui/label';
import { remembered } from '../../ui/remembered';
import { ago, dateTime } from '../../ui/time';
import type { OwnerRow } from './configFileRows';
import { hover } from './hover';
import { idPart } from './idPart';
import type { Row } from './row';

const ICONS: Readonly<Record<DeviceState, readonly [icon: string, color: string]>> = {
  online: ['pass-filled', 'testing.iconPassed'],
  outdated: ['arrow-circle-up', 'charts.yellow'],
  updating: ['cloud-download', 'charts.blue'],
  failed: ['error', 'testing.iconFailed'],
  offline: ['circle-slash', 'disabledForeground'],
  neverSeen: ['circle-large-outline', 'disabledForeground'],
};

const icons = new Map<DeviceState, vscode.ThemeIcon>();

function iconOf(state: DeviceState): vscode.ThemeIcon {
  let icon = icons.get(state);
  if (icon === undefined) {
    const [id, color] = ICONS[state];
    icon = new vscode.ThemeIcon(id, new vscode.ThemeColor(color));
    icons.set(state, icon);
  }
  return icon;
}

const targetSaid = remembered((target) => ({
  end: target === '' ? '' : shortTarget(target),
  words: target === '' ? vscode.l10n.t('no target') : vscode.l10n.t('target {0}', target),
}));
const tagWords = remembered((tag) => (tag === '' ? vscode.l10n.t('no tag') : vscode.l10n.t('tag {0}', tag)));
const stateWords = new Map<DeviceState, string>();
const seenWords = remembered((seen) => vscode.l10n.t('last seen {0}', seen));

/** A device. Opens to its configuration files. */
export class DeviceRow implements OwnerRow {
  readonly id: string;
  readonly parent: Row | undefined;
  device: Device;
  readonly scope: ConfigScope;
  private readonly offlineAfterHours: number;
  private readonly below: (row: DeviceRow) => Promise<Row[]>;

  /** @param above begins the id; of the view, or of the heading that the row stands below */
  constructor(
    above: string,
    parent: Row | undefined,
    factory: string,
    device: Device,
    offlineAfterHours: number,
    below: (row: DeviceRow) => Promise<Row[]>,
  ) {
    this.id = `${above}/device/${idPart(device.uuid)}`;
    this.parent = parent;
    this.device = device;
    this.scope = { kind: 'device', factory, device: device.name };
    this.offlineAfterHours = offlineAfterHours;
    this.below = below;
  }

  /**
   * Takes what was heard of the device since.
   *
   * @returns whether it is this row's device
   */
  take(device: Device): boolean {
    const isMine = device.uuid === this.device.uuid && device.name === this.device.name;
    if (isMine) {
      this.device = device;
    }
    return isMine;
  }

  item(): vscode.TreeItem {
    const { device } = this;
    const now = Date.now();
    const state = deviceState(device, now, this.offlineAfterHours);
    const seen = device.lastSeen === undefined ? vscode.l10n.t('never seen') : ago(device.lastSeen, now);
    const item = new vscode.TreeItem(device.name, vscode.TreeItemCollapsibleState.Collapsed);
    const words = stateText(state);
    item.id = this.id;
    // The icon alone does not tell states apart for everybody.
    let description = state === 'online' || state === 'neverSeen' ? '' : words;
    const target = targetSaid(device.target);
    for (const part of [target.end, device.tag, seen]) {
      description += part === '' ? '' : description === '' ? part : ` · ${part}`;
    }
    item.description = description;
    item.iconPath = iconOf(state);
    item.contextValue = 'foundries.device';
    const lastSeen = device.lastSeen === undefined ? seen : seenWords(seen);
    const production = device.production ? `, ${vscode.l10n.t('production')}` : '';
    item.accessibilityInformation = {
      label: `${device.name}, ${words}, ${target.words}, ${tagWords(device.tag)}, ${lastSeen}${production}`,
      role: 'treeitem',
    };
    return item;
  }

  children(): Promise<Row[]> {
    return this.below(this);
  }

  tooltip(): vscode.MarkdownString {
    const { device } = this;
    const state = deviceState(device, Date.now(), this.offlineAfterHours);
    const created = parseTime(device.createdAt);
    return hover(device.name, [
      [vscode.l10n.t('State'), stateText(state)],
      [vscode.l10n.t('Status'), device.status],
      [vscode.l10n.t('Last seen'), device.lastSeen === undefined ? '' : dateTime(device.lastSeen)],
      [vscode.l10n.t('Target'), device.target],
      [vscode.l10n.t('Tag'), device.tag],
      [vscode.l10n.t('Group'), device.group],
      [vscode.l10n.t('Apps'), device.apps.join(', ')],
      [vscode.l10n.t('LmP version'), device.lmpVersion],
      [vscode.l10n.t('Production'), device.production ? vscode.l10n.t('yes') : vscode.l10n.t('no')],
      [vscode.l10n.t('Wave'), device.inWave ? vscode.l10n.t('in an active wave') : ''],
      [vscode.l10n.t('Host name'), device.hostname],
      [vscode.l10n.t('IP address'), device.ip],
      [vscode.l10n.t('Created'), created === undefined ? '' : dateTime(created)],
      ['UUID', device.uuid],
    ]);
  }
}

/** @returns what a device is doing, in words */
export function stateText(state: DeviceState): string {
  let words = stateWords.get(state);
  if (words === undefined) {
    words = wordsOf(state);
    stateWords.set(state, words);
  }
  return words;
}

function wordsOf(state: DeviceState): string {
  switch (state) {
    case 'online':
      return vscode.l10n.t('online');
    case 'outdated':
      return vscode.l10n.t('not up to date');
    case 'updating':
      return vscode.l10n.t('updating');
    case 'failed':
      return vscode.l10n.t('update failed');
    case 'offline':
      return vscode.l10n.t('offline');
    case 'neverSeen':
      return vscode.l10n.t('never seen');
  }
}
