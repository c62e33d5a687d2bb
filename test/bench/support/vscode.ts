import { posix } from 'node:path';

/**
 * A stand-in for what views and pickers use of VS Code, for measuring them without one: it draws nothing and keeps what it
 * is given. Steered by `desk`.
 */
export class EventEmitter<T> {
  private readonly listeners = new Set<(event: T) => unknown>();

  readonly event = (listener: (event: T) => unknown): Disposable => {
    this.listeners.add(listener);
    return new Disposable(() => this.listeners.delete(listener));
  };

  fire(event: T): void {
    [...this.listeners].forEach((listener) => listener(event));
  }

  dispose(): void {
    this.listeners.clear();
  }
}

export class Disposable {
  static from(...all: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => all.forEach((each) => each.dispose()));
  }

  constructor(private readonly end: () => unknown) {}

  dispose(): void {
    this.end();
  }
}

export class TreeItem {
  constructor(
    readonly label: string,
    readonly collapsibleState = 0,
  ) {}
}

export class ThemeIcon {
  constructor(
    readonly id: string,
    readonly color?: ThemeColor,
  ) {}
}

export class ThemeColor {
  constructor(readonly id: string) {}
}

export class MarkdownString {
  value = '';

  appendMarkdown(text: string): this {
    this.value += text;
    return this;
  }

  appendText(text: string): this {
    this.value += text;
    return this;
  }
}

interface Parts {
  readonly scheme: string;
  readonly authority?: string;
  readonly path?: string;
  readonly query?: string;
}

export class Uri {
  static from(parts: Parts): Uri {
    return new Uri(parts);
  }

  static file(path: string): Uri {
    return new Uri({ scheme: 'file', path });
  }

  static joinPath(uri: Uri, ...parts: readonly string[]): Uri {
    return uri.with({ path: posix.join(uri.path, ...parts) });
  }

  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  readonly query: string;

  private constructor({ scheme, authority = '', path = '', query = '' }: Parts) {
    this.scheme = scheme;
    this.authority = authority;
    this.path = path;
    this.query = query;
  }

  get fsPath(): string {
    return this.path;
  }

  with(change: Partial<Parts>): Uri {
    const { scheme, authority, path, query } = this;
    return new Uri({ scheme, authority, path, query, ...change });
  }

  toString(): string {
    return `${this.scheme}://${this.authority}${this.path}?${this.query}`;
  }
}

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };
export const TreeItemCheckboxState = { Unchecked: 0, Checked: 1 };
export const StatusBarAlignment = { Left: 1, Right: 2 };
export const QuickPickItemKind = { Separator: -1, Default: 0 };
export const ProgressLocation = { SourceControl: 1, Window: 10, Notification: 15 };
export const DiagnosticSeverity = { Error: 0, Warning: 1, Information: 2, Hint: 3 };
export const FileType = { Unknown: 0, File: 1, Directory: 2 };

/** A tree view: whether it is seen, what is selected in it, and what its provider announces. */
export class ShownTree<T> {
  readonly changed = new EventEmitter<T | undefined>();
  readonly visibility = new EventEmitter<unknown>();
  readonly selected = new EventEmitter<unknown>();
  readonly expanded = new EventEmitter<{ readonly element: T }>();
  readonly collapsed = new EventEmitter<{ readonly element: T }>();
  visible = true;
  selection: readonly T[] = [];
  description = '';
  message = '';
  readonly onDidExpandElement = this.expanded.event;
  readonly onDidCollapseElement = this.collapsed.event;
  readonly onDidChangeSelection = this.selected.event;
  readonly onDidChangeVisibility = this.visibility.event;
  readonly onDidChangeCheckboxState = new EventEmitter<unknown>().event;

  dispose(): void {
    this.changed.dispose();
  }
}

/** A quick pick: what is shown in it, and a way to type. */
export class ShownPick<T> {
  readonly typed = new EventEmitter<string>();
  readonly itemsShown = new EventEmitter<readonly T[]>();
  readonly hidden = new EventEmitter<undefined>();
  title = '';
  placeholder = '';
  busy = false;
  value = '';
  activeItems: readonly T[] = [];
  selectedItems: readonly T[] = [];
  readonly onDidChangeValue = this.typed.event;
  readonly onDidHide = this.hidden.event;
  readonly accepted = new EventEmitter<undefined>();
  readonly onDidAccept = this.accepted.event;
  private current: readonly T[] = [];

  get items(): readonly T[] {
    return this.current;
  }

  set items(items: readonly T[]) {
    this.current = items;
    this.itemsShown.fire(items);
  }

  /** Somebody types. */
  type(text: string): void {
    this.value = text;
    this.typed.fire(text);
  }

  /** Somebody presses Enter on a row. */
  enter(item: T | undefined): void {
    this.selectedItems = item === undefined ? [] : [item];
    this.accepted.fire(undefined);
  }

  show(): void {
    desk.pick = this as ShownPick<unknown>;
  }

  dispose(): void {
    desk.pick = undefined;
  }
}

/** What a benchmark sees and steers. */
export const desk = {
  trees: new Map<string, ShownTree<unknown>>(),
  pick: undefined as ShownPick<unknown> | undefined,
  focus: new EventEmitter<{ readonly focused: boolean }>(),
  focused: true,
  /** Folders of the workspace, and the files in them by path. */
  folders: [] as Uri[],
  files: new Map<string, string>(),
  /** What was said, of any kind. */
  messages: [] as string[],
  progress: [] as unknown[],
  /** Where somebody saves what is downloaded; undefined: the dialog is closed. */
  saveAs: undefined as Uri | undefined,
  /** Name that a file was offered to be saved under. */
  savedName: '',
  /** What somebody answers a message with. */
  answer: (_message: string, _buttons: readonly string[]): string | undefined => undefined,
};

const say = (message: string, ...rest: readonly unknown[]): Promise<string | undefined> => {
  desk.messages.push(message);
  return Promise.resolve(
    desk.answer(
      message,
      rest.filter((button) => typeof button === 'string'),
    ),
  );
};

const nothing = () => new Disposable(() => undefined);

export const env = { language: 'en', clipboard: { writeText: () => Promise.resolve() } };
export const l10n = {
  t: (text: string, ...args: readonly (string | number)[]): string =>
    text.replace(/\{(\d+)\}/g, (_, at: string) => String(args[Number(at)])),
};
export const commands = { executeCommand: () => Promise.resolve(), registerCommand: nothing };
export const workspace = {
  getConfiguration: () => ({ get: <T>(_key: string, value: T): T => value }),
  onDidChangeConfiguration: nothing,
  textDocuments: [] as readonly never[],
  get workspaceFolders() {
    return desk.folders.map((uri) => ({ uri }));
  },
  onDidChangeWorkspaceFolders: nothing,
  fs: {
    readFile: ({ path }: Uri): Promise<Uint8Array> => {
      const text = desk.files.get(path);
      return text === undefined ? Promise.reject(new Error(path)) : Promise.resolve(new TextEncoder().encode(text));
    },
    stat: ({ path }: Uri): Promise<object> =>
      [...desk.files.keys()].some((file) => file === path || file.startsWith(`${path}/`))
        ? Promise.resolve({})
        : Promise.reject(new Error(path)),
    readDirectory: ({ path }: Uri): Promise<[string, number][]> => {
      const below = [...desk.files.keys()].filter((file) => file.startsWith(`${path}/`));
      const names = below.map((file) => file.slice(path.length + 1).split('/'));
      return Promise.resolve([
        ...new Map(names.map(([name = '', ...rest]) => [name, rest.length > 0 ? 2 : 1] as [string, number])),
      ]);
    },
  },
};
export const window = {
  get state() {
    return { focused: desk.focused };
  },
  onDidChangeWindowState: desk.focus.event,
  createTreeView: <T>(
    id: string,
    { treeDataProvider }: { treeDataProvider: { onDidChangeTreeData(listener: (row: T) => void): unknown } },
  ) => {
    const tree = new ShownTree<T>();
    treeDataProvider.onDidChangeTreeData((row) => tree.changed.fire(row));
    desk.trees.set(id, tree as unknown as ShownTree<unknown>);
    return tree;
  },
  createStatusBarItem: () => ({ show: () => undefined, hide: () => undefined, dispose: () => undefined }),
  createQuickPick: () => new ShownPick<unknown>(),
  withProgress: <T>(
    _options: unknown,
    task: (
      progress: { report(value: unknown): void },
      token: { onCancellationRequested: typeof nothing },
    ) => Promise<T>,
  ): Promise<T> => task({ report: (value) => desk.progress.push(value) }, { onCancellationRequested: nothing }),
  showSaveDialog: ({ defaultUri }: { readonly defaultUri: Uri }): Promise<Uri | undefined> => {
    desk.savedName = posix.basename(defaultUri.path);
    return Promise.resolve(desk.saveAs);
  },
  tabGroups: { all: [] as readonly never[] },
  showErrorMessage: say,
  showWarningMessage: say,
  showInformationMessage: say,
};
export const FileSystemError = class extends Error {};
export const CancellationError = class extends Error {};
