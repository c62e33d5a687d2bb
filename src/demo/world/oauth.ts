/** Application credentials and the tokens they are exchanged for (docs/api.md §1.2). */
import type { Principal, Scope } from '../auth';
import { OAUTH_EXPIRES_IN, OAUTH_REFRESH_ROTATES } from '../inferred';
import type { Seed } from '../random';

/** An application credential. */
export interface OAuthClient {
  readonly id: string;
  readonly secret: string;
  readonly principal: Principal;
  /** A refresh token that it has from the start. */
  readonly refreshToken?: string;
}

interface Issued {
  readonly client: OAuthClient;
  readonly expiresAt: number;
  readonly refreshToken: string;
}

/** A pair of tokens as it is answered, without the shape of the wire. */
export interface TokenSet {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
  readonly scopes: readonly Scope[];
  readonly factories: readonly string[];
}

/** The scopes of the preset "Use for tools like fioctl" (docs/api.md §1.4), and what a demo needs besides. */
const ALL_SCOPES: readonly Scope[] = ['ci:read-update', 'devices:read-update', 'devices:delete', 'targets:read-update'];

export class OAuth {
  readonly #clients: readonly OAuthClient[];
  readonly #seed: Seed;
  readonly #access = new Map<string, Issued>();
  readonly #refresh = new Map<string, OAuthClient>();
  #count = 0;
  /** How long tokens last, in seconds; tests make it short. */
  expiresIn = OAUTH_EXPIRES_IN;

  constructor(clients: readonly OAuthClient[], seed: Seed) {
    this.#clients = clients;
    this.#seed = seed;
    for (const client of clients) {
      if (client.refreshToken !== undefined) {
        this.#refresh.set(client.refreshToken, client);
      }
    }
  }

  client(id: string, secret: string): OAuthClient | undefined {
    return this.#clients.find((client) => client.id === id && client.secret === secret);
  }

  /** Who a token stands for, while it lasts. */
  principal(token: string, now: number): Principal | undefined {
    const issued = this.#access.get(token);
    return issued === undefined || issued.expiresAt <= now ? undefined : issued.client.principal;
  }

  issue(client: OAuthClient, now: number): TokenSet {
    this.#count += 1;
    const accessToken = this.#seed.hex(40, `access ${this.#count}`);
    const refreshToken = this.#seed.hex(40, `refresh ${this.#count}`);
    this.#access.set(accessToken, { client, expiresAt: now + this.expiresIn * 1000, refreshToken });
    this.#refresh.set(refreshToken, client);
    const { scopes, factories } = client.principal;
    const listed = scopes === 'all' ? ALL_SCOPES : scopes;
    return { accessToken, refreshToken, expiresIn: this.expiresIn, scopes: listed, factories };
  }

  /** A new pair for a refresh token; undefined when it is not this client's, or used up. */
  refresh(client: OAuthClient, refreshToken: string, now: number): TokenSet | undefined {
    if (this.#refresh.get(refreshToken) !== client) {
      return undefined;
    }
    if (OAUTH_REFRESH_ROTATES) {
      this.#refresh.delete(refreshToken);
      for (const [token, issued] of this.#access) {
        if (issued.refreshToken === refreshToken) {
          this.#access.delete(token);
        }
      }
    }
    return this.issue(client, now);
  }
}
