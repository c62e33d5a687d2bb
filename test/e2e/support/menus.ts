/** Context menus. */
import type { Locator, Page } from 'playwright-core';
import { until } from './waiting';

function menu(page: Page): Locator {
  return page.locator('.context-view .monaco-menu, .monaco-menu-container .monaco-menu').last();
}

/** Chooses from the menu that is open. */
export async function chooseMenuItem(page: Page, item: string | RegExp): Promise<void> {
  const entry = menu(page)
    .getByRole('menuitem', { name: item, exact: typeof item === 'string' })
    .first();
  await entry.waitFor();
  // A menu takes no click in its first moments.
  await until(`the menu to take ${String(item)}`, async () => {
    await entry.click({ timeout: 1_000 });
    await entry.waitFor({ state: 'hidden', timeout: 1_000 });
    return true;
  });
}

/** Opens a menu within the menu that is open, and chooses from it. */
export async function chooseFromSubmenu(page: Page, submenu: string | RegExp, item: string | RegExp): Promise<void> {
  const entry = menu(page)
    .getByRole('menuitem', { name: submenu, exact: typeof submenu === 'string' })
    .first();
  await entry.waitFor();
  await until(`the menu ${String(submenu)}`, async () => {
    await entry.click({ timeout: 1_000 });
    await page.locator('.monaco-submenu').waitFor({ timeout: 1_000 });
    return true;
  });
  // It is now the last menu that is open.
  await chooseMenuItem(page, item);
}

/** The names in the menu that is open. */
export async function menuItems(page: Page): Promise<string[]> {
  const open = menu(page);
  await open.waitFor();
  const names = await open.locator('.action-menu-item .action-label').allInnerTexts();
  return names.map((name) => name.trim()).filter((name) => name !== '');
}
