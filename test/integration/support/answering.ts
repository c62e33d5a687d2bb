/** Answers in place of the person in front of the window. */
import assert from 'node:assert/strict';
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

/** Replaces pick lists without changes while they are open: takes an entry of each that comes. */
export function choosing(choose: (items: readonly vscode.QuickPickItem[]) => unknown): Answers {
  return {
    showQuickPick: async (items: readonly vscode.QuickPickItem[] | Thenable<readonly vscode.QuickPickItem[]>) =>
      choose((await items).filter(({ kind }) => kind !== vscode.QuickPickItemKind.Separator)),
  };
}

/**
 * Takes the entry that the next pattern fits, for `choosing`.
 *
 * @param patterns of label and description, one for each list that comes; they are used up
 */
export const inTurn = (patterns: RegExp[]) => (items: readonly vscode.QuickPickItem[]) => {
  const wanted = patterns.shift();
  const found = items.find(({ label, description }) => wanted?.test(`${label} ${description ?? ''}`));
  assert.ok(found, `${String(wanted)} among ${items.map(({ label }) => label).join()}`);
  return found;
};

/** What is in force now, so that one replacement can go on to another. */
function replace(answers: Answers): () => void {
  const window = vscode.window as unknown as Record<string, unknown>;
  const before = Object.fromEntries(Object.keys(answers).map((name) => [name, window[name]]));
  Object.assign(window, answers);
  return () => void Object.assign(window, before);
}
