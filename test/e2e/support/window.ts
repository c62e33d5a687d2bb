/** One window of VS Code: a page of the browser with a storage of its own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { loadVSCode } from './host';
import { sharedBrowser, temporaryFolder, type Server } from './shared';
import { Workbench } from './workbench';

/** For each condition that Playwright waits for. */
const TIMEOUT = 60_000;

/** What a window is opened with. */
export interface WindowOptions {
  readonly viewport: { readonly width: number; readonly height: number };
  /** Of extensions; VS Code itself stays English, as its language packs are not installed. */
  readonly language?: string | undefined;
  /** Fills the folder that it shows. */
  readonly prepareFolder?: ((folder: string) => void) | undefined;
}

/** A window that is open. */
export interface Window {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly workbench: Workbench;
  /** The folder that it shows. */
  readonly folder: string;
  close(): Promise<void>;
}

/** Opens a window that nobody has used before, on a folder of its own, and waits until it is ready. */
export async function openWindow(
  server: Server,
  { viewport, language, prepareFolder }: WindowOptions,
): Promise<Window> {
  const folder = path.join(temporaryFolder(), 'workspace');
  mkdirSync(folder);
  prepareFolder?.(folder);
  const browser = await sharedBrowser();
  const context = await browser.newContext({ viewport, reducedMotion: 'reduce' });
  context.setDefaultTimeout(TIMEOUT);
  try {
    if (language !== undefined) {
      // What a language pack says of itself before the workbench starts, which hands it to the extension host.
      await context.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = ${JSON.stringify(language)};`);
    }
    const { page, workbench } = await openPage(context, server.urlFor({ folder }));
    return { context, page, workbench, folder, close: () => closeContext(context) };
  } catch (error) {
    await context.close();
    throw error;
  }
}

/** Opens a further page with the same storage, and waits until it is ready. */
export async function openPage(context: BrowserContext, url: string): Promise<{ page: Page; workbench: Workbench }> {
  const page = await context.newPage();
  await page.goto(url);
  const workbench = new Workbench(page);
  await workbench.waitUntilReady();
  return { page, workbench };
}

async function closeContext(context: BrowserContext): Promise<void> {
  for (const page of context.pages()) {
    await new Workbench(page).close();
  }
  await context.close();
}

/** @returns the file with the user's settings */
export function settingsFile(server: Server): string {
  return path.join(server.userDataDir, 'User', 'settings.json');
}

/** Writes the user's settings for the next window; one that is open does not notice. */
export async function writeSettings(server: Server, settings: Record<string, unknown>): Promise<void> {
  const { userSettings } = await loadVSCode();
  writeFileSync(settingsFile(server), `${JSON.stringify(userSettings(settings), undefined, 2)}\n`);
}
