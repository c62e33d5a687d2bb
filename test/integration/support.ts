import * as vscode from 'vscode';
import { formatAddress, type ConfigAddress } from '../../src/configfs/address';
import { startFactoryServer, type FactoryServer, type ServerOptions } from '../../src/demo/server';
import type { TestApi } from '../../src/extension';
import { serverKey } from '../../src/model/serverKey';
import { namedPath } from '../support/configPaths';

export const FACTORY = 'getting-started';
export const DEVICE = 'device-01';
export const TOKEN = 'demo-token';

/** @returns the extension under test */
export function extension(): vscode.Extension<TestApi> {
  const found = vscode.extensions.getExtension<TestApi>('foundries-factory-tools.foundries-factory');
  if (found === undefined) {
    throw new Error('the extension is not installed');
  }
  return found;
}

/** Ports that Factories of this run had; each test file is a bundle of its own, so that only what is global is shared. */
const usedPorts = ((globalThis as { foundriesUsedPorts?: Set<string> }).foundriesUsedPorts ??= new Set());

/** A Factory on a port that none had before: what is kept of a host must not come from an earlier test. */
async function startOnNewPort(options: ServerOptions): Promise<FactoryServer> {
  const server = await startFactoryServer(options);
  if (!usedPorts.has(server.url)) {
    usedPorts.add(server.url);
    return server;
  }
  const other = await startOnNewPort(options);
  await server.close();
  return other;
}

/** A Factory that the extension is pointed at and signed in to. */
export class SignedIn {
  private constructor(
    readonly server: FactoryServer,
    readonly api: TestApi,
    /** Key of the server. */
    readonly host: string,
  ) {}

  static async start(options: ServerOptions = {}, token = TOKEN): Promise<SignedIn> {
    const api = await extension().activate();
    // A view that an earlier test has shown would ask for its rows.
    await vscode.commands.executeCommand('workbench.view.explorer');
    const server = await startOnNewPort(options);
    await setApiUrl(server.url);
    // Tests count requests: what a view asks for by itself has tests of its own.
    const settings = vscode.workspace.getConfiguration('foundries');
    if (settings.get('refresh.intervalSeconds') !== 0) {
      await settings.update('refresh.intervalSeconds', 0, vscode.ConfigurationTarget.Global);
    }
    const host = serverKey(server.url);
    await api.accounts.add(
      { id: `${host}/test`, label: 'Test', apiUrl: server.url, factory: FACTORY, factories: [FACTORY] },
      token,
    );
    // As the Devices view would: it is known which devices there are before a file of one is opened.
    await api.connections
      .forFactory(host, FACTORY)
      ?.factory(FACTORY)
      .fleet.lookUp(DEVICE)
      .catch(() => undefined);
    server.emulator.requests.clear();
    return new SignedIn(server, api, host);
  }

  uri(file: string, device = DEVICE): vscode.Uri {
    const address: ConfigAddress = { host: this.host, scope: { kind: 'device', factory: FACTORY, device }, file };
    return vscode.Uri.from(formatAddress(address));
  }

  async open(file: string): Promise<vscode.TextEditor> {
    return vscode.window.showTextDocument(this.uri(file), { preview: false });
  }

  /** `METHOD path` of what came in since the last call; configurations of devices by name (`namedPath`). */
  seen(): string[] {
    const { emulator } = this.server;
    const requests = emulator.requests.all().map(({ method, path }) => `${method} ${namedPath(emulator, path)}`);
    this.server.emulator.requests.clear();
    return requests;
  }

  async value(file: string, device = DEVICE): Promise<string | undefined> {
    const response = await fetch(`${this.server.url}/ota/devices/${device}/config/?factory=${FACTORY}`, {
      headers: { 'OSF-TOKEN': TOKEN },
    });
    const { config } = (await response.json()) as { config: { files: { name: string; value: string }[] }[] };
    const value = config[0]?.files.find(({ name }) => name === file)?.value;
    return value;
  }

  async writeAs(file: string, value: string): Promise<void> {
    await fetch(`${this.server.url}/_emulator/config`, {
      method: 'POST',
      body: JSON.stringify({ device: DEVICE, files: [{ name: file, value }], reason: 'by somebody else' }),
    });
  }

  async stop(): Promise<void> {
    await closeEverything();
    this.api.answerQuestions(undefined);
    for (const { id } of [...this.api.accounts.accounts]) {
      await this.api.accounts.remove(id);
    }
    await this.server.close();
  }
}

export async function setApiUrl(url: string | undefined): Promise<void> {
  await vscode.workspace.getConfiguration('foundries').update('apiUrl', url, vscode.ConfigurationTarget.Global);
}

/** Replaces the text of an editor, as typing does. */
export async function replaceText(editor: vscode.TextEditor, text: string): Promise<void> {
  const { document } = editor;
  const all = new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length));
  if (!(await editor.edit((edit) => edit.replace(all, text)))) {
    throw new Error('the edit was refused');
  }
}

/** Closes all editors, giving up what is unsent. */
export async function closeEverything(): Promise<void> {
  for (const document of vscode.workspace.textDocuments) {
    if (document.isDirty) {
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** Waits until something holds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > end) {
      throw new Error(`Not within ${ms / 1000} s: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
