import * as vscode from 'vscode';
import type { Row } from './rows/row';

/** What a key in a tree means. */
export interface KeyRows {
  /** The row that has the focus; undefined where it cannot be told. */
  readonly focused: Row | undefined;
  /** All selected rows where the focused one is among them, else that one alone. */
  readonly rows: readonly Row[];
}

/**
 * Finds the row with the focus, which arrow keys move without selecting. VS Code does not tell it, but its own command adds the
 * focused row to the selection, or takes it out, and a second time undoes that; the tree tells both before the command returns.
 * Nothing is opened.
 *
 * @param tree the one in which the key was pressed
 */
export async function keyRows(tree: vscode.TreeView<Row>): Promise<KeyRows> {
  const before = tree.selection;
  await toggle();
  const after = tree.selection;
  const added = after.find((row) => !has(before, row));
  const removed = before.find((row) => !has(after, row));
  if (added !== undefined || removed !== undefined) {
    await toggle();
  }
  // Without an answer only what is selected is left: whatever cannot be taken back names it, and asks.
  return added !== undefined ? { focused: added, rows: [added] } : { focused: removed, rows: before };
}

const toggle = (): Thenable<unknown> => vscode.commands.executeCommand('list.toggleSelection');

const has = (rows: readonly Row[], { id }: Row): boolean => rows.some((row) => row.id === id);
