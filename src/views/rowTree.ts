import * as vscode from 'vscode';
import { treeChanged } from '../ui/treesAtRest';
import { cutItem, cutTooltip } from './cutItem';
import type { Row } from './rows/row';

/** Answers whose rows wait to be found by their ids. */
const MOST_NEW = 50;

/** Shows rows as a tree. What the rows are is the roots function's business. */
export class RowTree implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  private readonly roots: () => Row[] | Promise<Row[]>;
  private readonly changed = new vscode.EventEmitter<Row | undefined>();
  private readonly byId = new Map<string, Row>();
  /** Rows that are not in there yet: of thousands, most are never asked for. */
  private newRows: Row[][] = [];
  private loadingRoots = 0;
  /** The rows that are being made are of yesterday already. */
  private stale = false;
  private readonly loadingRows = new Set<string>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(roots: () => Row[] | Promise<Row[]>) {
    this.roots = roots;
  }

  getTreeItem(row: Row): vscode.TreeItem {
    return cutItem(row.item());
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
    this.stale = false;
    try {
      const rows = await this.roots();
      this.forget();
      return this.remember(rows);
    } finally {
      this.loadingRoots -= 1;
      if (this.loadingRoots === 0 && this.takeStale()) {
        // Not within this answer: VS Code would register rows of the same id twice.
        setTimeout(() => this.fire(undefined), 0);
      }
    }
  }

  getParent(row: Row): Row | undefined {
    return row.parent;
  }

  resolveTreeItem(item: vscode.TreeItem, row: Row): vscode.TreeItem {
    const tooltip = row.tooltip?.();
    if (tooltip !== undefined) {
      item.tooltip = cutTooltip(tooltip);
    }
    return item;
  }

  /** Forgets the rows: they are of something else than what is shown from now on. */
  forget(): void {
    this.byId.clear();
    this.newRows = [];
  }

  /** Shows all rows anew; while they are being made, once more when they are there. */
  refresh(): void {
    if (this.loadingRoots === 0) {
      this.fire(undefined);
    } else {
      this.stale = true;
    }
  }

  /** Shows a row and what is below it anew, if it is there and that is not about to happen anyway. */
  refreshRow(id: string): void {
    const row = this.shown.get(id);
    if (row !== undefined && !this.loadingRows.has(id)) {
      this.fire(row);
    }
  }

  /** Shows rows and what is below them anew. */
  refreshWhere(wanted: (row: Row) => boolean): void {
    for (const row of this.shown.values()) {
      if (wanted(row)) {
        this.refreshRow(row.id);
      }
    }
  }

  /** @returns a row that is shown, or was below one that is */
  find(wanted: (row: Row) => boolean): Row | undefined {
    return [...this.shown.values()].find(wanted);
  }

  dispose(): void {
    this.changed.dispose();
  }

  private fire(row: Row | undefined): void {
    treeChanged();
    this.changed.fire(row);
  }

  private takeStale(): boolean {
    const { stale } = this;
    this.stale = false;
    return stale;
  }

  private remember(rows: Row[]): Row[] {
    this.newRows.push(rows);
    // What is opened again and again is not kept as often.
    if (this.newRows.length > MOST_NEW) {
      this.register();
    }
    return rows;
  }

  private get shown(): ReadonlyMap<string, Row> {
    this.register();
    return this.byId;
  }

  private register(): void {
    for (const row of this.newRows.flat()) {
      this.byId.set(row.id, row);
    }
    this.newRows = [];
  }
}
