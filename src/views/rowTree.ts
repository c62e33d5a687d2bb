import * as vscode from 'vscode';
import type { Row } from './rows/row';

/** Shows rows as a tree. What the rows are is the roots function's business. */
export class RowTree implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  private readonly roots: () => Row[] | Promise<Row[]>;
  private readonly changed = new vscode.EventEmitter<Row | undefined>();
  private readonly shown = new Map<string, Row>();
  private loadingRoots = 0;
  private readonly loadingRows = new Set<string>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(roots: () => Row[] | Promise<Row[]>) {
    this.roots = roots;
  }

  getTreeItem(row: Row): vscode.TreeItem {
    return row.item();
  }

  async getChildren(row?: Row): Promise<Row[]> {
    if (row !== undefined) {
      this.loadingRows.add(row.id);
      try {
        return this.remember((await row.children?.()) ?? []);
      } finally {
        this.loadingRows.delete(row.id);
      }
    }
    this.loadingRoots += 1;
    try {
      const rows = await this.roots();
      this.shown.clear();
      return this.remember(rows);
    } finally {
      this.loadingRoots -= 1;
    }
  }

  getParent(row: Row): Row | undefined {
    return row.parent;
  }

  resolveTreeItem(item: vscode.TreeItem, row: Row): vscode.TreeItem {
    const tooltip = row.tooltip?.();
    if (tooltip !== undefined) {
      item.tooltip = tooltip;
    }
    return item;
  }

  /** Shows all rows anew, unless that is about to happen anyway. */
  refresh(): void {
    if (this.loadingRoots === 0) {
      this.changed.fire(undefined);
    }
  }

  /** Shows a row and what is below it anew, if it is there and that is not about to happen anyway. */
  refreshRow(id: string): void {
    const row = this.shown.get(id);
    if (row !== undefined && !this.loadingRows.has(id)) {
      this.changed.fire(row);
    }
  }

  dispose(): void {
    this.changed.dispose();
  }

  private remember(rows: Row[]): Row[] {
    for (const row of rows) {
      this.shown.set(row.id, row);
    }
    return rows;
  }
}
