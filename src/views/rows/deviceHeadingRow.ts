import * as vscode from 'vscode';
import type { ConfigScope } from '../../model/config';
import type { DeviceHeading } from '../../model/deviceGroups';
import { devicesCount } from '../../ui/waveTexts';
import { idPart } from './idPart';
import type { Row } from './row';

const ICONS = { group: 'server-environment', tag: 'tag', target: 'package' } as const;

/** A heading of devices that belong together: a group, a tag, a version, or whether they are online. */
export class DeviceHeadingRow implements Row {
  readonly id: string;
  readonly parent = undefined;
  readonly heading: DeviceHeading;
  /** The group that a heading stands for; commands of groups work on it. */
  readonly scope: ConfigScope | undefined;
  private readonly below: (row: DeviceHeadingRow) => Promise<Row[]>;

  constructor(view: string, heading: DeviceHeading, below: (row: DeviceHeadingRow) => Promise<Row[]>, factory: string) {
    this.id = `${view}/by/${heading.kind}/${idPart(heading.name)}`;
    this.heading = heading;
    this.below = below;
    this.scope =
      heading.kind === 'group' && heading.name !== '' ? { kind: 'group', factory, group: heading.name } : undefined;
  }

  item(): vscode.TreeItem {
    const { kind, name, devices, online, orphan } = this.heading;
    const label = headingText(this.heading);
    const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Collapsed);
    item.id = this.id;
    const format = new Intl.NumberFormat(vscode.env.language);
    item.description = [
      ...(devices === undefined ? [] : [format.format(devices)]),
      ...(online === undefined ? [] : [vscode.l10n.t('{0} online', format.format(online))]),
      ...(orphan === true ? [vscode.l10n.t('not a target of the tag any more')] : []),
    ].join(' · ');
    item.iconPath =
      kind === 'status'
        ? name === 'online'
          ? new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'))
          : new vscode.ThemeIcon('circle-slash', new vscode.ThemeColor('disabledForeground'))
        : new vscode.ThemeIcon(ICONS[kind]);
    item.contextValue = this.scope !== undefined ? 'foundries.deviceHeading.group' : 'foundries.deviceHeading';
    item.accessibilityInformation = {
      label: [
        kind === 'group' && name !== '' ? vscode.l10n.t('device group {0}', name) : label,
        ...(devices === undefined ? [] : [devicesCount(devices)]),
        ...(online === undefined ? [] : [vscode.l10n.t('{0} online', format.format(online))]),
        ...(orphan === true ? [vscode.l10n.t('not a target of the tag any more')] : []),
      ].join(', '),
      role: 'treeitem',
    };
    return item;
  }

  children(): Promise<Row[]> {
    return this.below(this);
  }
}

/** @returns what the devices below a heading share */
function headingText({ kind, name }: DeviceHeading): string {
  switch (kind) {
    case 'group':
      return name === '' ? vscode.l10n.t('No group') : name;
    case 'tag':
      return name === '' ? vscode.l10n.t('No tag') : name;
    case 'target':
      return name === '' ? vscode.l10n.t('No target reported') : vscode.l10n.t('Version {0}', name);
    case 'status':
      return name === 'online' ? vscode.l10n.t('Online') : vscode.l10n.t('Offline');
  }
}
