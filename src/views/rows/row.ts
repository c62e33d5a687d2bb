import type * as vscode from 'vscode';

/** A row of a tree: what it shows, and what is below it. */
export interface Row {
  /** Unique in its view, and the same for the same thing after every refresh. */
  readonly id: string;
  readonly parent: Row | undefined;
  item(): vscode.TreeItem;
  /** Rows below; never rejects, a failure is a row of its own. Absent for a row without any. */
  children?(): Row[] | Promise<Row[]>;
  /** Made only when the pointer rests on the row. */
  tooltip?(): vscode.MarkdownString;
}
