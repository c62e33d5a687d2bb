/** What these helpers read from elements in the page. The rest of the project must not see a browser's global names. */
import type { Locator } from 'playwright-core';

/** The few properties of an element that are used. */
export interface DrawnElement {
  readonly textContent: string | null;
  readonly className: string;
  readonly style: { readonly top: string };
  getAttribute(name: string): string | null;
  hasAttribute(name: string): boolean;
  querySelector(selector: string): DrawnElement | null;
  querySelectorAll(selector: string): Iterable<DrawnElement>;
}

/** Runs a function in the page over all elements that a locator finds now; it cannot use anything from outside. */
export async function readAll<T>(locator: Locator, read: (elements: DrawnElement[]) => T): Promise<T> {
  const target = locator as unknown as { evaluateAll(read: (elements: DrawnElement[]) => T): Promise<T> };
  return target.evaluateAll(read);
}
