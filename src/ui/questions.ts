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
  const items: vscode.MessageItem[] = [...(keep === undefined ? [] : [keep]), ...buttons].map((title) => ({ title }));
  if (close !== undefined) {
    items.push({ title: close, isCloseAffordance: true });
  }
  const chosen = await showWarning(message, { modal: true, detail }, ...items);
  return buttons.find((button) => button === chosen?.title);
};
