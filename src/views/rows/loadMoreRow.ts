import * as vscode from 'vscode';
import type { Row } from './row';

/** How far a list was shown. */
export interface Progress {
  readonly shown: number;
  /** Undefined where nobody knows. */
  readonly total?: number | undefined;
  /** How much was looked through to find what is shown. */
  readonly looked?: { readonly devices: number; readonly of: number } | undefined;
}

/** The end of a list that goes on. */
export class LoadMoreRow implements Row {
  readonly id: string;
  readonly parent: Row | undefined;
  private readonly progress: Progress;
  readonly more: () => unknown;

  constructor(id: string, parent: Row | undefined, progress: Progress, more: () => unknown) {
    this.id = id;
    this.parent = parent;
    this.progress = progress;
    this.more = more;
  }

  item(): vscode.TreeItem {
    const item = new vscode.TreeItem(vscode.l10n.t('Load More'), vscode.TreeItemCollapsibleState.None);
    const format = new Intl.NumberFormat(vscode.env.language);
    const { shown, total = 0, looked } = this.progress;
    item.description =
      looked !== undefined
        ? vscode.l10n.t(
            '{0} found in {1} of {2}',
            format.format(shown),
            format.format(looked.devices),
            format.format(looked.of),
          )
        : total > shown
          ? vscode.l10n.t('{0} of {1} shown', format.format(shown), format.format(total))
          : vscode.l10n.t('{0} shown', format.format(shown));
    item.iconPath = new vscode.ThemeIcon('ellipsis');
    item.contextValue = 'foundries.loadMore';
    item.accessibilityInformation = { label: `${vscode.l10n.t('Load More')}, ${item.description}`, role: 'treeitem' };
    item.command = { command: 'foundries.loadMore', title: vscode.l10n.t('Load More'), arguments: [this] };
    return item;
  }
}
