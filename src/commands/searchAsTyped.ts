import * as vscode from 'vscode';

/** Milliseconds of rest after a key press before the service is asked. */
export const REST_MS = 250;

/**
 * Asks the service for what is typed into a picker: at once for nothing, then after each rest. A newer text ends the search
 * for the older one, and nothing is heard of that any more.
 *
 * @param find called with the text
 * @param found gets the answer
 * @param failed gets what went wrong
 * @returns ends the search
 */
export function searchAsTyped<T>(
  pick: vscode.QuickPick<vscode.QuickPickItem>,
  find: (text: string, signal: AbortSignal) => Promise<T>,
  found: (answer: T, text: string) => void,
  failed: (error: unknown) => void,
): vscode.Disposable {
  let search = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const ask = async (text: string) => {
    search.abort();
    const mine = (search = new AbortController());
    pick.busy = true;
    try {
      const answer = await find(text, mine.signal);
      if (!mine.signal.aborted) {
        found(answer, text);
      }
    } catch (error) {
      if (!mine.signal.aborted) {
        failed(error);
      }
    } finally {
      if (mine === search) {
        pick.busy = false;
      }
    }
  };
  const typing = pick.onDidChangeValue((text) => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(text), REST_MS);
  });
  void ask('');
  return new vscode.Disposable(() => {
    typing.dispose();
    clearTimeout(timer);
    search.abort();
  });
}
