import * as vscode from 'vscode';
import { LastUsed } from '../model/lastUsed';
import { explain, type Remedy } from './errorText';
import { showError } from './messages';

const BUTTONS: Readonly<
  Record<Exclude<Remedy, 'retry'>, { label: () => string; command: string; args?: readonly unknown[] }>
> = {
  signIn: { label: () => vscode.l10n.t('Sign In'), command: 'foundries.signIn' },
  openSettings: { label: () => vscode.l10n.t('Open Settings'), command: 'foundries.openSettings' },
  proxySettings: {
    label: () => vscode.l10n.t('Proxy Settings'),
    command: 'workbench.action.openSettings',
    args: ['http.proxy'],
  },
  showLog: { label: () => vscode.l10n.t('Show Log'), command: 'foundries.showLog' },
};

/** Milliseconds for which the same message is not shown again: several tabs of a window fail at once. */
const QUIET_MS = 20_000;
/** Messages of which that is known. */
const MOST_SHOWN = 50;
const shownAt = new LastUsed<number>(MOST_SHOWN);

/** Like `showFailure`, for what happens without the user having asked: the same thing is said once, not for each file. */
export async function showFailureOnce(what: string, error: unknown): Promise<void> {
  const { message } = explain(error);
  const now = Date.now();
  if (now - (shownAt.get(message) ?? Number.NEGATIVE_INFINITY) >= QUIET_MS) {
    shownAt.set(message, now);
    await showFailure(what, error);
  }
}

/**
 * Tells of a failed action, with buttons for what can be done. Returns when the message was answered or went away.
 *
 * @param what the action in words: `Could not create app.config`
 * @param retry what *Try Again* does; without it there is no such button
 */
export async function showFailure(what: string, error: unknown, retry?: () => unknown): Promise<void> {
  if (error instanceof vscode.CancellationError) {
    return;
  }
  const { message, remedies, signInAt } = explain(error);
  const run = (remedy: Exclude<Remedy, 'retry'>) =>
    remedy === 'signIn' && signInAt !== undefined
      ? vscode.commands.executeCommand('foundries.signInElsewhere', signInAt)
      : vscode.commands.executeCommand(BUTTONS[remedy].command, ...(BUTTONS[remedy].args ?? []));
  const buttons = remedies.flatMap((remedy) =>
    remedy === 'retry'
      ? retry === undefined
        ? []
        : [{ label: vscode.l10n.t('Try Again'), run: retry }]
      : [{ label: BUTTONS[remedy].label(), run: () => run(remedy) }],
  );
  const chosen = await showError(`${what}: ${message}`, ...buttons.map(({ label }) => label));
  await buttons.find(({ label }) => label === chosen)?.run();
}

/** Tells that it cannot be known who is signed in. */
export const tellUnreadable = (error: unknown): Promise<void> =>
  showFailure(vscode.l10n.t('Secret storage could not be read'), error);
