import type { AccountStore } from './accountStore';
import type { SecretsKept } from './secretsKept';
import type { Choice, ShownAccount } from './shownAccount';

/** What a window begins with. */
export interface FirstLook {
  readonly accounts: Pick<AccountStore, 'ready'>;
  readonly shown: Pick<ShownAccount, 'choice' | 'inDemo' | 'remember'>;
  readonly kept: Pick<SecretsKept, 'check'>;
  /** Makes known who is signed in. Returns what is shown then; undefined where nobody is. */
  readonly show: () => Choice | undefined;
}

/**
 * The first account that a workspace shows is its choice from then on: other windows do not change it.
 *
 * @returns what resolves when it is known who is signed in, however many ask; rejects where secret storage cannot be read, and
 *   then tries again when it is asked again
 */
export function readyOnce({ accounts, shown, kept, show }: FirstLook): () => Promise<void> {
  let looked: Promise<void> | undefined;
  const look = async () => {
    await kept.check();
    const now = show();
    if (shown.choice === undefined && now !== undefined) {
      await shown.remember(now.account, now.factory);
    }
  };
  return async () => {
    await accounts.ready().catch((error: unknown) => {
      // The demo needs no secret storage.
      if (!shown.inDemo) {
        throw error;
      }
    });
    looked ??= look().catch((error: unknown) => {
      looked = undefined;
      throw error;
    });
    await looked;
  };
}
