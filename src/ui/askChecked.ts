import * as vscode from 'vscode';
import { explain } from './errorText';
import { plainText } from './plainText';

/** A text that is asked for and tried before it is taken. */
export interface CheckedInput<T> {
  readonly title: string;
  readonly prompt: string;
  readonly placeholder: string;
  /** Stands there at first. */
  readonly value?: string;
  /** Shows dots. */
  readonly password?: boolean;
  /** Buttons of the box. What `run` returns, if anything, ends the box and is its answer. */
  readonly buttons?: readonly CheckedInputButton<T>[];
  /** What is wrong with a text at first sight; undefined where nothing is. */
  problem(text: string): string | undefined;
  /** Tries the text. What it rejects with is said in the box. */
  check(text: string, signal: AbortSignal): Promise<T>;
  /** What to say of a failure; undefined: as of any other. */
  failure?(error: unknown, text: string): string | undefined;
}

export interface CheckedInputButton<T> {
  readonly icon: string;
  readonly tooltip: string;
  run(): T | undefined;
}

/**
 * An input box that stays open until its text is good, so that a typing slip costs no second try. Blanks around the text do
 * not count.
 *
 * @returns what `check` gave; undefined where the user gave up, which also stops a check under way
 */
export async function askChecked<T>(wanted: CheckedInput<T>): Promise<T | undefined> {
  const box = vscode.window.createInputBox();
  box.title = wanted.title;
  box.prompt = plainText(wanted.prompt);
  box.placeholder = wanted.placeholder;
  box.value = wanted.value ?? '';
  box.password = wanted.password === true;
  box.ignoreFocusOut = true;
  const buttons = (wanted.buttons ?? []).map((button) => ({
    iconPath: new vscode.ThemeIcon(button.icon),
    tooltip: button.tooltip,
    run: () => button.run(),
  }));
  box.buttons = buttons;
  const stop = new AbortController();
  try {
    return await new Promise<T | undefined>((resolve) => {
      box.onDidTriggerButton((button) => {
        const answer = buttons.find((candidate) => candidate === button)?.run();
        if (answer !== undefined) {
          resolve(answer);
        }
      });
      box.onDidChangeValue(() => {
        box.validationMessage = undefined;
      });
      box.onDidHide(() => resolve(undefined));
      box.onDidAccept(async () => {
        const text = box.value.trim();
        const problem = wanted.problem(text);
        if (problem !== undefined || box.busy) {
          box.validationMessage = problem === undefined ? undefined : plainText(problem);
          return;
        }
        box.busy = true;
        box.enabled = false;
        try {
          resolve(await wanted.check(text, stop.signal));
        } catch (error) {
          box.validationMessage = plainText(wanted.failure?.(error, text) ?? explain(error).message);
        } finally {
          box.busy = false;
          box.enabled = true;
        }
      });
      box.show();
    });
  } finally {
    stop.abort();
    box.dispose();
  }
}
