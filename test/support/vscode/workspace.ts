import { desk, registered, type FileSystem, type Provider } from './desk';
import { Document, follow, openDocument } from './documents';
import { FileType } from './enums';
import { Uri } from './uri';
import type { WorkspaceEdit } from './values';

/** The disk: `desk.files`. */
const disk = {
  readFile: ({ path }: Uri): Promise<Uint8Array> => {
    const text = desk.files.get(path);
    return text === undefined ? missing(path) : Promise.resolve(new TextEncoder().encode(text));
  },
  stat: ({ path }: Uri): Promise<object> =>
    [...desk.files.keys()].some((file) => file === path || file.startsWith(`${path}/`))
      ? Promise.resolve({})
      : missing(path),
};
const missing = (path: string) => Promise.reject(new Error(`no such file: ${path}`));

const event = desk.other.event;

export const workspace = {
  isTrusted: true,
  get workspaceFolders() {
    return desk.folders.length === 0 ? undefined : desk.folders.map((uri) => ({ uri }));
  },
  get textDocuments() {
    return desk.documents;
  },
  getConfiguration: (section?: string) => ({
    get: <T>(key: string, otherwise: T): T =>
      (desk.settings.get(`${section ?? ''}.${key}`) as T | undefined) ?? otherwise,
    inspect: () => undefined,
    update: () => Promise.resolve(),
    has: () => false,
  }),
  fs: {
    stat: (uri: Uri): Promise<object> => (desk.fileSystems.get(uri.scheme) ?? disk).stat(uri),
    readFile: (uri: Uri) => (desk.fileSystems.get(uri.scheme) ?? disk).readFile(uri),
    readDirectory: ({ path }: Uri): Promise<[string, number][]> => {
      const below = [...desk.files.keys()].filter((file) => file.startsWith(`${path}/`));
      const names = below.map((file) => file.slice(path.length + 1).split('/'));
      const entries = names.map(([name = '', ...rest]): [string, number] => [
        name,
        rest.length > 0 ? FileType.Directory : FileType.File,
      ]);
      return Promise.resolve([...new Map(entries)]);
    },
  },
  openTextDocument: (what: Uri | { content?: string; language?: string }) => {
    if (what instanceof Uri) {
      return openDocument(what);
    }
    desk.told('text', what.content);
    const document = new Document(Uri.parse(`untitled:${desk.documents.length}`), what.content ?? '');
    desk.documents.push(document);
    return Promise.resolve(document);
  },
  applyEdit: async ({ replaced }: WorkspaceEdit) => {
    for (const { uri, text } of replaced) {
      (await openDocument(uri)).set(text, true);
    }
    return true;
  },
  updateWorkspaceFolders: () => true,
  asRelativePath: (uri: Uri) => uri.path,
  onDidChangeConfiguration: desk.configured.event,
  onDidOpenTextDocument: desk.opened.event,
  onDidCloseTextDocument: desk.closed.event,
  onDidChangeTextDocument: desk.changed.event,
  onDidSaveTextDocument: desk.saved.event,
  onWillSaveTextDocument: desk.willSave.event,
  onWillRenameFiles: event,
  onWillDeleteFiles: event,
  onWillCreateFiles: event,
  onDidRenameFiles: event,
  onDidDeleteFiles: event,
  onDidCreateFiles: event,
  onDidChangeWorkspaceFolders: event,
  onDidGrantWorkspaceTrust: event,
  createFileSystemWatcher: () =>
    registered('watcher', undefined, { onDidCreate: event, onDidChange: event, onDidDelete: event }),
  registerTextDocumentContentProvider: (scheme: string, provider: Provider) => {
    desk.providers.set(scheme, provider);
    const following = provider.onDidChange === undefined ? undefined : follow(provider.onDidChange.bind(provider));
    return registered(`pages ${scheme}`, () => {
      following?.dispose();
      desk.providers.delete(scheme);
    });
  },
  registerFileSystemProvider: (scheme: string, files: FileSystem) => {
    desk.fileSystems.set(scheme, files);
    const following = follow((listener) =>
      files.onDidChangeFile((events) => events.forEach(({ uri }) => listener(uri))),
    );
    return registered(`files ${scheme}`, () => {
      following.dispose();
      desk.fileSystems.delete(scheme);
    });
  },
};
