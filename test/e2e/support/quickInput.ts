/** The box at the top: command palette, input boxes and pick lists. */
import type { Locator, Page } from 'playwright-core';
import { until } from '../../support/until';
import { readAll } from './drawn';
import { escapePattern, matches } from './patterns';

/** One try of what a redraw can undo. */
const TRY = 2_000;

/** What is seen in it. */
export interface QuickInputRow {
  readonly label: string;
  readonly description: string;
  readonly ariaLabel: string;
}

export class QuickInput {
  readonly widget: Locator;
  private readonly input: Locator;
  private readonly rowLocator: Locator;

  constructor(private readonly page: Page) {
    this.widget = page.locator('.quick-input-widget');
    this.input = this.widget.locator('.quick-input-box input');
    this.rowLocator = this.widget.locator(
      // A row of several that can be checked is a checkbox, and has another one in it.
      '.quick-input-list .monaco-list-row[role=option], .quick-input-list .monaco-list-row[role=checkbox]',
    );
  }

  /** Waits for it; with a title, placeholder or message, for that one. */
  async waitFor(text: string | RegExp = ''): Promise<void> {
    await until(`a quick input that says ${String(text)}`, () => this.says(text), { found: () => this.said() });
  }

  /** Whether it is open, and its title, placeholder or message says something. */
  async says(text: string | RegExp): Promise<boolean> {
    return (await this.said()).some((value) => matches(value, text));
  }

  async isOpen(): Promise<boolean> {
    return this.input.isVisible();
  }

  async title(): Promise<string> {
    return (await visibleText(this.widget.locator('.quick-input-title'))).trim();
  }

  async placeholder(): Promise<string> {
    return (await this.input.getAttribute('placeholder', { timeout: TRY })) ?? '';
  }

  /** The prompt or, when the input is refused, why. */
  async message(): Promise<string> {
    return visibleText(this.widget.locator('.quick-input-message'));
  }

  /** Waits until the input is refused or warned about, for a reason that matches. */
  async waitForValidation(reason: string | RegExp): Promise<void> {
    const refused = this.widget.locator('.monaco-inputbox.error, .monaco-inputbox.warning').first();
    await until(
      `the input to be refused: ${String(reason)}`,
      async () => (await refused.isVisible()) && matches(await this.message(), reason),
      { found: () => this.message() },
    );
  }

  /** Whether typing shows dots. */
  async isPassword(): Promise<boolean> {
    return (await this.input.getAttribute('type')) === 'password';
  }

  async value(): Promise<string> {
    return this.input.inputValue({ timeout: TRY });
  }

  /** Puts a text in place of what is there. */
  async type(text: string): Promise<void> {
    await this.input.fill(text);
  }

  async accept(): Promise<void> {
    await this.input.press('Enter');
  }

  /** Closes it; a box that asks in between is closed too. */
  async cancel(): Promise<void> {
    await until('the quick input to close', async () => {
      if (await this.isOpen()) {
        await this.page.keyboard.press('Escape');
      }
      return !(await this.isOpen());
    });
  }

  /** The rows that are drawn now. */
  async drawnRows(): Promise<QuickInputRow[]> {
    return readAll(this.rowLocator, (elements) =>
      elements.map((element) => ({
        label: element.querySelector('.label-name')?.textContent ?? '',
        description: element.querySelector('.label-description')?.textContent ?? '',
        ariaLabel: element.getAttribute('aria-label') ?? '',
      })),
    );
  }

  /** Waits until rows are there, and they are what is asked for. */
  async waitForRows(
    isRight: (rows: QuickInputRow[]) => boolean = (rows) => rows.length > 0,
    what = 'rows in the quick input',
  ): Promise<QuickInputRow[]> {
    return until(
      what,
      async () => {
        const rows = await this.drawnRows();
        return isRight(rows) && rows;
      },
      { found: async () => (await this.drawnRows()).map(({ label, description }) => `${label} (${description})`) },
    );
  }

  /** Clicks the row with that label. */
  async pick(label: string | RegExp): Promise<void> {
    await this.untilRow(label);
    await this.row(label).click();
  }

  /** Checks the row with that label, in a list of several that can be checked. */
  async check(label: string): Promise<void> {
    await this.untilRow(label);
    const row = this.row(label);
    await until(`${label} to be checked`, async () => {
      if ((await row.getAttribute('aria-checked', { timeout: TRY })) === 'true') {
        return true;
      }
      await row.click({ timeout: TRY });
      return (await row.getAttribute('aria-checked', { timeout: TRY })) === 'true';
    });
  }

  /** Clicks a button of a row, which is drawn while the pointer is over it. */
  async rowButton(label: string | RegExp, button: string | RegExp): Promise<void> {
    const row = this.row(label);
    await this.untilRow(label);
    await until(`the button ${String(button)} of ${String(label)}`, async () => {
      await row.hover({ timeout: TRY });
      await row.getByRole('button', { name: button }).click({ timeout: TRY });
      return true;
    });
  }

  row(label: string | RegExp): Locator {
    const pattern = typeof label === 'string' ? new RegExp(`^\\s*${escapePattern(label)}\\s*$`) : label;
    const name = this.page.locator('.label-name', { hasText: pattern });
    return this.rowLocator.filter({ has: name }).first();
  }

  /** Runs a command by its full name, such as `Foundries: Sign In`, as a person would: F1, its name, a click. */
  async runCommand(title: string): Promise<void> {
    const row = this.row(title);
    await until(
      `the command "${title}" in the palette`,
      async () => {
        // What takes the focus closes the palette, a tree that is drawn anew too.
        if (!(await this.isPalette()) || (await this.value()) !== `>${title}`) {
          await this.openPalette();
          await this.input.fill(`>${title}`, { timeout: TRY });
        }
        if (!(await row.isVisible())) {
          // A command that an extension is only about to bring appears when the list is asked for again.
          await row.waitFor({ timeout: TRY }).catch(() => this.page.keyboard.press('Escape'));
        }
        await row.click({ timeout: TRY });
        return true;
      },
      { found: async () => (await this.drawnRows()).map(({ label }) => label) },
    );
  }

  /** Opens the command palette, by F1. */
  async openPalette(): Promise<void> {
    await until('the command palette', async () => {
      if (!(await this.isPalette())) {
        await this.page.keyboard.press('F1');
        await this.input.waitFor({ timeout: TRY });
      }
      return this.isPalette();
    });
  }

  private async said(): Promise<string[]> {
    return (await this.isOpen()) ? [await this.title(), await this.placeholder(), await this.message()] : [];
  }

  private async isPalette(): Promise<boolean> {
    return (await this.isOpen()) && (await this.value()).startsWith('>');
  }

  private async untilRow(label: string | RegExp): Promise<void> {
    await this.waitForRows(
      (rows) =>
        rows.some(({ label: found }) => (typeof label === 'string' ? found.trim() === label : label.test(found))),
      `the row ${String(label)} in the quick input`,
    );
  }
}

async function visibleText(locator: Locator): Promise<string> {
  return (await locator.isVisible()) ? ((await locator.allInnerTexts())[0] ?? '') : '';
}
