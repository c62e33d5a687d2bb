import * as vscode from 'vscode';
import { DEMO_HOST } from '../../api/server';
import { DEMO_ACCOUNT_ID } from '../../auth/shownAccount';
import { parseAddress } from '../../configfs/address';
import { scopeKey, type ConfigScope } from '../../model/config';
import { showInformation } from '../../ui/messages';
import type { AccountServices } from './services';

/** Shows the demo Factory in this workspace. What was shown before comes back when it is left. */
export async function exploreDemo(services: AccountServices): Promise<void> {
  const { shown } = services;
  await services.ready().catch(() => undefined);
  if (!shown.inDemo) {
    await shown.enterDemo();
  }
  await vscode.commands.executeCommand('foundries.devices.focus');
}

/** Shows what was shown before the demo. */
export async function leaveDemo({ shown }: AccountServices): Promise<void> {
  if (shown.inDemo) {
    await shown.leaveDemo();
  }
}

/** Begins the demo anew; open files of it follow, those with unsent text keep it. */
export async function resetDemo({ shown, clients, connections }: AccountServices): Promise<void> {
  if (!shown.inDemo) {
    return;
  }
  clients.resetDemo();
  connections.update(DEMO_ACCOUNT_ID);
  const scopes = new Map<string, ConfigScope>();
  for (const { uri } of vscode.workspace.textDocuments) {
    const address = isOfDemo(uri) ? parseAddress(uri) : undefined;
    if (address !== undefined) {
      scopes.set(scopeKey(address.scope), address.scope);
    }
  }
  await Promise.all(
    [...scopes.values()].map(async (scope) =>
      connections
        .forFactory(DEMO_HOST, scope.factory)
        ?.configs.get(scope, 0)
        .catch(() => undefined),
    ),
  );
}

/**
 * To be called when the demo was left: its tabs have nothing behind them any more. Those with unsent text stay, for it may be
 * wanted elsewhere.
 */
export async function closeDemoTabs(): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(isTabOfDemo);
  const clean = tabs.filter(({ isDirty }) => !isDirty);
  if (clean.length > 0) {
    await vscode.window.tabGroups.close(clean, true);
  }
  if (clean.length < tabs.length) {
    void showInformation(
      vscode.l10n.t(
        'Files of the demo with unsent text stay open. They can be saved in the demo only; copy what you need.',
      ),
    );
  }
}

function isTabOfDemo({ input }: vscode.Tab): boolean {
  if (input instanceof vscode.TabInputText) {
    return isOfDemo(input.uri);
  }
  return input instanceof vscode.TabInputTextDiff && (isOfDemo(input.original) || isOfDemo(input.modified));
}

const isOfDemo = ({ scheme, authority }: vscode.Uri): boolean =>
  scheme.startsWith('foundries') && authority === DEMO_HOST;
