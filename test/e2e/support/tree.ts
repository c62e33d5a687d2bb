/** A view of the side bar: its rows, its title buttons, its message, and what it says when it is empty. */
import type { Locator, Page } from 'playwright-core';
import { until } from '../../support/until';
import { readAll } from './drawn';
import { chooseFromMenu, menuItemsOf } from './menus';
import { escapePattern } from './patterns';

/** One try of what a redraw can undo. */
const TRY = 2_000;
/** Rows that are only about to come are not looked for below. */
const LOOKS_BEFORE_SCROLLING = 15;

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
    await this.setOpen(true);
  }

  /** Folds the section if it is open. */
  async fold(): Promise<void> {
    await this.setOpen(false);
  }

  /** Opens the section and folds the others, so that it has room for its rows: those outside it are not drawn. */
  async showAlone(): Promise<void> {
    await this.show();
    const open = this.page.locator('.sidebar .pane-header[aria-expanded=true]');
    const others = open.filter({ hasNotText: new RegExp(`^\\s*${escapePattern(this.name)}`) });
    await until(`${this.name} to be the only open section`, async () => {
      if ((await others.count()) === 0) {
        return true;
      }
      await others.first().click({ timeout: TRY });
      return false;
    });
  }

  private async setOpen(open: boolean): Promise<void> {
    await until(`the section ${this.name} to be ${open ? 'open' : 'folded'}`, async () => {
      const isSo = async () => (await this.header.getAttribute('aria-expanded', { timeout: TRY })) === String(open);
      if (await isSo()) {
        return true;
      }
      await this.header.click({ timeout: TRY });
      return isSo();
    });
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
    return until(
      `rows in ${this.name}`,
      async () => {
        const rows = await this.rows();
        return isRight(rows) && rows;
      },
      { found: async () => (await this.rows()).map(({ ariaLabel }) => ariaLabel) },
    );
  }

  /** Waits for a row, and scrolls to it where the list is longer than the view. */
  async waitForRow(label: string | RegExp): Promise<Locator> {
    const row = this.row(label);
    let looks = 0;
    await until(
      `the row ${String(label)} in ${this.name}`,
      async () => {
        if ((await row.count()) > 0) {
          return true;
        }
        if (++looks % LOOKS_BEFORE_SCROLLING === 0) {
          await this.scroll(looks === LOOKS_BEFORE_SCROLLING);
        }
        return false;
      },
      { found: async () => (await this.rows()).map(({ ariaLabel }) => ariaLabel) },
    );
    return row;
  }

  /** To the first rows, or to the next ones; from the last ones to the first. */
  private async scroll(toFirst: boolean): Promise<void> {
    const box = await this.pane.locator('.monaco-list').first().boundingBox({ timeout: TRY });
    if (box === null || box.height === 0) {
      return;
    }
    const before = await this.labels();
    await this.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    if (toFirst) {
      await this.page.mouse.wheel(0, -1_000_000);
      return;
    }
    await this.page.mouse.wheel(0, box.height / 2);
    if ((await this.labels()).join('\n') === before.join('\n')) {
      await this.page.mouse.wheel(0, -1_000_000);
    }
  }

  async expand(label: string | RegExp): Promise<void> {
    await this.setExpanded(label, true);
  }

  async collapse(label: string | RegExp): Promise<void> {
    await this.setExpanded(label, false);
  }

  /** By the twistie, so that a row's own command does not run. A row that moves in that moment is missed. */
  private async setExpanded(label: string | RegExp, expanded: boolean): Promise<void> {
    const row = await this.waitForRow(label);
    await until(
      `${String(label)} in ${this.name} to be ${expanded ? 'expanded' : 'folded'}`,
      async () => {
        const isSo = async () => (await row.getAttribute('aria-expanded', { timeout: TRY })) === String(expanded);
        if (await isSo()) {
          return true;
        }
        await row.locator('.monaco-tl-twistie').click({ timeout: TRY });
        return isSo();
      },
      { found: () => row.getAttribute('aria-expanded', { timeout: TRY }) },
    );
  }

  /** Clicks a row until it is the selected one: a row that moves in that moment is missed. */
  async click(label: string | RegExp): Promise<void> {
    await this.waitForRow(label);
    await until(`${String(label)} in ${this.name} to be selected`, async () => {
      await this.row(label).locator('.label-name').click({ timeout: TRY });
      return this.isSelected(label);
    });
  }

  /** Selects several rows; the first one is folded, so that nothing that comes below it moves the others. */
  async selectRows(first: string | RegExp, ...others: (string | RegExp)[]): Promise<void> {
    await this.click(first);
    await this.collapse(first);
    for (const label of others) {
      await this.waitForRow(label);
      await until(`${String(label)} in ${this.name} to be selected too`, async () => {
        if (await this.isSelected(label)) {
          return true;
        }
        await this.row(label)
          .locator('.label-name')
          .click({ modifiers: ['ControlOrMeta'], timeout: TRY });
        return this.isSelected(label);
      });
    }
  }

  async doubleClick(label: string | RegExp): Promise<void> {
    await this.waitForRow(label);
    await this.row(label).locator('.label-name').dblclick();
  }

  /** Clicks a button of the row; it is drawn while the pointer is over it, and gone when the row is drawn anew under it. */
  async inlineAction(label: string | RegExp, action: string | RegExp): Promise<void> {
    const row = await this.waitForRow(label);
    await until(`${String(action)} of ${String(label)}`, async () => {
      await row.hover({ timeout: TRY });
      await row.getByRole('button', { name: action }).click({ timeout: TRY });
      return true;
    });
  }

  /** Chooses from the row's context menu, or from a menu within it. */
  async contextMenu(label: string | RegExp, item: string | RegExp, within?: string | RegExp): Promise<void> {
    const row = await this.waitForRow(label);
    await chooseFromMenu(this.page, row.locator('.label-name'), item, within);
  }

  /** What the row's context menu offers. */
  async contextMenuItems(label: string | RegExp): Promise<string[]> {
    const row = await this.waitForRow(label);
    return menuItemsOf(this.page, row.locator('.label-name'));
  }

  /** Clicks a button of the view's title; it is drawn while the pointer is over the view. */
  async titleAction(action: string | RegExp): Promise<void> {
    await until(`${String(action)} of ${this.name}`, async () => {
      await this.header.hover({ timeout: TRY });
      await this.pane.locator('.pane-header').getByRole('button', { name: action }).click({ timeout: TRY });
      return true;
    });
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

  private async isSelected(label: string | RegExp): Promise<boolean> {
    return (await this.row(label).getAttribute('aria-selected', { timeout: TRY })) === 'true';
  }
}
