import { createClient, type FactoryClient } from '../../../src/api/client';
import type { Fetch } from '../../../src/api/http';
import { nodeFetch } from '../../../src/api/nodeFetch';
import { foundriesServer } from '../../../src/api/server';
import { Transport } from '../../../src/api/transport';
import { Connections } from '../../../src/store/connections';
import type { AppChanges } from '../../../src/configfs/appChanges';
import { AppsBranch } from '../../../src/views/appsBranch';
import { DeviceArrangements } from '../../../src/views/deviceArrangements';
import { DevicesView } from '../../../src/views/devicesView';
import type { Row } from '../../../src/views/rows/row';
import type * as vscode from 'vscode';

export const FACTORY = 'getting-started';
export const TOKEN = 'demo-token';

/** A client of the product, and what went over its wire. */
export interface Wire {
  readonly client: FactoryClient;
  readonly transport: Transport;
  /** `METHOD path?query` of each request, with the bytes of its answer. */
  readonly log: { readonly request: string; readonly bytes: number; readonly failed: boolean }[];
  /** Requests that wait for their answer. */
  readonly open: () => number;
  /** The mask of fields that was asked for last. */
  readonly fields: () => string | undefined;
}

export function connect(url: string, onUnauthorized?: () => void, ask: Fetch = nodeFetch): Wire {
  const log: Wire['log'] = [];
  let open = 0;
  let fields: string | undefined;
  const counted: Fetch = async (address, init) => {
    open += 1;
    fields = init.headers['X-Fields'];
    try {
      return await ask(address, init);
    } finally {
      open -= 1;
    }
  };
  const transport = new Transport({
    server: foundriesServer(url),
    fetch: counted,
    token: () => Promise.resolve(TOKEN),
    userAgent: 'bench',
    log: ({ request, bytes, failure }) => log.push({ request, bytes, failed: failure !== undefined }),
    retryDelayMs: 1,
    ...(onUnauthorized === undefined ? {} : { onUnauthorized }),
  });
  return { client: createClient(transport), transport, log, open: () => open, fields: () => fields };
}

/** The Devices view as `activate()` builds it, signed in to a Factory. */
export interface Product extends Wire {
  readonly connections: Connections;
  readonly view: DevicesView;
  readonly arrangements: DeviceArrangements;
  readonly apps: AppsBranch;
  readonly memento: vscode.Memento;
}

/** @param ask the network between it and the service at the address */
export function product(url: string, ask?: Fetch): Product {
  let wire: Wire | undefined;
  const account = { id: 'bench', label: 'Bench', apiUrl: url, factory: FACTORY, factories: [FACTORY] };
  const connections = new Connections(
    { accounts: [account] },
    (_account, onUnauthorized) => (wire = connect(url, onUnauthorized, ask)).client,
    () => ({ apiUrl: url, factory: '' }),
    () => 4,
  );
  connections.update();
  const memory = new Map<string, unknown>();
  const memento: vscode.Memento = {
    keys: () => [...memory.keys()],
    get: (key: string) => memory.get(key) as undefined,
    update: (key, value) => Promise.resolve(void memory.set(key, value)),
  };
  const arrangements = new DeviceArrangements(memento);
  // Nobody clicks on a box here.
  const changes = { onDidChange: () => ({ dispose: () => undefined }), wanted: () => undefined };
  const apps = new AppsBranch(changes as unknown as AppChanges);
  const view = new DevicesView(connections, { dropMimeTypes: [], dragMimeTypes: [] }, arrangements, apps);
  // The connection is made with the first look at the session.
  connections.session;
  return { ...wire!, connections, view, arrangements, apps, memento };
}

/** A view, as far as it gives rows. */
export interface Drawn {
  children(row?: Row): Promise<Row[]>;
}

/** What VS Code does to show rows: asks for them, then for the item of each. */
export async function draw(view: Drawn, row?: Row): Promise<{ rows: Row[]; items: vscode.TreeItem[] }> {
  const rows = await view.children(row);
  return { rows, items: rows.map((shown) => shown.item()) };
}

/** The same requests, made with nothing around them: what the service was asked is asked again, and parsed. */
export async function bare(
  url: string,
  requests: readonly string[],
  fields?: string,
  init: { readonly method?: string; readonly body?: string } = {},
): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const request of requests) {
    const response = await nodeFetch(url + request, {
      method: init.method ?? 'GET',
      headers: {
        'OSF-TOKEN': TOKEN,
        ...(fields === undefined ? {} : { 'X-Fields': fields }),
        ...(init.body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(init.body === undefined ? {} : { body: init.body }),
      signal: new AbortController().signal,
      redirect: 'manual',
    });
    answers.push(JSON.parse(await (response as unknown as { text(): Promise<string> }).text()));
  }
  return answers;
}
