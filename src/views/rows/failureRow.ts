import * as vscode from 'vscode';
import { explain } from '../../ui/errorText';
import { hover } from './hover';
import type { Row } from './row';

/**
 * What could not be fetched, in the place where it would be, with Try Again and Show Log at hand. At the top of a view the
 * reason stands above it, where there is room for a sentence.
 */
export class FailureRow implements Row {
  readonly id: string;
  readonly parent: Row | undefined;
  private readonly what: string;
  private readonly error: unknown;
  readonly retry: () => unknown;

  constructor(id: string, parent: Row | undefined, what: string, error: unknown, retry: () => unknown) {
    this.id = id;
    this.parent = parent;
    this.what = what;
    this.error = error;
    this.retry = retry;
  }

  item(): vscode.TreeItem {
    const { message } = explain(this.error);
    const item = new vscode.TreeItem(this.what, vscode.TreeItemCollapsibleState.None);
    if (this.parent !== undefined) {
      item.description = message;
    }
    item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
    item.contextValue = 'foundries.failure';
    item.accessibilityInformation = { label: `${this.what}. ${message}`, role: 'treeitem' };
    item.command = { command: 'foundries.retry', title: vscode.l10n.t('Try Again'), arguments: [this] };
    return item;
  }

  tooltip(): vscode.MarkdownString {
    return hover(this.what, [], explain(this.error).message);
  }
}
