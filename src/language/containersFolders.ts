import * as vscode from 'vscode';
import {
  COMPOSE_FILE,
  factoryOfRemotes,
  hubImages,
  isDisabledFolder,
  REFUSED_COMPOSE_FILE,
  type RepositoryOf,
  type TopFolder,
} from '../model/containersRepository';
import { gitFolderOf } from '../model/gitFiles';
import { textOfSmallFile } from '../ui/smallFiles';

/** A folder of the workspace that is a Factory's containers.git. */
export interface ContainersFolder {
  readonly uri: vscode.Uri;
  readonly of: RepositoryOf;
  readonly folders: readonly TopFolder[];
}

/** More folders than a containers.git has: something else, which is not to be searched. */
const MOST_FOLDERS = 300;
/** Files that are looked into for images, where there is no remote to tell. */
const MOST_FILES = 50;
/** Milliseconds of rest after a change of files. */
const DEBOUNCE_MS = 300;
const WATCHED = `*/{${COMPOSE_FILE},${REFUSED_COMPOSE_FILE},Dockerfile,.ci-search-subdirs}`;

/**
 * Finds the folders of the workspace that are a Factory's containers.git: those with such a remote, or, for a mirror, with
 * a Compose app that takes an image from a Factory's registry. Nothing is run, and a folder that cannot be read is none.
 */
export class ContainersFolders implements vscode.Disposable {
  private found: readonly ContainersFolder[] = [];
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: { dispose(): void }[];
  private watchers: vscode.Disposable[] = [];
  private timer: NodeJS.Timeout | undefined;
  private scans = 0;

  constructor() {
    this.subscriptions = [
      this.changed,
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        this.watch();
        this.schedule();
      }),
    ];
    this.watch();
  }

  get all(): readonly ContainersFolder[] {
    return this.found;
  }

  /** @returns the repository and the folder at its top that a file or folder is directly in, or is itself */
  placeOf(uri: vscode.Uri): { readonly repository: ContainersFolder; readonly folder: string } | undefined {
    for (const repository of this.found) {
      const root = repository.uri.path.replace(/\/$/, '');
      const sameRoot = uri.scheme === repository.uri.scheme && uri.authority === repository.uri.authority;
      const [folder, , ...deeper] =
        sameRoot && uri.path.startsWith(`${root}/`) ? uri.path.slice(root.length + 1).split('/') : [];
      if (folder !== undefined && deeper.length === 0 && repository.folders.some(({ name }) => name === folder)) {
        return { repository, folder };
      }
    }
    return undefined;
  }

  /** Looks at all folders of the workspace again. */
  async scan(): Promise<void> {
    const mine = ++this.scans;
    const folders = await Promise.all((vscode.workspace.workspaceFolders ?? []).map(({ uri }) => repositoryAt(uri)));
    if (mine === this.scans) {
      this.found = folders.filter((folder) => folder !== undefined);
      this.changed.fire(undefined);
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.scans += 1;
    vscode.Disposable.from(...this.subscriptions, ...this.watchers).dispose();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.scan(), DEBOUNCE_MS);
  }

  private watch(): void {
    vscode.Disposable.from(...this.watchers).dispose();
    this.watchers = (vscode.workspace.workspaceFolders ?? [])
      .filter(({ uri }) => isSearched(uri))
      .flatMap((folder) =>
        // `*` for a folder that is renamed: its files have no event of their own.
        [WATCHED, '*'].flatMap((pattern) => {
          const watcher = vscode.workspace.createFileSystemWatcher(
            new vscode.RelativePattern(folder, pattern),
            false,
            pattern === '*',
          );
          return [
            watcher,
            watcher.onDidCreate(() => this.schedule()),
            watcher.onDidDelete(() => this.schedule()),
            watcher.onDidChange(() => this.schedule()),
          ];
        }),
      );
  }
}

/** Not the Factory's own files: they cost requests. */
const isSearched = (uri: vscode.Uri): boolean => uri.scheme !== 'foundries';

async function repositoryAt(root: vscode.Uri): Promise<ContainersFolder | undefined> {
  if (!isSearched(root)) {
    return undefined;
  }
  const names = (await list(root)).filter(
    ([name, type]) => (type & vscode.FileType.Directory) !== 0 && !name.startsWith('.'),
  );
  if (names.length === 0 || names.length > MOST_FOLDERS) {
    return undefined;
  }
  const folders = await Promise.all(names.map(([name]) => topFolder(root, name)));
  const isApp = ({ files }: TopFolder) => files.has(COMPOSE_FILE) || files.has(REFUSED_COMPOSE_FILE);
  if (!folders.some(isApp)) {
    return undefined;
  }
  const of = (await factoryOfGit(root)) ?? (await factoryOfImages(root, folders.filter(isApp)));
  return of && { uri: root, of, folders };
}

async function topFolder(root: vscode.Uri, name: string): Promise<TopFolder> {
  const uri = vscode.Uri.joinPath(root, name);
  const entries = await list(uri);
  const files = new Set(entries.filter(([, type]) => (type & vscode.FileType.File) !== 0).map(([file]) => file));
  const below = files.has('.ci-search-subdirs')
    ? entries.filter(([, type]) => (type & vscode.FileType.Directory) !== 0).map(([folder]) => folder)
    : [];
  const builds = await Promise.all(
    below.map(async (folder) =>
      (await list(vscode.Uri.joinPath(uri, folder))).some(([file]) => file === 'Dockerfile') ? [folder] : [],
    ),
  );
  return { name, files, builds: builds.flat() };
}

async function factoryOfGit(root: vscode.Uri): Promise<RepositoryOf | undefined> {
  const git = vscode.Uri.joinPath(root, '.git');
  const config = await textOfSmallFile(vscode.Uri.joinPath(git, 'config'));
  if (config !== undefined) {
    return factoryOfRemotes(config);
  }
  // A submodule or a second working tree has a file that says where its folder is.
  const path = gitFolderOf((await textOfSmallFile(git)) ?? '');
  if (path === undefined) {
    return undefined;
  }
  const folder = at(root, path);
  const common = (await textOfSmallFile(vscode.Uri.joinPath(folder, 'commondir')))?.trim();
  return factoryOfRemotes(
    (await textOfSmallFile(vscode.Uri.joinPath(common === undefined ? folder : at(folder, common), 'config'))) ?? '',
  );
}

function at(base: vscode.Uri, path: string): vscode.Uri {
  return /^([/\\]|[A-Za-z]:)/.test(path)
    ? base.with({ path: vscode.Uri.file(path).path })
    : vscode.Uri.joinPath(base, path);
}

async function factoryOfImages(root: vscode.Uri, apps: readonly TopFolder[]): Promise<RepositoryOf | undefined> {
  for (const { name, files } of apps.filter((app) => !isDisabledFolder(app.name)).slice(0, MOST_FILES)) {
    const file = files.has(COMPOSE_FILE) ? COMPOSE_FILE : REFUSED_COMPOSE_FILE;
    const [image] = hubImages((await textOfSmallFile(vscode.Uri.joinPath(root, name, file))) ?? '');
    if (image !== undefined) {
      return { domain: image.domain, factory: image.factory };
    }
  }
  return undefined;
}

async function list(folder: vscode.Uri): Promise<[string, vscode.FileType][]> {
  try {
    return await vscode.workspace.fs.readDirectory(folder);
  } catch {
    return [];
  }
}
