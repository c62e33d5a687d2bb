import * as vscode from 'vscode';
import { gitFolderOf } from '../model/gitFiles';
import { textOfSmallFile } from './smallFiles';

/** Folders below a folder of the workspace that may be clones. */
const MOST_FOLDERS = 100;

/**
 * Folders of the workspace, and those directly in them that are repositories: a clone or a worktree.
 *
 * @param isWanted by their scheme
 */
export async function repositoryFolders(isWanted: (scheme: string) => boolean): Promise<vscode.Uri[]> {
  const roots = (vscode.workspace.workspaceFolders ?? [])
    .map(({ uri }) => uri)
    .filter(({ scheme }) => isWanted(scheme));
  const below = await Promise.all(
    roots.map(async (root) => {
      const entries = await Promise.resolve(vscode.workspace.fs.readDirectory(root)).catch(() => []);
      const folders = entries
        .filter(([name, type]) => (type & vscode.FileType.Directory) !== 0 && !name.startsWith('.'))
        .slice(0, MOST_FOLDERS);
      const isRepository = await Promise.all(
        folders.map(([name]) =>
          Promise.resolve(vscode.workspace.fs.stat(vscode.Uri.joinPath(root, name, '.git'))).then(
            () => true,
            () => false,
          ),
        ),
      );
      return folders.filter((_, at) => isRepository[at]).map(([name]) => vscode.Uri.joinPath(root, name));
    }),
  );
  return [...roots, ...below.flat()];
}

/** What git keeps of a repository: its settings, and which branch is checked out. */
export interface RepositoryFiles {
  readonly config: string;
  readonly head: string;
}

/** @returns undefined where the folder is no repository. Follows the file that a worktree or a submodule has for a `.git`. */
export async function repositoryFiles(folder: vscode.Uri): Promise<RepositoryFiles | undefined> {
  const git = vscode.Uri.joinPath(folder, '.git');
  const link = gitFolderOf((await textOfSmallFile(git)) ?? '');
  const own = link === undefined ? git : placeOf(folder, link);
  if (own === undefined) {
    return undefined;
  }
  const common = (await textOfSmallFile(vscode.Uri.joinPath(own, 'commondir')))?.trim();
  const shared = common === undefined || common === '' ? own : placeOf(own, common);
  const config = shared && (await textOfSmallFile(vscode.Uri.joinPath(shared, 'config')));
  return config === undefined
    ? undefined
    : { config, head: (await textOfSmallFile(vscode.Uri.joinPath(own, 'HEAD'))) ?? '' };
}

/** A path that git has written; none that leads to another machine. */
function placeOf(folder: vscode.Uri, path: string): vscode.Uri | undefined {
  const plain = path.replace(/\\/g, '/');
  if (plain.startsWith('//')) {
    return undefined;
  }
  const absolute = /^[A-Za-z]:\//.test(plain) ? `/${plain}` : plain.startsWith('/') ? plain : undefined;
  return absolute === undefined ? vscode.Uri.joinPath(folder, plain) : folder.with({ path: absolute });
}
