import * as vscode from 'vscode';
import { explain, scopeLabel } from '../ui/errorText';
import { showFailure } from '../ui/notify';
import type { ConfigAddress } from './address';
import { SaveRefused } from './saveRefused';

/**
 * Tells of a failed save what VS Code's message has no room or no button for: that somebody has to sign in, and with which scope.
 * VS Code shows a message for every save that fails, and an extension cannot prevent it; it is kept to what this one does not say.
 *
 * @returns what VS Code is to show; undefined: all that there is to say
 */
export function tellSaveFailure({ file, scope }: ConfigAddress, error: unknown): string | undefined {
  if (error instanceof SaveRefused && error.kind === 'cancelled') {
    return vscode.l10n.t('Canceled. Nothing was sent.');
  }
  if (!explain(error).remedies.includes('signIn')) {
    return undefined;
  }
  void showFailure(vscode.l10n.t('Could not send {0} to {1}', file, scopeLabel(scope)), error);
  return vscode.l10n.t('Not sent. See the other message.');
}
