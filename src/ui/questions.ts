import type * as vscode from 'vscode';
import { showWarning } from './messages';

/** A question that has to be answered before something is sent. */
export interface Question {
  readonly message: string;
  readonly detail: string;
  /** What can be chosen; closing the question means none of it. */
  readonly buttons: readonly string[];
  /**
   * What Enter chooses, and does nothing: of a question about what cannot be taken back. VS Code gives the focus to the first button,
   * and adds *Cancel* as the last one.
   */
  readonly keep?: string;
  /** In place of *Cancel*, where that is what the question is about. */
  readonly close?: string;
}

export type Answer = (question: Question) => Promise<string | undefined>;

/** Modal questions. Tests answer in place of a person. */
export class Questions {
  answer: Answer = askInWindow;

  /** @returns the button that was chosen; undefined where the question was closed */
  ask(question: Question): Promise<string | undefined> {
    return this.answer(question);
  }
}

/** Asks the person in front of the window. */
export const askInWindow: Answer = async ({ message, detail, buttons, keep, close }) => {
  const labels = [...(keep === undefined ? [] : [keep]), ...buttons];
  const options = { modal: true, detail };
  const chosen =
    close === undefined
      ? await showWarning(message, options, ...labels)
      : await showWarning(message, options, ...labels.map((title): vscode.MessageItem => ({ title })), {
          title: close,
          isCloseAffordance: true,
        });
  const title = typeof chosen === 'object' ? chosen.title : chosen;
  return buttons.find((button) => button === title);
};
