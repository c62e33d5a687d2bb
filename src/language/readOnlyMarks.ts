import * as vscode from 'vscode';
import { parseAddress, SCHEME } from '../configfs/address';
import type { Connections } from '../store/connections';
import { setContext } from '../ui/contextKeys';
import { explain, type Explanation } from '../ui/errorText';

/**
 * Says in the files themselves, above the text and in Problems, why they are read-only: the service has refused to change their
 * configuration, for want of a scope. Somebody who types there hears from VS Code only that it is so, and an extension cannot change
 * that text. Commands that would be refused for all of the Factory are not offered meanwhile.
 *
 * @param touch has VS Code look at a file again
 */
export function registerReadOnlyMarks(connections: Connections, touch: (uri: vscode.Uri) => void): vscode.Disposable {
  const marks = vscode.languages.createDiagnosticCollection('foundries-access');
  const shown = new Map<string, string>();
  const lenses = new vscode.EventEmitter<void>();
  const look = ({ uri }: vscode.TextDocument) => {
    const why = uri.scheme === SCHEME ? denialOf(connections, uri)?.message : undefined;
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
    lenses.fire();
  };
  const lookAtAll = () => {
    const { session } = connections;
    // Of no device in particular: only what holds for the whole Factory.
    const isDenied =
      'factory' in session &&
      session.connection.configs.denials.of({ kind: 'device', factory: session.factory.name, device: '' }) !==
        undefined;
    setContext('foundries.changesDenied', isDenied);
    vscode.workspace.textDocuments.forEach(look);
  };
  return vscode.Disposable.from(
    marks,
    lenses,
    vscode.languages.registerCodeLensProvider(
      { scheme: SCHEME },
      {
        onDidChangeCodeLenses: lenses.event,
        provideCodeLenses: ({ uri }) => {
          const why = denialOf(connections, uri);
          return why === undefined ? [] : [new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), signInLens(why))];
        },
      },
    ),
    vscode.workspace.onDidOpenTextDocument(look),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      shown.delete(uri.toString());
      marks.delete(uri);
    }),
    connections.onDidConnect(({ configs }) => configs.denials.onDidChange(lookAtAll)),
    connections.onDidChange(lookAtAll),
  );
}

const signInLens = ({ message, signInAt }: Explanation): vscode.Command => ({
  title: vscode.l10n.t('Read-only: {0} Sign In…', message),
  command: signInAt === undefined ? 'foundries.signIn' : 'foundries.signInElsewhere',
  arguments: signInAt === undefined ? [] : [signInAt],
});

function denialOf(connections: Connections, uri: vscode.Uri): Explanation | undefined {
  const address = parseAddress(uri);
  const denial =
    address && connections.forFactory(address.host, address.scope.factory)?.configs.denials.of(address.scope);
  return denial === undefined ? undefined : explain(denial);
}
