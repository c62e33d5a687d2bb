/** VS Code's window, as a person sees and works it. */
import type { Locator, Page } from 'playwright-core';
import { until } from '../../support/until';
import { Editors } from './editors';
import { Dialog, Notifications } from './notifications';
import { escapePattern } from './patterns';
import { QuickInput } from './quickInput';
import { TreeView } from './tree';

/** Of a window that opens while all of the machine is busy. */
const OPEN_TIMEOUT = 120_000;
/** One try of what a redraw can undo. */
const TRY = 2_000;
/** What a command asks is there by then, or does not come. */
const ANSWER_PATIENCE = 10_000;

export class Workbench {
  readonly quickInput: QuickInput;
  readonly editors: Editors;
  readonly notifications: Notifications;
  readonly dialog: Dialog;

  constructor(readonly page: Page) {
    this.quickInput = new QuickInput(page);
    this.editors = new Editors(page);
    this.notifications = new Notifications(page);
    this.dialog = new Dialog(page);
  }

  /** Waits until the window is drawn and its extension host answers. */
  async waitUntilReady(): Promise<void> {
    await this.page.locator('.monaco-workbench .activitybar [role=tab]').first().waitFor({ timeout: OPEN_TIMEOUT });
    await this.page.locator('.statusbar').waitFor({ timeout: OPEN_TIMEOUT });
    await until(
      'a connection to the extension host',
      async () => {
        const remote = this.page.locator('.statusbar [id="status.host"]');
        const label = (await remote.getAttribute('aria-label', { timeout: TRY })) ?? '';
        return label !== '' && !/opening|connecting|reconnecting/i.test(label);
      },
      { timeout: OPEN_TIMEOUT },
    );
  }

  /** Leaves the window, and closes its page. */
  async close(): Promise<void> {
    // Of one that is only gone, the server keeps the extension host, in case it comes back.
    await this.page.goto('about:blank', { timeout: ANSWER_PATIENCE }).catch(() => undefined);
    await this.page.close();
  }

  /** Reloads the window, as a restart does. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.waitUntilReady();
  }

  /** Runs a command from the palette by its full name. */
  async runCommand(title: string): Promise<void> {
    await this.quickInput.runCommand(title);
  }

  /** Presses a key until it has opened the quick input: what the keys mean changes a moment after what is selected. */
  async pressForInput(key: string, text: string | RegExp): Promise<void> {
    await until(`${key} to open a quick input`, async () => {
      await this.page.keyboard.press(key);
      await this.quickInput.widget.locator('input').first().waitFor({ timeout: TRY });
      return true;
    });
    await this.quickInput.waitFor(text);
  }

  /**
   * Chooses from the context menu of a row what opens a quick input. A row that is drawn anew meanwhile is no longer known to its
   * command, which then asks for one: that box is closed, and the row chosen again. So it is where the box has been closed by what
   * was drawn after it.
   */
  async chooseForInput(view: TreeView, row: string | RegExp, item: RegExp, text: string | RegExp): Promise<void> {
    await until(`${String(item)} of ${String(row)} to ask ${String(text)}`, async () => {
      await view.contextMenu(row, item);
      await until('a quick input', () => this.quickInput.says(''), { timeout: ANSWER_PATIENCE });
      if (await this.quickInput.says(text)) {
        return true;
      }
      await this.quickInput.cancel();
      return false;
    });
  }

  activityBarItem(name: string): Locator {
    // The item's own name comes from its link, whose label may go on with a shortcut or a badge.
    return this.page.locator('.activitybar [role=tab]').filter({
      has: this.page.locator(`a[aria-label^=${JSON.stringify(name)}]`),
    });
  }

  /** Opens a container of the activity bar, if it is not open. */
  async openActivity(name: string): Promise<void> {
    const item = this.activityBarItem(name);
    await item.waitFor({ timeout: OPEN_TIMEOUT });
    await until(`${name} to be open`, async () => {
      const isOpen = async () => (await item.getAttribute('aria-expanded', { timeout: TRY })) === 'true';
      if (await isOpen()) {
        return true;
      }
      await item.click({ timeout: TRY });
      return isOpen();
    });
  }

  /** A view of the side bar. */
  view(name: string): TreeView {
    return new TreeView(this.page, name);
  }

  /** An item of the status bar, by what is drawn or spoken. */
  statusBarItem(text: string | RegExp): Locator {
    const pattern = typeof text === 'string' ? new RegExp(escapePattern(text)) : text;
    return this.page.locator('.statusbar .statusbar-item').filter({ hasText: pattern }).first();
  }
}
