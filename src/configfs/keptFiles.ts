import * as vscode from 'vscode';
import { showInformation } from '../ui/messages';

/**
 * Files that VS Code believes it has deleted or moved away, and which are still there. It offers *Retry* for every failed delete,
 * which helps with none of these: so the delete is not carried out, the user is told why, and the files are shown again as soon as
 * VS Code has taken them out of its view.
 */
export class KeptFiles implements vscode.Disposable {
  private readonly kept = new Map<string, vscode.Uri>();
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly subscription: vscode.Disposable;
  /** Told of files that have to be shown again. */
  readonly onDidChange = this.changed.event;

  constructor() {
    this.subscription = vscode.Disposable.from(
      vscode.workspace.onDidDeleteFiles(({ files }) => this.show(files)),
      vscode.workspace.onDidRenameFiles(({ files }) => this.show(files.map(({ oldUri }) => oldUri))),
    );
  }

  /** Tells why a file stays; it is shown again once VS Code is done. */
  keep(uri: vscode.Uri, why: string | undefined): void {
    this.kept.set(uri.toString(), uri);
    if (why !== undefined) {
      void showInformation(why);
    }
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  private show(uris: readonly vscode.Uri[]): void {
    const here = uris.filter((uri) => this.kept.delete(uri.toString()));
    if (here.length > 0) {
      this.changed.fire(here.map((uri) => ({ type: vscode.FileChangeType.Created, uri })));
    }
  }
}
