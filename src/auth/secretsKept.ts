import { Emitter, type Disposable } from '../store/emitter';
import type { AccountStore } from './accountStore';
import type { WorkspaceMemory } from './shownAccount';

const KEY = 'foundries.hasAccounts';

/**
 * Notices that secret storage forgot accounts between two starts: VS Code keeps secrets in memory where the system has no
 * keyring, and does not say so. What is remembered is that there were accounts, nothing of them.
 */
export class SecretsKept implements Disposable {
  private readonly accounts: AccountStore;
  private readonly memory: WorkspaceMemory;
  private readonly subscription: Disposable;
  private readonly changed = new Emitter<boolean>();
  private isLost = false;
  private had = false;
  /** Told whether accounts are missing. */
  readonly onDidChange = this.changed.event;

  /** @param memory survives a restart, and is shared by all windows */
  constructor(accounts: AccountStore, memory: WorkspaceMemory) {
    this.accounts = accounts;
    this.memory = memory;
    this.subscription = accounts.onDidChange(() => void this.note());
  }

  /** To be called once the accounts were read. Resolves to whether they are missing. */
  async check(): Promise<boolean> {
    this.isLost = this.memory.get(KEY) === true && this.accounts.accounts.length === 0;
    if (this.isLost) {
      // Said once; an empty list from now on is what it seems to be.
      await this.memory.update(KEY, undefined);
      this.changed.fire(true);
    }
    await this.note();
    return this.isLost;
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  private async note(): Promise<void> {
    const has = this.accounts.accounts.length > 0;
    if (has === this.had) {
      return;
    }
    this.had = has;
    await this.memory.update(KEY, has ? true : undefined);
    if (has && this.isLost) {
      this.isLost = false;
      this.changed.fire(false);
    }
  }
}
