/** Context menus. */
import type { Locator, Page } from 'playwright-core';
import { until } from '../../support/until';

/** One try of what a redraw can undo. */
const TRY = 2_000;
/** A menu that has taken a click is gone when the click has been handled. */
const GONE = 300;

function menu(page: Page): Locator {
  return page.locator('.context-view .monaco-menu, .monaco-menu-container .monaco-menu').last();
}

function menuEntry(page: Page, name: string | RegExp): Locator {
  return menu(page)
    .getByRole('menuitem', { name, exact: typeof name === 'string' })
    .first();
}

/** Opens the menu of what is drawn; a redraw in that moment swallows the click, or closes the menu again. */
async function openMenu(page: Page, target: Locator): Promise<void> {
  await target.click({ button: 'right', timeout: TRY });
  await menu(page).waitFor({ timeout: TRY });
}

/** Chooses from the context menu of something, or from a menu within it. */
export async function chooseFromMenu(
  page: Page,
  target: Locator,
  item: string | RegExp,
  within?: string | RegExp,
): Promise<void> {
  await target.waitFor();
  await until(`${String(item)} to be chosen from the menu`, async () => {
    if ((await menu(page).count()) === 0) {
      await openMenu(page, target);
    }
    if (within !== undefined) {
      await menuEntry(page, within).click({ timeout: TRY });
      await page.locator('.monaco-submenu').waitFor({ timeout: TRY });
    }
    try {
      await takeEntry(menuEntry(page, item));
    } catch (error) {
      // Where the rows moved in that moment, it is the menu of another one.
      await page.keyboard.press('Escape');
      throw error;
    }
    return true;
  });
}

/** A menu takes no click in its first moments. */
async function takeEntry(entry: Locator): Promise<void> {
  await entry.waitFor({ timeout: TRY });
  await until(
    'the menu to take the click',
    async () => {
      await entry.click({ timeout: TRY });
      await entry.waitFor({ state: 'hidden', timeout: GONE });
      return true;
    },
    { timeout: TRY },
  );
}

/** @returns the names in the context menu of something, which is closed again */
export async function menuItemsOf(page: Page, target: Locator): Promise<string[]> {
  await target.waitFor();
  const names = await until('a context menu', async () => {
    if ((await menu(page).count()) === 0) {
      await openMenu(page, target);
    }
    const labels = await menu(page).locator('.action-menu-item .action-label').allInnerTexts();
    return labels.length > 0 && labels;
  });
  await until('the menu to close', async () => {
    if ((await menu(page).count()) === 0) {
      return true;
    }
    await page.keyboard.press('Escape');
    return false;
  });
  return names.map((name) => name.trim()).filter((name) => name !== '');
}
