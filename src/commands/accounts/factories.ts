import * as vscode from 'vscode';
import type { FactoryClient } from '../../api/client';
import { FactoryError } from '../../api/errors';
import { askChecked } from '../../ui/askChecked';
import { showQuickPick } from '../../ui/picks';

/** A credential that may not list Factories is still good for the one that is typed in: then there are none. */
export async function listFactories(client: FactoryClient, signal: AbortSignal): Promise<string[]> {
  try {
    return await client.listFactories(signal);
  } catch (error) {
    if (error instanceof FactoryError && error.kind === 'forbidden') {
      return [];
    }
    throw error;
  }
}

/** One Factory is taken, several are picked from, none listed: it is typed in and checked. */
export async function chooseFactory(client: FactoryClient, factories: readonly string[]): Promise<string | undefined> {
  if (factories.length === 1) {
    return factories[0];
  }
  return factories.length === 0 ? typeFactory(client) : pickFactory(factories, undefined);
}

/** Lets one of several Factories be picked. */
export async function pickFactory(
  factories: readonly string[],
  current: string | undefined,
): Promise<string | undefined> {
  const items = [...factories]
    .sort((a, b) => a.localeCompare(b))
    .map((label) => ({ label, description: label === current ? vscode.l10n.t('shown now') : '' }));
  const picked = await showQuickPick(items, {
    title: vscode.l10n.t('Select a Factory'),
    placeHolder: vscode.l10n.t('The Factory to show'),
    ignoreFocusOut: true,
  });
  return picked?.label;
}

/** Asks for the name of a Factory until the credential can see something of it. */
export function typeFactory(client: FactoryClient): Promise<string | undefined> {
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
