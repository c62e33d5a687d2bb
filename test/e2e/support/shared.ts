/**
 * What all suites of a process share: VS Code's server, the browser, and the window that goes from test to test. Each file of tests
 * is a bundle of its own, so that a module's own variables would be there once for each of them.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { loadBrowser, loadVSCode, root } from './host';
import type { Window } from './window';

type Running = Awaited<ReturnType<Awaited<ReturnType<typeof loadVSCode>>['startVSCode']>>;

/** VS Code's server with the packaged extension. */
export interface Server extends Running {
  /** Where the companion (`test/e2e/companion`) reads what to do. */
  readonly orderFile: string;
}

/** What makes a server of its own necessary. */
export interface ServerNeeds {
  /** Whether folders start in Restricted Mode. */
  readonly workspaceTrust?: boolean;
  /** For the server and its extension hosts. */
  readonly env?: NodeJS.ProcessEnv;
}

interface Shared {
  readonly servers: Map<string, Promise<Server>>;
  browser?: Promise<Browser>;
  /** The window that goes from test to test; absent before the first, and where one has left it in a state that cannot be reset. */
  window?: Window;
  orders: number;
  readonly temporary: string[];
}

const END_TIMEOUT = 120_000;
const LOG_SHOWN = 4_000;
const KEY = Symbol.for('foundries.e2e');
const holder = globalThis as { [KEY]?: Shared };

if (holder[KEY] === undefined) {
  holder[KEY] = { servers: new Map(), orders: 0, temporary: [] };
  // Outside of any suite: after all of them.
  suiteTeardown(async function () {
    this.timeout(END_TIMEOUT);
    await closeShared();
  });
}

/** The one that all bundles of this process share. */
export const shared: Shared = holder[KEY];

/** @returns a temporary folder that is there until all tests have run */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'foundries-e2e-'));
  shared.temporary.push(folder);
  return folder;
}

/** @returns the browser of all tests */
export async function sharedBrowser(): Promise<Browser> {
  shared.browser ??= loadBrowser().then(({ launchBrowser }) => launchBrowser());
  return shared.browser;
}

/** @returns the server for all tests with these needs */
export async function sharedServer(needs: ServerNeeds): Promise<Server> {
  const key = JSON.stringify([needs.workspaceTrust ?? false, needs.env ?? {}]);
  const running = shared.servers.get(key) ?? start(needs);
  shared.servers.set(key, running);
  return running;
}

async function start({ workspaceTrust = false, env = {} }: ServerNeeds): Promise<Server> {
  const folder = temporaryFolder();
  const extensionsDir = path.join(folder, 'extensions');
  const orderFile = path.join(folder, 'order.json');
  const version = process.env.FOUNDRIES_TEST_VSCODE;
  addCompanion(extensionsDir);
  const { startVSCode } = await loadVSCode();
  const vscode = await startVSCode({
    extensionsDir,
    installVsix: process.env.FOUNDRIES_TEST_VSIX ?? path.join(root, 'foundries-factory.vsix'),
    workspaceTrust,
    env: { ...env, FOUNDRIES_TEST_ORDER: orderFile },
    ...(version === undefined || version === '' ? {} : { version }),
  });
  return { ...vscode, orderFile };
}

/** As if it had been installed; what is installed afterwards comes to it. */
function addCompanion(extensionsDir: string): void {
  const location = path.join(root, 'test', 'e2e', 'companion');
  const installed = {
    identifier: { id: 'foundries-tests.test-companion' },
    version: '1.0.0',
    location: { $mid: 1, path: location.replaceAll('\\', '/').replace(/^(?!\/)/, '/'), scheme: 'file' },
  };
  mkdirSync(extensionsDir);
  writeFileSync(path.join(extensionsDir, 'extensions.json'), JSON.stringify([installed]));
}

async function closeShared(): Promise<void> {
  const { browser, servers, temporary, window } = shared;
  await window?.close();
  await (await browser)?.close();
  for (const server of servers.values()) {
    await (await server).close();
  }
  for (const folder of temporary) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** @returns the end of what the servers printed, for a start that fails */
export async function serverLogs(): Promise<string> {
  const logs = await Promise.all([...shared.servers.values()].map(async (server) => (await server).log()));
  return logs.map((log) => log.slice(-LOG_SHOWN)).join('\n');
}
