import * as vscode from 'vscode';
import { parseAddress, SCHEME } from '../configfs/address';
import type { Connections } from '../store/connections';
import { explain } from '../ui/errorText';

/**
 * Says in the files themselves why they are read-only: the service has refused to change their configuration, for want of a scope.
 *
 * @param touch has VS Code look at a file again
 */
export function registerReadOnlyMarks(connections: Connections, touch: (uri: vscode.Uri) => void): vscode.Disposable {
  const marks = vscode.languages.createDiagnosticCollection('foundries-access');
  const shown = new Map<string, string>();
  const look = ({ uri }: vscode.TextDocument) => {
    const why = uri.scheme === SCHEME ? denialOf(connections, uri) : undefined;
    const key = uri.toString();
    if (shown.get(key) === why) {
      return;
    }
    if (why === undefined) {
      shown.delete(key);
      marks.delete(uri);
    } else {
      shown.set(key, why);
      const message = vscode.l10n.t('Read-only: {0} Refresh looks again.', why);
      const mark = new vscode.Diagnostic(new vscode.Range(0, 0, 0, 0), message, vscode.DiagnosticSeverity.Information);
      mark.source = 'foundries';
      mark.code = 'read-only';
      marks.set(uri, [mark]);
    }
    touch(uri);
  };
  const lookAtAll = () => vscode.workspace.textDocuments.forEach(look);
  return vscode.Disposable.from(
    marks,
    vscode.workspace.onDidOpenTextDocument(look),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      shown.delete(uri.toString());
      marks.delete(uri);
    }),
    connections.onDidConnect(({ configs }) => configs.denials.onDidChange(lookAtAll)),
    connections.onDidChange(lookAtAll),
  );
}

function denialOf(connections: Connections, uri: vscode.Uri): string | undefined {
  const address = parseAddress(uri);
  const denial =
    address && connections.forFactory(address.host, address.scope.factory)?.configs.denials.of(address.scope);
  return denial === undefined ? undefined : explain(denial).message;
}
