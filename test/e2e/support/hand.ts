/** What a hand does in the window, counted there: a click that a helper forgets to tell is counted too. */
import type { Locator, Page } from 'playwright-core';

// Runs in the page, whose types the tests do not have.
const COUNT = `(() => {
  globalThis.pressedButtons = 0;
  if (globalThis.countsButtons !== true) {
    globalThis.countsButtons = true;
    globalThis.addEventListener('mousedown', () => globalThis.pressedButtons++, true);
  }
})()`;

/** Counts from now on, until the window is loaded anew. */
export async function countClicks(page: Page): Promise<void> {
  await page.evaluate(COUNT);
}

/** @returns how often a button of the mouse went down since counting began */
export async function clicks(page: Page): Promise<number> {
  return Number(await page.evaluate('globalThis.pressedButtons'));
}

/** Draws a ring where the pointer is about to click, for a film: pictures of a page have no pointer. */
export async function drawPointer(page: Page, at: Locator | undefined): Promise<void> {
  const box = await at?.boundingBox();
  const place =
    box === undefined || box === null ? undefined : [box.x + Math.min(box.width / 2, 60), box.y + box.height / 2];
  await page.evaluate(`(() => {
    document.getElementById('pointer-of-the-film')?.remove();
    const place = ${JSON.stringify(place ?? null)};
    if (place === null) {
      return;
    }
    const ring = document.createElement('div');
    ring.id = 'pointer-of-the-film';
    Object.assign(ring.style, {
      position: 'fixed', left: place[0] - 14 + 'px', top: place[1] - 14 + 'px', width: '24px', height: '24px', zIndex: '100000',
      border: '3px solid #ff9f1c', borderRadius: '50%', background: 'rgba(255, 159, 28, 0.25)', pointerEvents: 'none',
    });
    document.body.append(ring);
  })()`);
}
