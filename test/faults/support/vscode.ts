/** What the texts and some commands need of VS Code, for a run without it. */
import { AsyncLocalStorage } from 'node:async_hooks';

export const l10n = {
  /** @returns the message with its `{0}` filled in, as VS Code does in English */
  t: (message: string, ...values: readonly (string | number)[]): string =>
    message.replace(/\{(\d+)\}/g, (hole, index: string) => String(values[Number(index)] ?? hole)),
};

export const env = { language: 'en', openExternal: () => Promise.resolve(true) };
export const Uri = { parse: (text: string) => text };

/** A window of one cell, with its user. */
export interface Window {
  /** What the setting `foundries.apiUrl` says. */
  readonly settingsApi: string;
  /** What the user types into a box, by its placeholder. */
  readonly typed: Map<string, string>;
  /** What the user was told, the newest last. */
  readonly said: string[];
}

/** The window that acts now; without one there are the settings alone. */
export const inWindow = new AsyncLocalStorage<Window>();
export const settings = { apiUrl: '' };

export const workspace = {
  getConfiguration: () => ({
    get: (key: string, otherwise?: unknown) =>
      key === 'apiUrl' ? (inWindow.getStore()?.settingsApi ?? settings.apiUrl) : otherwise,
  }),
};

const say = (message: string): Promise<undefined> => {
  inWindow.getStore()?.said.push(message);
  return Promise.resolve(undefined);
};

export class ThemeIcon {
  constructor(readonly id = '') {}
}
export class CancellationError extends Error {}
export const ProgressLocation = { Window: 10, Notification: 15 };
export const QuickPickItemKind = { Separator: -1, Default: 0 };
export const commands = { executeCommand: () => Promise.resolve(undefined) };

type Listener = () => unknown;

/** A box in which the user types what they have to say, once; they give up when it is not taken. */
function createInputBox() {
  const accepting: Listener[] = [];
  const hiding: Listener[] = [];
  const mine = inWindow.getStore();
  const box = {
    value: '',
    placeholder: '',
    validationMessage: undefined as string | undefined,
    onDidAccept: (listener: Listener) => accepting.push(listener),
    onDidHide: (listener: Listener) => hiding.push(listener),
    onDidTriggerButton: () => undefined,
    onDidChangeValue: () => undefined,
    show: () => {
      const answer = async () => {
        box.value = mine?.typed.get(box.placeholder) ?? box.value;
        await Promise.all(accepting.map((listener) => listener()));
        if (box.validationMessage !== undefined) {
          mine?.said.push(box.validationMessage);
        }
        hiding.forEach((listener) => listener());
      };
      queueMicrotask(() => void answer());
    },
    dispose: () => undefined,
  };
  return box;
}

export const window = {
  createInputBox,
  showErrorMessage: say,
  showWarningMessage: say,
  /** A question is answered with its button; what is only told is heard. */
  showInformationMessage: (message: string, options?: unknown, ...buttons: string[]) =>
    typeof options === 'object' ? Promise.resolve(buttons[0]) : say(message),
  showQuickPick: (items: readonly unknown[]) => Promise.resolve(items[0]),
  withProgress: (_options: unknown, task: (progress: unknown, token: unknown) => unknown) =>
    task({ report: () => undefined }, { onCancellationRequested: () => undefined }),
};
