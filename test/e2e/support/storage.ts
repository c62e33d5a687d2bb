/** What the browser keeps for VS Code. */
import type { Page } from 'playwright-core';

// Runs in the page, whose types the tests do not have.
const DUMP = `(async () => {
  const databases = await indexedDB.databases();
  const dumps = await Promise.all(databases.map(({ name }) => new Promise((resolve) => {
    const opening = indexedDB.open(name);
    opening.onerror = () => resolve([]);
    opening.onsuccess = () => {
      const stores = [...opening.result.objectStoreNames];
      if (stores.length === 0) {
        resolve([]);
        return;
      }
      const transaction = opening.result.transaction(stores);
      Promise.all(stores.map((store) => new Promise((done) => {
        const all = transaction.objectStore(store).getAll();
        all.onsuccess = () => done(all.result);
        all.onerror = () => done([]);
      }))).then(resolve);
    };
  })));
  return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, dumps, location.href]);
})()`;

/** @returns everything in the page's storages and its address, as text */
export async function dumpStorage(page: Page): Promise<string> {
  return page.evaluate<string>(DUMP);
}
