/** Notification toasts and modal dialogs. */
import type { Locator, Page } from 'playwright-core';
import { readAll } from './drawn';
import { until } from './waiting';

/** A notification as it is seen. */
export interface Toast {
  readonly text: string;
  readonly buttons: readonly string[];
  readonly severity: 'error' | 'warning' | 'info';
}

export class Notifications {
  private readonly items: Locator;

  constructor(page: Page) {
    this.items = page.locator(
      '.notifications-toasts.visible .notification-list-item, .notifications-center.visible .notification-list-item',
    );
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
  async waitFor(text: string | RegExp, timeout?: number): Promise<Toast> {
    return until(
      `a notification that says ${String(text)}`,
      async () => (await this.all()).find((toast) => matches(toast.text, text)),
      timeout,
    );
  }

  /** Clicks a button of the one that says something. */
  async click(text: string | RegExp, button: string): Promise<void> {
    await this.waitFor(text);
    await this.item(text).getByRole('button', { name: button, exact: true }).click();
  }

  /** Closes the one that says something. */
  async dismiss(text: string | RegExp): Promise<void> {
    const item = this.item(text);
    await item.hover();
    await item.getByRole('button', { name: /^Clear Notification/ }).click();
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

  async waitFor(text?: string | RegExp): Promise<string> {
    await this.box.waitFor();
    if (text !== undefined) {
      await until(`a dialog that says ${String(text)}`, async () => matches(await this.text(), text));
    }
    return this.text();
  }

  async isOpen(): Promise<boolean> {
    return this.box.isVisible();
  }

  /** Its question and what is below. */
  async text(): Promise<string> {
    return (await this.box.locator('.dialog-message-container').innerText()).trim();
  }

  async buttons(): Promise<string[]> {
    return this.box.locator('.dialog-buttons .monaco-button:visible').allInnerTexts();
  }

  async click(button: string): Promise<void> {
    await this.box.locator('.dialog-buttons').getByRole('button', { name: button, exact: true }).click();
    await this.box.waitFor({ state: 'hidden' });
  }
}

function matches(value: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? value.includes(wanted) : wanted.test(value);
}
