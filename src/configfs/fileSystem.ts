import * as vscode from 'vscode';
import { explain, scopeLabel } from '../ui/errorText';
import { plainText } from '../ui/plainText';
import { formatAddress, isProbe, parseAddress, parseFolder, parsePlace, type ConfigAddress } from './address';
import type { ConfigDocuments } from './documents';
import type { SaveCause } from './documentsHost';
import { followEmptyFile } from './emptyFiles';
import type { FactoryFolders } from './folders';
import type { FileSystemOperations } from './fileSystemOperations';
import { KeptFiles } from './keptFiles';
import { SaveReasons } from './saveReasons';
import { SaveRefused, type RefusalKind } from './saveRefused';

/** Files as wholes; their code is read with the first of them. */
export interface WholeFiles {
  readonly onDidChange: FileSystemOperations['onDidChange'];
  readonly load: () => Promise<FileSystemOperations>;
}

/**
 * The `foundries:` file system: configuration files as documents. A thin adapter; what is saved when is decided by
 * ConfigDocuments.
 */
export class ConfigFileSystem implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly documents: ConfigDocuments;
  private readonly operations: WholeFiles;
  private readonly folders: FactoryFolders;
  private readonly ready: () => Promise<void>;
  private readonly causes: SaveCauses;
  private readonly onReadFailure: (address: ConfigAddress, error: unknown) => void;
  private readonly offerFile: (place: Pick<ConfigAddress, 'host' | 'scope'>) => void;
  private readonly kept = new KeptFiles();
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly subscriptions: { dispose(): void }[];
  readonly onDidChangeFile = this.changed.event;

  /**
   * @param ready resolves when it is known who is signed in: files of restored tabs are asked for before
   * @param onReadFailure told why a file cannot be opened; VS Code itself shows no more than that it cannot
   * @param offerFile offers a new file for a device or group beside whose files one was to be made
   */
  constructor(
    documents: ConfigDocuments,
    operations: WholeFiles,
    folders: FactoryFolders,
    ready: () => Promise<void>,
    causes: SaveCauses,
    onReadFailure: (address: ConfigAddress, error: unknown) => void,
    offerFile: (place: Pick<ConfigAddress, 'host' | 'scope'>) => void = () => undefined,
  ) {
    this.documents = documents;
    this.operations = operations;
    this.folders = folders;
    this.onReadFailure = onReadFailure;
    this.ready = ready;
    this.causes = causes;
    this.offerFile = offerFile;
    this.subscriptions = [
      this.kept,
      this.kept.onDidChange((events) => this.changed.fire(events)),
      folders.onDidChange((events) => this.changed.fire(events)),
      documents.onDidChange(({ address, type }) => {
        const kind = type === 'deleted' ? vscode.FileChangeType.Deleted : vscode.FileChangeType.Changed;
        this.changed.fire([{ type: kind, uri: uriOf(address) }]);
      }),
      operations.onDidChange(({ address, type }) => {
        this.changed.fire(
          type === 'deleted' ? [{ type: vscode.FileChangeType.Deleted, uri: uriOf(address) }] : createdOf(address),
        );
      }),
    ];
  }

  /** Has VS Code look at a file again. */
  touch(uri: vscode.Uri): void {
    this.changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const address = parseAddress(uri);
    if (address === undefined) {
      // Not even a probe for `.vscode/settings.json` may cost a request.
      const place = parsePlace(uri);
      if (parseFolder(uri)?.prefix === '' || (place !== undefined && (await this.folders.mayExist(place)))) {
        return FOLDER;
      }
      const note = this.folders.noteAt(uri);
      if (note !== undefined) {
        return {
          type: vscode.FileType.File,
          ctime: 0,
          mtime: 0,
          size: note.byteLength,
          permissions: vscode.FilePermission.Readonly,
        };
      }
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    this.refuseProbe(uri, address);
    return this.explained(uri, async () => {
      const view = await this.documents.stat(address);
      if (view === 'folder') {
        return FOLDER;
      }
      return {
        type: vscode.FileType.File,
        ctime: 0,
        mtime: view.mtime,
        size: view.encrypted ? encryptedPage(address).byteLength : view.size,
        ...(view.encrypted || view.readOnly ? { permissions: vscode.FilePermission.Readonly } : {}),
      };
    });
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const address = parseAddress(uri);
    if (address === undefined) {
      const note = this.folders.noteAt(uri);
      if (note !== undefined) {
        return note;
      }
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    this.refuseProbe(uri, address);
    try {
      await this.ready();
      const { bytes, encrypted } = await this.documents.read(address);
      return encrypted ? encryptedPage(address) : bytes;
    } catch (error) {
      if (!(error instanceof SaveRefused && error.kind === 'notFound')) {
        this.onReadFailure(address, error);
      }
      throw asFileSystemError(error, uri);
    }
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const address = parseAddress(uri);
    if (address === undefined) {
      const { besideConfig, noFileText } = await import('./placeRules');
      const owner = besideConfig(uri);
      if (owner !== undefined && content.length === 0) {
        this.offerFile(owner);
      }
      throw nameless(noFileText(uri));
    }
    const wasNew = this.documents.isDraft(address);
    const cause = this.causes.take(uri, content);
    try {
      await this.ready();
      // Undoing a delete writes what was read of the file, which is not all of it.
      if (cause !== 'unknown' || !(await (await this.operations.load()).bringBack(address, content))) {
        await this.documents.save(address, content, cause);
        if (cause === 'unknown' && content.length === 0) {
          followEmptyFile(this.documents, address);
        }
      }
    } catch (error) {
      const { tellSaveFailure } = await import('./saveFailure');
      const told = cause === 'unknown' ? undefined : tellSaveFailure(address, error);
      throw told === undefined ? asFileSystemError(error, uri) : nameless(told);
    }
    if (wasNew && !this.documents.isDraft(address)) {
      this.changed.fire(createdOf(address));
    }
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    const folder = parseFolder(uri);
    if (folder === undefined) {
      const children = await this.explained(uri, () => this.folders.list(uri));
      if (children !== undefined) {
        return children;
      }
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    const names = await this.explained(uri, () => this.documents.list(folder.host, folder.scope));
    const prefix = folder.prefix === '' ? '' : `${folder.prefix}/`;
    const children = new Map<string, vscode.FileType>();
    for (const name of names.filter((candidate) => candidate.startsWith(prefix))) {
      const [child = '', ...below] = name.slice(prefix.length).split('/');
      children.set(child, below.length === 0 ? vscode.FileType.File : vscode.FileType.Directory);
    }
    return [...children];
  }

  watch(): vscode.Disposable {
    // Changes are told from what is read anyway; nothing is polled for a watcher.
    return new vscode.Disposable(() => undefined);
  }

  async createDirectory(uri: vscode.Uri): Promise<void> {
    // A folder is only a part of file names: it is there as soon as a file is.
    if (parseFolder(uri) === undefined) {
      const { noFolderText } = await import('./placeRules');
      throw nameless(noFolderText(uri));
    }
  }

  async delete(uri: vscode.Uri): Promise<void> {
    await this.explained(uri, async () => {
      const operations = await this.operations.load();
      try {
        const why = await operations.delete(uri);
        operations.isForItself(uri);
        if (why !== undefined) {
          this.kept.keep(uri, why);
        }
      } catch (error) {
        const isForItself = operations.isForItself(uri);
        const isRefused =
          (error instanceof Error && error.name === 'FixedFolder') ||
          (error instanceof SaveRefused && STAYS.has(error.kind));
        if (!isRefused || !isForItself) {
          throw error;
        }
        const cancelled = error instanceof SaveRefused && error.kind === 'cancelled';
        this.kept.keep(uri, cancelled ? undefined : explain(error).message);
      }
    });
  }

  rename(from: vscode.Uri, to: vscode.Uri, { overwrite }: { readonly overwrite: boolean }): Promise<void> {
    return this.explained(from, async () => (await this.operations.load()).rename(from, to, overwrite));
  }

  copy(from: vscode.Uri, to: vscode.Uri, { overwrite }: { readonly overwrite: boolean }): Promise<void> {
    return this.explained(from, async () => (await this.operations.load()).copy(from, to, overwrite));
  }

  dispose(): void {
    this.subscriptions.forEach((subscription) => subscription.dispose());
    this.changed.dispose();
  }

  /** Tools that look for their files everywhere are answered from what is known. */
  private refuseProbe(uri: vscode.Uri, address: ConfigAddress): void {
    if (isProbe(address.file) && !this.documents.isKnown(address)) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
  }

  private async explained<T>(uri: vscode.Uri, task: () => Promise<T>): Promise<T> {
    try {
      await this.ready();
      return await task();
    } catch (error) {
      throw asFileSystemError(error, uri);
    }
  }
}

/** What a save was caused by: VS Code says so in an event right before it, not in `writeFile`. */
export class SaveCauses implements vscode.Disposable {
  private readonly reasons = new SaveReasons();
  private readonly subscription: vscode.Disposable;

  constructor(scheme: string) {
    const isOurs = ({ uri }: vscode.TextDocument) => uri.scheme === scheme;
    this.subscription = vscode.Disposable.from(
      // Must never throw: VS Code drops a listener that failed a few times (measured), and with it the guard.
      vscode.workspace.onWillSaveTextDocument(({ document, reason }) => {
        if (isOurs(document)) {
          const cause = reason === vscode.TextDocumentSaveReason.Manual ? 'manual' : 'auto';
          this.reasons.announce(document.uri.toString(), cause, document.getText());
        }
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (isOurs(document)) {
          this.reasons.changed(document.uri.toString(), () => document.getText());
        }
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (isOurs(document)) {
          this.reasons.closed(document.uri.toString());
        }
      }),
    );
  }

  /** @returns the cause of the write that is under way; each announcement counts for one write */
  take(uri: vscode.Uri, bytes: Uint8Array): SaveCause {
    return this.reasons.take(uri.toString(), bytes);
  }

  dispose(): void {
    this.subscription.dispose();
  }
}

/** @returns the URI of a configuration file */
export function uriOf(address: ConfigAddress): vscode.Uri {
  return vscode.Uri.from(formatAddress(address));
}

/**
 * VS Code shows `Unable to write file '…' (NAME: MESSAGE)`. The name decides what it does next only where a file is missing or in
 * the way; for want of permission it would drop the message for one of its own.
 */
function asFileSystemError(error: unknown, uri: vscode.Uri): Error {
  const message = plainText(explain(error).message);
  if (error instanceof SaveRefused && error.kind === 'notFound') {
    return vscode.FileSystemError.FileNotFound(uri);
  }
  return error instanceof SaveRefused && error.kind === 'exists'
    ? vscode.FileSystemError.FileExists(message)
    : nameless(message);
}

/** Without a name, so that VS Code puts nothing before the sentence. */
function nameless(message: string): Error {
  const error = new Error(message);
  error.name = '';
  return error;
}

/** Why a delete was refused that no other try can carry out. */
const STAYS: ReadonlySet<RefusalKind> = new Set(['folder', 'cancelled', 'unsent', 'changed', 'otherDevice']);

/** A file, and the folders that it may be the first one in: VS Code looks only at parents that it shows. */
function createdOf(address: ConfigAddress): vscode.FileChangeEvent[] {
  const parts = address.file.split('/');
  return parts.map((_, at) => ({
    type: vscode.FileChangeType.Created,
    uri: uriOf({ ...address, file: parts.slice(0, at + 1).join('/') }),
  }));
}

const FOLDER: vscode.FileStat = { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };

/** @returns what a file shows in place of a value that cannot be read */
function encryptedPage({ scope, file }: ConfigAddress): Uint8Array {
  const place = scopeLabel(scope);
  return new TextEncoder().encode(
    [
      ...(scope.kind === 'device'
        ? [
            vscode.l10n.t('The value of {0} is encrypted.', file),
            '',
            vscode.l10n.t('Only {0} has the key to read it: neither this editor nor the service can.', place),
          ]
        : [
            vscode.l10n.t('The value of {0} is a secret of {1}.', file, place),
            '',
            vscode.l10n.t(
              'The service keeps it encrypted and does not show it here. Its devices receive it as it was set.',
            ),
          ]),
      '',
      vscode.l10n.t('To give it another value, run the command'),
      '',
      `    ${vscode.l10n.t('Foundries: Replace Value…')}`,
      '',
      vscode.l10n.t('from the command palette, or from the title bar of this page.'),
      vscode.l10n.t('“Foundries: Make Plain…” gives it a value that can be read and edited here.'),
      '',
    ].join('\n'),
  );
}
