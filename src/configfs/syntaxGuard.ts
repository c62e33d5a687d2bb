import * as vscode from 'vscode';
import { UPDATE_SETTINGS_FILE } from '../model/config';
import { scopeLabel } from '../ui/errorText';
import { plainText } from '../ui/plainText';
import type { ConfigAddress } from './address';
import { SaveRefused } from './saveRefused';

/** Asks whether a text with a wrong syntax is to be sent all the same. */
export type AskToSend = (address: ConfigAddress, language: string, problem: string) => Promise<boolean>;

/**
 * Looks at the syntax that a file's name promises before it is sent. The update settings must be right, for a device
 * with wrong ones may not update again; for other files the user decides.
 *
 * @throws {SaveRefused} `invalid` or `cancelled`
 */
export async function guardSyntax(address: ConfigAddress, value: string, ask: AskToSend): Promise<void> {
  const { checkSyntax, languageOf } = await import('../language/checks');
  const language = languageOf(address.file);
  const [problem] = language === undefined ? [] : checkSyntax(language, value);
  if (language === undefined || problem === undefined) {
    return;
  }
  const line = value.slice(0, problem.offset).split('\n').length;
  const text = vscode.l10n.t('line {0}: {1}', line, problem.message);
  if (address.file === UPDATE_SETTINGS_FILE) {
    throw new SaveRefused('invalid', address, { problem: `${language}, ${text}` });
  }
  if (!(await ask(address, language, text))) {
    throw new SaveRefused('cancelled', address);
  }
}

/** The question in a modal dialog. */
export async function askToSend({ file, scope }: ConfigAddress, language: string, problem: string): Promise<boolean> {
  const send = vscode.l10n.t('Send Anyway');
  const chosen = await vscode.window.showWarningMessage(
    plainText(vscode.l10n.t('{0} is not valid {1}. Send it to {2} all the same?', file, language, scopeLabel(scope))),
    { modal: true, detail: problem },
    send,
  );
  return chosen === send;
}
