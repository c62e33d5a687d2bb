import * as vscode from 'vscode';
import { formatAddress, parseAddress, SCHEME } from '../configfs/address';
import { parseVersion } from '../configfs/versions';
import type { ConfigScope } from '../model/config';
import type { Connection } from '../store/connections';
import { scopeLabel } from '../ui/errorText';
import { asLabel } from '../ui/label';
import { showFailure } from '../ui/notify';
import { activeConfigFile } from './configFiles';
import { pickDevice } from './pickDevice';
import type { CommandContext, Services } from './services';

/** A configuration that a command is about, or one file of it. */
export interface ConfigPlace {
  readonly connection: Connection;
  /** `host[:port]` of the API. */
  readonly host: string;
  readonly scope: ConfigScope;
  readonly file?: string;
}

/**
 * @param subject what a command was called with: a row of a tree, the URI of a file or of an old version, or nothing
 * @param title of the pickers that ask where nothing was given
 * @returns the place; undefined where the user gave up
 */
export async function placeOf(services: Services, subject: unknown, title: string): Promise<ConfigPlace | undefined> {
  return services.withFactory(async (context) => {
    const { connection } = context;
    const { host } = connection.client.server;
    const uri = uriIn(subject);
    if (uri !== undefined) {
      return placeOfUri(services, uri);
    }
    const scope = scopeIn(subject, context.factory.name);
    return scope === undefined ? pickPlace(services, context, title) : { connection, host, scope };
  });
}

/** @returns the place without the file */
export function wholeOf({ connection, host, scope }: ConfigPlace): ConfigPlace {
  return { connection, host, scope };
}

/** @returns `app.config of device-01`, `group lab` */
export function placeLabel({ scope, file }: ConfigPlace): string {
  return file === undefined ? scopeLabel(scope) : vscode.l10n.t('{0} of {1}', file, scopeLabel(scope));
}

function uriIn(subject: unknown): vscode.Uri | undefined {
  if (subject instanceof vscode.Uri) {
    return subject;
  }
  const { uri } = (subject ?? {}) as { uri?: unknown };
  return uri instanceof vscode.Uri ? uri : undefined;
}

/** Rows of devices have a device, rows of other configurations their scope. */
function scopeIn(subject: unknown, factory: string): ConfigScope | undefined {
  const { scope, device } = (subject ?? {}) as { scope?: unknown; device?: { name?: unknown } };
  if (typeof scope === 'object' && scope !== null && 'kind' in scope && 'factory' in scope) {
    return scope as ConfigScope;
  }
  return typeof device?.name === 'string' ? { kind: 'device', factory, device: device.name } : undefined;
}

function placeOfUri(services: Services, uri: vscode.Uri): ConfigPlace | undefined {
  const address = uri.scheme === SCHEME ? parseAddress(uri) : parseVersion(uri);
  const connection =
    address === undefined ? undefined : services.connections.forFactory(address.host, address.scope.factory);
  if (address === undefined || connection === undefined) {
    void vscode.window.showInformationMessage(
      address === undefined
        ? vscode.l10n.t('This is not a configuration file of a Factory.')
        : vscode.l10n.t('Not signed in to {0}. Sign in, then try again.', address.host),
    );
    return undefined;
  }
  const { host, scope, file } = address;
  return { connection, host, scope, file };
}

type Kind = 'active' | 'device' | 'group' | 'factory';

async function pickPlace(
  services: Services,
  { connection, factory }: CommandContext,
  title: string,
): Promise<ConfigPlace | undefined> {
  const active = activeConfigFile();
  const activeAddress = active === undefined ? undefined : parseAddress(active);
  const items: (vscode.QuickPickItem & { readonly place: Kind })[] = [
    ...(activeAddress === undefined
      ? []
      : [
          {
            place: 'active' as const,
            label: vscode.l10n.t('{0} of {1}', activeAddress.file, scopeLabel(activeAddress.scope)),
            description: vscode.l10n.t('the file in the editor'),
            iconPath: new vscode.ThemeIcon('file'),
          },
        ]),
    { place: 'device', label: vscode.l10n.t('Device…'), iconPath: new vscode.ThemeIcon('vm') },
    { place: 'group', label: vscode.l10n.t('Device Group…'), iconPath: new vscode.ThemeIcon('server-environment') },
    {
      place: 'factory',
      label: vscode.l10n.t('Factory {0}', factory.name),
      description: vscode.l10n.t('configuration of all devices'),
      iconPath: new vscode.ThemeIcon('globe'),
    },
  ];
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t('Of what?') });
  const { host } = connection.client.server;
  const at = (scope: ConfigScope): ConfigPlace => ({ connection, host, scope });
  switch (picked?.place) {
    case undefined:
      return undefined;
    case 'active':
      return activeAddress && placeOfUri(services, vscode.Uri.from(formatAddress(activeAddress)));
    case 'device': {
      const device = await pickDevice(factory, title);
      return device && at({ kind: 'device', factory: factory.name, device: device.name });
    }
    case 'group': {
      const group = await pickGroup(connection, factory.name, title);
      return group === undefined ? undefined : at({ kind: 'group', factory: factory.name, group });
    }
    case 'factory':
      return at({ kind: 'factory', factory: factory.name });
  }
}

interface GroupItem extends vscode.QuickPickItem {
  readonly name: string | undefined;
}

async function pickGroup(connection: Connection, factory: string, title: string): Promise<string | undefined> {
  const stop = new vscode.CancellationTokenSource();
  let failure: unknown;
  const groups = connection.client.listGroups(factory).then(
    (found): GroupItem[] =>
      found.length === 0
        ? [{ label: vscode.l10n.t('The Factory has no device groups'), name: undefined }]
        : found.map(({ name, description }) => ({ label: asLabel(name), description: asLabel(description), name })),
    (error: unknown): GroupItem[] => {
      failure = error;
      stop.cancel();
      return [];
    },
  );
  try {
    const picked = await vscode.window.showQuickPick(
      groups,
      { title, placeHolder: vscode.l10n.t('Device group') },
      stop.token,
    );
    if (failure !== undefined) {
      await showFailure(vscode.l10n.t('Could not list the device groups'), failure);
    }
    return picked?.name;
  } finally {
    stop.dispose();
  }
}
