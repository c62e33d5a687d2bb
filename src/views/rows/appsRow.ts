import * as vscode from 'vscode';
import type { SettingsPlace } from '../../configfs/settingsEdits';
import type { Row } from './row';

/** The apps of a device or group. What they are is asked when the row is opened. */
export class AppsRow implements Row {
  readonly id: string;
  readonly parent: Row;
  readonly place: SettingsPlace;
  private readonly load: (row: AppsRow) => Promise<Row[]>;

  constructor(parent: Row, place: SettingsPlace, load: (row: AppsRow) => Promise<Row[]>) {
    this.id = `${parent.id}/apps`;
    this.parent = parent;
    this.place = place;
    this.load = load;
  }

  item(): vscode.TreeItem {
    const item = new vscode.TreeItem(vscode.l10n.t('Apps'), vscode.TreeItemCollapsibleState.Collapsed);
    item.id = this.id;
    item.iconPath = new vscode.ThemeIcon('layers');
    item.contextValue = 'foundries.apps';
    return item;
  }

  children(): Promise<Row[]> {
    return this.load(this);
  }
}
