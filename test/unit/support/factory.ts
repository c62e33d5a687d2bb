import { createClient, type FactoryClient } from '../../../src/api/client';
import { nodeFetch } from '../../../src/api/nodeFetch';
import { foundriesServer } from '../../../src/api/server';
import { Transport, type RequestLogEntry, type TransportOptions } from '../../../src/api/transport';
import { createEmulator } from '../../../src/demo/emulator';
import { inProcessFetch } from '../../../src/demo/inProcess';
import { namedPath } from '../../support/configPaths';
import { startFactoryServer, type FactoryServer, type ServerOptions } from '../../../src/demo/server';

export const FACTORY = 'getting-started';
export const DEVICE = 'device-01';
export const DEVICE_UUID = 'f4120660-ffbf-483f-b2ca-a6186da467f4';

/** The emulator over HTTP, with a client that is signed in to it. */
export interface TestFactory {
  readonly server: FactoryServer;
  readonly transport: Transport;
  readonly client: FactoryClient;
  readonly log: RequestLogEntry[];
  /** `METHOD path` of what came in since the last call, oldest first; configurations of devices by name (`namedPath`). */
  seen(): string[];
  /** The same with each path as it was sent. */
  addressed(): string[];
  /** Writes configuration files as another user. */
  writeAs(files: readonly { name: string; value: string; unencrypted?: boolean }[], replace?: boolean): Promise<void>;
  /** The value on the server. */
  value(file: string, device?: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** How a client reaches the emulator; suites on the client run both ways. */
export const WAYS = ['over HTTP', 'in process'] as const;

/** What a test may want otherwise. */
export type TestFactoryOptions = ServerOptions &
  Partial<Pick<TransportOptions, 'token' | 'renew' | 'server' | 'timeoutMs' | 'parallel' | 'onUnauthorized'>> & {
    readonly way?: (typeof WAYS)[number];
  };

/** As the demo account has it: no server, no port. */
function withoutServer(options: ServerOptions): FactoryServer {
  return { url: 'http://factory.test', emulator: createEmulator(options), close: () => Promise.resolve() };
}

export async function startTestFactory(options: TestFactoryOptions = {}): Promise<TestFactory> {
  const inProcess = options.way === 'in process';
  const server = inProcess ? withoutServer(options) : await startFactoryServer(options);
  const send = inProcess ? inProcessFetch(server.emulator) : nodeFetch;
  const log: RequestLogEntry[] = [];
  const transport = new Transport({
    server: options.server ?? foundriesServer(server.url),
    fetch: send,
    token: options.token ?? (() => Promise.resolve('demo-token')),
    userAgent: 'test',
    log: (entry) => log.push(entry),
    retryDelayMs: 5,
    timeoutMs: options.timeoutMs ?? 5000,
    ...(options.parallel === undefined ? {} : { parallel: options.parallel }),
    ...(options.renew === undefined ? {} : { renew: options.renew }),
    ...(options.onUnauthorized === undefined ? {} : { onUnauthorized: options.onUnauthorized }),
  });
  const client = createClient(transport);
  const control = async (path: string, body: unknown): Promise<void> => {
    const { status } = await server.emulator.handle({
      method: 'POST',
      url: `${server.url}/_emulator/${path}`,
      headers: {},
      body: Buffer.from(JSON.stringify(body)),
    });
    if (status >= 300) {
      throw new Error(`${path}: ${status}`);
    }
  };
  const taken = (shown: (path: string) => string): string[] => {
    const requests = server.emulator.requests.all().map(({ method, path }) => `${method} ${shown(path)}`);
    server.emulator.requests.clear();
    return requests;
  };
  return {
    server,
    transport,
    client,
    log,
    seen: () => taken((path) => namedPath(server.emulator, path)),
    addressed: () => taken((path) => path),
    writeAs: (files, replace = false) =>
      control('config', { device: DEVICE, files, as: '5e13232f73927550af883e7c', reason: 'by somebody else', replace }),
    value: async (file, device = DEVICE) => {
      const entries = await client.listConfig({ kind: 'device', factory: FACTORY, device });
      return entries[0]?.files.find(({ name }) => name === file)?.value;
    },
    close: () => server.close(),
  };
}
