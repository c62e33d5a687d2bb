import * as vscode from 'vscode';
import { treesAtRest } from './treesAtRest';

/** Key of the reasons that were typed last, newest first. */
const KEY = 'foundries.recentReasons';
const MOST = 10;

/**
 * Asks why something is changed. The proposed text can be taken as it is, edited, or replaced by one of those that were
 * typed last.
 *
 * @param signal closes the question, as giving up does
 * @returns undefined where the user gave up
 */
export async function askReason(
  title: string,
  proposed: string,
  memory: vscode.Memento,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const recent = memory.get<unknown>(KEY);
  const reasons = Array.isArray(recent) ? recent.filter((text): text is string => typeof text === 'string') : [];
  await treesAtRest();
  if (signal?.aborted === true) {
    return undefined;
  }
  const pick = vscode.window.createQuickPick();
  pick.title = title;
  pick.placeholder = vscode.l10n.t('Why? Shown in the history of the configuration');
  pick.ignoreFocusOut = true;
  pick.value = proposed;
  const offer = (typed: string) => {
    const first = typed.trim() === '' ? proposed : typed.trim();
    const use: vscode.QuickPickItem = {
      label: first,
      description: vscode.l10n.t('Enter sends with this reason'),
      alwaysShow: true,
    };
    const others = reasons
      .filter((text) => text !== first)
      .map((label): vscode.QuickPickItem => ({ label, iconPath: new vscode.ThemeIcon('history'), alwaysShow: true }));
    pick.items = [use, ...others];
    pick.activeItems = [use];
  };
  offer(proposed);
  try {
    const chosen = await new Promise<string | undefined>((resolve) => {
      pick.onDidChangeValue(offer);
      pick.onDidAccept(() => resolve(pick.selectedItems[0]?.label ?? pick.activeItems[0]?.label));
      pick.onDidHide(() => resolve(undefined));
      signal?.addEventListener('abort', () => resolve(undefined), { once: true });
      pick.show();
    });
    if (chosen !== undefined && chosen !== proposed) {
      await memory.update(KEY, [chosen, ...reasons.filter((text) => text !== chosen)].slice(0, MOST));
    }
    return chosen;
  } finally {
    pick.dispose();
  }
}
