/** What a stand-in for VS Code holds: what was registered, what is open, what was shown; and the user's hands. */
import { EventEmitter, Range, TabInputText, type Disposable, type Uri } from './values';

/** Everything that a person or a screen reader was given to read. */
export type Told = (where: string, text: unknown) => void;

export interface Provider {
  provideTextDocumentContent(uri: Uri, token?: unknown): unknown;
  readonly onDidChange?: (listener: (uri: Uri) => void) => Disposable;
}

export interface FileSystem {
  readFile(uri: Uri): Promise<Uint8Array>;
  writeFile(uri: Uri, content: Uint8Array, options: object): Promise<void>;
  stat(uri: Uri): Promise<{ readonly mtime: number; readonly size: number }>;
  readonly onDidChangeFile: (listener: (events: readonly { readonly uri: Uri }[]) => void) => Disposable;
}

interface TreeProvider {
  getChildren(row?: unknown): Promise<readonly unknown[]>;
  getTreeItem(row: unknown): Record<string, unknown>;
  resolveTreeItem?(item: object, row: unknown): object;
  readonly onDidChangeTreeData: (listener: (row: unknown) => void) => Disposable;
}

export class Tree {
  /** What VS Code is told to ask for anew. */
  readonly changed = new EventEmitter<unknown>();
  readonly visibility = new EventEmitter<{ readonly visible: boolean }>();
  readonly expanded = new EventEmitter<{ readonly element: unknown }>();
  readonly collapsed = new EventEmitter<{ readonly element: unknown }>();
  readonly selected = new EventEmitter<{ readonly selection: readonly unknown[] }>();
  readonly onDidChangeVisibility = this.visibility.event;
  readonly onDidExpandElement = this.expanded.event;
  readonly onDidCollapseElement = this.collapsed.event;
  readonly onDidChangeSelection = this.selected.event;
  readonly onDidChangeCheckboxState = new EventEmitter<unknown>().event;
  visible = false;
  selection: readonly unknown[] = [];
  message = '';
  description = '';
  title = '';
  badge: unknown;

  constructor(readonly provider: TreeProvider) {}

  reveal(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): void {
    [this.changed, this.visibility, this.expanded, this.collapsed, this.selected].forEach((emitter) =>
      emitter.dispose(),
    );
  }
}

export class Document {
  version = 1;
  isDirty = false;
  isClosed = false;
  readonly isUntitled = false;
  readonly eol = 1;
  languageId = 'plaintext';

  constructor(
    readonly uri: Uri,
    private text: string,
  ) {}

  get fileName(): string {
    return this.uri.path;
  }

  get lineCount(): number {
    return this.text.split('\n').length;
  }

  getText(): string {
    return this.text;
  }

  lineAt(line: number): { readonly text: string; readonly range: Range } {
    const text = this.text.split('\n')[line] ?? '';
    return { text, range: new Range(line, 0, line, text.length) };
  }

  positionAt(): { readonly line: number; readonly character: number } {
    return { line: 0, character: 0 };
  }

  offsetAt(): number {
    return 0;
  }

  set(text: string, isDirty: boolean): void {
    this.text = text;
    this.isDirty = isDirty;
    this.version += 1;
    desk.changed.fire({ document: this, contentChanges: [] });
  }

  async save(): Promise<boolean> {
    desk.willSave.fire({ document: this, reason: 'Manual', waitUntil: () => undefined });
    await desk.fileSystems.get(this.uri.scheme)!.writeFile(this.uri, Buffer.from(this.text), {});
    this.isDirty = false;
    desk.saved.fire(this);
    return true;
  }
}

export interface Editor {
  readonly document: Document;
  readonly visibleRanges: readonly Range[];
  selection: Range;
  setDecorations(): void;
  revealRange(): void;
}

/** One window. */
export const desk = {
  commands: new Map<string, (...args: unknown[]) => unknown>(),
  trees: new Map<string, Tree>(),
  providers: new Map<string, Provider>(),
  fileSystems: new Map<string, FileSystem>(),
  /** What was registered or made and is not disposed of, by what it is. */
  live: new Set<{ readonly what: string }>(),
  documents: [] as Document[],
  editors: [] as Editor[],
  tabs: [] as { readonly input: unknown; readonly label: string; readonly isDirty: boolean }[],
  focused: true,
  language: 'en',
  settings: new Map<string, unknown>(),
  told: ((): void => undefined) as Told,
  /** Answers what the user is asked; undefined: the user turns away. */
  answer: ((): unknown => undefined) as (kind: string, options: readonly unknown[]) => unknown,
  focus: new EventEmitter<{ readonly focused: boolean }>(),
  opened: new EventEmitter<Document>(),
  closed: new EventEmitter<Document>(),
  changed: new EventEmitter<{ readonly document: Document; readonly contentChanges: readonly unknown[] }>(),
  willSave: new EventEmitter<object>(),
  saved: new EventEmitter<Document>(),
  active: new EventEmitter<Editor | undefined>(),
  visible: new EventEmitter<readonly Editor[]>(),
  tabsChanged: new EventEmitter<{ readonly opened: readonly unknown[]; readonly closed: readonly unknown[] }>(),
  configured: new EventEmitter<{ affectsConfiguration(name: string): boolean }>(),
  other: new EventEmitter<unknown>(),
};

/** Keeps an account of what was registered. */
export function registered<T extends object>(what: string, end?: () => unknown, thing?: T): T & Disposable {
  const entry = { what };
  desk.live.add(entry);
  const before = (thing as { dispose?: () => unknown } | undefined)?.dispose?.bind(thing);
  const made = thing ?? ({} as T);
  return Object.assign(made, {
    dispose: () => {
      desk.live.delete(entry);
      before?.();
      end?.();
    },
  }) as unknown as T & Disposable;
}

const same = (uri: Uri) => (document: { readonly uri: Uri }) => document.uri.toString() === uri.toString();

/** Opens a document without showing it, as VS Code does it. */
export async function openDocument(uri: Uri): Promise<Document> {
  const open = desk.documents.find(same(uri));
  if (open !== undefined) {
    return open;
  }
  const document = new Document(uri, await read(uri));
  desk.documents.push(document);
  desk.opened.fire(document);
  return document;
}

async function read(uri: Uri): Promise<string> {
  const provider = desk.providers.get(uri.scheme);
  const files = desk.fileSystems.get(uri.scheme);
  if (provider !== undefined) {
    const text = String(await provider.provideTextDocumentContent(uri));
    desk.told(`page ${uri.path}`, text);
    return text;
  }
  if (files !== undefined) {
    await files.stat(uri);
    return Buffer.from(await files.readFile(uri)).toString();
  }
  throw new Error(`nobody provides ${uri.toString()}`);
}

export async function show(uri: Uri): Promise<Editor> {
  const document = await openDocument(uri);
  let editor = desk.editors.find((shown) => shown.document === document);
  if (editor === undefined) {
    const all = new Range(0, 0, document.lineCount, 0);
    editor = {
      document,
      visibleRanges: [all],
      selection: new Range(0, 0, 0, 0),
      setDecorations: () => undefined,
      revealRange: () => undefined,
    };
    desk.editors.push(editor);
    const tab = { input: new TabInputText(uri), label: uri.path, isDirty: false };
    desk.tabs.push(tab);
    desk.tabsChanged.fire({ opened: [tab], closed: [] });
    desk.visible.fire(desk.editors);
  }
  desk.active.fire(editor);
  return editor;
}

/** The user closes an editor, or all of them. */
export function close(which?: Uri): void {
  for (const document of desk.documents.filter((open) => which === undefined || same(which)(open))) {
    desk.documents = desk.documents.filter((open) => open !== document);
    desk.editors = desk.editors.filter((editor) => editor.document !== document);
    const closed = desk.tabs.filter(({ input }) => same(document.uri)(input as TabInputText));
    desk.tabs = desk.tabs.filter((tab) => !closed.includes(tab));
    document.isClosed = true;
    desk.tabsChanged.fire({ opened: [], closed });
    desk.visible.fire(desk.editors);
    desk.closed.fire(document);
  }
  desk.active.fire(undefined);
}

/** Follows what a provider says of documents that are open. */
export function follow(source: (listener: (uri: Uri) => void) => Disposable): Disposable {
  return source((uri) => {
    const document = desk.documents.find(same(uri));
    if (document !== undefined && !document.isDirty) {
      void read(uri).then(
        (text) => document.isClosed || document.set(text, false),
        () => undefined,
      );
    }
  });
}

/** Runs a command as a click does. */
export function run(id: string, ...args: unknown[]): Promise<unknown> {
  return Promise.resolve(desk.commands.get(id)?.(...args));
}

/** Asks a tree for all its rows, to some depth, as VS Code does for rows that are open. */
export async function walk(
  tree: Tree,
  { depth = 6, most = 400, told = desk.told }: { depth?: number; most?: number; told?: Told } = {},
): Promise<unknown[]> {
  const rows: unknown[] = [];
  let left = most;
  const look = async (row: unknown, level: number): Promise<void> => {
    for (const child of await tree.provider.getChildren(row)) {
      if (left-- <= 0) {
        return;
      }
      rows.push(child);
      const item = tree.provider.getTreeItem(child);
      told('row', item);
      told('tooltip', tree.provider.resolveTreeItem?.(item, child));
      if (item.collapsibleState !== 'None' && level < depth) {
        tree.expanded.fire({ element: child });
        await look(child, level + 1);
      }
    }
  };
  await look(undefined, 0);
  told('view', [tree.message, tree.description, tree.title]);
  return rows;
}
