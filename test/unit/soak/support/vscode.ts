/** A stand-in for VS Code in which the whole extension runs: it draws nothing, keeps what it is given, and counts it. */
import {
  desk,
  Document,
  follow,
  openDocument,
  registered,
  run,
  show,
  Tree,
  type FileSystem,
  type Provider,
} from './desk';
import { Disposable, EventEmitter, Uri } from './values';

export * from './values';

export const version = '1.139.1';
export const env = {
  get language() {
    return desk.language;
  },
  remoteName: undefined,
  clipboard: { writeText: () => Promise.resolve(), readText: () => Promise.resolve('') },
  openExternal: () => Promise.resolve(true),
};
export const l10n = {
  t: (text: string, ...values: readonly unknown[]): string =>
    text.replace(/\{(\d+)\}/g, (_, at: string) => String(values[Number(at)])),
};

const register =
  (what: string) =>
  (...of: unknown[]): Disposable =>
    registered(`${what} ${typeof of[0] === 'string' ? of[0] : ''}`);

export const commands = {
  registerCommand: (id: string, run: (...args: unknown[]) => unknown) => {
    if (desk.commands.has(id)) {
      throw new Error(`command '${id}' already exists`);
    }
    desk.commands.set(id, run);
    return registered(`command ${id}`, () => desk.commands.delete(id));
  },
  executeCommand: async (id: string, ...args: unknown[]): Promise<unknown> => {
    if (id === 'vscode.diff') {
      await Promise.all([openDocument(args[0] as Uri), openDocument(args[1] as Uri)]);
      desk.told('diff', args[2]);
      return undefined;
    }
    return run(id, ...args);
  },
};

export const authentication = { registerAuthenticationProvider: register('authentication') };

export const languages = {
  match: () => 0,
  setTextDocumentLanguage: (document: Document, language: string) => {
    document.languageId = language;
    return Promise.resolve(document);
  },
  registerDocumentSymbolProvider: register('symbols'),
  registerCodeActionsProvider: register('actions'),
  registerCodeLensProvider: register('lenses'),
  registerHoverProvider: register('hovers'),
  registerFoldingRangeProvider: register('folding'),
  registerDocumentLinkProvider: register('links'),
  registerCompletionItemProvider: register('completions'),
  createDiagnosticCollection: (name: string) => {
    const kept = new Map<string, unknown>();
    return registered(`diagnostics ${name}`, undefined, {
      get: (uri: Uri) => kept.get(uri.toString()),
      set: (uri: Uri, found: unknown) => {
        desk.told('diagnostics', found);
        kept.set(uri.toString(), found);
      },
      delete: (uri: Uri) => kept.delete(uri.toString()),
      clear: () => kept.clear(),
      has: (uri: Uri) => kept.has(uri.toString()),
      forEach: () => undefined,
    });
  },
};

const event = desk.other.event;

export const workspace = {
  isTrusted: true,
  workspaceFolders: undefined,
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
    stat: (uri: Uri) => (desk.fileSystems.get(uri.scheme) ?? MISSING).stat(uri),
    readFile: (uri: Uri) => (desk.fileSystems.get(uri.scheme) ?? MISSING).readFile(uri),
    readDirectory: () => Promise.resolve([]),
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
  applyEdit: () => Promise.resolve(true),
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
const missing = (uri: Uri) => Promise.reject(new Error(`no such file: ${uri.toString()}`));
const MISSING: Pick<FileSystem, 'stat' | 'readFile'> = { stat: missing, readFile: missing };

const message =
  (kind: string) =>
  (text: string, ...more: unknown[]) => {
    desk.told(kind, [text, ...more]);
    return Promise.resolve(desk.answer(kind, [text, ...more]));
  };

/** A quick pick or input box: the user is `desk.answer`, asked once it is shown. */
function box(kind: string) {
  const accepted = new EventEmitter<undefined>();
  const hidden = new EventEmitter<undefined>();
  const typed = new EventEmitter<string>();
  const none = new EventEmitter<unknown>();
  let items: readonly unknown[] = [];
  const made = {
    value: '',
    busy: false,
    selectedItems: [] as readonly unknown[],
    activeItems: [] as readonly unknown[],
    buttons: [],
    get items() {
      return items;
    },
    set items(shown: readonly unknown[]) {
      items = shown;
      desk.told(kind, shown);
    },
    onDidAccept: accepted.event,
    onDidHide: hidden.event,
    onDidChangeValue: typed.event,
    onDidChangeSelection: none.event,
    onDidChangeActive: none.event,
    onDidTriggerButton: none.event,
    onDidTriggerItemButton: none.event,
    show: () => void desk.answer(kind, [made, { typed, accepted, hidden }]),
    hide: () => hidden.fire(undefined),
  };
  return registered(kind, () => hidden.fire(undefined), made);
}

export const window = {
  get state() {
    return { focused: desk.focused, active: true };
  },
  get visibleTextEditors() {
    return desk.editors;
  },
  get activeTextEditor() {
    return desk.editors.at(-1);
  },
  tabGroups: {
    get all() {
      return [{ tabs: desk.tabs, isActive: true, activeTab: desk.tabs.at(-1) }];
    },
    get activeTabGroup() {
      return { tabs: desk.tabs, activeTab: desk.tabs.at(-1) };
    },
    onDidChangeTabs: desk.tabsChanged.event,
    onDidChangeTabGroups: event,
    close: () => Promise.resolve(true),
  },
  onDidChangeWindowState: desk.focus.event,
  onDidChangeActiveTextEditor: desk.active.event,
  onDidChangeVisibleTextEditors: desk.visible.event,
  onDidChangeTextEditorVisibleRanges: event,
  onDidChangeTextEditorSelection: event,
  showInformationMessage: message('information'),
  showWarningMessage: message('warning'),
  showErrorMessage: message('error'),
  showQuickPick: async (items: unknown, options: unknown) => {
    const shown = (await items) as readonly unknown[];
    desk.told('pick', [shown, options]);
    return desk.answer('pick', shown);
  },
  showInputBox: (options: unknown) => {
    desk.told('input', options);
    return Promise.resolve(desk.answer('input', [options]));
  },
  showOpenDialog: () => Promise.resolve(undefined),
  showSaveDialog: () => Promise.resolve(undefined),
  showTextDocument: (what: Uri | Document) => show(what instanceof Uri ? what : what.uri),
  setStatusBarMessage: (text: string) => {
    desk.told('status', text);
    return new Disposable(undefined);
  },
  withProgress: async <T>(options: unknown, task: (progress: object, token: object) => Promise<T>): Promise<T> => {
    desk.told('progress', options);
    const cancelled = new EventEmitter<unknown>();
    return task(
      { report: (step: unknown) => desk.told('progress', step) },
      { isCancellationRequested: false, onCancellationRequested: cancelled.event },
    );
  },
  createTreeView: (id: string, { treeDataProvider }: { treeDataProvider: Tree['provider'] }) => {
    const tree = new Tree(treeDataProvider);
    const following = treeDataProvider.onDidChangeTreeData((row) => tree.changed.fire(row));
    desk.trees.set(id, tree);
    return registered(
      `tree ${id}`,
      () => {
        following.dispose();
        desk.trees.delete(id);
      },
      tree,
    );
  },
  createQuickPick: () => box('quick pick'),
  createInputBox: () => box('input box'),
  createStatusBarItem: (id: string) => {
    const made = registered(`status ${id}`, undefined, {
      name: '',
      text: '',
      tooltip: undefined as unknown,
      show: () => desk.told('status bar', [made.text, made.tooltip]),
      hide: () => undefined,
    });
    return made;
  },
  createOutputChannel: (name: string) =>
    registered(`log ${name}`, undefined, {
      info: (line: string) => desk.told('log', line),
      warn: (line: string) => desk.told('log', line),
      error: (line: string) => desk.told('log', line),
      show: () => undefined,
    }),
  createTextEditorDecorationType: () => registered('decoration type'),
  registerFileDecorationProvider: register('decorations'),
};
