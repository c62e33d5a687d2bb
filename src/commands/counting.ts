import * as vscode from 'vscode';
import type { Counting } from '../store/reach';
import { showProgress } from '../ui/messages';
import { offlineAfterHours } from '../ui/offlineAfter';

/**
 * Counts devices before a question, with progress that the user can cancel.
 *
 * @throws {vscode.CancellationError} where they did, so that nothing is asked, nor sent
 */
export async function whileCounting<T>(title: string, count: (counting: Counting) => Promise<T>): Promise<T> {
  const ended = new AbortController();
  return showProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (_progress, token) => {
      const subscription = token.onCancellationRequested(() => ended.abort());
      try {
        const counted = await count({ offlineAfterHours: offlineAfterHours(), signal: ended.signal });
        if (ended.signal.aborted) {
          throw new vscode.CancellationError();
        }
        return counted;
      } catch (error) {
        throw ended.signal.aborted ? new vscode.CancellationError() : error;
      } finally {
        subscription.dispose();
      }
    },
  );
}
