/** The user of each cell, who types into boxes and hears messages; cells run at the same time, in one window. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { clearDesk, desk, ShownInput } from '../../support/vscode';

/** What belongs to one cell. */
export interface CellWindow {
  /** What the setting `foundries.apiUrl` says. */
  readonly settingsApi: string;
  /** What the user types into a box, by its placeholder. */
  readonly typed: Map<string, string>;
  /** What the user was told, the newest last. */
  readonly said: string[];
}

/** The cell that acts now. */
export const inWindow = new AsyncLocalStorage<CellWindow>();

class CellSettings extends Map<string, unknown> {
  override get(name: string): unknown {
    return name === 'foundries.apiUrl' ? inWindow.getStore()?.settingsApi : super.get(name);
  }
}

/** Lets users of cells act in the window, until it is cleared. */
export function seatUsers(): void {
  clearDesk();
  desk.settings = new CellSettings();
  // A question is answered with its button; what is only told is heard.
  desk.answer = (message, [button], { modal }) => {
    if (modal) {
      return button;
    }
    inWindow.getStore()?.said.push(message);
    return undefined;
  };
  desk.choose = ([first]) => first;
  desk.meet = (box) => {
    if (box instanceof ShownInput) {
      const mine = inWindow.getStore();
      queueMicrotask(() => void typeInto(box, mine));
    }
  };
}

/** They type what they have to say, once, and give up when it is not taken. */
async function typeInto(box: ShownInput, mine: CellWindow | undefined): Promise<void> {
  box.value = mine?.typed.get(box.placeholder) ?? box.value;
  await box.enter();
  const problem = box.validationMessage;
  if (problem !== undefined) {
    mine?.said.push(typeof problem === 'string' ? problem : problem.message);
  }
  box.hide();
}
