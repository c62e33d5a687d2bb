import * as vscode from 'vscode';
import { formatAddress, type ConfigAddress } from '../../../src/configfs/address';
import { startFactoryServer, type FactoryServer, type ServerOptions } from '../../../src/demo/server';
import type { TestApi } from '../../../src/extension';
import { serverKey } from '../../../src/model/serverKey';
import type { ConfigEntry, ConfigFile, ConfigScope } from '../../../src/model/config';
import type { Connection, FactoryData } from '../../../src/store/connections';
import { namedPath } from '../../support/configPaths';
import { FactoryControl } from '../../support/factoryControl';
import { until } from '../../support/until';
import { DEVICE, extension, FACTORY, TOKEN } from './extension';
import { quiet } from './quiet';
import { cleanWindow } from './window';

/** Each test file is a bundle of its own: only what is global is shared. */
const usedPorts = ((globalThis as { foundriesUsedPorts?: Set<string> }).foundriesUsedPorts ??= new Set());

/** Starts a Factory on a port that none had before: what VS Code still keeps of a host must not come from an earlier test. */
export async function startOnNewPort(options: ServerOptions = {}): Promise<FactoryServer> {
  const server = await startFactoryServer(options);
  if (!usedPorts.has(server.url)) {
    usedPorts.add(server.url);
    return server;
  }
  const other = await startOnNewPort(options);
  await server.close();
  return other;
}

/** A Factory that the window is signed in to. */
export class SignedIn {
  /** What other users, devices, CI and time do. */
  readonly control: FactoryControl;

  private constructor(
    readonly server: FactoryServer,
    readonly api: TestApi,
    /** Key of the server. */
    readonly host: string,
  ) {
    this.control = new FactoryControl(server.emulator);
  }

  static async start(options: ServerOptions = {}, token = TOKEN): Promise<SignedIn> {
    const api = await extension().activate();
    const server = await startOnNewPort(options);
    const host = serverKey(server.url);
    // The settings name no other address: the account used last is shown.
    await addAccount(api, `${host}/test`, server.url, token);
    const factory = new SignedIn(server, api, host);
    // As the Devices view would: it is known which devices there are before a file of one is opened.
    await factory.data.fleet.lookUp(DEVICE).catch(() => undefined);
    server.emulator.requests.clear();
    return factory;
  }

  /** The account's access to the service. */
  get connection(): Connection {
    return this.api.connections.forFactory(this.host, FACTORY)!;
  }

  /** What was fetched of the Factory. */
  get data(): FactoryData {
    return this.connection.factory(FACTORY);
  }

  uri(file: string, device = DEVICE): vscode.Uri {
    return this.uriIn({ kind: 'device', factory: FACTORY, device }, file);
  }

  uriIn(scope: ConfigScope, file: string): vscode.Uri {
    const address: ConfigAddress = { host: this.host, scope, file };
    return vscode.Uri.from(formatAddress(address));
  }

  open(file: string): Promise<vscode.TextEditor> {
    return this.openIn({ kind: 'device', factory: FACTORY, device: DEVICE }, file);
  }

  async openIn(scope: ConfigScope, file: string): Promise<vscode.TextEditor> {
    return vscode.window.showTextDocument(this.uriIn(scope, file), { preview: false });
  }

  /** Requests since they were last cleared, oldest first; configurations of devices by name (`namedPath`). */
  requests(): { readonly method: string; readonly path: string; readonly status: number; readonly body: string }[] {
    const { emulator } = this.server;
    return emulator.requests.all().map((request) => ({ ...request, path: namedPath(emulator, request.path) }));
  }

  /** `METHOD path` of what came in since the last call, likewise. */
  seen(): string[] {
    const requests = this.requests().map(({ method, path }) => `${method} ${path}`);
    this.server.emulator.requests.clear();
    return requests;
  }

  /** Like `seen`, without reads. */
  writes(): string[] {
    return this.seen().filter((request) => !request.startsWith('GET'));
  }

  /** Waits until nothing more comes of what was done, other than by a timer. */
  quiet(): Promise<void> {
    return quiet(this.server.emulator);
  }

  /** Makes requests fail. */
  fault(rule: Parameters<FactoryServer['emulator']['faults']['add']>[0]): void {
    this.server.emulator.faults.add(rule);
  }

  /** Reads a file's value as another user would. */
  async value(file: string, device = DEVICE): Promise<string | undefined> {
    const { config } = (await this.ask(`/ota/devices/${device}/config/`)) as {
      config: { files: { name: string; value: string }[] }[];
    };
    return config[0]?.files.find(({ name }) => name === file)?.value;
  }

  /** Asks the service by itself, without the extension. */
  async ask(path: string, method = 'GET', body?: unknown): Promise<unknown> {
    const url = new URL(path, this.server.url);
    url.searchParams.set('factory', FACTORY);
    const response = await fetch(url, {
      method,
      headers: { 'OSF-TOKEN': TOKEN, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${method} ${path}: ${response.status} ${text}`);
    }
    return text === '' ? undefined : JSON.parse(text);
  }

  /** The history of a configuration, newest first, read by the extension's client. */
  entries(scope: ConfigScope): Promise<readonly ConfigEntry[]> {
    return this.connection.client.listConfig(scope);
  }

  async files(scope: ConfigScope): Promise<readonly ConfigFile[]> {
    return (await this.entries(scope))[0]?.files ?? [];
  }

  async file(scope: ConfigScope, name: string): Promise<ConfigFile | undefined> {
    return (await this.files(scope)).find((file) => file.name === name);
  }

  /** Writes a file with the extension's client. */
  put(scope: ConfigScope, file: Partial<ConfigFile> & { name: string }, reason = 'r') {
    return this.connection.client.patchConfig(scope, {
      reason,
      file: { value: 'text\n', unencrypted: true, onChanged: undefined, ...file },
    });
  }

  /** Writes a file of device-01 as somebody else. */
  writeAs(file: string, value: string): Promise<void> {
    return this.control.writeConfig({ device: DEVICE, files: [{ name: file, value }] });
  }

  async stop(): Promise<void> {
    await cleanWindow();
    await this.server.close();
  }
}

/** Adds an account, and waits until the window has told of its token: what was fetched before that would be dropped. */
export async function addAccount(api: TestApi, id: string, apiUrl: string, token: string): Promise<void> {
  let told = false;
  const listening = api.accounts.onDidChange(({ tokenOf }) => (told ||= tokenOf === id));
  try {
    await api.accounts.add({ id, label: 'Test', apiUrl, factory: FACTORY, factories: [FACTORY] }, token);
    await until('the window to tell of the token', () => told);
  } finally {
    listening.dispose();
  }
}
