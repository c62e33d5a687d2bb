import * as vscode from 'vscode';
import { serverKey, serverName } from '../model/serverKey';
import type { Account } from './account';
import type { AccountStore } from './accountStore';

/** Id of the authentication provider. */
export const PROVIDER_ID = 'foundries';

/** Shows the accounts to VS Code (Accounts menu) and, with the user's consent, to other extensions. */
export class FoundriesAuthenticationProvider implements vscode.AuthenticationProvider, vscode.Disposable {
  private readonly accounts: AccountStore;
  private readonly signIn: () => Promise<Account | undefined>;
  private readonly changed = new vscode.EventEmitter<vscode.AuthenticationProviderAuthenticationSessionsChangeEvent>();
  private readonly subscription: { dispose(): void };
  private shown: ReadonlyMap<string, vscode.AuthenticationSession> = new Map();
  private comparing: Promise<void> = Promise.resolve();
  readonly onDidChangeSessions = this.changed.event;

  constructor(accounts: AccountStore, signIn: () => Promise<Account | undefined>) {
    this.accounts = accounts;
    this.signIn = signIn;
    this.subscription = accounts.onDidChange(() => {
      // A storage that cannot be read now is looked at again with the next change.
      this.comparing = this.comparing.then(() => this.compare()).catch(() => undefined);
    });
  }

  async getSessions(
    _scopes: readonly string[] | undefined,
    options: vscode.AuthenticationProviderSessionOptions,
  ): Promise<vscode.AuthenticationSession[]> {
    const sessions = await this.sessions();
    const wanted = options.account?.id;
    return [...sessions.values()].filter(({ account }) => wanted === undefined || account.id === wanted);
  }

  async createSession(): Promise<vscode.AuthenticationSession> {
    const account = await this.signIn();
    if (account === undefined) {
      throw new vscode.CancellationError();
    }
    const session = (await this.sessions()).get(account.id);
    if (session === undefined) {
      throw new Error(vscode.l10n.t('The sign-in to {0} was not kept. Sign in again.', account.apiUrl));
    }
    return session;
  }

  async removeSession(sessionId: string): Promise<void> {
    await this.accounts.remove(sessionId);
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  private async sessions(): Promise<ReadonlyMap<string, vscode.AuthenticationSession>> {
    await this.accounts.ready();
    const sessions = new Map<string, vscode.AuthenticationSession>();
    for (const account of this.accounts.accounts) {
      const { id, apiUrl } = account;
      const accessToken = await this.accounts.token(id, apiUrl);
      if (accessToken !== undefined) {
        sessions.set(id, { id, accessToken, account: { id, label: labelOf(account) }, scopes: [] });
      }
    }
    return sessions;
  }

  private async compare(): Promise<void> {
    const before = this.shown;
    const now = await this.sessions();
    this.shown = now;
    const added = [...now.values()].filter(({ id }) => !before.has(id));
    const removed = [...before.values()].filter(({ id }) => !now.has(id));
    const changed = [...now.values()].filter(
      ({ id, accessToken }) => before.has(id) && before.get(id)?.accessToken !== accessToken,
    );
    if (added.length + removed.length + changed.length > 0) {
      this.changed.fire({ added, removed, changed });
    }
  }
}

/**
 * VS Code remembers by the label which extensions may use an account: what was allowed for one server must not count for another.
 * Of `https` without a path the label is that of earlier versions, so that what was allowed stays so.
 */
function labelOf({ label, apiUrl }: Account): string {
  const key = serverKey(apiUrl);
  return serverName(key) === key ? label : `${label} (${serverName(key)})`;
}
