/**
 * Milliseconds after a change of a tree within which VS Code may still draw it: it gathers changes for 200. A tree that has
 * the focus takes it again when it is drawn, from a pick list or an input box that opens in that moment too.
 */
const DRAWN_WITHIN = 300;
/** Trees that change all the time do not keep a question from being asked. */
const LONGEST = 500;

let drawnAt = 0;

/** To be told by whatever changes a tree. */
export function treeChanged(): void {
  drawnAt = Date.now() + DRAWN_WITHIN;
}

/** Waits until no tree is about to be drawn anew; at once where none has changed, and no longer than half a second. */
export async function treesAtRest(): Promise<void> {
  const latest = Date.now() + LONGEST;
  for (;;) {
    const wait = Math.min(drawnAt, latest) - Date.now();
    if (wait <= 0) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
