import * as vscode from 'vscode';
import { parseTarget, type TargetAddress } from '../../reports/targetAddress';

/** @returns what a URI, or else the active editor, shows of targets; undefined where it is nothing of the kind */
export function targetPageOf(subject: unknown): TargetAddress | undefined {
  const uri = subject instanceof vscode.Uri ? subject : vscode.window.activeTextEditor?.document.uri;
  return uri === undefined ? undefined : parseTarget(uri);
}
