import * as vscode from 'vscode';
import { UPDATE_SETTINGS_FILE, type ConfigFile } from '../model/config';
import { hasSyntax } from '../model/secrecy';
import { scopeLabel } from '../ui/errorText';
import { plainText } from '../ui/plainText';
import type { ConfigAddress } from './address';
import { SaveRefused } from './saveRefused';

/** Asks whether a text with a wrong syntax is to be sent all the same. */
export type AskToSend = (address: ConfigAddress, language: string, problem: string) => Promise<boolean>;

/** What is wrong with a text. */
export interface WrongSyntax {
  readonly language: string;
  /** What, and in which line. */
  readonly problem: string;
}

/** @returns what is wrong with a text by the syntax that the name of its file promises; undefined where nothing is */
export async function wrongSyntax(file: string, value: string): Promise<WrongSyntax | undefined> {
  const { checkSyntax, languageOf } = await import('../language/checks');
  const language = languageOf(file);
  const [problem] = language === undefined ? [] : checkSyntax(language, value);
  if (language === undefined || problem === undefined) {
    return undefined;
  }
  const line = value.slice(0, problem.offset).split('\n').length;
  return { language, problem: vscode.l10n.t('line {0}: {1}', line, problem.message) };
}

/**
 * Looks at the syntax that a file's name promises before it is sent. The update settings must be right, for a device
 * with wrong ones may not update again; for other files the user decides.
 *
 * @throws {SaveRefused} `invalid` or `cancelled`
 */
export async function guardSyntax(address: ConfigAddress, value: string, ask: AskToSend): Promise<void> {
  const wrong = await wrongSyntax(address.file, value);
  if (wrong === undefined) {
    return;
  }
  const { language, problem } = wrong;
  if (address.file === UPDATE_SETTINGS_FILE) {
    throw new SaveRefused('invalid', address, { problem: `${language}, ${problem}` });
  }
  if (!(await ask(address, language, problem))) {
    throw new SaveRefused('cancelled', address);
  }
}

/**
 * Like `guardSyntax`, for files that are about to be asked about in one question.
 *
 * @returns what that has to say
 * @throws {SaveRefused} `invalid`
 */
export async function syntaxNotes(
  place: Pick<ConfigAddress, 'host' | 'scope'>,
  files: readonly ConfigFile[],
): Promise<string[]> {
  const notes: string[] = [];
  for (const { name: file, value } of files.filter((one) => hasSyntax(place.scope, one))) {
    await guardSyntax({ ...place, file }, value, (_address, language, problem) => {
      notes.push(vscode.l10n.t('Mind that {0} is not valid {1}: {2}', file, language, problem));
      return Promise.resolve(true);
    });
  }
  return notes;
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
