import { createClient, type FactoryClient } from '../../../src/api/client';
import type { Fetch } from '../../../src/api/http';
import { nodeFetch } from '../../../src/api/nodeFetch';
import { foundriesServer } from '../../../src/api/server';
import { Transport, type RequestLogEntry, type TransportOptions } from '../../../src/api/transport';
import { createEmulator } from '../../../src/demo/emulator';
import { inProcessFetch } from '../../../src/demo/inProcess';
import { namedPath } from '../../support/configPaths';
import { startFactoryServer, type FactoryServer, type ServerOptions } from '../../../src/demo/server';
import { FactoryControl } from '../../support/factoryControl';
import { networkOf, type Network } from '../../support/network';

export const FACTORY = 'getting-started';
export const DEVICE = 'device-01';
export const DEVICE_UUID = 'f4120660-ffbf-483f-b2ca-a6186da467f4';

/** The emulator over HTTP, with a client that is signed in to it. */
export interface TestFactory {
  readonly server: FactoryServer;
  readonly transport: Transport;
  readonly client: FactoryClient;
  readonly log: RequestLogEntry[];
  /** What lies between the two: time-outs, held answers, and when all is settled. */
  readonly network: Network;
  /** Asks the emulator as the client does. */
  readonly fetch: Fetch;
  /** What other users, devices, CI and time do. */
  readonly control: FactoryControl;
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
  const network = networkOf(server.emulator);
  const fetch = network.fetch(send);
  const log: RequestLogEntry[] = [];
  const transport = new Transport({
    server: options.server ?? foundriesServer(server.url),
    fetch,
    token: options.token ?? (() => Promise.resolve('demo-token')),
    userAgent: 'test',
    log: (entry) => log.push(entry),
    retryDelayMs: 5,
    ...(options.timeoutMs === undefined ? { startTimer: network.startTimer } : { timeoutMs: options.timeoutMs }),
    ...(options.parallel === undefined ? {} : { parallel: options.parallel }),
    ...(options.renew === undefined ? {} : { renew: options.renew }),
    ...(options.onUnauthorized === undefined ? {} : { onUnauthorized: options.onUnauthorized }),
  });
  const client = createClient(transport);
  const control = new FactoryControl(server.emulator);
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
    network,
    fetch,
    control,
    seen: () => taken((path) => namedPath(server.emulator, path)),
    addressed: () => taken((path) => path),
    writeAs: (files, replace = false) =>
      control.writeConfig({ device: DEVICE, files, as: '5e13232f73927550af883e7c', replace }),
    value: async (file, device = DEVICE) => {
      const entries = await client.listConfig({ kind: 'device', factory: FACTORY, device });
      return entries[0]?.files.find(({ name }) => name === file)?.value;
    },
    close: () => server.close(),
  };
}
