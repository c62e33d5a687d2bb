/** Notification toasts and modal dialogs. */
import type { Locator, Page } from 'playwright-core';
import { until } from '../../support/until';
import { readAll } from './drawn';
import { matches } from './patterns';

/** A toast goes to the bell by itself after 15 s; one that was missed is looked for there. */
const LOOKS_AT_TOASTS = 20;
const TRY = 2_000;

/** A notification as it is seen. */
export interface Toast {
  readonly text: string;
  readonly buttons: readonly string[];
  readonly severity: 'error' | 'warning' | 'info';
}

export class Notifications {
  private readonly items: Locator;
  private readonly center: Locator;

  constructor(private readonly page: Page) {
    this.items = page.locator(
      '.notifications-toasts.visible .notification-list-item, .notifications-center.visible .notification-list-item',
    );
    this.center = page.locator('.notifications-center.visible');
  }

  /** Those on the screen: not more than three at once. */
  async all(): Promise<Toast[]> {
    return readAll(this.items, (elements) =>
      elements.map((element) => {
        const icon = element.querySelector('.notification-list-item-icon')?.className ?? '';
        return {
          text: element.querySelector('.notification-list-item-message')?.textContent ?? '',
          buttons: [...element.querySelectorAll('.notification-list-item-buttons-container .monaco-button')].map(
            (button) => button.textContent ?? '',
          ),
          severity: icon.includes('codicon-error') ? 'error' : icon.includes('codicon-warning') ? 'warning' : 'info',
        } as const;
      }),
    );
  }

  /** Waits for one that says something. */
  async waitFor(text: string | RegExp): Promise<Toast> {
    let looks = 0;
    return until(
      `a notification that says ${String(text)}`,
      async () => {
        if (++looks % LOOKS_AT_TOASTS === 0 && !(await this.center.isVisible())) {
          await this.page.locator('.statusbar [id="status.notifications"]').click({ timeout: TRY });
        }
        return (await this.all()).find((toast) => matches(toast.text, text));
      },
      { found: () => this.all() },
    );
  }

  /** Clicks a button of the one that says something. Toasts move when one comes or goes. */
  async click(text: string | RegExp, button: string): Promise<void> {
    await this.waitFor(text);
    await until(
      `the button ${button} of the notification that says ${String(text)}`,
      async () => {
        await this.item(text).getByRole('button', { name: button, exact: true }).click({ timeout: TRY });
        return true;
      },
      { found: () => this.all() },
    );
  }

  /** Closes the one that says something. */
  async dismiss(text: string | RegExp): Promise<void> {
    const item = this.item(text);
    await until(`the notification that says ${String(text)} to be closed`, async () => {
      if ((await item.count()) === 0) {
        return true;
      }
      await item.hover({ timeout: TRY });
      await item.getByRole('button', { name: /^Clear Notification/ }).click({ timeout: TRY });
      return false;
    });
  }

  private item(text: string | RegExp): Locator {
    return this.items.filter({ hasText: text }).first();
  }
}

/** A dialog that has to be answered before anything else. */
export class Dialog {
  readonly box: Locator;

  constructor(page: Page) {
    this.box = page.locator('.monaco-dialog-box');
  }

  /** Waits for it; with a text, for one that says so. */
  async waitFor(text: string | RegExp = ''): Promise<string> {
    return until(
      `a dialog that says ${String(text)}`,
      async () => {
        const said = await this.text();
        return said !== undefined && matches(said, text) && said;
      },
      { found: () => this.text() },
    );
  }

  async isOpen(): Promise<boolean> {
    return this.box.isVisible();
  }

  async buttons(): Promise<string[]> {
    return this.box.locator('.dialog-buttons .monaco-button:visible').allInnerTexts();
  }

  /** The button that Enter presses. */
  async focusedButton(): Promise<string> {
    return this.box.locator('.dialog-buttons .monaco-button:focus').innerText();
  }

  async click(button: string): Promise<void> {
    const before = await this.text();
    await this.box.locator('.dialog-buttons').getByRole('button', { name: button, exact: true }).click();
    await this.untilAnswered(before);
  }

  /** Answers it with the Escape key. */
  async cancel(): Promise<void> {
    const before = await this.text();
    await this.box.press('Escape');
    await this.untilAnswered(before);
  }

  /** The next question may be there at once. */
  private async untilAnswered(before: string | undefined): Promise<void> {
    await until('the dialog to close', async () => (await this.text()) !== before, { found: () => this.text() });
  }

  /** Its question and what is below; undefined without a dialog. */
  private async text(): Promise<string | undefined> {
    return (await this.box.locator('.dialog-message-container').allInnerTexts())[0]?.trim();
  }
}
