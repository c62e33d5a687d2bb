import { showWarning } from './messages';

/** A question that has to be answered before something is sent. */
export interface Question {
  readonly message: string;
  readonly detail: string;
  /** What can be chosen; closing the question means none of it. */
  readonly buttons: readonly string[];
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
export const askInWindow: Answer = async ({ message, detail, buttons }) =>
  showWarning(message, { modal: true, detail }, ...buttons);
