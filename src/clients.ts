import * as vscode from 'vscode';
import type { FactoryClient } from './api/client';
import { clientOnDemand } from './api/clientOnDemand';
import type { FactoryError } from './api/errors';
import type { AccessToken, OAuthOptions } from './api/oauth';
import { DEMO_URL, demoServer, foundriesServer } from './api/server';
import type { RequestLogEntry } from './api/transport';
import { DEMO_ACCOUNT_ID } from './auth/shownAccount';
import type { Account, AccountStore } from './auth/accountStore';
import type { DemoFactory } from './demo/demoFactory';
import type { ConnectedAccount } from './store/connections';

/** @returns the account of the demo Factory; nothing of it is kept */
export function demoAccount(): Account {
  return {
    id: DEMO_ACCOUNT_ID,
    label: vscode.l10n.t('Demo'),
    apiUrl: DEMO_URL,
    factory: 'getting-started',
    factories: ['getting-started', 'acme'],
    demo: true,
  };
}

/** Application credentials that are being tried, and where they are exchanged. */
export interface TriedCredential {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly oauthUrl: string;
  /** Told of the access token that came of it. */
  readonly got: (token: AccessToken) => void;
}

/** What all clients share. */
export interface ClientOptions {
  readonly userAgent: string;
  readonly log: (entry: RequestLogEntry) => void;
  /** File of the thread that parses long lists of targets. */
  readonly targetsWorker: string;
}

/** Makes the clients of accounts: what belongs to the network is read with the first request. */
export class Clients {
  private readonly accounts: AccountStore;
  private readonly options: ClientOptions;
  private demo: Promise<DemoFactory> | undefined;

  constructor(accounts: AccountStore, options: ClientOptions) {
    this.accounts = accounts;
    this.options = options;
  }

  /** @returns a client with the credential of an account, in process for the demo */
  forAccount(account: ConnectedAccount, onUnauthorized: (error: FactoryError) => void): FactoryClient {
    if (account.demo === true) {
      return this.ofDemo();
    }
    const { id, apiUrl, oauthUrl } = account;
    if (oauthUrl === undefined) {
      return this.withToken(apiUrl, () => this.accounts.token(id, apiUrl), onUnauthorized);
    }
    return this.withApplication(apiUrl, onUnauthorized, {
      credential: async () => {
        const credential = await this.accounts.credential(id, apiUrl);
        return credential === undefined || typeof credential === 'string'
          ? undefined
          : { ...credential, url: oauthUrl };
      },
      shelf: {
        read: () => this.accounts.keptToken(id),
        write: (token, credential) => this.accounts.keepToken(id, token, credential),
      },
    });
  }

  /** @returns a client that tries a token and nothing else */
  tryToken(apiUrl: string, token: string): FactoryClient {
    return this.withToken(apiUrl, () => Promise.resolve(token));
  }

  /** @returns a client that tries application credentials and nothing else */
  tryApplication(apiUrl: string, { clientId, clientSecret, oauthUrl, got }: TriedCredential): FactoryClient {
    return this.withApplication(apiUrl, undefined, {
      credential: () => Promise.resolve({ clientId, clientSecret, url: oauthUrl }),
      shelf: {
        read: () => Promise.resolve(undefined),
        write: (token) => {
          got(token);
          return Promise.resolve();
        },
      },
    });
  }

  /** The demo begins anew with the next client of it. */
  resetDemo(): void {
    this.demo = undefined;
  }

  private ofDemo(): FactoryClient {
    const server = demoServer();
    return clientOnDemand(server, async () => {
      this.demo ??= import('./demo/demoFactory').then(({ createDemoFactory }) => createDemoFactory());
      const [{ createClient }, { Transport }, { fetch, token }] = await Promise.all([
        import('./api/client'),
        import('./api/transport'),
        this.demo,
      ]);
      const { userAgent, log, targetsWorker } = this.options;
      return createClient(
        new Transport({ server, fetch, token: () => Promise.resolve(token), userAgent, log }),
        targetsWorker,
      );
    });
  }

  private withToken(
    apiUrl: string,
    token: () => Promise<string | undefined>,
    onUnauthorized?: (error: FactoryError) => void,
  ): FactoryClient {
    const server = foundriesServer(apiUrl);
    return clientOnDemand(server, async () => {
      const [{ createClient }, { Transport }, { nodeFetch }] = await network();
      const { userAgent, log, targetsWorker } = this.options;
      const told = onUnauthorized === undefined ? {} : { onUnauthorized };
      return createClient(new Transport({ server, fetch: nodeFetch, token, userAgent, log, ...told }), targetsWorker);
    });
  }

  private withApplication(
    apiUrl: string,
    onUnauthorized: ((error: FactoryError) => void) | undefined,
    source: Pick<OAuthOptions, 'credential' | 'shelf'>,
  ): FactoryClient {
    const server = foundriesServer(apiUrl, 'bearer');
    return clientOnDemand(server, async () => {
      const [[{ createClient }, { Transport }, { nodeFetch: fetch }], { OAuthTokens }] = await Promise.all([
        network(),
        import('./api/oauth'),
      ]);
      const { userAgent, log, targetsWorker } = this.options;
      const tokens = new OAuthTokens({ ...source, fetch, userAgent, log });
      return createClient(
        new Transport({
          server,
          fetch,
          token: () => tokens.token(),
          renew: (refused) => tokens.renew(refused),
          userAgent,
          log,
          ...(onUnauthorized === undefined ? {} : { onUnauthorized }),
        }),
        targetsWorker,
      );
    });
  }
}

const network = () => Promise.all([import('./api/client'), import('./api/transport'), import('./api/nodeFetch')]);
