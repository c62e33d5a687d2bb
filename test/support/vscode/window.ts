import { posix } from 'node:path';
import { desk, registered, type MessageKind } from './desk';
import { show, type Document } from './documents';
import { CancellationTokenSource, Disposable } from './events';
import { createInputBox, createQuickPick } from './inputs';
import { createTreeView } from './trees';
import { Uri } from './uri';

/** A message, with buttons that are texts, or items with a title. */
const say =
  (kind: MessageKind) =>
  (message: string, ...rest: readonly unknown[]): Promise<unknown> => {
    desk.messages.push(message);
    desk.told(kind, [message, ...rest]);
    const modal = rest.some((part) => typeof part === 'object' && part !== null && 'modal' in part && part.modal);
    const buttons = rest.flatMap((part) => (titleOf(part) === undefined ? [] : [part]));
    const titles = buttons.map((button) => titleOf(button)!);
    const answer = desk.answer(message, titles, { kind, modal });
    return Promise.resolve(answer === undefined ? undefined : buttons[titles.indexOf(answer)]);
  };

const titleOf = (part: unknown): string | undefined =>
  typeof part === 'string'
    ? part
    : typeof part === 'object' && part !== null && 'title' in part && typeof part.title === 'string'
      ? part.title
      : undefined;

const event = desk.other.event;

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
  showInformationMessage: say('information'),
  showWarningMessage: say('warning'),
  showErrorMessage: say('error'),
  showQuickPick: async (items: unknown, options: unknown) => {
    const shown = (await items) as readonly unknown[];
    desk.told('pick', [shown, options]);
    return desk.choose(shown, options);
  },
  showInputBox: (options: unknown) => {
    desk.told('input', options);
    return Promise.resolve(desk.type(options));
  },
  showOpenDialog: () => Promise.resolve(undefined),
  showSaveDialog: ({ defaultUri }: { readonly defaultUri?: Uri } = {}): Promise<Uri | undefined> => {
    desk.savedName = posix.basename(defaultUri?.path ?? '');
    return Promise.resolve(desk.saveAs);
  },
  showTextDocument: (what: Uri | Document) => show(what instanceof Uri ? what : what.uri),
  setStatusBarMessage: (text: string) => {
    desk.told('status', text);
    return new Disposable(undefined);
  },
  withProgress: async <T>(options: unknown, task: (progress: object, token: object) => Promise<T>): Promise<T> => {
    desk.told('progress', options);
    const report = (step: unknown) => {
      desk.progress.push(step);
      desk.told('progress', step);
    };
    return task({ report }, new CancellationTokenSource().token);
  },
  createTreeView,
  createQuickPick,
  createInputBox,
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
  registerFileDecorationProvider: () => registered('decorations'),
};
