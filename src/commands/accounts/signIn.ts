import * as vscode from 'vscode';
import { foundriesServer, oauthUrlOf, type Server } from '../../api/server';
import type { Account, KeptToken } from '../../auth/accountStore';
import { webSettingsPage } from '../../model/webUi';
import { askChecked, type CheckedInputButton } from '../../ui/askChecked';
import { asLabel } from '../../ui/label';
import { showError, showInformation } from '../../ui/messages';
import { showQuickPick } from '../../ui/picks';
import { chooseFactory, listFactories } from './factories';
import { keepAccount, type Accepted } from './keepAccount';
import type { AccountServices } from './services';

/** Other ways to sign in than with a token. */
type OtherWay = 'application' | 'elsewhere' | 'fioctl';

/** Opens the page where a token for the server of the settings can be made. */
export async function createToken(services: AccountServices): Promise<void> {
  const server = await serverOf(services.configuredApi());
  if (server === undefined) {
    return;
  }
  const page = webSettingsPage(server.baseUrl, 'tokens');
  if (page === undefined) {
    void showInformation(vscode.l10n.t('The address of {0} does not say where its web UI is.', server.label));
  } else {
    await vscode.env.openExternal(vscode.Uri.parse(page));
  }
}

/** A button to the page where what is asked for is made; none for a server that does not tell where that is. */
function pageButton(page: string | undefined, tooltip: (host: string) => string): CheckedInputButton<never>[] {
  return page === undefined
    ? []
    : [
        {
          icon: 'link-external',
          tooltip: tooltip(new URL(page).host),
          run: () => {
            void vscode.env.openExternal(vscode.Uri.parse(page));
            return undefined;
          },
        },
      ];
}

/**
 * Asks for a token, checks it, lets the Factory be chosen, and keeps the account. Other ways are behind the buttons of the box.
 *
 * @param apiUrl base address of the API
 * @returns the account; undefined where the user gave up
 */
export async function signIn(
  services: AccountServices,
  apiUrl = services.configuredApi(),
): Promise<Account | undefined> {
  const server = await serverOf(apiUrl);
  if (server === undefined) {
    return undefined;
  }
  const answer = await askToken(services, server);
  switch (answer) {
    case undefined:
      return undefined;
    case 'application':
      return signInAsApplication(services, apiUrl);
    case 'elsewhere':
      return signInElsewhere(services);
    case 'fioctl':
      return (await import('./fioctlImport')).importFromFioctl(services);
    default:
      return finish(services, answer);
  }
}

/** Asks for a client id and its secret, exchanges them, lets the Factory be chosen, and keeps the account. */
export async function signInAsApplication(
  services: AccountServices,
  apiUrl = services.configuredApi(),
): Promise<Account | undefined> {
  const server = await serverOf(apiUrl);
  if (server === undefined) {
    return undefined;
  }
  const oauthUrl = oauthUrlOf(server.baseUrl);
  const clientId = await askChecked<string>({
    title: vscode.l10n.t('Sign in to {0} with application credentials (1/2)', server.label),
    prompt: vscode.l10n.t('Client ID. It is exchanged for access tokens at {0}.', oauthUrl),
    placeholder: vscode.l10n.t('Client ID'),
    buttons: pageButton(webSettingsPage(server.baseUrl, 'credentials'), (host) =>
      vscode.l10n.t('Create application credentials on {0}', host),
    ),
    problem: (id) => (id === '' ? vscode.l10n.t('Paste a client ID.') : undefined),
    check: (id) => Promise.resolve(id),
  });
  if (clientId === undefined) {
    return undefined;
  }
  const accepted = await askChecked<Accepted>({
    title: vscode.l10n.t('Sign in to {0} with application credentials (2/2)', server.label),
    prompt: isPlainHttp(oauthUrl)
      ? vscode.l10n.t('Client secret. Mind that {0} is not encrypted.', oauthUrl)
      : vscode.l10n.t('Client secret. It is kept in secret storage only, and sent to {0} only.', oauthUrl),
    placeholder: vscode.l10n.t('Client secret'),
    password: true,
    problem: (secret) => (secret === '' ? vscode.l10n.t('Paste a client secret.') : undefined),
    check: (clientSecret, signal) =>
      tryApplication(services, server.baseUrl, { clientId, clientSecret, oauthUrl }, signal),
  });
  return accepted === undefined ? undefined : finish(services, accepted);
}

/**
 * Asks for the address of another server, then for a token of it.
 *
 * @param address stands there at first; undefined: servers of known accounts are offered, if any are on another one
 */
export async function signInElsewhere(services: AccountServices, address?: string): Promise<Account | undefined> {
  const start = address === undefined ? await pickServer(services) : { address };
  if (start === undefined) {
    return undefined;
  }
  const apiUrl = await askChecked<string>({
    title: vscode.l10n.t('Sign in to another server'),
    prompt: vscode.l10n.t(
      'Address of the API. The setting foundries.apiUrl stays as it is: each account remembers its own.',
    ),
    placeholder: 'api.example.com',
    value: start.address,
    problem: (typed) =>
      parsed(withScheme(typed)) === undefined ? vscode.l10n.t('This is not an http(s) address of an API.') : undefined,
    check: (typed) => Promise.resolve(foundriesServer(withScheme(typed)).baseUrl),
  });
  return apiUrl === undefined ? undefined : signIn(services, apiUrl);
}

/**
 * Offers the servers that are known: of accounts, and of the settings where nobody is signed in there.
 *
 * @returns the address; `''` for one to be typed; undefined where the user gave up
 */
async function pickServer(services: AccountServices): Promise<{ readonly address: string } | undefined> {
  const { accounts } = services;
  const known = [...new Set([services.configuredApi(), ...accounts.accounts.map(({ apiUrl }) => apiUrl)])].filter(
    (apiUrl) => parsed(apiUrl) !== undefined,
  );
  if (known.length < 2) {
    return { address: '' };
  }
  const other = { label: vscode.l10n.t('Another Server…'), iconPath: new vscode.ThemeIcon('add'), address: '' };
  const items = known.map((address) => ({
    label: asLabel(address),
    description: accounts.accounts
      .filter(({ apiUrl }) => apiUrl === address)
      .map(({ label }) => label)
      .join(', '),
    iconPath: new vscode.ThemeIcon('server-environment'),
    address,
  }));
  return showQuickPick([other, ...items], { title: vscode.l10n.t('Sign in to another server') });
}

/** Whoever types a host means `https`, except for this machine. */
const withScheme = (typed: string): string =>
  typed === '' || typed.includes('://') ? typed : `${isThisMachine(typed) ? 'http' : 'https'}://${typed}`;

const isThisMachine = (typed: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|\/|$)/.test(typed);

/**
 * Exchanges application credentials and lists what they are good for.
 *
 * @throws {FactoryError}
 */
export async function tryApplication(
  { clients }: AccountServices,
  apiUrl: string,
  credential: { readonly clientId: string; readonly clientSecret: string; readonly oauthUrl: string },
  signal: AbortSignal,
): Promise<Accepted> {
  const { clientId, clientSecret, oauthUrl } = credential;
  let token: KeptToken | undefined;
  const client = clients.tryApplication(apiUrl, {
    clientId,
    clientSecret,
    oauthUrl,
    got: (got) => {
      token = got;
    },
  });
  const factories = await listFactories(client, signal);
  return { client, credential: { clientId, clientSecret }, oauth: { url: oauthUrl, token }, factories };
}

/** Lets the Factory be chosen and keeps the account. */
async function finish(services: AccountServices, accepted: Accepted): Promise<Account | undefined> {
  const factory = await chooseFactory(accepted.client, accepted.factories);
  return factory === undefined ? undefined : keepAccount(services, accepted, factory);
}

/** Asks for a token until there is a good one, so that a typing slip costs no second paste. */
function askToken({ clients }: AccountServices, server: Server): Promise<Accepted | OtherWay | undefined> {
  const { baseUrl, label } = server;
  const way = (icon: string, tooltip: string, answer: OtherWay) => ({ icon, tooltip, run: () => answer });
  return askChecked<Accepted | OtherWay>({
    title: vscode.l10n.t('Sign in to {0}', label),
    prompt: isPlainHttp(baseUrl)
      ? vscode.l10n.t('Paste an API token. Mind that {0} is not encrypted.', baseUrl)
      : vscode.l10n.t('Paste an API token. It is kept in secret storage only.'),
    placeholder: vscode.l10n.t('API token'),
    password: true,
    buttons: [
      ...pageButton(webSettingsPage(baseUrl, 'tokens'), (host) => vscode.l10n.t('Create a token on {0}', host)),
      way('key', vscode.l10n.t('Use application credentials (client ID and secret)'), 'application'),
      way('terminal', vscode.l10n.t('Import from fioctl'), 'fioctl'),
      way('server-environment', vscode.l10n.t('Sign in to another server'), 'elsewhere'),
    ],
    problem: tokenProblem,
    check: async (token, signal) => {
      const client = clients.tryToken(baseUrl, token);
      return { client, credential: token, factories: await listFactories(client, signal) };
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

/** @returns the server; undefined where the setting is no address, which is said */
async function serverOf(apiUrl: string): Promise<Server | undefined> {
  const server = parsed(apiUrl);
  if (server === undefined) {
    const open = vscode.l10n.t('Open Settings');
    const message = vscode.l10n.t('The setting foundries.apiUrl is not an http(s) address: {0}', apiUrl);
    if ((await showError(message, open)) === open) {
      await vscode.commands.executeCommand('foundries.openSettings');
    }
  }
  return server;
}

function parsed(apiUrl: string): Server | undefined {
  try {
    return foundriesServer(apiUrl);
  } catch {
    return undefined;
  }
}

/** @returns whether others on the network can read what is sent there */
export function isPlainHttp(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
