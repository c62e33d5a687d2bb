/** What VS Code keeps of a window, in the browser and beside its server. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { Session } from './session';

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

/** @returns whether a tab whose address has these words is kept for the next start of the window */
export async function keepsTab({ factory, page }: Session, words: string): Promise<boolean> {
  // Of this Factory: tabs of former tests may be kept, too.
  const { host } = new URL(factory.url);
  const states = (await dumpStorage(page)).split('editorpart.state').slice(1);
  return states.some((state) => state.includes(words) && state.includes(host));
}

/** @returns whether what is kept for the next start of the window holds unsaved text with these words */
export function backupsWith({ vscode }: Session, words: string): boolean {
  const folder = path.join(vscode.userDataDir, 'User');
  return (
    existsSync(folder) &&
    readdirSync(folder, { recursive: true, withFileTypes: true }).some(
      (entry) =>
        entry.isFile() &&
        /backups/i.test(entry.parentPath) &&
        readFileSync(path.join(entry.parentPath, entry.name), 'utf8').includes(words),
    )
  );
}
