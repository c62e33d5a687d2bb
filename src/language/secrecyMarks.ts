import * as vscode from 'vscode';
import { parseAddress, SCHEME } from '../configfs/address';
import { currentFile } from '../model/config';
import { secrecyOf } from '../model/secrecy';
import type { Connections } from '../store/connections';
import { scopeLabel } from '../ui/errorText';

/** What a mark is about; also tells its quick fixes apart. */
type Mark = 'not-encrypted' | 'shared-secret';

/**
 * Says in Problems, with quick fixes, where a value is not as secret as its file claims: one that a device cannot decrypt,
 * and a secret that the service shows.
 */
export function registerSecrecyMarks(connections: Connections): vscode.Disposable {
  const marks = vscode.languages.createDiagnosticCollection('foundries-secrecy');
  const look = (document: vscode.TextDocument) => {
    if (document.uri.scheme === SCHEME) {
      marks.set(document.uri, diagnosticsOf(connections, document));
    }
  };
  return vscode.Disposable.from(
    marks,
    vscode.workspace.onDidOpenTextDocument(look),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => marks.delete(uri)),
    // The mark of a file can change although its text does not.
    connections.onDidConnect(({ configs }) => configs.onDidChange(() => vscode.workspace.textDocuments.forEach(look))),
    vscode.languages.registerCodeActionsProvider(
      { scheme: SCHEME },
      { provideCodeActions: quickFixes },
      {
        providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
      },
    ),
  );
}

function diagnosticsOf(connections: Connections, document: vscode.TextDocument): vscode.Diagnostic[] {
  const address = parseAddress(document.uri);
  const known =
    address && connections.forFactory(address.host, address.scope.factory)?.configs.peek(address.scope)?.entries;
  const file = address && known && currentFile(known, address.file);
  if (address === undefined || file === undefined) {
    return [];
  }
  const place = scopeLabel(address.scope);
  const { range } = document.lineAt(0);
  switch (secrecyOf(address.scope, file)) {
    case 'exposed': {
      const message = vscode.l10n.t(
        'This value is marked as encrypted but is not: {0} fails to decrypt it, and then takes none of its configuration. Encrypt it with Make Secret, or mark it as plain text with Make Plain.',
        place,
      );
      return [mark('not-encrypted', range, message, vscode.DiagnosticSeverity.Warning)];
    }
    case 'shown': {
      const message = vscode.l10n.t(
        'A secret of {0}: the service keeps it encrypted, and shows this text to everybody who may see the configuration. If it is not the value that was set, do not edit it but use Replace Value….',
        place,
      );
      return [mark('shared-secret', range, message, vscode.DiagnosticSeverity.Information)];
    }
    default:
      return [];
  }
}

function mark(
  code: Mark,
  range: vscode.Range,
  message: string,
  severity: vscode.DiagnosticSeverity,
): vscode.Diagnostic {
  const made = new vscode.Diagnostic(range, message, severity);
  made.source = 'foundries';
  made.code = code;
  return made;
}

function quickFixes(
  { uri }: vscode.TextDocument,
  _range: vscode.Range,
  { diagnostics }: vscode.CodeActionContext,
): vscode.CodeAction[] {
  return diagnostics
    .filter(({ source }) => source === 'foundries')
    .flatMap((diagnostic) =>
      fixesOf(diagnostic.code).map(([title, command]) => {
        const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
        action.command = { title, command, arguments: [uri] };
        action.diagnostics = [diagnostic];
        return action;
      }),
    );
}

function fixesOf(code: vscode.Diagnostic['code']): [title: string, command: string][] {
  switch (code) {
    case 'not-encrypted' satisfies Mark:
      return [
        [vscode.l10n.t('Make Secret: encrypt it for the device'), 'foundries.makeSecret'],
        [vscode.l10n.t('Make Plain: mark it as plain text'), 'foundries.makePlain'],
      ];
    case 'shared-secret' satisfies Mark:
      return [
        [vscode.l10n.t('Replace Value…'), 'foundries.replaceValue'],
        [vscode.l10n.t('Make Plain…'), 'foundries.makePlain'],
      ];
    default:
      return [];
  }
}
