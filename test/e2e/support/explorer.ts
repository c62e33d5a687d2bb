/** VS Code's own Explorer. */
import type { Locator } from 'playwright-core';
import { until } from '../../support/until';
import type { Workbench } from './workbench';

/** One try of what a redraw can undo. */
const TRY = 2_000;

export class Explorer {
  constructor(private readonly workbench: Workbench) {}

  /** A row, by its name. */
  row(name: string | RegExp): Locator {
    return this.workbench.page.locator('.explorer-folders-view').getByRole('treeitem', { name });
  }

  /** Opens folders, each within the one before. */
  async open(...names: RegExp[]): Promise<void> {
    for (const name of names) {
      const row = this.row(name).first();
      await row.waitFor();
      await until(`${name.source} to be open`, async () => {
        const isOpen = async () => (await row.getAttribute('aria-expanded', { timeout: TRY })) === 'true';
        if (await isOpen()) {
          return true;
        }
        await row.click({ timeout: TRY });
        return isOpen();
      });
    }
  }

  /** Opens a file to stay. */
  async openFile(name: RegExp): Promise<void> {
    await this.row(name).first().dblclick();
  }
}
