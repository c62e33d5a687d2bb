/** Everything an end-to-end suite works with: a Factory emulator, VS Code with the packaged extension, a browser page. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startFactoryServer, type FactoryServer, type ServerOptions } from '../../../src/demo/server';
import { loadBrowser, loadVSCode, root } from './host';
import { Workbench } from './workbench';

type VSCode = Awaited<ReturnType<Awaited<ReturnType<typeof loadVSCode>>['startVSCode']>>;

const VIEWPORT = { width: 1400, height: 900 };
const START_TIMEOUT = 180_000;
const LOG_SHOWN = 4_000;

/** What a suite may want otherwise. */
export interface SessionOptions {
  /** Of the emulator. */
  readonly factory?: ServerOptions;
  /** Of the user, over those that point at the emulator. */
  readonly settings?: Record<string, unknown>;
  readonly theme?: 'dark' | 'light';
  readonly viewport?: { width: number; height: number };
  /** Whether folders start in Restricted Mode. */
  readonly workspaceTrust?: boolean;
  /** Of extensions; VS Code itself stays English, as its language packs are not installed. */
  readonly language?: string;
  /** For VS Code's server and its extension host. */
  readonly env?: NodeJS.ProcessEnv;
  /** The packaged extension; FOUNDRIES_TEST_VSIX or the one of `npm run package` if nothing is said. */
  readonly vsix?: string;
}

export class Session {
  private constructor(
    readonly factory: FactoryServer,
    readonly vscode: VSCode,
    readonly browser: Browser,
    readonly context: BrowserContext,
    readonly page: Page,
    readonly workbench: Workbench,
    /** The folder that is open. */
    readonly folder: string,
    private readonly options: SessionOptions,
    private readonly temporary: string,
  ) {}

  /** Starts it all, and waits until the window is ready. */
  static async start(options: SessionOptions = {}): Promise<Session> {
    const temporary = mkdtempSync(path.join(tmpdir(), 'foundries-e2e-'));
    const undo: (() => Promise<unknown>)[] = [];
    try {
      const folder = path.join(temporary, 'workspace');
      mkdirSync(folder);
      const factory = await startFactoryServer(options.factory);
      undo.unshift(() => factory.close());

      const version = process.env.FOUNDRIES_TEST_VSCODE;
      const { startVSCode } = await loadVSCode();
      const vscode = await startVSCode({
        folder,
        settings: settingsFor(factory, options, {}),
        installVsix: options.vsix ?? process.env.FOUNDRIES_TEST_VSIX ?? path.join(root, 'foundries-factory.vsix'),
        workspaceTrust: options.workspaceTrust ?? false,
        ...(version === undefined || version === '' ? {} : { version }),
        ...(options.env === undefined ? {} : { env: options.env }),
      });
      undo.unshift(() => {
        console.error(`VS Code's server said:\n${vscode.log().slice(-LOG_SHOWN)}`);
        return vscode.close();
      });

      const { launchBrowser } = await loadBrowser();
      const browser = await launchBrowser();
      undo.unshift(() => browser.close());
      const context = await browser.newContext({ viewport: options.viewport ?? VIEWPORT, reducedMotion: 'reduce' });
      if (options.language !== undefined) {
        // What a language pack says of itself before the workbench starts, which hands it to the extension host.
        await context.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = ${JSON.stringify(options.language)};`);
      }
      const page = await context.newPage();
      await page.goto(vscode.url);
      const workbench = new Workbench(page);
      await workbench.waitUntilReady();
      return new Session(factory, vscode, browser, context, page, workbench, folder, options, temporary);
    } catch (error) {
      for (const step of undo) {
        await step();
      }
      rmSync(temporary, { recursive: true, force: true });
      throw error;
    }
  }

  /**
   * Changes the user's settings while the window is open, in their editor: this build does not notice when the file is
   * changed from outside. Settings that are not named go back to what the session started with.
   */
  async setSettings(settings: Record<string, unknown>): Promise<void> {
    const { userSettings } = await loadVSCode();
    const all = userSettings(settingsFor(this.factory, this.options, settings));
    const { editors } = this.workbench;
    await this.workbench.runCommand('Preferences: Open User Settings (JSON)');
    await editors.waitFor('settings.json');
    await editors.setText(`${JSON.stringify(all, undefined, 2)}\n`);
    await editors.save();
    await editors.waitForDirty('settings.json', false);
    await editors.close('settings.json');
  }

  /** A second window on the same VS Code, with the same secrets. */
  async openWindow(): Promise<Workbench> {
    const page = await this.context.newPage();
    await page.goto(this.vscode.url);
    const workbench = new Workbench(page);
    await workbench.waitUntilReady();
    return workbench;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.vscode.close();
    await this.factory.close();
    rmSync(this.temporary, { recursive: true, force: true });
  }
}

function settingsFor(
  factory: FactoryServer,
  options: SessionOptions,
  more: Record<string, unknown>,
): Record<string, unknown> {
  return {
    'foundries.apiUrl': factory.url,
    'window.autoDetectColorScheme': false,
    // Present in the oldest and in the newest version.
    'workbench.colorTheme': (options.theme ?? 'dark') === 'dark' ? 'Default Dark Modern' : 'Default Light Modern',
    ...options.settings,
    ...more,
  };
}

/**
 * Gives every test of the suite that calls it one session, and takes a picture of each test that fails or is tried again.
 *
 * @returns what gives the session, once the suite has started
 */
export function useSession(options: SessionOptions = {}): () => Session {
  let session: Session | undefined;
  suiteSetup(async function () {
    this.timeout(START_TIMEOUT);
    session = await Session.start(options);
  });
  teardown(async function () {
    const test = this.currentTest;
    // Of one that is tried again nothing is said here, not even that it failed.
    if (test !== undefined && test.state !== 'passed' && test.state !== 'pending') {
      await session?.workbench.screenshot(`failed ${test.fullTitle()}`.replace(/[^\w-]+/g, '-').slice(0, 120));
    }
  });
  suiteTeardown(async function () {
    this.timeout(START_TIMEOUT);
    await session?.close();
  });
  return () => {
    if (session === undefined) {
      throw new Error('The session has not started.');
    }
    return session;
  };
}
