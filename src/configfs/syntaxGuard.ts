import * as vscode from 'vscode';
import { currentFile, UPDATE_SETTINGS_FILE, type ConfigFile } from '../model/config';
import { hasSyntax } from '../model/secrecy';
import type { Connections } from '../store/connections';
import { scopeLabel } from '../ui/errorText';
import { showWarning } from '../ui/messages';
import type { ConfigAddress } from './address';
import { SaveRefused } from './saveRefused';
import type { KnownTags } from './updateGuard';

/**
 * Asks whether a text that something is wrong with is to be sent anyway.
 *
 * @param language whose syntax is wrong; undefined where programs on the device would read the text differently
 */
export type AskToSend = (address: ConfigAddress, language: string | undefined, problem: string) => Promise<boolean>;

/** What is known of a Factory when update settings are checked. */
export type KnownForCheck = (address: ConfigAddress) => KnownTags & { readonly before: string };

/**
 * @param forMany whether the text goes to several devices: what one of them has, or follows, says nothing of the others
 * @returns what the signed-in accounts know when update settings are checked
 */
export function knownForCheck(connections: Connections, forMany = false): KnownForCheck {
  return ({ host, scope, file }) => {
    const connection = connections.forFactory(host, scope.factory);
    const facts = connection?.factory(scope.factory).updateFacts;
    return {
      names: undefined,
      before: forMany ? '' : (currentFile(connection?.configs.peek(scope)?.entries ?? [], file)?.value ?? ''),
      hasTargets: async (tag) => facts?.hasTargets(tag, forMany ? undefined : scope),
    };
  };
}

/** What is wrong with a text. */
interface WrongSyntax {
  readonly language: string;
  /** What, and in which line. */
  readonly problem: string;
}

/** @returns what is wrong with a text by the syntax that the name of its file promises; undefined where nothing is */
async function wrongSyntax(file: string, value: string): Promise<WrongSyntax | undefined> {
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
 * Checks a text before it is sent. Update settings that a program on the device rejects are refused, for the device may not update
 * again with them; where programs would read them differently, and for a wrong syntax of other files, the user decides.
 *
 * @throws {SaveRefused} `invalid` or `cancelled`
 */
export async function guardSyntax(
  address: ConfigAddress,
  value: string,
  ask: AskToSend,
  known: KnownForCheck = () => NOTHING_KNOWN,
): Promise<void> {
  const wrong = await wrongSyntax(address.file, value);
  if (address.file !== UPDATE_SETTINGS_FILE) {
    if (wrong !== undefined && !(await ask(address, wrong.language, wrong.problem))) {
      throw new SaveRefused('cancelled', address);
    }
    return;
  }
  if (wrong !== undefined) {
    throw new SaveRefused('invalid', address, { problem: `${wrong.language}, ${wrong.problem}` });
  }
  const { judgeUpdateSettings } = await import('./updateGuard');
  const knowledge = known(address);
  const verdict = await judgeUpdateSettings(value, knowledge.before, knowledge);
  const problem = verdict?.reasons.join('\n') ?? '';
  if (verdict?.kind === 'refuse') {
    throw new SaveRefused('invalid', address, { problem });
  }
  if (verdict?.kind === 'ask' && !(await ask(address, undefined, problem))) {
    throw new SaveRefused('cancelled', address);
  }
}

const NOTHING_KNOWN = { names: undefined, before: '', hasTargets: () => Promise.resolve(undefined) };

/**
 * Like `guardSyntax`, for files that are about to be asked about in one question.
 *
 * @returns what that has to say
 * @throws {SaveRefused} `invalid`
 */
export async function syntaxNotes(
  place: Pick<ConfigAddress, 'host' | 'scope'>,
  files: readonly ConfigFile[],
  known: KnownForCheck,
): Promise<string[]> {
  const notes: string[] = [];
  for (const { name: file, value } of files.filter((one) => hasSyntax(place.scope, one))) {
    const note: AskToSend = (_address, language, problem) => {
      notes.push(
        language === undefined
          ? vscode.l10n.t('The device may read {0} differently. {1}', file, problem)
          : vscode.l10n.t('Mind that {0} is not valid {1}: {2}', file, language, problem),
      );
      return Promise.resolve(true);
    };
    await guardSyntax({ ...place, file }, value, note, known);
  }
  return notes;
}

/** The question in a modal dialog. */
export const askToSend: AskToSend = async ({ file, scope }, language, problem) => {
  const send = vscode.l10n.t('Send Anyway');
  const chosen = await showWarning(
    language === undefined
      ? vscode.l10n.t('The device may not do what {0} says. Send it to {1} anyway?', file, scopeLabel(scope))
      : vscode.l10n.t('{0} is not valid {1}. Send it to {2} all the same?', file, language, scopeLabel(scope)),
    { modal: true, detail: problem },
    // Has the focus: Enter sends nothing.
    vscode.l10n.t('Keep Editing'),
    send,
  );
  return chosen === send;
};
