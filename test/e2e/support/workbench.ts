/** VS Code's window, as a person sees and works it. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { Editors } from './editors';
import { Dialog, Notifications } from './notifications';
import { QuickInput } from './quickInput';
import { TreeView } from './tree';
import { escapePattern, until } from './waiting';

const OPEN_TIMEOUT = 60_000;

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
        const label = (await remote.getAttribute('aria-label')) ?? '';
        return label !== '' && !/opening|connecting|reconnecting/i.test(label);
      },
      OPEN_TIMEOUT,
    );
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
      if ((await item.getAttribute('aria-expanded')) === 'true') {
        return true;
      }
      await item.click();
      return (await item.getAttribute('aria-expanded')) === 'true';
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

  /** What the window is coloured with. */
  async themeKind(): Promise<'dark' | 'light'> {
    const classes = (await this.page.locator('.monaco-workbench').getAttribute('class')) ?? '';
    return /(^|\s)(vs-dark|hc-black)(\s|$)/.test(classes) ? 'dark' : 'light';
  }

  /** Settings are taken up a moment after they were written. */
  async waitForTheme(kind: 'dark' | 'light'): Promise<void> {
    await until(`a ${kind} window`, async () => (await this.themeKind()) === kind);
  }

  /** Like `screenshot`, in a window that is small enough to be read in a walkthrough. */
  async picture(name: string): Promise<void> {
    const before = this.page.viewportSize();
    if ((process.env.FOUNDRIES_SCREENSHOTS ?? '') !== '' && before !== null) {
      await this.page.setViewportSize({ width: 820, height: 700 });
      await this.page.mouse.move(600, 400);
      // The window arranges itself anew.
      await this.page.waitForTimeout(800);
      await this.screenshot(name);
      await this.page.setViewportSize(before);
    }
  }

  /** Saves a picture in the folder that FOUNDRIES_SCREENSHOTS names; does nothing without one. */
  async screenshot(name: string): Promise<void> {
    const folder = process.env.FOUNDRIES_SCREENSHOTS;
    if (folder !== undefined && folder !== '') {
      mkdirSync(folder, { recursive: true });
      await this.page.screenshot({ path: path.join(folder, `${name}.png`) });
    }
  }
}
