import { createHash } from 'node:crypto';
import { presentIdOf, type Account, type Credential, type Exchanged, type KeptToken, type Secrets } from './account';

/** An account with its credential: one secret, so that neither is there without the other. */
export interface AccountRecord {
  readonly account: Account;
  readonly credential: Credential;
}

/** A line of the list of accounts. */
export interface Listed {
  readonly id: string;
  /** The Factory that is shown; where absent, that of the account. */
  readonly factory?: string;
}

/** An account as earlier versions kept it: its data in a list of all accounts, its credential under a key of its own. */
export interface FormerAccount {
  readonly formerId: string;
  /** Undefined where the list does not say enough about it. */
  readonly account: Account | undefined;
  /** The line of the list, as it is there. */
  readonly line: unknown;
}

/** What a secret is, going by its key. */
export type SecretKey =
  | { readonly of: 'list' | 'formerList' }
  | { readonly of: 'record' | 'access' | 'formerCredential'; readonly id: string };

const LIST_KEY = 'foundries.accountList';
const RECORD_KEY = 'foundries.account.';
const ACCESS_KEY = 'foundries.access.';
const FORMER_LIST_KEY = 'foundries.accounts';
const FORMER_CREDENTIAL_KEY = 'foundries.token.';

const decoding = () => import('./accountDecoding');

/** The secrets of accounts by what they hold. What cannot be understood is left alone, and is no account. */
export class AccountSecrets {
  constructor(private readonly secrets: Secrets) {}

  async list(): Promise<readonly Listed[]> {
    const { decodeListed } = await decoding();
    const lines = jsonOf(await this.secrets.get(LIST_KEY));
    const listed = new Map<string, Listed>();
    for (const line of Array.isArray(lines) ? (lines as unknown[]) : []) {
      const { id, factory } = decodeListed(line) ?? {};
      if (id !== undefined && !listed.has(id)) {
        listed.set(id, { id, ...(factory === undefined ? {} : { factory }) });
      }
    }
    return [...listed.values()];
  }

  async writeList(list: readonly Listed[]): Promise<void> {
    await (list.length === 0 ? this.secrets.delete(LIST_KEY) : this.secrets.store(LIST_KEY, JSON.stringify(list)));
  }

  /** @returns undefined where there is none; `unreadable` where it was written by another version, say */
  async record(id: string): Promise<AccountRecord | 'unreadable' | undefined> {
    const text = await this.secrets.get(RECORD_KEY + id);
    if (text === undefined) {
      return undefined;
    }
    const { accountOf, decodeRecord } = await decoding();
    const record = decodeRecord(jsonOf(text));
    return record === undefined
      ? 'unreadable'
      : { account: accountOf(id, record.account), credential: record.credential };
  }

  async storeRecord({ account, credential }: AccountRecord): Promise<void> {
    const { id, ...rest } = account;
    await this.secrets.store(RECORD_KEY + id, JSON.stringify({ account: rest, credential }));
  }

  async deleteRecord(id: string): Promise<void> {
    await this.secrets.delete(RECORD_KEY + id);
  }

  /** @returns an access token, and the mark of the credential that it is of: undefined where an earlier version kept it */
  async access(id: string): Promise<{ readonly access: KeptToken; readonly of: string | undefined } | undefined> {
    const { decodeAccess } = await decoding();
    const { token, expiresAt, of } = decodeAccess(jsonOf(await this.secrets.get(ACCESS_KEY + id))) ?? {};
    return token === undefined
      ? undefined
      : { access: { token, ...(expiresAt === undefined ? {} : { expiresAt }) }, of };
  }

  async storeAccess(id: string, { token, expiresAt }: KeptToken, of: string): Promise<void> {
    await this.secrets.store(ACCESS_KEY + id, JSON.stringify({ token, expiresAt, of }));
  }

  async deleteAccess(id: string): Promise<void> {
    if ((await this.secrets.get(ACCESS_KEY + id)) !== undefined) {
      await this.secrets.delete(ACCESS_KEY + id);
    }
  }

  /** @returns the accounts that were kept by earlier versions */
  async former(): Promise<readonly FormerAccount[]> {
    const { accountOf, decodeAccount, decodeFormer, decodeFormerList } = await decoding();
    const { accounts } = decodeFormerList(jsonOf(await this.secrets.get(FORMER_LIST_KEY))) ?? { accounts: [] };
    return accounts.flatMap((line) => {
      const { id: formerId } = decodeFormer(line) ?? {};
      const account = decodeAccount(line);
      return formerId === undefined
        ? []
        : [{ formerId, line, account: account && accountOf(presentIdOf(formerId, account.apiUrl), account) }];
    });
  }

  async writeFormer(accounts: readonly FormerAccount[]): Promise<void> {
    await (accounts.length === 0
      ? this.secrets.delete(FORMER_LIST_KEY)
      : this.secrets.store(FORMER_LIST_KEY, JSON.stringify({ accounts: accounts.map(({ line }) => line) })));
  }

  async formerCredential({ formerId, account }: FormerAccount): Promise<Credential | undefined> {
    const text = await this.secrets.get(FORMER_CREDENTIAL_KEY + formerId);
    return account?.oauthUrl === undefined ? text : (await decoding()).decodeApplication(jsonOf(text));
  }

  async hasFormerCredential(formerId: string): Promise<boolean> {
    return (await this.secrets.get(FORMER_CREDENTIAL_KEY + formerId)) !== undefined;
  }

  async deleteFormerCredential(formerId: string): Promise<void> {
    if (await this.hasFormerCredential(formerId)) {
      await this.secrets.delete(FORMER_CREDENTIAL_KEY + formerId);
    }
  }

  /** @returns every secret of ours; none where they cannot be listed */
  async all(): Promise<readonly SecretKey[]> {
    try {
      return ((await this.secrets.keys?.()) ?? []).flatMap((key) => secretKey(key) ?? []);
    } catch {
      // VS Code does not let every version list them.
      return [];
    }
  }
}

/** @returns what a secret is; undefined where it is none of an account */
export function secretKey(key: string): SecretKey | undefined {
  switch (key) {
    case LIST_KEY:
      return { of: 'list' };
    case FORMER_LIST_KEY:
      return { of: 'formerList' };
  }
  const kinds = { record: RECORD_KEY, access: ACCESS_KEY, formerCredential: FORMER_CREDENTIAL_KEY } as const;
  for (const of of ['record', 'access', 'formerCredential'] as const) {
    if (key.startsWith(kinds[of])) {
      return { of, id: key.slice(kinds[of].length) };
    }
  }
  return undefined;
}

/** @returns what tells application credentials from others, without holding them; undefined where there are none */
export function markOf(record: AccountRecord | undefined): string | undefined {
  const { account, credential } = record ?? {};
  return typeof credential === 'object'
    ? markOfApplication({ ...credential, url: account?.oauthUrl ?? '' })
    : undefined;
}

/** @returns as `markOf`, from what an access token was got with */
export function markOfApplication({ clientId, clientSecret, url }: Exchanged): string {
  return createHash('sha256')
    .update(JSON.stringify([clientId, clientSecret, url]))
    .digest('base64');
}

function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
