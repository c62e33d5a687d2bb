import type * as vscode from 'vscode';

/** Milliseconds of rest after a key press before the service is asked. */
export const REST_MS = 250;

/** A search that goes on while a picker is open. */
export interface SearchAsTyped {
  /** Whether what is shown was found for what is typed. */
  readonly isAnswered: boolean;
  /**
   * To be called where somebody decides: what was typed is asked about at once.
   *
   * @returns whether what is shown is of what is typed now; false where that failed, or something else was typed meanwhile
   */
  answered(): Promise<boolean>;
  /** Ends the search. */
  dispose(): void;
}

/**
 * Asks the service for what is typed into a picker: at once for nothing, then after each rest. A newer text ends the search
 * for the older one, and nothing is heard of that any more.
 *
 * @param find called with the text
 * @param found gets the answer
 * @param failed gets what went wrong
 */
export function searchAsTyped<T>(
  pick: Pick<vscode.QuickPick<vscode.QuickPickItem>, 'busy' | 'onDidChangeValue'>,
  find: (text: string, signal: AbortSignal) => Promise<T>,
  found: (answer: T, text: string) => void,
  failed: (error: unknown) => void,
): SearchAsTyped {
  let search = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let typed = '';
  /** What is shown was found for it; before anything was found, what is known is shown for nothing. */
  let answeredFor: string | undefined = '';
  let asking = Promise.resolve();
  const ask = async (text: string) => {
    search.abort();
    const mine = (search = new AbortController());
    pick.busy = true;
    try {
      const answer = await find(text, mine.signal);
      if (!mine.signal.aborted) {
        found(answer, text);
        answeredFor = text;
      }
    } catch (error) {
      if (!mine.signal.aborted) {
        answeredFor = undefined;
        failed(error);
      }
    } finally {
      if (mine === search) {
        pick.busy = false;
      }
    }
  };
  const askNow = () => {
    clearTimeout(timer);
    timer = undefined;
    asking = ask(typed);
  };
  const typing = pick.onDidChangeValue((text) => {
    typed = text;
    clearTimeout(timer);
    timer = setTimeout(askNow, REST_MS);
  });
  askNow();
  return {
    get isAnswered() {
      return answeredFor === typed;
    },
    answered: async () => {
      const wanted = typed;
      if (timer !== undefined) {
        askNow();
      }
      if (answeredFor !== wanted) {
        await asking;
      }
      return typed === wanted && answeredFor === wanted;
    },
    dispose: () => {
      typing.dispose();
      clearTimeout(timer);
      search.abort();
    },
  };
}
