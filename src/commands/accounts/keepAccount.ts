import * as vscode from 'vscode';
import type { FactoryClient } from '../../api/client';
import type { Account, Credential, KeptToken } from '../../auth/accountStore';
import { showFailure } from '../../ui/notify';
import type { AccountServices } from './services';

/** A credential that the service has accepted. */
export interface Accepted {
  readonly client: FactoryClient;
  readonly credential: Credential;
  /** For application credentials: where they are exchanged, and what they were just exchanged for. */
  readonly oauth?: { readonly url: string; readonly token: KeptToken | undefined };
  /** Factories that the credential lists; may be empty. */
  readonly factories: readonly string[];
}

/**
 * Keeps an account whose credential was accepted, and shows it in this workspace.
 *
 * @returns the account; undefined where it could not be kept, which was said
 */
export async function keepAccount(
  { accounts, shown }: AccountServices,
  { client, credential, oauth, factories }: Accepted,
  factory: string,
): Promise<Account | undefined> {
  const { baseUrl, key } = client.server;
  const user = await client.getSelf(factory).catch(() => undefined);
  const name = user === undefined || user.name === '' ? undefined : user.name;
  const account: Account =
    typeof credential === 'string'
      ? {
          id: `${key}/${user === undefined || user.id === '' ? factory : user.id}`,
          label: name ?? vscode.l10n.t('token for {0}', factory),
          apiUrl: baseUrl,
          factory,
          factories,
        }
      : {
          id: `${key}/application/${credential.clientId}`,
          label:
            name === undefined
              ? vscode.l10n.t('application {0}', credential.clientId)
              : vscode.l10n.t('{0}, application {1}', name, credential.clientId),
          apiUrl: baseUrl,
          factory,
          factories,
          ...(oauth === undefined ? {} : { oauthUrl: oauth.url }),
        };
  try {
    await accounts.add(account, credential);
    if (oauth?.token !== undefined && typeof credential !== 'string') {
      await accounts.keepToken(account.id, oauth.token, { ...credential, url: oauth.url });
    }
  } catch (error) {
    await showFailure(vscode.l10n.t('The credential could not be kept in secret storage'), error);
    return undefined;
  }
  await shown.choose(account.id, factory);
  return account;
}
