import type { FactoryClient } from '../api/client';
import { serverKey } from '../model/serverKey';
import { BuildList } from './builds';
import { ConfigStore } from './configStore';
import { DeviceReports } from './deviceReports';
import { DeviceWrites } from './deviceWrites';
import { Fleet } from './fleet';
import { Emitter } from './emitter';
import { FactoryApps } from './factoryApps';
import { GroupList } from './groupList';
import { TargetList } from './targetList';
import { UpdateFacts } from './updateFacts';
import { WaveList } from './waves';

/** As in the CLI (docs/api.md §7). */
export const OFFLINE_AFTER_HOURS = 4;

/** The account that a connection is for, as far as the store needs to know. */
export interface ConnectedAccount {
  readonly id: string;
  readonly label: string;
  readonly apiUrl: string;
  readonly factory: string;
  readonly factories: readonly string[];
  /** Base address of the OAuth service, for application credentials. */
  readonly oauthUrl?: string;
  /** The account of the demo Factory, which is asked in process. */
  readonly demo?: true;
}

/** What of the accounts is to be shown. */
export interface Wanted {
  /** Id of the account; without it, or where it is gone, the one used last at `apiUrl` is shown. */
  readonly account?: string;
  readonly apiUrl: string;
  /** `''`: the account's own. */
  readonly factory: string;
}

/** What was fetched of one Factory. */
export interface FactoryData {
  readonly name: string;
  readonly fleet: Fleet;
  readonly deviceWrites: DeviceWrites;
  readonly targets: TargetList;
  readonly groups: GroupList;
  readonly updateFacts: UpdateFacts;
  readonly apps: FactoryApps;
  readonly reports: DeviceReports;
  readonly waves: WaveList;
  readonly builds: BuildList;
}

/** Milliseconds that a question waits for the name of a user. */
const AUTHOR_MS = 1500;

/** One account's access to its host, with everything that was fetched through it. */
export class Connection {
  readonly client: FactoryClient;
  readonly configs: ConfigStore;
  account: ConnectedAccount;
  /** The service refused the token; nothing is asked until there is another. */
  refused = false;
  private readonly factories = new Map<string, FactoryData>();
  private readonly userNames = new Map<string, Promise<ReadonlyMap<string, string>>>();

  private readonly offlineAfterHours: () => number;

  constructor(account: ConnectedAccount, client: FactoryClient, offlineAfterHours: () => number) {
    this.account = account;
    this.client = client;
    this.offlineAfterHours = offlineAfterHours;
    this.configs = new ConfigStore(client, {
      uuidOf: ({ factory, device }) => this.factories.get(factory)?.fleet.find(device)?.uuid,
      groupOf: ({ factory, group }) => this.factories.get(factory)?.groups.idOf(group),
    });
  }

  /**
   * @returns the name of a member of a Factory; undefined where it cannot be told. Members are asked for once; a failure
   *   is asked again.
   */
  async userName(factory: string, id: string): Promise<string | undefined> {
    let names = this.userNames.get(factory);
    if (names === undefined) {
      names = this.client.listUsers(factory).then((users) => new Map(users.map((user) => [user.id, user.name])));
      this.userNames.set(factory, names);
      names.catch(() => this.userNames.delete(factory));
    }
    const name = await names.then(
      (known) => known.get(id),
      () => undefined,
    );
    return name === '' ? undefined : name;
  }

  /**
   * Like `userName`, for a question that somebody waits for: a name is good to have, but no reason to wait long.
   *
   * @param id undefined where nobody is named
   */
  authorName(factory: string, id: string | undefined): Promise<string | undefined> {
    return Promise.race([
      id === undefined ? undefined : this.userName(factory, id),
      new Promise<undefined>((resolve) => setTimeout(resolve, AUTHOR_MS, undefined)),
    ]);
  }

  factory(name: string): FactoryData {
    let data = this.factories.get(name);
    if (data === undefined) {
      const fleet = new Fleet(this.client, name, this.offlineAfterHours);
      const targets = new TargetList(this.client, name);
      const updateFacts = new UpdateFacts(this.client, name, fleet, targets);
      data = {
        name,
        fleet,
        deviceWrites: new DeviceWrites(this.client, name, fleet),
        targets,
        groups: new GroupList(this.client, name),
        updateFacts,
        apps: new FactoryApps(this.client, name, this.configs, targets, updateFacts),
        reports: new DeviceReports(this.client, name, fleet, targets),
        waves: new WaveList(this.client, name, this.offlineAfterHours),
        builds: new BuildList(this.client, name),
      };
      this.factories.set(name, data);
    }
    return data;
  }
}

export interface AccountSource {
  readonly accounts: readonly ConnectedAccount[];
}

/** What the views are about. */
export type Session =
  | { readonly state: 'loading' | 'signedOut' }
  | { readonly state: 'refused' | 'signedIn'; readonly connection: Connection; readonly factory: FactoryData };

/** A connection for each account, made when it is first needed; and which of them is shown. */
export class Connections {
  private readonly source: AccountSource;
  private readonly connect: (account: ConnectedAccount, onUnauthorized: () => void) => FactoryClient;
  private readonly wanted: () => Wanted;
  private readonly offlineAfterHours: () => number;
  private readonly byAccount = new Map<string, Connection>();
  private loaded = false;
  private readonly changed = new Emitter<Session>();
  /** Told when another account or Factory is shown, or the token is refused. */
  readonly onDidChange = this.changed.event;
  private readonly made = new Emitter<Connection>();
  /** Told of each new connection. */
  readonly onDidConnect = this.made.event;

  constructor(
    source: AccountSource,
    connect: (account: ConnectedAccount, onUnauthorized: () => void) => FactoryClient,
    wanted: () => Wanted,
    offlineAfterHours: () => number = () => OFFLINE_AFTER_HOURS,
  ) {
    this.source = source;
    this.connect = connect;
    this.wanted = wanted;
    this.offlineAfterHours = offlineAfterHours;
  }

  get session(): Session {
    if (!this.loaded) {
      return { state: 'loading' };
    }
    const { factory } = this.wanted();
    const account = this.shown;
    if (account === undefined) {
      return { state: 'signedOut' };
    }
    const connection = this.of(account);
    const data = connection.factory(factory === '' ? account.factory : factory);
    return { state: connection.refused ? 'refused' : 'signedIn', connection, factory: data };
  }

  /**
   * @param server its key (`model/serverKey`); capital letters do not count, as VS Code lower-cases them
   * @returns the connection for a Factory on a server: of the account that shows or lists it (that which is shown, if it does),
   *   else of the most recent one there; undefined where nobody is signed in
   */
  forFactory(server: string, factory: string): Connection | undefined {
    const { shown } = this;
    const all = shown === undefined ? this.source.accounts : [shown, ...this.source.accounts];
    const there = all.filter(({ apiUrl }) => keyOf(apiUrl) === server.toLowerCase());
    const account =
      there.find((candidate) => candidate.factory === factory || candidate.factories.includes(factory)) ?? there[0];
    return account === undefined ? undefined : this.of(account);
  }

  /**
   * @param host what an earlier version kept in place of the key of a server
   * @returns the key: of the only server on the host that somebody is signed in to, else that of `https` without a path; undefined
   *   where there are several, so that it is not known which one was meant
   */
  serverOn(host: string): string | undefined {
    const keys = this.source.accounts.flatMap(({ apiUrl }) =>
      URL.canParse(apiUrl) && new URL(apiUrl).host === host ? (keyOf(apiUrl) ?? []) : [],
    );
    const [key = host, ...others] = new Set(keys);
    return others.length === 0 ? key : undefined;
  }

  /**
   * Makes known who is signed in, where that is not known yet.
   *
   * @returns what is shown then; undefined where nobody is signed in
   */
  begin(): { readonly account: string; readonly factory: string } | undefined {
    if (!this.loaded) {
      this.update();
    }
    const { session } = this;
    return 'factory' in session ? { account: session.connection.account.id, factory: session.factory.name } : undefined;
  }

  /**
   * To be called when accounts or settings changed.
   *
   * @param tokenOf account whose token changed: what was fetched with the old one is dropped
   */
  update(tokenOf?: string): void {
    this.loaded = true;
    for (const [id, connection] of this.byAccount) {
      const account = this.source.accounts.find((candidate) => candidate.id === id);
      if (
        account?.apiUrl !== connection.account.apiUrl ||
        account.oauthUrl !== connection.account.oauthUrl ||
        id === tokenOf
      ) {
        this.byAccount.delete(id);
      } else {
        connection.account = account;
      }
    }
    this.changed.fire(this.session);
  }

  private get shown(): ConnectedAccount | undefined {
    const { account: id, apiUrl } = this.wanted();
    const { accounts } = this.source;
    return accounts.find((account) => account.id === id) ?? accounts.find((account) => account.apiUrl === apiUrl);
  }

  private of(account: ConnectedAccount): Connection {
    let connection = this.byAccount.get(account.id);
    if (connection === undefined) {
      const client = this.connect(account, () => {
        if (connection !== undefined) {
          connection.refused = true;
          this.changed.fire(this.session);
        }
      });
      connection = new Connection(account, client, this.offlineAfterHours);
      this.byAccount.set(account.id, connection);
      this.made.fire(connection);
    }
    return connection;
  }
}

/** @returns undefined where an account was kept with something that is no address */
function keyOf(apiUrl: string): string | undefined {
  try {
    return serverKey(apiUrl);
  } catch {
    return undefined;
  }
}
