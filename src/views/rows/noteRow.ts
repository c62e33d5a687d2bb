import * as vscode from 'vscode';
import type { Row } from './row';

/** Says that there is nothing, where rows are expected. */
export class NoteRow implements Row {
  readonly id: string;
  readonly parent: Row | undefined;
  private readonly text: string;

  constructor(id: string, parent: Row | undefined, text: string) {
    this.id = id;
    this.parent = parent;
    this.text = text;
  }

  item(): vscode.TreeItem {
    const item = new vscode.TreeItem('', vscode.TreeItemCollapsibleState.None);
    item.id = this.id;
    item.description = this.text;
    item.accessibilityInformation = { label: this.text, role: 'treeitem' };
    return item;
  }
}
