/** Answers in place of the person in front of the window. */
import { setup, teardown } from 'mocha';
import * as vscode from 'vscode';

/** Functions of `vscode.window`, and what replaces them. */
export type Answers = Readonly<Record<string, (...args: never[]) => unknown>>;

/** Replaces functions of `vscode.window` for the time of a task, and puts them back whatever happens. */
export async function answering<T>(answers: Answers, task: () => T | PromiseLike<T>): Promise<T> {
  const putBack = replace(answers);
  try {
    return await task();
  } finally {
    putBack();
  }
}

/** Replaces functions of `vscode.window` for the time of each test of the suite that is being defined. */
export function answeringEach(answers: () => Answers): void {
  let putBack: () => void;
  setup(() => {
    putBack = replace(answers());
  });
  teardown(() => putBack());
}

/**
 * Replaces messages without modal questions.
 *
 * @param told gets each text
 * @param press the button that is pressed; none if not given
 */
export function messages(
  told: string[],
  press: (message: string, buttons: readonly string[]) => string | undefined = () => undefined,
): Answers {
  const tell = (message: string, ...buttons: string[]) => {
    told.push(message);
    return Promise.resolve(press(message, buttons));
  };
  return { showInformationMessage: tell, showWarningMessage: tell, showErrorMessage: tell };
}

/** What is in force now, so that one replacement can go on to another. */
function replace(answers: Answers): () => void {
  const window = vscode.window as unknown as Record<string, unknown>;
  const before = Object.fromEntries(Object.keys(answers).map((name) => [name, window[name]]));
  Object.assign(window, answers);
  return () => void Object.assign(window, before);
}
