/** Pick lists and input boxes of the window, in which tests type and press Enter. */
import { setup } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../../support/until';
import { answeringEach } from './answering';

type Pick = vscode.QuickPick<vscode.QuickPickItem>;

/** What was opened, oldest first. */
export class QuickInputs {
  readonly picks: Pick[] = [];
  readonly boxes: vscode.InputBox[] = [];
  /** What the window says is active, rather than what was only asked for. */
  private readonly active = new Map<Pick, readonly vscode.QuickPickItem[]>();

  /** Watches what each test of the suite that is being defined opens. */
  static ofEach(): QuickInputs {
    const inputs = new QuickInputs();
    const { createQuickPick, createInputBox } = vscode.window;
    setup(() => {
      inputs.picks.length = 0;
      inputs.boxes.length = 0;
    });
    answeringEach(() => ({
      createQuickPick: () => inputs.add(createQuickPick()),
      createInputBox: () => {
        const box = createInputBox();
        inputs.boxes.push(box);
        return box;
      },
    }));
    return inputs;
  }

  /** Waits for the pick list that is opened after some others, filled. */
  pick(after = 0): Promise<Pick> {
    return until(
      'a filled list',
      () => {
        const pick = this.picks.at(-1);
        return this.picks.length > after && pick?.busy === false && pick;
      },
      { found: () => this.picks.map(({ title, busy }) => ({ title, busy })) },
    );
  }

  /** Takes an entry of a list, as arrow keys and Enter do. */
  async take(pick: Pick, label: string | RegExp): Promise<void> {
    const fits = (item: vscode.QuickPickItem) =>
      typeof label === 'string' ? item.label === label : label.test(item.label);
    const item = await until(`the entry ${String(label)}`, () => pick.items.find(fits), {
      found: () => pick.items.map((one) => one.label),
    });
    // A list that is drawn anew has other items with the same labels.
    const isActive = () => this.active.get(pick)?.[0]?.label === item.label;
    if (!isActive()) {
      pick.activeItems = [item];
      await until(`${item.label} to be active`, isActive, {
        found: () => this.active.get(pick)?.map((one) => one.label),
      });
    }
    await accept();
  }

  /** Types a text in place of what stands there. */
  async type(pick: Pick, text: string): Promise<void> {
    let typed = '';
    pick.onDidChangeValue((value) => (typed = value));
    pick.value = text;
    await until(`${text} to be typed`, () => typed === text, { found: () => typed });
  }

  private add(pick: Pick): Pick {
    this.picks.push(pick);
    pick.onDidChangeActive((items) => this.active.set(pick, items));
    return pick;
  }
}

/** Presses Enter in the quick input that is open. */
export const accept = (): Thenable<unknown> =>
  vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');

/** Presses Escape in it. */
export const escape = (): Thenable<unknown> => vscode.commands.executeCommand('workbench.action.closeQuickOpen');
