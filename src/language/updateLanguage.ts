import * as vscode from 'vscode';
import type { CommandId } from '../commands/registry';
import { checkUpdateSettings, type UpdateFinding } from '../model/updateChecks';
import type { UpdateSettings } from '../model/updateSettings';
import { checkedNames, knownOffer, offer, type Subject } from './offers';
import { findingText } from '../ui/findingText';
import { fixTitle } from './updateTexts';

export { completionsAt, hoverAt } from './updateCompletion';

/** Characters beyond which a text is not taken apart as it is typed: that would hold up everything else. */
const LARGE = 64 * 1024;
/** More than anybody reads. */
const MOST_FINDINGS = 100;

/**
 * What is wrong in update settings, with what is known of the Factory: nothing is asked. A text with a wrong syntax has
 * its own check.
 */
export async function updateDiagnostics(
  document: vscode.TextDocument,
  subject: Subject | undefined,
): Promise<vscode.Diagnostic[]> {
  if (document.getText().length > LARGE) {
    const message = vscode.l10n.t('Too large to be checked: apps, tags and keys in it are not looked at.');
    return [made(new vscode.Range(0, 0, 0, 0), message, vscode.DiagnosticSeverity.Information, 'tooLarge')];
  }
  return (await findingsIn(document, subject)).map((finding) => diagnosticOf(document, finding));
}

/** Asks what is needed to check a document and is not known yet; small questions, and none for a text without names. */
export async function askForNames(document: vscode.TextDocument, subject: Subject): Promise<void> {
  const settings = await settingsOf(document);
  if (settings === undefined) {
    return;
  }
  if (settings.tags !== undefined && settings.tags.length > 0) {
    await subject.facts.tags();
  }
  await offer(subject, settings.tags);
}

/** The fixes for the problems at a place. */
export async function updateActions(
  document: vscode.TextDocument,
  range: vscode.Range,
  context: vscode.CodeActionContext,
  subject: Subject | undefined,
): Promise<vscode.CodeAction[]> {
  return (await findingsIn(document, subject)).flatMap((finding) => {
    const diagnostic = diagnosticOf(document, finding);
    if (diagnostic.range.intersection(range) === undefined) {
      return [];
    }
    const shown = context.diagnostics.filter(
      ({ code, range: at }) => code === finding.kind && at.isEqual(diagnostic.range),
    );
    const actions: vscode.CodeAction[] = [];
    if (finding.fix !== undefined) {
      const action = new vscode.CodeAction(fixTitle(finding), vscode.CodeActionKind.QuickFix);
      const edit = new vscode.WorkspaceEdit();
      for (const { start, end, text } of [finding.fix, ...(finding.twinFix === undefined ? [] : [finding.twinFix])]) {
        edit.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
      }
      action.edit = edit;
      action.isPreferred = true;
      actions.push(action);
    }
    if (finding.kind === 'unknownTag' && !finding.certain) {
      const action = new vscode.CodeAction(vscode.l10n.t('Load the targets'), vscode.CodeActionKind.QuickFix);
      action.command = { command: 'foundries.targets.focus', title: action.title };
      actions.push(action);
    }
    actions.forEach((action) => (action.diagnostics = shown));
    return actions;
  });
}

/** What the settings come to: how many apps, which target. Only what is known without asking. */
export async function updateLenses(
  document: vscode.TextDocument,
  subject: Subject | undefined,
): Promise<vscode.CodeLens[]> {
  const settings = await settingsOf(document);
  if (settings === undefined || subject === undefined) {
    return [];
  }
  const at = new vscode.Range(document.positionAt(placeOf(settings)), document.positionAt(placeOf(settings)));
  const { newest, apps, certain, hardware } = knownOffer(subject, settings.tags);
  const names = apps.map(({ name }) => name);
  const lens = (title: string, command: CommandId | '', ...args: unknown[]) =>
    new vscode.CodeLens(at, { title, command, arguments: args });
  const enabled = enabledText(settings, certain ? names : undefined);
  const lenses = enabled === undefined ? [] : [lens(enabled, '')];
  for (const { tag, version } of certain ? newest : []) {
    // Other hardware may be further: the device takes what fits its own.
    const title =
      hardware === undefined
        ? vscode.l10n.t('newest target for {0}: {1}', tag, version)
        : vscode.l10n.t('newest target for {0} on {1}: {2}', tag, hardware.join(', '), version);
    lenses.push(lens(title, 'foundries.showInTargets', { tag, version }));
  }
  const { scope } = subject;
  if (scope !== undefined && scope.kind !== 'factory') {
    lenses.push(lens(vscode.l10n.t('Switch Tag…'), 'foundries.switchTag', { scope }));
  }
  return lenses;
}

function enabledText({ composeApps }: UpdateSettings, ofTarget: readonly string[] | undefined): string | undefined {
  switch (composeApps.kind) {
    case 'default':
      return ofTarget === undefined
        ? vscode.l10n.t('all apps of the target enabled')
        : vscode.l10n.t('all apps of the target enabled ({0})', ofTarget.length);
    case 'none':
      return vscode.l10n.t('no apps enabled');
    case 'only': {
      const { apps } = composeApps;
      const there = new Set(ofTarget);
      return ofTarget === undefined
        ? apps.length === 1
          ? vscode.l10n.t('1 app enabled')
          : vscode.l10n.t('{0} apps enabled', apps.length)
        : vscode.l10n.t('{0} of {1} apps enabled', apps.filter((app) => there.has(app)).length, ofTarget.length);
    }
    case 'unclear':
      return undefined;
  }
}

/** The table's header, else its first key, else the beginning. */
function placeOf({ keys, tables }: UpdateSettings): number {
  const header = tables.find(({ path }) => path.length === 1 && path[0] === 'pacman')?.header;
  return (header ?? keys.find(({ path }) => path[0] === 'pacman')?.range)?.start ?? 0;
}

async function findingsIn(document: vscode.TextDocument, subject: Subject | undefined): Promise<UpdateFinding[]> {
  const settings = await settingsOf(document);
  const names = { apps: undefined, tags: undefined, allTags: false };
  return settings === undefined
    ? []
    : checkUpdateSettings(document.getText(), settings, subject ? checkedNames(subject, settings.tags) : names).slice(
        0,
        MOST_FINDINGS,
      );
}

async function settingsOf(document: vscode.TextDocument): Promise<UpdateSettings | undefined> {
  const text = document.getText();
  if (text.length > LARGE) {
    return undefined;
  }
  const { readUpdateSettings } = await import('../model/updateSettings');
  const read = readUpdateSettings(text);
  return read.ok ? read.value : undefined;
}

function diagnosticOf(document: vscode.TextDocument, finding: UpdateFinding): vscode.Diagnostic {
  const [message, severity] = findingText(finding);
  const range = new vscode.Range(document.positionAt(finding.start), document.positionAt(finding.end));
  return made(range, message, severity, finding.kind);
}

function made(
  range: vscode.Range,
  message: string,
  severity: vscode.DiagnosticSeverity,
  code: string,
): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(range, message, severity);
  diagnostic.source = 'foundries';
  diagnostic.code = code;
  return diagnostic;
}
