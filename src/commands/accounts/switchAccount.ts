import * as vscode from 'vscode';
import type { Account } from '../../auth/accountStore';
import { serverKey, serverName } from '../../model/serverKey';
import { showInformation, showProgress, showWarning } from '../../ui/messages';
import { showFailure } from '../../ui/notify';
import { showQuickPick } from '../../ui/picks';
import { listFactories, pickFactory, typeFactory } from './factories';
import type { AccountServices } from './services';

type Item = vscode.QuickPickItem & { readonly run?: () => unknown };

/** Lets another Factory of the account that is shown be picked; asks the service which there are. */
export async function selectFactory(services: AccountServices): Promise<void> {
  const { session } = services.connections;
  if (!('connection' in session)) {
    return;
  }
  const { account, client } = session.connection;
  let { factories } = account;
  try {
    factories = await showProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Asking for your Factories…') },
      () => listFactories(client, new AbortController().signal),
    );
  } catch (error) {
    if (factories.length === 0) {
      await showFailure(vscode.l10n.t('Could not list the Factories'), error);
      return;
    }
  }
  const factory =
    factories.length === 0 ? await typeFactory(client) : await pickFactory(factories, session.factory.name);
  if (factory !== undefined) {
    await show(services, account.id, factory);
  }
}

/** One list of all Factories of all accounts, and of the ways to more of them. */
export async function switchAccount(services: AccountServices): Promise<void> {
  await services.ready();
  const picked = await showQuickPick(items(services), {
    title: vscode.l10n.t('Switch Factory or Account'),
    placeHolder: vscode.l10n.t('What this workspace shows'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  await picked?.run?.();
}

/**
 * Removes the account that is shown, after asking; leaves the demo.
 *
 * @param beforeLeaving sends what was clicked and waits to be sent: later it would go with another account, or not at all
 */
export async function signOut(services: AccountServices, beforeLeaving: () => Promise<void>): Promise<void> {
  const { accounts, connections, shown } = services;
  await services.ready();
  if (shown.inDemo) {
    await beforeLeaving();
    return shown.leaveDemo();
  }
  const { session } = connections;
  const account = accounts.accounts.find(({ id }) => 'connection' in session && id === session.connection.account.id);
  if (account === undefined) {
    void showInformation(vscode.l10n.t('You are not signed in to {0}.', services.configuredApi()));
    return;
  }
  const signOutNow = vscode.l10n.t('Sign Out');
  const unsent = vscode.workspace.textDocuments.some(({ uri, isDirty }) => uri.scheme === 'foundries' && isDirty);
  const what =
    account.oauthUrl === undefined
      ? vscode.l10n.t('The token is removed from this machine.')
      : vscode.l10n.t('The application credentials are removed from this machine.');
  const chosen = await showInformation(
    vscode.l10n.t('Sign out of {0}?', account.apiUrl),
    {
      modal: true,
      detail: [
        vscode.l10n.t('Account: {0}', account.label),
        unsent ? `${what} ${vscode.l10n.t('Files with unsent changes stay open.')}` : what,
      ].join('\n'),
    },
    signOutNow,
  );
  if (chosen === signOutNow) {
    await beforeLeaving();
    await accounts.remove(account.id);
  }
}

function items(services: AccountServices): Item[] {
  const { accounts, shown } = services;
  const separator = (label: string): Item => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const command = (icon: string, label: string, id: string): Item => ({
    label: `$(${icon}) ${label}`,
    run: () => vscode.commands.executeCommand(id),
  });
  const all = shown.among(accounts.accounts);
  return [
    ...(shown.inDemo ? [command('sign-out', vscode.l10n.t('Leave Demo'), 'foundries.leaveDemo')] : []),
    ...all.flatMap((account) => [
      separator(account.demo === true ? account.label : `${account.label} · ${serverName(serverKey(account.apiUrl))}`),
      ...factoriesOf(services, account),
    ]),
    separator(vscode.l10n.t('More')),
    ...(all.length > 0
      ? [command('list-selection', vscode.l10n.t('Other Factory of This Account…'), 'foundries.selectFactory')]
      : []),
    command('sign-in', vscode.l10n.t('Sign In…'), 'foundries.signIn'),
    command('key', vscode.l10n.t('Sign In with Application Credentials…'), 'foundries.signInAsApplication'),
    command('server-environment', vscode.l10n.t('Sign In to Another Server…'), 'foundries.signInElsewhere'),
    command('terminal', vscode.l10n.t('Import from fioctl…'), 'foundries.importFromFioctl'),
    ...(shown.inDemo
      ? [command('discard', vscode.l10n.t('Reset Demo'), 'foundries.resetDemo')]
      : [command('beaker', vscode.l10n.t('Explore the Demo Factory'), 'foundries.exploreDemo')]),
    ...(all.length > 0 && !shown.inDemo ? [command('sign-out', vscode.l10n.t('Sign Out'), 'foundries.signOut')] : []),
  ];
}

function factoriesOf(services: AccountServices, account: Account): Item[] {
  const { session } = services.connections;
  const now =
    'connection' in session ? { account: session.connection.account.id, name: session.factory.name } : undefined;
  const isShown = now?.account === account.id;
  const names = new Set([...account.factories, account.factory, ...(isShown ? [now.name] : [])]);
  return [...names]
    .sort((a, b) => a.localeCompare(b))
    .map((factory) => ({
      label: `$(${account.demo === true ? 'beaker' : 'rocket'}) ${factory}`,
      description: isShown && now.name === factory ? vscode.l10n.t('shown now') : '',
      run: () => show(services, account.id, factory),
    }));
}

/** Shows a Factory of an account in this workspace, and says where the settings do not let it. */
async function show({ accounts, shown }: AccountServices, account: string, factory: string): Promise<void> {
  await shown.choose(account, factory);
  await accounts.setFactory(account, factory);
  const wanted = vscode.workspace.getConfiguration('foundries').get<string>('factory', '').trim();
  if (!shown.inDemo && wanted !== '' && wanted !== factory) {
    const open = vscode.l10n.t('Open Settings');
    const message = vscode.l10n.t('The setting foundries.factory still shows {0} here.', wanted);
    if ((await showWarning(message, open)) === open) {
      await vscode.commands.executeCommand('workbench.action.openSettings', 'foundries.factory');
    }
  }
}
