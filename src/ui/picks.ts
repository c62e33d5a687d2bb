import * as vscode from 'vscode';
import { treesAtRest } from './treesAtRest';

/**
 * `vscode.window.showQuickPick`, once no tree is about to take the focus from it, which would close it. One whose items are
 * still being fetched opens at once: it has the focus long before what is fetched can change a tree.
 */
export const showQuickPick = (async (items: unknown, ...more: unknown[]) => {
  if (Array.isArray(items)) {
    await treesAtRest();
  }
  return (vscode.window.showQuickPick as (...args: unknown[]) => Thenable<unknown>)(items, ...more);
}) as typeof vscode.window.showQuickPick;
