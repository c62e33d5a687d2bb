import * as vscode from 'vscode';
import type { DeviceGroup } from '../../api/groups';
import type { ConfigScope } from '../../model/config';
import type { OwnerRow } from './configFileRows';
import { hover } from './hover';
import { idPart } from './idPart';
import type { Row } from './row';

/** The Factory's own configuration, which all of its devices get. */
export class FactoryRow implements OwnerRow {
  readonly id: string;
  readonly parent = undefined;
  readonly scope: ConfigScope;
  private readonly below: (row: OwnerRow) => Promise<Row[]>;

  constructor(view: string, factory: string, below: (row: OwnerRow) => Promise<Row[]>) {
    this.id = `${view}/factory`;
    this.scope = { kind: 'factory', factory };
    this.below = below;
  }

  item(): vscode.TreeItem {
    const item = new vscode.TreeItem(this.scope.factory, vscode.TreeItemCollapsibleState.Collapsed);
    item.id = this.id;
    item.description = vscode.l10n.t('all devices');
    item.iconPath = new vscode.ThemeIcon('organization');
    item.contextValue = 'foundries.factoryConfig';
    item.accessibilityInformation = {
      label: vscode.l10n.t('Factory {0}, configuration of all devices', this.scope.factory),
      role: 'treeitem',
    };
    return item;
  }

  children(): Promise<Row[]> {
    return this.below(this);
  }

  tooltip(): vscode.MarkdownString {
    return hover(
      this.scope.factory,
      [],
      vscode.l10n.t(
        'These files reach every device of the Factory. A file of the same name of a group or device goes before.',
      ),
    );
  }
}

/** A device group with its configuration. */
export class GroupRow implements OwnerRow {
  readonly id: string;
  readonly parent = undefined;
  readonly scope: ConfigScope & { kind: 'group' };
  private readonly group: DeviceGroup;
  private readonly below: (row: OwnerRow) => Promise<Row[]>;

  constructor(view: string, factory: string, group: DeviceGroup, below: (row: OwnerRow) => Promise<Row[]>) {
    this.id = `${view}/group/${idPart(group.name)}`;
    this.scope = { kind: 'group', factory, group: group.name };
    this.group = group;
    this.below = below;
  }

  item(): vscode.TreeItem {
    const { name, description } = this.group;
    const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Collapsed);
    item.id = this.id;
    item.description = description.replace(/\s+/g, ' ');
    item.iconPath = new vscode.ThemeIcon('server-environment');
    item.contextValue = 'foundries.group';
    item.accessibilityInformation = {
      label: [vscode.l10n.t('device group {0}', name), ...(description === '' ? [] : [description])].join(', '),
      role: 'treeitem',
    };
    return item;
  }

  children(): Promise<Row[]> {
    return this.below(this);
  }

  tooltip(): vscode.MarkdownString {
    return hover(this.group.name, [[vscode.l10n.t('Description'), this.group.description]]);
  }
}
