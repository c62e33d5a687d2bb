import * as vscode from 'vscode';

/** Why VS Code wants a file deleted: it is in the way of a move or copy, it was copied by a move, or for its own sake. */
export type DeleteCause = 'target' | 'source' | 'itself';

type Announced = readonly [vscode.Uri, DeleteCause];

/** A move waits for every extension that wants to know of it, at most for so long by default. */
const EXPECTED_MS = 60_000;

/**
 * Moves and copies that VS Code has announced. Before one that overwrites, it deletes the target, and only then asks for
 * the move itself; a move to another file system is a copy and a delete. Neither can be told from a plain delete by the
 * call alone.
 */
export class AnnouncedMoves implements vscode.Disposable {
  private readonly expected = new Map<string, { readonly cause: DeleteCause; readonly until: number }>();
  private readonly subscription: vscode.Disposable;

  constructor() {
    this.subscription = vscode.Disposable.from(
      vscode.workspace.onWillRenameFiles(({ files }) =>
        this.expect(
          files.flatMap(({ oldUri, newUri }): Announced[] => [
            // Within one file system nothing is deleted for it.
            ...(oldUri.scheme === newUri.scheme ? [] : [[oldUri, 'source'] as const]),
            [newUri, 'target'],
          ]),
        ),
      ),
      // Copies are announced as new files.
      vscode.workspace.onWillCreateFiles(({ files }) => this.expect(files.map((uri): Announced => [uri, 'target']))),
      vscode.workspace.onDidRenameFiles(({ files }) => this.forget(...files.flatMap((f) => [f.oldUri, f.newUri]))),
      vscode.workspace.onDidCreateFiles(({ files }) => this.forget(...files)),
      vscode.workspace.onWillDeleteFiles(({ files }) => this.expect(files.map((uri): Announced => [uri, 'itself']))),
      vscode.workspace.onDidDeleteFiles(({ files }) => this.forget(...files)),
    );
  }

  /** @returns why the file is to be deleted; undefined where nothing was announced, as by other extensions */
  take(uri: vscode.Uri): DeleteCause | undefined {
    const found = this.expected.get(uri.toString());
    this.forget(uri);
    return found !== undefined && Date.now() < found.until ? found.cause : undefined;
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private expect(announced: readonly Announced[]): void {
    const now = Date.now();
    // A move that was called off is never done.
    this.expected.forEach(({ until }, key) => (until <= now ? this.expected.delete(key) : undefined));
    announced.forEach(([uri, cause]) => this.expected.set(uri.toString(), { cause, until: now + EXPECTED_MS }));
  }

  private forget(...uris: vscode.Uri[]): void {
    uris.forEach((uri) => this.expected.delete(uri.toString()));
  }
}
