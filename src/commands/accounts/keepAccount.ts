import * as vscode from 'vscode';
import type { FactoryClient } from '../../api/client';
import type { Account, Credential, KeptToken } from '../../auth/accountStore';
import { serverKey } from '../../model/serverKey';
import { showWarning } from '../../ui/messages';
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
 * Keeps an account whose credential was accepted, and shows it in this workspace. A token that works is not replaced unasked: what
 * another one may do shows only when it is used.
 *
 * @returns the account; undefined where it could not be kept, which was said, or the user gave up
 */
export async function keepAccount(
  services: AccountServices,
  { client, credential, oauth, factories }: Accepted,
  factory: string,
): Promise<Account | undefined> {
  const { accounts, shown } = services;
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
  switch (await mayReplace(services, account, credential)) {
    case 'no':
      await shown.choose(account.id, factory);
      return accounts.accounts.find(({ id }) => id === account.id);
    case 'gaveUp':
      return undefined;
    case 'yes':
  }
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

/** Asks where the user has another token already, and nothing says that it is not good enough. */
async function mayReplace(
  { accounts, connections }: AccountServices,
  { id, apiUrl, factory, factories, label }: Account,
  credential: Credential,
): Promise<'yes' | 'no' | 'gaveUp'> {
  const there = accounts.accounts.find((account) => account.id === id);
  const connection = connections.forFactory(serverKey(apiUrl), factory);
  const isWanting = connection?.account.id === id && (connection.refused || connection.configs.denials.isAny);
  if (there === undefined || typeof credential !== 'string' || isWanting) {
    return 'yes';
  }
  // What cannot be read is not worth keeping.
  const present = await accounts.token(id, apiUrl).catch(() => undefined);
  if (present === undefined || present === credential) {
    return 'yes';
  }
  const missing = there.factories.filter((name) => !factories.includes(name));
  const keep = vscode.l10n.t('Keep Current Token');
  const replace = vscode.l10n.t('Replace Token');
  const chosen = await showWarning(
    vscode.l10n.t('Replace the token for {0}?', apiUrl),
    {
      modal: true,
      detail: [
        missing.length === 0
          ? undefined
          : vscode.l10n.t(
              'The new token does not list the Factories {0}, which the current one lists.',
              missing.join(', '),
            ),
        vscode.l10n.t(
          'You are already signed in there ({0}). The new token may lack scopes that the current one has.',
          label,
        ),
      ]
        .filter((line) => line !== undefined)
        .join('\n'),
    },
    // Has the focus: Enter replaces nothing.
    keep,
    replace,
  );
  return chosen === replace ? 'yes' : chosen === keep ? 'no' : 'gaveUp';
}
