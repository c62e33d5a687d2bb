import { serverKey } from '../model/serverKey';
import type { Disposable } from '../store/emitter';

/** Somebody's access to one server. Holds no token. */
export interface Account {
  /** Stable for a user on a server, so that signing in again replaces the token: the server's key, a slash, and the user. */
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

/** Application credentials, which are exchanged for access tokens (docs/api.md §1.1). */
export interface Application {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** An API token, or application credentials. */
export type Credential = string | Application;

/** An access token, kept for the next window. */
export interface KeptToken {
  readonly token: string;
  readonly expiresAt?: number;
}

/** What an access token was got with, and where. */
export type Exchanged = Application & { readonly url: string };

/** What keeps secrets, for all windows; VS Code's SecretStorage is one. */
export interface Secrets {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
  /** Names of all secrets; since VS Code 1.105. */
  keys?(): PromiseLike<readonly string[]>;
  /** Told of changes by any window, some time after they are made. */
  onDidChange(listener: (event: { readonly key: string }) => void): Disposable;
}

export interface AccountsEvent {
  /** Id of the account whose credential changed; absent where the list did. */
  readonly tokenOf?: string;
}

/** The secret storage took a credential and does not give it back. */
export class SecretStorageBroken extends Error {
  override readonly name = 'SecretStorageBroken';
}

/**
 * Of `https` without a path, an account keeps its id: other extensions were given access to it, and workspaces chose it. Others
 * were named by their host alone, and could not be told from one another.
 *
 * @returns the id that an account has by now
 */
export function presentIdOf(formerId: string, apiUrl: string): string {
  const key = serverKey(apiUrl);
  const host = `${new URL(apiUrl).host}/`;
  return `${key}/` === host || !formerId.startsWith(host) ? formerId : `${key}/${formerId.slice(host.length)}`;
}

/** @returns the id that an earlier version gave to an account */
export function formerIdOf({ id, apiUrl }: Account): string {
  const key = `${serverKey(apiUrl)}/`;
  return id.startsWith(key) ? `${new URL(apiUrl).host}/${id.slice(key.length)}` : id;
}
