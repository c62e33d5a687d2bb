import { Emitter, type Disposable } from '../store/emitter';
import { formerIdOf, type Account } from './account';

/** What this workspace keeps for itself; VS Code's `workspaceState` is one. */
export interface WorkspaceMemory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** Which account is shown in this workspace, and which of its Factories. */
export interface Choice {
  readonly account: string;
  readonly factory: string;
  /** Set by an earlier version, whose ids do not tell every server. */
  readonly isFormer?: boolean;
}

/** What is kept of a choice. Earlier versions kept the id as `account`. */
interface KeptChoice {
  readonly id: string;
  readonly factory: string;
  /** The setting `foundries.apiUrl` at that time. */
  readonly api: string;
}

const CHOICE_KEY = 'foundries.shown';
const DEMO_KEY = 'foundries.demo';

/** Id of the account of the demo Factory. It is in no secret storage, and has no token. */
export const DEMO_ACCOUNT_ID = 'demo';

/**
 * What was chosen for this workspace: an account with one of its Factories, or the demo, which is entered and left without the
 * choice being forgotten. Names only, no credentials.
 */
export class ShownAccount implements Disposable {
  private readonly memory: WorkspaceMemory;
  private readonly demo: Account;
  private readonly configuredApi: () => string;
  private readonly changed = new Emitter<undefined>();
  readonly onDidChange = this.changed.event;

  /**
   * @param demo the account of the demo Factory
   * @param configuredApi address of the API in the settings: a choice counts for as long as that stays
   */
  constructor(memory: WorkspaceMemory, demo: Account, configuredApi: () => string) {
    this.memory = memory;
    this.demo = demo;
    this.configuredApi = configuredApi;
  }

  /** Whether the demo is entered. */
  get inDemo(): boolean {
    return this.demoFactory !== undefined;
  }

  /** The account and Factory to show; undefined where nothing was chosen here. */
  get choice(): Choice | undefined {
    const { demoFactory } = this;
    return demoFactory === undefined ? this.chosen : { account: this.demo.id, factory: demoFactory };
  }

  /** Id of the account that was chosen here last; there may be none by now. */
  get remembered(): string | undefined {
    return this.chosen?.account;
  }

  /** @returns the accounts, with that of the demo while it is entered */
  among(accounts: readonly Account[]): readonly Account[] {
    return this.inDemo ? [...accounts, this.demo] : accounts;
  }

  /** Chooses an account, or another Factory of the demo. Leaves the demo for any other account. */
  async choose(account: string, factory: string): Promise<void> {
    if (account === this.demo.id) {
      return this.enterDemo(factory);
    }
    await this.memory.update(DEMO_KEY, undefined);
    await this.remember(account, factory);
    this.changed.fire(undefined);
  }

  /** Makes what is shown anyway the choice of this workspace, so that other windows do not change it. */
  async remember(account: string, factory: string): Promise<void> {
    const kept: KeptChoice = { id: account, factory, api: this.configuredApi() };
    await this.memory.update(CHOICE_KEY, kept);
  }

  async enterDemo(factory = this.demo.factory): Promise<void> {
    await this.memory.update(DEMO_KEY, factory);
    this.changed.fire(undefined);
  }

  /** Shows what was shown before. */
  async leaveDemo(): Promise<void> {
    await this.memory.update(DEMO_KEY, undefined);
    this.changed.fire(undefined);
  }

  dispose(): void {
    this.changed.dispose();
  }

  private get chosen(): Choice | undefined {
    const kept = this.memory.get(CHOICE_KEY) as Partial<KeptChoice & { readonly account: string }> | undefined;
    const account = kept?.id ?? kept?.account;
    if (typeof account !== 'string' || typeof kept?.factory !== 'string' || kept.api !== this.configuredApi()) {
      return undefined;
    }
    return { account, factory: kept.factory, ...(kept.id === undefined ? { isFormer: true } : {}) };
  }

  private get demoFactory(): string | undefined {
    const kept = this.memory.get(DEMO_KEY);
    // The demo has these Factories; a name that was kept by another version may be none of them.
    return typeof kept !== 'string' ? undefined : this.demo.factories.includes(kept) ? kept : this.demo.factory;
  }
}

/**
 * @returns the account that was chosen; undefined where it is gone, or where an earlier version named it by its host and user, and
 *   several accounts fit
 */
export function chosenAmong(choice: Choice | undefined, accounts: readonly Account[]): Account | undefined {
  const { account: id, isFormer } = choice ?? {};
  const [first, ...others] = accounts.filter(
    (account) => account.id === id || (isFormer === true && formerIdOf(account) === id),
  );
  return others.length === 0 ? first : undefined;
}
