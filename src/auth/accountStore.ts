import * as v from 'valibot';
import { Emitter, type Disposable } from '../store/emitter';

/** Somebody's access to one API host. Holds no token. */
export interface Account {
  /** Stable for a user on a host, so that signing in again replaces the token. */
  readonly id: string;
  /** Whose it is, for people. */
  readonly label: string;
  /** Base address of the API that the token was given for; it is sent nowhere else. */
  readonly apiUrl: string;
  /** The Factory that is shown. */
  readonly factory: string;
  /** The Factories that the credential lists; may be empty. */
  readonly factories: readonly string[];
  /** Base address of the OAuth service, for application credentials; absent for an API token. */
  readonly oauthUrl?: string;
  /** The account of the demo Factory, which no storage holds. */
  readonly demo?: true;
}

/** An API token, or application credentials that are exchanged for access tokens (foundries-api.md §1.1). */
export type Credential = string | { readonly clientId: string; readonly clientSecret: string };

/** An access token, kept for the next window. */
export interface KeptToken {
  readonly token: string;
  readonly expiresAt?: number;
}

/** What keeps secrets; VS Code's SecretStorage is one. */
export interface Secrets {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
  onDidChange(listener: (event: { readonly key: string }) => void): Disposable;
}

export interface AccountsEvent {
  /** Id of the account whose credential changed; absent where the list did. */
  readonly tokenOf?: string;
}

/** The secret storage took a token and does not give it back. */
export class SecretStorageBroken extends Error {
  override readonly name = 'SecretStorageBroken';
}

const INDEX_KEY = 'foundries.accounts';
/** Holds an API token, or application credentials as JSON. */
const tokenKey = (id: string): string => `foundries.token.${id}`;
/** Holds the access token that application credentials were exchanged for. */
const accessKey = (id: string): string => `foundries.access.${id}`;

const applicationSchema = v.object({ clientId: v.string(), clientSecret: v.string() });
const keptSchema = v.object({ token: v.string(), expiresAt: v.optional(v.number()) });

const indexSchema = v.object({
  accounts: v.array(
    v.object({
      id: v.string(),
      label: v.string(),
      apiUrl: v.string(),
      factory: v.string(),
      factories: v.array(v.string()),
      oauthUrl: v.optional(v.string()),
    }),
  ),
});

/**
 * Accounts and their credentials, in secret storage alone: one secret for each credential, and one that lists the accounts, most
 * recently used first. Other windows share the storage and hear of changes through it.
 */
export class AccountStore implements Disposable {
  private readonly secrets: Secrets;
  private known: readonly Account[] = [];
  private loaded: Promise<void> | undefined;
  private lastIndex: string | undefined;
  private writing: Promise<void> = Promise.resolve();
  private readonly changed = new Emitter<AccountsEvent>();
  private readonly subscription: Disposable;
  readonly onDidChange = this.changed.event;

  constructor(secrets: Secrets) {
    this.secrets = secrets;
    this.subscription = secrets.onDidChange(({ key }) => {
      if (key === INDEX_KEY) {
        void this.reload();
      } else if (key.startsWith(tokenKey(''))) {
        this.changed.fire({ tokenOf: key.slice(tokenKey('').length) });
      }
    });
  }

  /** Resolves when the accounts were read once. Rejects where the storage cannot be read. */
  ready(): Promise<void> {
    this.loaded ??= this.read().catch((error: unknown) => {
      this.loaded = undefined;
      throw error;
    });
    return this.loaded;
  }

  /** Most recently used first; empty before `ready()`. */
  get accounts(): readonly Account[] {
    return this.known;
  }

  /** @returns the credential, read anew each time; undefined where the account is gone */
  async credential(id: string): Promise<Credential | undefined> {
    const text = await this.secrets.get(tokenKey(id));
    if (text === undefined || this.find(id)?.oauthUrl === undefined) {
      return text;
    }
    return parsed(applicationSchema, text);
  }

  /**
   * @returns what can be sent to the service as it is: the API token, or the access token that is kept; undefined where there is
   *   none
   */
  async token(id: string): Promise<string | undefined> {
    const credential = await this.credential(id);
    return typeof credential === 'string' ? credential : (await this.keptToken(id))?.token;
  }

  /** @returns the access token that was kept for application credentials */
  async keptToken(id: string): Promise<KeptToken | undefined> {
    const kept = parsed(keptSchema, await this.secrets.get(accessKey(id)));
    return kept === undefined
      ? undefined
      : { token: kept.token, ...(kept.expiresAt === undefined ? {} : { expiresAt: kept.expiresAt }) };
  }

  /** Keeps an access token for the next window. Nobody is told: what was fetched with the one before is as good. */
  async keepToken(id: string, token: KeptToken): Promise<void> {
    if (this.find(id) !== undefined) {
      await this.secrets.store(accessKey(id), JSON.stringify(token));
    }
  }

  /**
   * Adds an account or replaces the one with its id, and makes it the most recent.
   *
   * @throws {SecretStorageBroken} where the credential cannot be read back
   */
  async add(account: Account, credential: Credential): Promise<void> {
    const secret = typeof credential === 'string' ? credential : JSON.stringify(credential);
    await this.secrets.delete(accessKey(account.id));
    await this.secrets.store(tokenKey(account.id), secret);
    if ((await this.secrets.get(tokenKey(account.id))) !== secret) {
      throw new SecretStorageBroken('The credential could not be read back from secret storage');
    }
    await this.change((accounts) => [account, ...accounts.filter(({ id }) => id !== account.id)]);
  }

  /** Makes another Factory the one that is shown, and the account the most recent. */
  async setFactory(id: string, factory: string): Promise<void> {
    await this.change((accounts) => {
      const account = accounts.find((candidate) => candidate.id === id);
      return account === undefined
        ? accounts
        : [{ ...account, factory }, ...accounts.filter((candidate) => candidate !== account)];
    });
  }

  /** Removes an account and its credential. */
  async remove(id: string): Promise<void> {
    await this.secrets.delete(tokenKey(id));
    await this.secrets.delete(accessKey(id));
    await this.change((accounts) => accounts.filter((account) => account.id !== id));
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  private find(id: string): Account | undefined {
    return this.known.find((account) => account.id === id);
  }

  private change(edit: (accounts: readonly Account[]) => readonly Account[]): Promise<void> {
    const turn = this.writing.then(async () => {
      await this.read();
      const accounts = edit(this.known);
      const index = JSON.stringify({ accounts });
      await this.secrets.store(INDEX_KEY, index);
      this.take(index);
    });
    this.writing = turn.catch(() => undefined);
    return turn;
  }

  private async reload(): Promise<void> {
    try {
      await this.read();
    } catch {
      // A storage that cannot be read now says nothing new.
    }
  }

  private async read(): Promise<void> {
    this.take(await this.secrets.get(INDEX_KEY));
  }

  private take(index: string | undefined): void {
    if (index === this.lastIndex) {
      return;
    }
    this.lastIndex = index;
    this.known = parseIndex(index);
    this.changed.fire({});
  }
}

function parseIndex(index: string | undefined): readonly Account[] {
  const { accounts } = parsed(indexSchema, index) ?? { accounts: [] };
  return accounts.map(({ oauthUrl, ...account }) => (oauthUrl === undefined ? account : { ...account, oauthUrl }));
}

function parsed<const TSchema extends v.GenericSchema>(
  schema: TSchema,
  json: string | undefined,
): v.InferOutput<TSchema> | undefined {
  if (json === undefined) {
    return undefined;
  }
  try {
    const result = v.safeParse(schema, JSON.parse(json));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}
