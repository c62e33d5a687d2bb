import { Emitter, type Disposable } from '../store/emitter';
import {
  SecretStorageBroken,
  type Account,
  type AccountsEvent,
  type Credential,
  type Exchanged,
  type KeptToken,
  type Secrets,
} from './account';
import type * as Look from './accountLook';
import type { Failure, Known, Sight } from './accountLook';
import type * as Kept from './accountSecrets';
import type { AccountRecord, AccountSecrets, Listed } from './accountSecrets';

export {
  SecretStorageBroken,
  type Account,
  type AccountsEvent,
  type Credential,
  type KeptToken,
  type Secrets,
} from './account';

/** Loaded on first use: activation doesn't need it. */
type Opened = typeof Kept & typeof Look & { readonly secrets: AccountSecrets };

/**
 * Accounts and their credentials. They are in secret storage only, which all windows share. It has no locks and no compare-and-swap,
 * so windows follow these rules. They hold in any order of events, also on VS Code before 1.105, which can't list secrets:
 *
 * - An account is one secret, its record. It exists if and only if the record does. Only a sign-in stores a record and only a sign-out
 *   deletes it, each in one step. Nothing else can lose or resurrect an account.
 * - A list holds the ids of all accounts. It is only a hint where to look: an id without a record is no account, so a stale list
 *   resurrects nothing. Two windows can overwrite each other's list. So after every change event, each window reads the records of all
 *   ids that it knows (from the list, from events, which name the secret, and from before), adds the missing ids to the list, and
 *   removes those without a record. Every overwritten list is an event, so this repeats until the list is complete.
 * - An id is added to the list before its record is stored, and removed after all its secrets are deleted. Whatever fails in between
 *   is found through the list and cleaned up, by this window or by the next one.
 * - An access token names the credential that it was exchanged for. It is stored only while the account has that credential, and
 *   checked again afterwards. A window that sees one without its account deletes it.
 *
 * Accounts of earlier versions (one list with all data, and one secret per credential) are read where they are until the user signs
 * out or in again. They are not copied: a copy could resurrect an account that another window has just removed.
 */
export class AccountStore implements Disposable {
  private readonly storage: Secrets;
  private opening: Promise<Opened> | undefined;
  private readonly remembered: () => readonly string[];
  private known = new Map<string, Known>();
  private shown: readonly Account[] = [];
  /** Ids to look at although no list names them. */
  private heard = new Set<string>();
  private isLoaded = false;
  private loading: Promise<void> | undefined;
  /** A look that has not begun. */
  private soon: Promise<void> | undefined;
  private last: Promise<unknown> = Promise.resolve();
  /** Something could not be read, written or cleaned up. */
  private unsettled = false;
  private readonly changed = new Emitter<AccountsEvent>();
  private readonly subscription: Disposable;
  readonly onDidChange = this.changed.event;

  /** @param remembered ids that there may be accounts of, though no list names them */
  constructor(secrets: Secrets, remembered: () => readonly string[] = () => []) {
    this.storage = secrets;
    this.remembered = remembered;
    this.subscription = secrets.onDidChange(({ key }) => void this.hear(key));
  }

  /** Resolves when the accounts were read once. Rejects where the storage cannot be read, and no account is known. */
  ready(): Promise<void> {
    this.loading ??= this.inTurn(async () => {
      const failure = this.isLoaded ? undefined : await this.look();
      if (failure !== undefined && !this.isLoaded) {
        throw failure.cause;
      }
    }).catch((error: unknown) => {
      this.loading = undefined;
      throw error;
    });
    return this.loading;
  }

  /** Most recently used first; empty before `ready()`. */
  get accounts(): readonly Account[] {
    return this.shown;
  }

  /**
   * @param apiUrl base address that it is wanted for
   * @returns the credential, read anew each time; undefined where the account is gone, or is one of another server by now
   */
  async credential(id: string, apiUrl?: string): Promise<Credential | undefined> {
    const record = await this.recordOf(id);
    return apiUrl === undefined || record?.account.apiUrl === apiUrl ? record?.credential : undefined;
  }

  /**
   * @param apiUrl as of `credential`
   * @returns what can be sent to the service as it is: the API token, or the access token that is kept; undefined where there is
   *   none
   */
  async token(id: string, apiUrl?: string): Promise<string | undefined> {
    const credential = await this.credential(id, apiUrl);
    return credential === undefined || typeof credential === 'string' ? credential : (await this.keptToken(id))?.token;
  }

  /** @returns the access token that was kept for the application credentials of an account */
  async keptToken(id: string): Promise<KeptToken | undefined> {
    const { secrets, markOf } = await this.open();
    const mark = markOf(await this.recordOf(id));
    const kept = mark === undefined ? undefined : await secrets.access(id);
    // Those of earlier versions do not say which credential they are of.
    const isOf = kept?.of === mark || (kept?.of === undefined && this.known.get(id)?.former?.formerId === id);
    return kept !== undefined && isOf ? kept.access : undefined;
  }

  /**
   * Keeps an access token for the next window, for as long as the account has the credential that it was got with. Nobody is told:
   * what was fetched with the one before is as good.
   */
  async keepToken(id: string, token: KeptToken, from: Exchanged): Promise<void> {
    const { secrets, markOf, markOfApplication } = await this.open();
    const mark = markOfApplication(from);
    const isMeant = async () => markOf(await this.recordOf(id)) === mark;
    if (await isMeant()) {
      try {
        await secrets.storeAccess(id, token, mark);
      } finally {
        // Somebody may have signed out, or in anew, since that was asked.
        if (!(await isMeant().catch(() => false))) {
          this.heard.add(id);
          await this.lookSoon();
        }
      }
    }
  }

  /**
   * Adds an account or replaces the one with its id, and makes it the most recent.
   *
   * @throws {SecretStorageBroken} where the credential cannot be read back
   */
  add(account: Account, credential: Credential): Promise<void> {
    return this.inTurn(async () => {
      const { id, factory } = account;
      this.heard.add(id);
      await this.putFirst({ id, factory });
      try {
        const record = await this.stored({ account, credential });
        this.known.set(id, { account: record.account, former: undefined });
      } finally {
        this.heard.add(id);
        await this.look();
      }
    });
  }

  /** Makes another Factory the one that is shown, and the account the most recent. */
  setFactory(id: string, factory: string): Promise<void> {
    return this.inTurn(async () => {
      if (this.known.has(id)) {
        await this.putFirst({ id, factory });
        await this.look();
      }
    });
  }

  /** Removes an account and its credential. Rejects where that could not be done, or something is left. */
  remove(id: string): Promise<void> {
    return this.inTurn(async () => {
      const { secrets } = await this.open();
      for (const { formerId, account } of await secrets.former()) {
        if (account?.id === id) {
          await secrets.deleteFormerCredential(formerId);
        }
      }
      // From here on it is gone, for all windows.
      await secrets.deleteRecord(id);
      this.known.delete(id);
      this.heard.add(id);
      const failure = await this.look();
      if (failure?.ids.has(id) === true) {
        throw failure.cause;
      }
    });
  }

  /** To be called now and then: reads and cleans up what could not be before. */
  async settle(): Promise<void> {
    if (this.unsettled) {
      await this.lookSoon();
    }
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  private open(): Promise<Opened> {
    this.opening ??= Promise.all([import('./accountSecrets'), import('./accountLook')]).then(([kept, look]) => ({
      ...kept,
      ...look,
      secrets: new kept.AccountSecrets(this.storage),
    }));
    return this.opening;
  }

  private async hear(key: string): Promise<void> {
    const secret = (await this.open()).secretKey(key);
    if (secret === undefined) {
      return;
    }
    if (secret.of === 'record' || secret.of === 'access') {
      this.heard.add(secret.id);
    }
    await this.lookSoon();
    if (secret.of === 'record') {
      this.changed.fire({ tokenOf: secret.id });
    } else if (secret.of === 'formerCredential') {
      const now = [...this.known.values()].find(({ former }) => former?.formerId === secret.id);
      this.changed.fire({ tokenOf: now?.account.id ?? secret.id });
    }
  }

  /** What changes accounts, or what is known of them, is done one after the other. */
  private inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.last.then(task);
    this.last = turn.catch(() => undefined);
    return turn;
  }

  /** Looks, together with whoever else wants that and has not got it yet. Does not reject. */
  private lookSoon(): Promise<void> {
    this.soon ??= this.inTurn(async () => {
      this.soon = undefined;
      await this.look();
    });
    return this.soon;
  }

  /** Finds out which accounts there are, and makes the lists say so. Before an account, or that there is none, could be read, nothing counts. */
  private async look(): Promise<Failure | undefined> {
    const { heard } = this;
    this.heard = new Set();
    let failure: Failure | undefined;
    let taken = false;
    try {
      const { secrets, lookAround, writeLists } = await this.open();
      const before = { known: this.known, heard, remembered: this.remembered(), isFirst: !this.isLoaded };
      const sight = await lookAround(secrets, before);
      ({ failure } = sight);
      if (failure === undefined || this.isLoaded || sight.found.size > 0) {
        // What fails for one account, or for what is left of one, hides no other.
        this.isLoaded = true;
        taken = true;
        this.take(sight);
        await writeLists(secrets, sight);
      }
    } catch (cause) {
      failure ??= { cause, ids: new Set() };
    }
    (taken ? (failure?.ids ?? []) : heard).forEach((id) => this.heard.add(id));
    this.unsettled = failure !== undefined;
    return failure;
  }

  private take({ found, list }: Sight): void {
    const factories = new Map(list.map(({ id, factory }) => [id, factory]));
    this.known = new Map(
      [...new Set([...factories.keys(), ...found.keys()])].flatMap((id) => {
        const known = found.get(id);
        const factory = factories.get(id) ?? known?.account.factory ?? '';
        return known === undefined ? [] : [[id, { ...known, account: { ...known.account, factory } }]];
      }),
    );
    const shown = [...this.known.values()].map(({ account }) => account);
    if (JSON.stringify(shown) !== JSON.stringify(this.shown)) {
      this.shown = shown;
      this.changed.fire({});
    }
  }

  /** @returns what is there after a record was stored: another window's, where somebody signed in there at the same time */
  private async stored(record: AccountRecord): Promise<AccountRecord> {
    const { secrets } = await this.open();
    const failure = await secrets.storeRecord(record).then(
      () => undefined,
      (cause: unknown) => ({ cause }),
    );
    // Also where that has failed: it may be there all the same.
    const there = await secrets.record(record.account.id);
    const isOurs = typeof there === 'object' && JSON.stringify(there.credential) === JSON.stringify(record.credential);
    if (failure !== undefined && !isOurs) {
      throw failure.cause;
    }
    if (there === undefined || there === 'unreadable') {
      throw new SecretStorageBroken('The credential could not be read back from secret storage');
    }
    return there;
  }

  private async putFirst(line: Listed): Promise<void> {
    const { secrets } = await this.open();
    const listed = await secrets.list();
    const list = [line, ...listed.filter(({ id }) => id !== line.id)];
    if (JSON.stringify(list) !== JSON.stringify(listed)) {
      await secrets.writeList(list);
    }
  }

  /** Read anew each time: another window may have replaced it. */
  private async recordOf(id: string): Promise<AccountRecord | undefined> {
    const { secrets } = await this.open();
    const record = await secrets.record(id);
    if (record !== undefined) {
      return record === 'unreadable' ? undefined : record;
    }
    const { former } = this.known.get(id) ?? {};
    const credential = former && (await secrets.formerCredential(former));
    return former?.account && credential !== undefined ? { account: former.account, credential } : undefined;
  }
}
