import * as vscode from 'vscode';
import type { FactoryClient } from '../api/client';
import { FactoryError } from '../api/errors';
import { foundriesServer } from '../api/server';
import type { Account, AccountStore } from '../auth/accountStore';
import { askChecked } from '../ui/askChecked';
import { showFailure } from '../ui/notify';
import { plainText } from '../ui/plainText';

/** Where tokens are made (foundries-api.md §1.1). */
const TOKEN_PAGE = 'https://app.foundries.io/settings/tokens/';

/** @returns a client that uses this token and nothing else, for checking it before it is kept */
export type ConnectWithToken = (apiUrl: string, token: string) => FactoryClient;

/** Opens the page where a token can be made. */
export async function createToken(): Promise<void> {
  await vscode.env.openExternal(vscode.Uri.parse(TOKEN_PAGE));
}

/**
 * Asks for a token, checks it, lets the Factory be chosen, and keeps the account.
 *
 * @param apiUrl base address of the API, as the settings have it
 * @returns the account; undefined where the user gave up
 */
export async function signIn(
  accounts: AccountStore,
  connect: ConnectWithToken,
  apiUrl: string,
): Promise<Account | undefined> {
  let server;
  try {
    server = foundriesServer(apiUrl);
  } catch {
    const open = vscode.l10n.t('Open Settings');
    const message = vscode.l10n.t('The setting foundries.apiUrl is not an http(s) address: {0}', apiUrl);
    if ((await vscode.window.showErrorMessage(message, open)) === open) {
      await vscode.commands.executeCommand('foundries.openSettings');
    }
    return undefined;
  }
  const checked = await askToken(connect, server.baseUrl, server.host);
  if (checked === undefined) {
    return undefined;
  }
  const { client, token, factories } = checked;
  const factory = await chooseFactory(client, factories);
  if (factory === undefined) {
    return undefined;
  }
  const user = await client.getSelf(factory).catch(() => undefined);
  const account: Account = {
    id: `${server.host}/${user === undefined || user.id === '' ? factory : user.id}`,
    label: user === undefined || user.name === '' ? vscode.l10n.t('token for {0}', factory) : user.name,
    apiUrl: server.baseUrl,
    factory,
    factories,
  };
  try {
    await accounts.add(account, token);
  } catch (error) {
    await showFailure(vscode.l10n.t('The token could not be kept in secret storage'), error);
    return undefined;
  }
  return account;
}

interface CheckedToken {
  readonly client: FactoryClient;
  readonly token: string;
  /** Factories that the token lists; may be empty. */
  readonly factories: readonly string[];
}

/** Asks for a token until there is a good one, so that a typing slip costs no second paste. */
function askToken(connect: ConnectWithToken, apiUrl: string, host: string): Promise<CheckedToken | undefined> {
  return askChecked<CheckedToken>({
    title: vscode.l10n.t('Sign in to {0}', host),
    prompt: isPlainHttp(apiUrl)
      ? vscode.l10n.t('Paste an API token. Mind that {0} is not encrypted.', apiUrl)
      : vscode.l10n.t('Paste an API token. It is kept in secret storage only.'),
    placeholder: vscode.l10n.t('API token'),
    password: true,
    button: {
      icon: 'link-external',
      tooltip: vscode.l10n.t('Create a token on app.foundries.io'),
      run: createToken,
    },
    problem: tokenProblem,
    check: async (token, signal) => {
      const client = connect(apiUrl, token);
      return { client, token, factories: await listFactories(client, signal) };
    },
  });
}

function tokenProblem(token: string): string | undefined {
  if (token === '') {
    return vscode.l10n.t('Paste a token.');
  }
  // Anything else cannot be sent in a header.
  return /^[\x21-\x7e]+$/.test(token) ? undefined : vscode.l10n.t('A token has no blanks and no special characters.');
}

/** A token that may not list Factories is still good for the one that is typed in. */
async function listFactories(client: FactoryClient, signal: AbortSignal): Promise<string[]> {
  try {
    return await client.listFactories(signal);
  } catch (error) {
    if (error instanceof FactoryError && (error.kind === 'forbidden' || error.kind === 'notFound')) {
      return [];
    }
    throw error;
  }
}

/** One Factory is taken, several are picked from, none listed: it is typed in and checked. */
async function chooseFactory(client: FactoryClient, factories: readonly string[]): Promise<string | undefined> {
  if (factories.length === 1) {
    return factories[0];
  }
  return factories.length === 0 ? typeFactory(client) : pickFactory(factories, undefined);
}

async function pickFactory(factories: readonly string[], current: string | undefined): Promise<string | undefined> {
  const items = [...factories]
    .sort((a, b) => a.localeCompare(b))
    .map((label) => ({ label, description: label === current ? vscode.l10n.t('shown now') : '' }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Select a Factory'),
    placeHolder: vscode.l10n.t('The Factory to show'),
    ignoreFocusOut: true,
  });
  return picked?.label;
}

function typeFactory(client: FactoryClient): Promise<string | undefined> {
  return askChecked({
    title: vscode.l10n.t('Which Factory?'),
    prompt: vscode.l10n.t('The token lists no Factories. Type the name of yours.'),
    placeholder: vscode.l10n.t('Factory name'),
    problem: (factory) =>
      /^[A-Za-z0-9._-]+$/.test(factory) && !/^\.+$/.test(factory)
        ? undefined
        : vscode.l10n.t('A Factory name has letters, digits, dots, dashes and underscores.'),
    check: async (factory, signal) => {
      await checkFactory(client, factory, signal);
      return factory;
    },
    failure: (error, factory) =>
      error instanceof FactoryError && error.kind === 'notFound'
        ? vscode.l10n.t('There is no Factory {0} that this token can see.', factory)
        : undefined,
  });
}

/** Throws unless the token can see something of the Factory. Which of the two scopes it has does not matter here. */
async function checkFactory(client: FactoryClient, factory: string, signal: AbortSignal): Promise<void> {
  try {
    await client.listDevices({ factory, limit: client.server.devicePaging.sizes[0] ?? 10 }, signal);
  } catch (error) {
    if (!(error instanceof FactoryError && error.kind === 'forbidden')) {
      throw error;
    }
    // Of one version: all of them may be tens of megabytes.
    await client.listTargets(factory, signal, 1);
  }
}

/** Lets another Factory of an account be shown. */
export async function selectFactory(accounts: AccountStore, account: Account, client: FactoryClient): Promise<void> {
  let factories: readonly string[] = account.factories;
  try {
    factories = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Asking for your Factories…') },
      () => listFactories(client, new AbortController().signal),
    );
  } catch (error) {
    if (factories.length === 0) {
      await showFailure(vscode.l10n.t('Could not list the Factories'), error);
      return;
    }
  }
  const factory = factories.length === 0 ? await typeFactory(client) : await pickFactory(factories, account.factory);
  if (factory === undefined) {
    return;
  }
  await accounts.setFactory(account.id, factory);
  const wanted = vscode.workspace.getConfiguration('foundries').get<string>('factory', '').trim();
  if (wanted !== '' && wanted !== factory) {
    const open = vscode.l10n.t('Open Settings');
    const message = vscode.l10n.t('The setting foundries.factory still shows {0} here.', wanted);
    if ((await vscode.window.showWarningMessage(plainText(message), open)) === open) {
      await vscode.commands.executeCommand('workbench.action.openSettings', 'foundries.factory');
    }
  }
}

/** Removes the account that is shown, after asking. */
export async function signOut(accounts: AccountStore, account: Account): Promise<void> {
  const signOutNow = vscode.l10n.t('Sign Out');
  const unsent = vscode.workspace.textDocuments.some(({ uri, isDirty }) => uri.scheme === 'foundries' && isDirty);
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('Sign out {0} from {1}?', account.label, account.apiUrl),
    {
      modal: true,
      detail: unsent
        ? vscode.l10n.t('The token is removed from this machine. Files with unsent changes stay open.')
        : vscode.l10n.t('The token is removed from this machine.'),
    },
    signOutNow,
  );
  if (chosen === signOutNow) {
    await accounts.remove(account.id);
  }
}

function isPlainHttp(apiUrl: string): boolean {
  const { protocol, hostname } = new URL(apiUrl);
  return protocol === 'http:' && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
