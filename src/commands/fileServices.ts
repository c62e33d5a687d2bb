import * as vscode from 'vscode';
import type { Approval } from '../configfs/approval';
import type { ConfigOperations } from '../configfs/operations';
import { SaveRefused } from '../configfs/saveRefused';
import type { Connections } from '../store/connections';
import { showFailure } from '../ui/notify';
import type { Questions } from '../ui/questions';

/** What the commands on whole files are built from. */
export interface FileServices {
  readonly connections: Connections;
  readonly operations: ConfigOperations;
  readonly approval: Approval;
  readonly questions: Questions;
}

/** Runs something and shows its failure, with a way to try again. That the user gave up is none. */
export async function attempt(what: string, task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } catch (error) {
    if (!(error instanceof SaveRefused && error.kind === 'cancelled')) {
      void showFailure(what, error, () => attempt(what, task));
    }
  }
}

/** Runs something and says so in the status bar. */
export function whileBusy<T>(title: string, task: () => Promise<T>): Thenable<T> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, task);
}
