import * as vscode from 'vscode';
import type { Row } from './row';

/** The end of a list that goes on. */
export class LoadMoreRow implements Row {
  readonly id: string;
  readonly parent: Row | undefined;
  private readonly shown: number;
  private readonly total: number;
  readonly more: () => unknown;

  constructor(id: string, parent: Row | undefined, shown: number, total: number, more: () => unknown) {
    this.id = id;
    this.parent = parent;
    this.shown = shown;
    this.total = total;
    this.more = more;
  }

  item(): vscode.TreeItem {
    const item = new vscode.TreeItem(vscode.l10n.t('Load more'), vscode.TreeItemCollapsibleState.None);
    const format = new Intl.NumberFormat(vscode.env.language);
    item.description =
      this.total > this.shown
        ? vscode.l10n.t('{0} of {1} shown', format.format(this.shown), format.format(this.total))
        : vscode.l10n.t('{0} shown', format.format(this.shown));
    item.iconPath = new vscode.ThemeIcon('ellipsis');
    item.contextValue = 'foundries.loadMore';
    item.accessibilityInformation = { label: `${vscode.l10n.t('Load more')}, ${item.description}`, role: 'treeitem' };
    item.command = { command: 'foundries.loadMore', title: vscode.l10n.t('Load More'), arguments: [this] };
    return item;
  }
}
