/** What a window holds, what somebody sees in it, and who answers in their place. */
import { EventEmitter, type Disposable } from './events';
import type { Document, Editor } from './documents';
import type { ShownInput, ShownPick } from './inputs';
import type { ShownTree } from './trees';
import type { Uri } from './uri';

/** A file system that an extension provides. */
export interface FileSystem {
  readFile(uri: Uri): Promise<Uint8Array>;
  writeFile(uri: Uri, content: Uint8Array, options: object): Promise<void>;
  stat(uri: Uri): Promise<{ readonly mtime: number; readonly size: number }>;
  readonly onDidChangeFile: (listener: (events: readonly { readonly uri: Uri }[]) => void) => Disposable;
}

/** Read-only documents that an extension provides. */
export interface Provider {
  provideTextDocumentContent(uri: Uri, token?: unknown): unknown;
  readonly onDidChange?: (listener: (uri: Uri) => void) => Disposable;
}

/** Kind of a message. */
export type MessageKind = 'information' | 'warning' | 'error';

/** Everything that a person or a screen reader was given to read. */
export type Told = (where: string, what: unknown) => void;

/** What a user does. A test replaces what it needs; at first they turn away from everything. */
const turningAway = {
  /** @returns the button of a message that they click; undefined: they close it */
  answer: (_message: string, _buttons: readonly string[], _how: { kind: MessageKind; modal: boolean }) =>
    undefined as string | undefined,
  /** @returns the item of a simple pick list that they choose */
  choose: (_items: readonly unknown[], _options: unknown): unknown => undefined,
  /** @returns what they type into a simple input box */
  type: (_options: unknown) => undefined as string | undefined,
  /** They see a pick list or an input box with a life of its own, and act on it: `box.type('x')`, `box.enter()`, `box.hide()`. */
  meet: (_box: ShownPick<unknown> | ShownInput): void => undefined,
  /** They hear of something. */
  told: ((): void => undefined) as Told,
};

/** What there is at the start of a window. */
const atFirst = () => ({
  ...turningAway,
  focused: true,
  /** Whether a view is seen as soon as it is made. */
  viewsVisible: true,
  language: 'en',
  /** Settings by their whole name: `foundries.apiUrl`. */
  settings: new Map<string, unknown>(),
  /** Folders of the workspace, and the files in them by path. */
  folders: [] as Uri[],
  files: new Map<string, string>(),
  /** Messages of any kind, and reports of progress, oldest first. */
  messages: [] as string[],
  progress: [] as unknown[],
  /** Where somebody saves what is downloaded (undefined: the dialog is closed), and the name that it was offered under. */
  saveAs: undefined as Uri | undefined,
  savedName: '',
  /** The boxes that are shown. */
  pick: undefined as ShownPick<unknown> | undefined,
  input: undefined as ShownInput | undefined,
  documents: [] as Document[],
  editors: [] as Editor[],
  tabs: [] as { readonly input: unknown; readonly label: string; readonly isDirty: boolean }[],
});

/** One window. */
export const desk = {
  ...atFirst(),
  /** What the extension has registered or made, by name. */
  commands: new Map<string, (...args: unknown[]) => unknown>(),
  trees: new Map<string, ShownTree<unknown>>(),
  providers: new Map<string, Provider>(),
  fileSystems: new Map<string, FileSystem>(),
  /** What was registered or made and is not disposed of. */
  live: new Set<{ readonly what: string }>(),
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
  /** Everything that never happens here. */
  other: new EventEmitter<unknown>(),
};

/** Brings the window to the state in which a test may expect it. What the extension has registered stays. */
export function clearDesk(): void {
  Object.assign(desk, atFirst());
}

/** Gives the focus to the window, or to another one. */
export function focus(focused: boolean): void {
  desk.focused = focused;
  desk.focus.fire({ focused });
}

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

/** Runs a command as a click does. */
export function run(id: string, ...args: unknown[]): Promise<unknown> {
  return Promise.resolve(desk.commands.get(id)?.(...args));
}
