/** What an end-to-end test works with: a Factory emulator of its own, and a window in a known state. */
import type { BrowserContext, Page } from 'playwright-core';
import { startFactoryServer, type FactoryServer, type ServerOptions } from '../../../src/demo/server';
import { FactoryControl } from '../../support/factoryControl';
import { bringToKnownState, changeSettings } from './knownState';
import { picture } from './pictures';
import { serverLogs, shared, sharedServer, type Server, type ServerNeeds } from './shared';
import { openPage, openWindow, writeSettings, type Window } from './window';
import type { Workbench } from './workbench';

const VIEWPORT = { width: 1400, height: 900 };
const START_TIMEOUT = 300_000;

/** What a suite may want otherwise. */
export interface SessionOptions extends ServerNeeds {
  /** Of the emulator. */
  readonly factory?: ServerOptions;
  /** Of the user, over those that point at the emulator. */
  readonly settings?: Record<string, unknown>;
  readonly theme?: 'dark' | 'light';
  readonly viewport?: { width: number; height: number };
  /** Of extensions; VS Code itself stays English, as its language packs are not installed. */
  readonly language?: string;
  /**
   * Whether each test has a window that nobody has used before, with an empty folder, instead of the one that goes from test to
   * test and is signed out, emptied and shows the devices alone.
   */
  readonly ownWindow?: boolean;
  /** Fills the folder of a window of its own, before it is opened. */
  readonly prepareFolder?: (folder: string) => void;
}

export class Session {
  constructor(
    readonly factory: FactoryServer,
    readonly vscode: Server,
    private readonly window: Window,
    private readonly options: SessionOptions,
  ) {
    this.control = new FactoryControl(factory.emulator);
  }

  /** What other users, devices and time do. */
  readonly control: FactoryControl;

  get context(): BrowserContext {
    return this.window.context;
  }

  get page(): Page {
    return this.window.page;
  }

  get workbench(): Workbench {
    return this.window.workbench;
  }

  /** The folder that is open. */
  get folder(): string {
    return this.window.folder;
  }

  /** The address of a window whose only folder is the Factory. */
  get factoryFolder(): string {
    const { host } = new URL(this.factory.url);
    const address = new URL(this.vscode.url);
    address.search = new URLSearchParams({ folder: `foundries://http@${host}/factories/getting-started` }).toString();
    return address.href;
  }

  /** Changes the user's settings while the window is open. Those that are not named go back to what the session started with. */
  async setSettings(settings: Record<string, unknown>): Promise<void> {
    await changeSettings(this.window, this.vscode, settingsFor(this.factory, this.options, settings));
  }

  /** A second window on the same VS Code, with the same secrets; to be closed by the test. */
  async openWindow(url = this.vscode.urlFor({ folder: this.folder })): Promise<Workbench> {
    return (await openPage(this.context, url)).workbench;
  }

  /** No other test gets this window: what is changed in it stays. */
  leavesTraces(): void {
    if (shared.window === this.window) {
      delete shared.window;
    }
  }

  /** Whether the window goes on to the next test. */
  get isShared(): boolean {
    return shared.window === this.window;
  }

  async close(): Promise<void> {
    if (!this.isShared) {
      await this.window.close();
    }
    await this.factory.close();
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
    'workbench.reduceMotion': 'on',
    // What is only explained by a hover hides what is to be clicked.
    'workbench.hover.delay': 60_000,
    // Persistent terminals and forwarded ports are nobody's subject here.
    'terminal.integrated.enablePersistentSessions': false,
    'remote.autoForwardPorts': false,
    ...options.settings,
    ...more,
  };
}

/** What the window that goes from test to test cannot be made to. */
function isSpecial({ env, language, prepareFolder, workspaceTrust = false }: SessionOptions): boolean {
  return workspaceTrust || env !== undefined || language !== undefined || prepareFolder !== undefined;
}

async function start(options: SessionOptions): Promise<Session> {
  const factory = await startFactoryServer(options.factory);
  try {
    const server = await sharedServer(options);
    const settings = settingsFor(factory, options, {});
    const viewport = options.viewport ?? VIEWPORT;
    const isOwn = options.ownWindow === true || isSpecial(options);
    const { window } = shared;
    if (!isOwn && window !== undefined) {
      try {
        await window.page.setViewportSize(viewport);
        await bringToKnownState(window, server, settings);
        return new Session(factory, server, window, options);
      } catch (error) {
        // Said, as it costs time; it says nothing about the test.
        console.log(`    the window cannot be used again: ${error instanceof Error ? error.message : String(error)}`);
        delete shared.window;
        await window.close();
      }
    }
    await writeSettings(server, settings);
    const fresh = await openWindow(server, { ...options, viewport });
    if (!isOwn) {
      shared.window = fresh;
      await bringToKnownState(fresh, server, settings);
    }
    return new Session(factory, server, fresh, options);
  } catch (error) {
    await factory.close();
    console.error(`VS Code's server said:\n${await serverLogs().catch(String)}`);
    throw error;
  }
}

/**
 * Gives every test of the suite that calls it a session of its own, and takes a picture after each.
 *
 * @returns what gives the session of the test that runs
 */
export function useSession(options: SessionOptions = {}): () => Session {
  let session: Session | undefined;
  setup(async function () {
    this.timeout(START_TIMEOUT);
    session = await start(options);
  });
  teardown(async function () {
    this.timeout(START_TIMEOUT);
    const test = this.currentTest;
    if (session === undefined || test === undefined) {
      return;
    }
    const passed = test.state === 'passed';
    await picture(session.page, `${passed ? '' : 'failed '}${test.fullTitle()}`);
    if (!passed) {
      // Nobody knows what it has left behind.
      session.leavesTraces();
    }
    await session.close();
    session = undefined;
  });
  return () => current(session);
}

/**
 * Gives the tests of the suite that calls it one session, for those that tell a story in pictures: each begins where the one before
 * has ended.
 */
export function useStory(options: SessionOptions): () => Session {
  let session: Session | undefined;
  suiteSetup(async function () {
    this.timeout(START_TIMEOUT);
    session = await start({ ...options, ownWindow: true });
  });
  suiteTeardown(async function () {
    this.timeout(START_TIMEOUT);
    await session?.close();
  });
  return () => current(session);
}

function current(session: Session | undefined): Session {
  if (session === undefined) {
    throw new Error('The session has not started.');
  }
  return session;
}
