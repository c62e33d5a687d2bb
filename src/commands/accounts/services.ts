import type { AccountStore } from '../../auth/accountStore';
import type { ShownAccount } from '../../auth/shownAccount';
import type { Clients } from '../../clients';
import type { Connections } from '../../store/connections';

/** What commands on accounts are built from. */
export interface AccountServices {
  readonly accounts: AccountStore;
  readonly shown: ShownAccount;
  readonly clients: Clients;
  readonly connections: Connections;
  /** Resolves when it is known who is signed in. */
  ready(): Promise<void>;
  /** Address of the API in the settings of the user. */
  configuredApi(): string;
}
