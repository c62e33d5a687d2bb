/** The box at the top: command palette, input boxes and pick lists. */
import type { Locator, Page } from 'playwright-core';
import { readAll } from './drawn';
import { escapePattern, pause, until } from './waiting';

const PALETTE_TIMEOUT = 20_000;
const SETTLE = 500;

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

  /** Waits for it; with a title or placeholder, for that one. */
  async waitFor(text?: string | RegExp): Promise<void> {
    await this.input.waitFor({ state: 'visible' });
    if (text !== undefined) {
      const matches = (value: string) => (typeof text === 'string' ? value.includes(text) : text.test(value));
      await until(`a quick input that says ${String(text)}`, async () => {
        const said = [await this.title(), await this.placeholder(), await this.message()];
        return said.some(matches);
      });
    }
  }

  async isOpen(): Promise<boolean> {
    return this.input.isVisible();
  }

  async title(): Promise<string> {
    return (await visibleText(this.widget.locator('.quick-input-title'))).trim();
  }

  async placeholder(): Promise<string> {
    return (await this.input.getAttribute('placeholder')) ?? '';
  }

  /** The prompt or, when the input is refused, why. */
  async message(): Promise<string> {
    return visibleText(this.widget.locator('.quick-input-message'));
  }

  /** Waits until the input is refused, and says why. */
  async validationMessage(): Promise<string> {
    await this.widget.locator('.monaco-inputbox.error, .monaco-inputbox.warning').first().waitFor();
    return this.message();
  }

  /** Whether typing shows dots. */
  async isPassword(): Promise<boolean> {
    return (await this.input.getAttribute('type')) === 'password';
  }

  async value(): Promise<string> {
    return this.input.inputValue();
  }

  /** Puts a text in place of what is there. */
  async type(text: string): Promise<void> {
    await this.input.waitFor({ state: 'visible' });
    await this.input.fill(text);
  }

  async accept(): Promise<void> {
    await this.input.waitFor({ state: 'visible' });
    await this.input.press('Enter');
  }

  async cancel(): Promise<void> {
    await this.input.press('Escape');
    await this.input.waitFor({ state: 'hidden' });
  }

  /** The rows that are drawn, waited for until there are some. */
  async rows(): Promise<QuickInputRow[]> {
    return until('rows in the quick input', async () => {
      const rows = await readAll(this.rowLocator, (elements) =>
        elements.map((element) => ({
          label: element.querySelector('.label-name')?.textContent ?? '',
          description: element.querySelector('.label-description')?.textContent ?? '',
          ariaLabel: element.getAttribute('aria-label') ?? '',
        })),
      );
      return rows.length > 0 && rows;
    });
  }

  /** Clicks the row with that label. */
  async pick(label: string | RegExp): Promise<void> {
    await this.row(label).click();
  }

  row(label: string | RegExp): Locator {
    const pattern = typeof label === 'string' ? new RegExp(`^\\s*${escapePattern(label)}\\s*$`) : label;
    const name = this.page.locator('.label-name', { hasText: pattern });
    return this.rowLocator.filter({ has: name }).first();
  }

  /** Runs a command by its full name, such as `Foundries: Sign In`, as a person would: F1, its name, Enter. */
  async runCommand(title: string): Promise<void> {
    const row = this.row(title);
    // A command that an extension is only about to bring appears when the list is asked for again. What takes the focus
    // closes the palette, a tree that is drawn anew too.
    await until(
      `the command "${title}" in the palette`,
      async () => {
        if (!(await row.isVisible())) {
          await this.openPalette('');
          await this.openPalette(title);
          await row.waitFor({ state: 'visible', timeout: 1_500 });
        }
        await row.click({ timeout: 1_500 });
        return true;
      },
      PALETTE_TIMEOUT,
    );
  }

  /** The commands that the palette offers for a text. */
  async commandsFor(text: string): Promise<string[]> {
    await this.openPalette(text);
    // The list is refined while the search goes on: it is what it is when it stays the same.
    let last = '';
    const labels = await until('the palette to have searched', async () => {
      const now = (await this.rows()).map((row) => row.label);
      const settled = now.join('\n') === last;
      last = now.join('\n');
      await pause(SETTLE);
      return settled && now;
    });
    await this.cancel();
    return labels;
  }

  private async openPalette(text: string): Promise<void> {
    await until('the command palette', async () => {
      if (!(await this.input.isVisible()) || !(await this.value()).startsWith('>')) {
        await this.page.keyboard.press('F1');
        await this.input.waitFor({ state: 'visible', timeout: 2_000 });
      }
      if (!(await this.value()).startsWith('>')) {
        return false;
      }
      await this.input.fill(`>${text}`, { timeout: 1_000 });
      return true;
    });
  }
}

async function visibleText(locator: Locator): Promise<string> {
  return (await locator.isVisible()) ? ((await locator.allInnerTexts())[0] ?? '') : '';
}
