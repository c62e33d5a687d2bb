import * as vscode from 'vscode';
import { setContext } from '../ui/contextKeys';
import { scopeLabel } from '../ui/errorText';
import { showFailure } from '../ui/notify';
import { formatAddress, parseAddress, SCHEME } from './address';
import type { ConfigDocuments } from './documents';

/** Scheme of the server's side of a comparison. */
const SERVER_SCHEME = 'foundries-server';

/** The comparison of an editor with the server, and what can be decided there. */
export class Conflicts implements vscode.Disposable {
  private readonly documents: ConfigDocuments;
  /** Server values as they were shown, by file URI; undefined: the file was not there. */
  private readonly shown = new Map<string, string | undefined>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(documents: ConfigDocuments) {
    this.documents = documents;
    this.subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(SERVER_SCHEME, {
        provideTextDocumentContent: (uri) => this.shown.get(fileUriOf(uri).toString()) ?? '',
      }),
      vscode.workspace.onDidSaveTextDocument(({ uri }) => this.forget(uri)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.forget(uri)),
    ];
  }

  /** Shows the server's value on the left and the editor's text, which can be edited, on the right. */
  async compare(uri: vscode.Uri): Promise<void> {
    const address = parseAddress(uri);
    if (address === undefined) {
      return;
    }
    try {
      const value = await this.documents.serverValue(address);
      this.shown.set(uri.toString(), value);
      // A new query for each comparison: the content of a read-only document is not asked for twice.
      const left = uri.with({ scheme: SERVER_SCHEME, query: String(Date.now()) });
      const title =
        value === undefined
          ? vscode.l10n.t('{0} ({1}): not on the server ↔ yours', address.file, scopeLabel(address.scope))
          : vscode.l10n.t('{0} ({1}): server ↔ yours', address.file, scopeLabel(address.scope));
      await vscode.commands.executeCommand('vscode.diff', left, uri, title, { preview: true });
      this.tellContext();
    } catch (error) {
      await showFailure(vscode.l10n.t('Could not compare {0} with the server', address.file), error);
    }
  }

  /** Saves over the value that was compared with. Another one that came in since is asked about again. */
  async overwrite(uri: vscode.Uri): Promise<void> {
    const address = parseAddress(uri);
    const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
    if (address === undefined || document === undefined || !this.shown.has(uri.toString())) {
      return;
    }
    try {
      if (await this.documents.overwrite(address, this.shown.get(uri.toString()), () => document.save())) {
        this.forget(uri);
      }
    } catch (error) {
      await showFailure(vscode.l10n.t('Could not overwrite {0} on the server', address.file), error);
    }
  }

  /** Gives up the editor's text for the server's; where the file is not there any more, the editor is closed. */
  async useServer(uri: vscode.Uri): Promise<void> {
    const address = parseAddress(uri);
    if (address === undefined) {
      return;
    }
    try {
      const gone = (await this.documents.serverValue(address)) === undefined;
      await vscode.window.showTextDocument(uri, { preview: false });
      await vscode.commands.executeCommand(
        gone ? 'workbench.action.revertAndCloseActiveEditor' : 'workbench.action.files.revert',
      );
      this.forget(uri);
    } catch (error) {
      await showFailure(vscode.l10n.t('Could not read {0} from the server', address.file), error);
    }
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private forget(uri: vscode.Uri): void {
    if (uri.scheme === SCHEME && this.shown.delete(uri.toString())) {
      this.tellContext();
      void vscode.window.tabGroups.close(comparisonsOf(uri));
    }
  }

  private tellContext(): void {
    setContext('foundries.compared', [...this.shown.keys()]);
  }
}

/** Tabs that compare a file with the server. */
function comparisonsOf(uri: vscode.Uri): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(
      ({ input }) =>
        input instanceof vscode.TabInputTextDiff &&
        input.original.scheme === SERVER_SCHEME &&
        input.modified.toString() === uri.toString(),
    );
}

function fileUriOf(server: vscode.Uri): vscode.Uri {
  const address = parseAddress({ scheme: SCHEME, authority: server.authority, path: server.path });
  return address === undefined ? server : vscode.Uri.from(formatAddress(address));
}
