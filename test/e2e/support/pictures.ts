/** Pictures of the window, in the folder that FOUNDRIES_SCREENSHOTS names. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { until } from '../../support/until';

const LONGEST_NAME = 120;
const SAME_PICTURES = 5;
const DRAWN_PATIENCE = 10_000;

/** @returns the folder; undefined where nobody wants pictures */
function folder(): string | undefined {
  const name = process.env.FOUNDRIES_SCREENSHOTS;
  return name === undefined || name === '' ? undefined : name;
}

/** Saves a picture that is named after a test. Does nothing where nobody wants pictures; never fails. */
export async function picture(page: Page, title: string): Promise<void> {
  const name = title.replace(/[^\w]+/g, '-').slice(0, LONGEST_NAME);
  // A window that is gone must not hide why the test has failed.
  await savePicture(page, name).catch((error: unknown) => {
    console.log(`    no picture: ${error instanceof Error ? error.message : String(error)}`);
  });
}

/** Saves a picture by its name. Does nothing where nobody wants pictures. */
export async function savePicture(page: Page, name: string): Promise<void> {
  const target = folder();
  if (target !== undefined) {
    mkdirSync(target, { recursive: true });
    await page.screenshot({ path: path.join(target, `${name}.png`) });
  }
}

/** A picture for the walkthrough: of a window that is small enough to be read there. */
export async function walkthroughPicture(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  if (folder() !== undefined && before !== null) {
    await page.setViewportSize({ width: 820, height: 700 });
    await page.mouse.move(600, 400);
    await untilDrawn(page);
    await savePicture(page, name);
    await page.setViewportSize(before);
  }
}

/** Waits until nothing in the window moves any more: until several pictures in a row are the same. Some things never rest. */
export async function untilDrawn(page: Page): Promise<void> {
  let last = '';
  let same = 0;
  const look = async () => {
    const now = (await page.screenshot()).toString('base64');
    same = now === last ? same + 1 : 0;
    last = now;
    return same >= SAME_PICTURES;
  };
  await until('a window in which nothing moves', look, { timeout: DRAWN_PATIENCE }).catch(() => undefined);
}
