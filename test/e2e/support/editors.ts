/** Editor tabs and the text in them. */
import type { Locator, Page } from 'playwright-core';
import { readAll } from './drawn';
import { until } from './waiting';

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
    await tab.waitFor();
    await until(
      `${String(name)} to be the active tab`,
      async () => (await tab.getAttribute('aria-selected')) === 'true',
    );
    await this.lines.first().waitFor();
  }

  async select(name: string | RegExp): Promise<void> {
    await this.tab(name).click();
    await this.waitFor(name);
  }

  async isDirty(name: string | RegExp): Promise<boolean> {
    return /(^|\s)dirty(\s|$)/.test((await this.tab(name).getAttribute('class')) ?? '');
  }

  async waitForDirty(name: string | RegExp, dirty: boolean): Promise<void> {
    await until(
      `${String(name)} ${dirty ? 'with' : 'without'} unsaved changes`,
      async () => (await this.isDirty(name)) === dirty,
    );
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
    return until(`text ${String(text)} in the editor`, async () => {
      const shown = await this.text();
      return (typeof text === 'string' ? shown.includes(text) : text.test(shown)) && shown;
    });
  }

  /** Puts the cursor into the text. */
  async focus(): Promise<void> {
    const editor = this.activeEditor;
    await until('the cursor in the editor', async () => {
      await editor.locator('.view-lines').click({ timeout: 3_000 });
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

  /** Closes the active tab; a dialog may ask about unsaved changes. */
  async close(name: string | RegExp): Promise<void> {
    const tab = this.tab(name);
    await tab.hover();
    await tab.getByRole('button', { name: /^Close/ }).click();
  }

  /** Clicks a button of the editor's title. */
  async titleAction(action: string | RegExp): Promise<void> {
    await this.group.locator('.editor-actions').getByRole('button', { name: action }).first().click();
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
