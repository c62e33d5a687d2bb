/** A view of the side bar: its rows, its title buttons, its message, and what it says when it is empty. */
import type { Locator, Page } from 'playwright-core';
import { readAll } from './drawn';
import { chooseFromSubmenu, chooseMenuItem, menuItems } from './menus';
import { escapePattern, until } from './waiting';

/** What is seen of a row, and what a screen reader says. */
export interface TreeRow {
  readonly label: string;
  readonly description: string;
  readonly ariaLabel: string;
  readonly level: number;
  readonly expanded: boolean | undefined;
}

export class TreeView {
  readonly header: Locator;
  readonly pane: Locator;
  private readonly rowLocator: Locator;

  constructor(
    private readonly page: Page,
    readonly name: string,
  ) {
    // "NAME Section", or "NAME - DESCRIPTION Section" when the view has a description.
    const pattern = new RegExp(`^${escapePattern(name)}( - .*)? Section$`);
    this.header = page.locator('.sidebar').getByRole('button', { name: pattern });
    this.pane = page.locator('.sidebar .pane').filter({ has: page.getByRole('button', { name: pattern }) });
    this.rowLocator = this.pane.locator('.monaco-list-row[role=treeitem]');
  }

  /** Opens the section if it is folded. */
  async show(): Promise<void> {
    await this.header.waitFor();
    if ((await this.header.getAttribute('aria-expanded')) !== 'true') {
      await this.header.click();
    }
  }

  /** Opens the section and folds the others, so that it has room for its rows: those outside it are not drawn. */
  async showAlone(): Promise<void> {
    await this.show();
    const open = this.page.locator('.sidebar .pane-header[aria-expanded=true]');
    const others = await open.filter({ hasNotText: new RegExp(`^\\s*${escapePattern(this.name)}`) }).all();
    for (const header of others.reverse()) {
      await header.click();
    }
  }

  /** Folds the section if it is open. */
  async fold(): Promise<void> {
    await this.header.waitFor();
    if ((await this.header.getAttribute('aria-expanded')) === 'true') {
      await this.header.click();
    }
  }

  /**
   * The first row with that label, or whose spoken text contains it.
   *
   * @param label all of what is drawn as its name, or a pattern for what a screen reader says
   */
  row(label: string | RegExp): Locator {
    if (typeof label === 'string') {
      const exact = new RegExp(`^\\s*${escapePattern(label)}\\s*$`);
      return this.rowLocator.filter({ has: this.page.locator('.label-name', { hasText: exact }) }).first();
    }
    return this.pane.getByRole('treeitem', { name: label }).first();
  }

  /** The rows that are drawn: a long list has more. */
  async rows(): Promise<TreeRow[]> {
    return readAll(this.rowLocator, (elements) =>
      elements
        .map((element) => ({
          top: Number.parseFloat(element.style.top),
          label: element.querySelector('.label-name')?.textContent ?? '',
          description: element.querySelector('.label-description')?.textContent ?? '',
          ariaLabel: element.getAttribute('aria-label') ?? '',
          level: Number(element.getAttribute('aria-level')),
          expanded: element.hasAttribute('aria-expanded')
            ? element.getAttribute('aria-expanded') === 'true'
            : undefined,
        }))
        .sort((a, b) => a.top - b.top)
        .map(({ top: _top, ...row }) => row),
    );
  }

  async labels(): Promise<string[]> {
    return (await this.rows()).map((row) => row.label);
  }

  /** Waits until rows are there, and they are what is asked for. */
  async waitForRows(isRight: (rows: TreeRow[]) => boolean = (rows) => rows.length > 0): Promise<TreeRow[]> {
    return until(`rows in ${this.name}`, async () => {
      const rows = await this.rows();
      return isRight(rows) && rows;
    });
  }

  async expand(label: string | RegExp): Promise<void> {
    await this.setExpanded(label, true);
  }

  async collapse(label: string | RegExp): Promise<void> {
    await this.setExpanded(label, false);
  }

  /** By the twistie, so that a row's own command does not run. */
  private async setExpanded(label: string | RegExp, expanded: boolean): Promise<void> {
    const row = this.row(label);
    await row.waitFor();
    const isSo = async () => (await row.getAttribute('aria-expanded')) === String(expanded);
    // A row that moves in this moment is missed.
    for (let tries = 0; tries < 3 && !(await isSo()); tries++) {
      await row.locator('.monaco-tl-twistie').click();
      await until(`${String(label)} ${expanded ? 'expanded' : 'folded'}`, isSo, tries < 2 ? 3_000 : undefined).catch(
        (error: unknown) => {
          if (tries === 2) {
            throw error;
          }
        },
      );
    }
  }

  async click(label: string | RegExp): Promise<void> {
    await this.row(label).locator('.label-name').click();
  }

  /** Selects several rows; the first one is folded, so that nothing that comes below it moves the others. */
  async selectRows(first: string | RegExp, ...others: (string | RegExp)[]): Promise<void> {
    await this.click(first);
    await this.collapse(first);
    for (const label of others) {
      await this.row(label)
        .locator('.label-name')
        .click({ modifiers: ['ControlOrMeta'] });
    }
  }

  async doubleClick(label: string | RegExp): Promise<void> {
    await this.row(label).locator('.label-name').dblclick();
  }

  /** Clicks a button of the row; it is drawn while the pointer is over it, and gone when the row is drawn anew under it. */
  async inlineAction(label: string | RegExp, action: string | RegExp): Promise<void> {
    const row = this.row(label);
    await row.waitFor();
    await until(`${String(action)} of ${String(label)}`, async () => {
      await row.hover({ timeout: 2_000 });
      await row.getByRole('button', { name: action }).click({ timeout: 2_000 });
      return true;
    });
  }

  /** Chooses from the row's context menu, or from a menu within it. */
  async contextMenu(label: string | RegExp, item: string | RegExp, within?: string | RegExp): Promise<void> {
    await this.row(label).locator('.label-name').click({ button: 'right' });
    await (within === undefined ? chooseMenuItem(this.page, item) : chooseFromSubmenu(this.page, within, item));
  }

  /** What the row's context menu offers. */
  async contextMenuItems(label: string | RegExp): Promise<string[]> {
    await this.row(label).locator('.label-name').click({ button: 'right' });
    const items = await menuItems(this.page);
    await this.page.keyboard.press('Escape');
    return items;
  }

  /** The hover text of a row. */
  async tooltip(label: string | RegExp): Promise<string> {
    await this.page.mouse.move(0, 0);
    await this.row(label).locator('.label-name').hover();
    const hover = this.page.locator('.monaco-hover:visible, .workbench-hover:visible').first();
    await hover.waitFor();
    return hover.innerText();
  }

  /** Clicks a button of the view's title; it is drawn while the pointer is over the view. */
  async titleAction(action: string | RegExp): Promise<void> {
    await this.header.hover();
    await this.pane.locator('.pane-header').getByRole('button', { name: action }).click();
  }

  /** What the view says above its rows. */
  async message(): Promise<string> {
    const message = this.pane.locator('.tree-explorer-viewlet-tree-view > .message:not(.hide)');
    // Not waited for: it may be gone in this moment.
    return (await message.isVisible()) ? ((await message.allInnerTexts())[0] ?? '') : '';
  }

  /** What the view says in place of rows. */
  get welcome(): Locator {
    return this.pane.locator('.welcome-view-content');
  }

  /** Clicks a button of the welcome text. */
  async welcomeButton(name: string | RegExp): Promise<void> {
    await this.welcome.getByRole('button', { name }).click();
  }
}
