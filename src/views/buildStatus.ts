import * as vscode from 'vscode';
import type { Connections } from '../store/connections';

/** Milliseconds after the start before the workspace is looked at: others are busy then. */
const LATER_MS = 3000;

/**
 * The status bar item of a build that concerns the open workspace. Most windows have no clone of a Factory's repository
 * open: they read none of its code but this.
 */
export class BuildStatus implements vscode.Disposable {
  private readonly timer: NodeJS.Timeout;
  private readonly folders: vscode.Disposable;
  private loaded: Promise<{ dispose(): void } | undefined> | undefined;
  private disposed = false;

  constructor(connections: Connections) {
    const look = () => {
      this.loaded ??= vscode.workspace.workspaceFolders?.some(({ uri }) => uri.scheme !== 'foundries')
        ? import('./workspaceBuilds').then(({ WorkspaceBuilds }) =>
            this.disposed ? undefined : new WorkspaceBuilds(connections),
          )
        : undefined;
    };
    this.timer = setTimeout(look, LATER_MS);
    this.folders = vscode.workspace.onDidChangeWorkspaceFolders(look);
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
    this.folders.dispose();
    void this.loaded?.then((item) => {
      item?.dispose();
    });
  }
}
