/** A Factory, a client that is signed in to it, and a network between them that can be made to fail. */
import { createClient, type FactoryClient } from '../../../src/api/client';
import type { Fetch } from '../../../src/api/http';
import { nodeFetch } from '../../../src/api/nodeFetch';
import { inProcessFetch } from '../../../src/demo/inProcess';
import { OAuthTokens, type AccessToken } from '../../../src/api/oauth';
import { foundriesServer } from '../../../src/api/server';
import type { RequestSpec } from '../../../src/api/request';
import { Transport, type Reply, type RequestLogEntry, type Sink } from '../../../src/api/transport';
import { startFactoryServer, type FactoryServer } from '../../../src/demo/server';
import { turn } from '../../support/clock';
import { FactoryControl } from '../../support/factoryControl';
import { namedPath } from '../../support/configPaths';
import { networkOf } from '../../support/network';
import { FACTORY, type TestFactory } from '../../unit/support/factory';
import { MOST_BYTES, TOKEN, type Fault } from '../faults';
import type { Hosts } from './hosts';

/** A request as the client made it, wherever it went. */
export interface Call {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly home: boolean;
  /** Address, headers and body. */
  readonly carried: string;
}

const WRITES = ['PATCH', 'POST', 'PUT', 'DELETE'];

class TestTransport extends Transport {
  private readonly pending = new Set<Promise<unknown>>();

  override send(spec: RequestSpec, signal?: AbortSignal): Promise<Reply> {
    return this.known(super.send(spec, signal));
  }

  override receive(spec: RequestSpec & { method: 'GET' }, sink: Sink, signal?: AbortSignal): Promise<number> {
    return this.known(super.receive(spec, sink, signal));
  }

  /** Resolves when nothing is asked any more, also not what nobody waits for. */
  async quiet(): Promise<void> {
    while (this.pending.size > 0) {
      await Promise.allSettled(this.pending);
      await turn();
    }
  }

  private known<T>(request: Promise<T>): Promise<T> {
    const settled = request.finally(() => this.pending.delete(settled));
    this.pending.add(settled);
    return settled;
  }
}

/** What the fault hits: every request, those that write, or everything from the first that writes on. */
export type Hit = 'all' | 'writes' | 'onward';

export class World {
  readonly calls: Call[] = [];
  readonly log: RequestLogEntry[] = [];
  /** What the tests act with: the fault hits it. */
  readonly client: FactoryClient;
  /** What the tests look with: no fault hits it, once there is none at the service. */
  readonly witness: FactoryClient;
  readonly transport: TestTransport;
  /** For what is written for the unit tests. */
  readonly factory: TestFactory;
  /** Whether the emulator itself was asked for something. */
  controlled = false;
  /** Address of the API in the settings: that of the service, unless a row has it otherwise. */
  settingsApi: string;
  /** What the user of the window types, and is told. */
  readonly typed = new Map<string, string>();
  readonly said: string[] = [];
  /** Application credentials are exchanged: requests carry what came of it. */
  exchanged = false;
  private instead: string | undefined;
  private hits: (method: string) => boolean = () => false;
  private onWrite: (() => void) | undefined;

  constructor(
    readonly server: FactoryServer,
    private readonly hosts: Hosts,
    private readonly fault: Fault,
    /** Whether requests go over connections; otherwise the Factory is asked in process. */
    private readonly overHttp: boolean,
  ) {
    this.settingsApi = server.url;
    this.transport = this.connect(true);
    this.client = createClient(this.transport);
    this.witness = createClient(this.connect(false));
    this.factory = {
      server,
      network: networkOf(server.emulator),
      fetch: this.fetching(true),
      control: new FactoryControl(server.emulator),
      transport: this.transport,
      client: this.client,
      log: this.log,
      seen: () => this.calls.splice(0).map(({ method, path }) => `${method} ${namedPath(server.emulator, path)}`),
      addressed: () => this.calls.splice(0).map(({ method, path }) => `${method} ${path}`),
      writeAs: (files) => this.control('config', { device: 'device-01', files }),
      value: async (file, device = 'device-01') =>
        (await this.witness.listConfig({ kind: 'device', factory: FACTORY, device }))[0]?.files.find(
          ({ name }) => name === file,
        )?.value,
      close: () => Promise.resolve(),
    };
  }

  get host(): string {
    return this.client.server.label;
  }

  /** From now on there is the fault. What happened before is forgotten. */
  arm(hit: Hit): void {
    this.calls.length = 0;
    this.log.length = 0;
    const isWrite = (method: string) => WRITES.includes(method);
    this.hits = (method) =>
      hit === 'all' || isWrite(method) || (hit === 'onward' && this.calls.some((call) => isWrite(call.method)));
    this.instead = this.fault.instead?.(this.hosts);
    this.ruled(hit === 'all' ? ['GET', ...WRITES] : WRITES);
    this.onWrite = hit === 'onward' ? () => this.ruled(['GET']) : undefined;
  }

  private ruled(methods: readonly string[]): void {
    const rule = this.fault.rule?.(this.hosts);
    if (rule !== undefined) {
      methods.forEach((method) =>
        this.server.emulator.faults.add({ ...rule, match: { method, path: '/' }, count: null }),
      );
    }
  }

  /** The fault is over. */
  disarm(): void {
    this.hits = () => false;
    this.onWrite = undefined;
    this.server.emulator.faults.clear();
  }

  /** Asks the emulator itself for something. */
  async control(path: string, body: unknown): Promise<void> {
    this.controlled = true;
    await new FactoryControl(this.server.emulator).send('POST', path, body);
  }

  /** @returns what exchanges application credentials for access tokens; the emulator knows them from then on */
  application(got: (token: AccessToken) => void = () => undefined): OAuthTokens {
    const { oauth } = this.server.emulator.world;
    const known = oauth.client.bind(oauth);
    // The secret is what the tests look for everywhere.
    oauth.client = (id, secret) => (secret === TOKEN ? known(id, 'demo-secret') : undefined);
    this.exchanged = true;
    const url = `${this.server.url}/oauth`;
    return new OAuthTokens({
      credential: () => Promise.resolve({ clientId: 'demo-client', clientSecret: TOKEN, url }),
      shelf: {
        read: () => Promise.resolve(undefined),
        write: (token) => {
          got(token);
          return Promise.resolve();
        },
      },
      fetch: this.fetching(true),
      userAgent: 'test',
      log: (entry) => this.log.push(entry),
      startTimer: networkOf(this.server.emulator).startTimer,
    });
  }

  /** @returns a client that acts with application credentials, as far as the fault lets it */
  applicationClient(got: (token: AccessToken) => void): FactoryClient {
    const tokens = this.application(got);
    return createClient(this.connect(true, tokens));
  }

  private connect(hit: boolean, tokens?: OAuthTokens): TestTransport {
    return new TestTransport({
      server: foundriesServer(this.server.url, tokens === undefined ? 'token' : 'bearer'),
      fetch: this.fetching(hit),
      token: () => (tokens === undefined ? Promise.resolve(TOKEN) : tokens.token()),
      ...(tokens === undefined ? {} : { renew: (refused: string) => tokens.renew(refused) }),
      userAgent: 'test',
      log: (entry) => this.log.push(entry),
      retryDelayMs: 1,
      startTimer: networkOf(this.server.emulator).startTimer,
      maxBytes: MOST_BYTES,
    });
  }

  private fetching(hit: boolean): Fetch {
    const home = this.server.url;
    const { emulator } = this.server;
    const inProcess = inProcessFetch(emulator);
    const network = networkOf(emulator).fetch((url, init) =>
      this.overHttp || !url.startsWith(`${home}/`) ? nodeFetch(url, init) : inProcess(url, init),
    );
    return (url, init) => {
      if (!hit) {
        return network(url, init);
      }
      this.calls.push({
        method: init.method,
        path: new URL(url).pathname,
        home: url.startsWith(`${home}/`),
        carried: JSON.stringify([url, init.headers, init.body ?? '']),
      });
      if (WRITES.includes(init.method)) {
        this.onWrite?.();
        this.onWrite = undefined;
      }
      if (this.fault.skewSeconds !== undefined) {
        // Its time stands still otherwise, and everything would be of the same second.
        this.server.emulator.clock.advance(1);
      }
      const target = this.instead !== undefined && this.hits(init.method) ? url.replace(home, this.instead) : url;
      return network(target, init);
    };
  }
}

/** Worlds for as many tests at once as want one. */
export class Worlds {
  private readonly idle: FactoryServer[] = [];
  private readonly all: FactoryServer[] = [];

  constructor(private readonly hosts: Hosts) {}

  /** Lets a task have a world for itself, as new, over HTTP or in process. */
  async use<T>(fault: Fault, overHttp: boolean, task: (world: World) => Promise<T>): Promise<T> {
    const skew = fault.skewSeconds;
    const server =
      (skew === undefined ? this.idle.pop() : undefined) ??
      (await startFactoryServer({
        devices: 12,
        storage: 'local',
        building: false,
        ...(skew === undefined ? {} : { startTime: Date.now() + skew * 1000 }),
      }));
    this.all.push(server);
    const world = new World(server, this.hosts, fault, overHttp);
    try {
      return await task(world);
    } finally {
      if (skew === undefined) {
        // A Factory that nobody wrote to is as new.
        if (server.emulator.requests.all().some(({ method }) => method !== 'GET') || world.controlled) {
          server.emulator.reset();
        }
        server.emulator.faults.clear();
        server.emulator.requests.clear();
        this.idle.push(server);
      } else {
        await server.close();
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all([...new Set(this.all)].map((server) => server.close()));
  }
}
