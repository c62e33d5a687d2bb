import * as vscode from 'vscode';
import { DEMO_HOST, foundriesServer } from './api/server';
import type { AccountStore } from './auth/accountStore';
import { chosenAmong, type ShownAccount } from './auth/shownAccount';
import type { Connections, Wanted } from './store/connections';

const DEFAULT_API = 'https://api.foundries.io';

/** The API's address from the settings of the user; a workspace cannot set it. */
export function configuredApi(): string {
  const configured = vscode.workspace.getConfiguration('foundries').get<string>('apiUrl', DEFAULT_API).trim();
  return configured === '' ? DEFAULT_API : configured;
}

/**
 * What of the accounts is to be shown: what was chosen in this workspace; else the account used last at the address of the
 * settings, or at any where the settings name none. `foundries.factory` overrides the Factory.
 */
export function wantedAccount(shown: ShownAccount, accounts: AccountStore): Wanted {
  const { choice, inDemo } = shown;
  const configured = configuredApi();
  const account = chosenAmong(choice, accounts.accounts);
  if (inDemo && choice !== undefined) {
    return { ...choice, apiUrl: '' };
  }
  const factory =
    vscode.workspace.getConfiguration('foundries').get<string>('factory', '').trim() ||
    (account === undefined ? '' : (choice?.factory ?? ''));
  const id = account?.id ?? (configured === DEFAULT_API ? accounts.accounts[0]?.id : undefined);
  return { ...(id === undefined ? {} : { account: id }), apiUrl: baseOf(configured), factory };
}

/**
 * Makes known what this window shows. A workspace that has the demo Factory as a folder, and in which nothing was chosen yet, begins
 * with the demo: VS Code keeps memory of a workspace by its folders, so that adding one forgets what was shown before.
 */
export function beginShown(shown: ShownAccount, connections: Connections): ReturnType<Connections['begin']> {
  const hasDemo = (vscode.workspace.workspaceFolders ?? []).some(
    ({ uri }) => uri.scheme === 'foundries' && uri.authority === DEMO_HOST,
  );
  if (hasDemo && shown.choice === undefined) {
    void shown.enterDemo();
  }
  return connections.begin();
}

function baseOf(apiUrl: string): string {
  try {
    return foundriesServer(apiUrl).baseUrl;
  } catch {
    return '';
  }
}
