/** Editor tabs and the text in them. */
import type { Locator, Page } from 'playwright-core';
import { until, untilEqual } from '../../support/until';
import { readAll } from './drawn';
import { matches } from './patterns';

/** One try of what a redraw can undo. */
const TRY = 2_000;

export class Editors {
  private readonly group: Locator;

  constructor(private readonly page: Page) {
    this.group = page.locator('.editor-group-container');
  }

  tab(name: string | RegExp): Locator {
    const tabs = this.group.locator('.tabs-container .tab');
    return typeof name === 'string'
      ? this.group.locator(`.tabs-container .tab[data-resource-name=${JSON.stringify(name)}]`).first()
      : tabs.filter({ hasText: name }).first();
  }

  /** The names of the open tabs. */
  async tabs(): Promise<string[]> {
    const tabs = this.group.locator('.tabs-container .tab');
    return readAll(tabs, (elements) => elements.map((element) => element.getAttribute('data-resource-name') ?? ''));
  }

  /** The active tab's spoken name: it ends with ", preview", ", Read-only" and the like. */
  async activeTab(): Promise<string> {
    return (await this.group.locator('.tabs-container .tab.active').first().getAttribute('aria-label')) ?? '';
  }

  /** Waits until it is open, active and shows its text. */
  async waitFor(name: string | RegExp): Promise<void> {
    const tab = this.tab(name);
    await until(
      `${String(name)} to be the active tab`,
      async () => (await tab.isVisible()) && (await tab.getAttribute('aria-selected', { timeout: TRY })) === 'true',
      { found: () => this.tabs() },
    );
    await this.lines.first().waitFor();
  }

  /** Waits until a tab is open, in front or not. */
  async waitForTab(name: string | RegExp): Promise<void> {
    await until(`the tab ${String(name)}`, () => this.tab(name).isVisible(), { found: () => this.tabs() });
  }

  async select(name: string | RegExp): Promise<void> {
    await this.tab(name).click();
    await this.waitFor(name);
  }

  async isDirty(name: string | RegExp): Promise<boolean> {
    return /(^|\s)dirty(\s|$)/.test((await this.tab(name).getAttribute('class', { timeout: TRY })) ?? '');
  }

  async waitForDirty(name: string | RegExp, dirty: boolean): Promise<void> {
    await untilEqual(`whether ${String(name)} has unsaved changes`, () => this.isDirty(name), dirty);
  }

  /** The drawn lines of the active editor: all of them, in a short file. */
  async text(): Promise<string> {
    const lines = await readAll(this.lines, (elements) =>
      elements
        .map((element) => ({
          top: Number.parseFloat(element.style.top),
          text: (element.textContent ?? '').replaceAll('\u00a0', ' '),
        }))
        .sort((a, b) => a.top - b.top)
        .map((line) => line.text),
    );
    return lines.join('\n');
  }

  /** Waits until the text contains, or matches, something. */
  async waitForText(text: string | RegExp): Promise<string> {
    return until(
      `text ${String(text)} in the editor`,
      async () => {
        const shown = await this.text();
        return matches(shown, text) && shown;
      },
      { found: () => this.text() },
    );
  }

  /** Puts the cursor into the text. */
  async focus(): Promise<void> {
    const editor = this.activeEditor;
    await until('the cursor in the editor', async () => {
      await editor.locator('.view-lines').click({ timeout: TRY });
      return (await editor.locator('.monaco-editor.focused').count()) > 0;
    });
  }

  /** Puts a text in place of all there is, at once: no bracket is closed and no suggestion taken on the way. */
  async setText(text: string): Promise<void> {
    await this.focus();
    await this.page.keyboard.press('ControlOrMeta+A');
    await this.page.keyboard.insertText(text);
  }

  /** Types at the end of the text. */
  async append(text: string): Promise<void> {
    await this.focus();
    await this.page.keyboard.press('ControlOrMeta+End');
    await this.page.keyboard.insertText(text);
  }

  /** Ctrl+S, in the editor. */
  async save(): Promise<void> {
    await this.focus();
    await this.page.keyboard.press('ControlOrMeta+S');
  }

  /** Clicks a button of the editor's title; all of them are drawn anew when the editor or its state changes. */
  async titleAction(action: string | RegExp): Promise<void> {
    const buttons = this.group.locator('.editor-actions').getByRole('button');
    await until(
      `the button ${String(action)} in the title of the editor`,
      async () => {
        const button = this.group.locator('.editor-actions').getByRole('button', { name: action }).first();
        await button.click({ timeout: TRY });
        return true;
      },
      { found: () => readAll(buttons, (elements) => elements.map((element) => element.getAttribute('aria-label'))) },
    );
  }

  /** The problem marks in the text: messages are in the Problems view. */
  squiggles(severity: 'error' | 'warning' | 'info'): Locator {
    return this.activeEditor.locator(`.squiggly-${severity}`);
  }

  private get activeEditor(): Locator {
    return this.page.locator('.editor-group-container.active .editor-instance').last();
  }

  private get lines(): Locator {
    return this.activeEditor.locator('.view-lines > .view-line');
  }
}
