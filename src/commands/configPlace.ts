import * as vscode from 'vscode';
import { parseAddress, SCHEME } from '../configfs/address';
import { parseVersion } from '../configfs/versions';
import type { ConfigScope } from '../model/config';
import type { Connection } from '../store/connections';
import { scopeLabel } from '../ui/errorText';
import { serverLabel } from '../ui/hostLabel';
import { showInformation } from '../ui/messages';
import { uuidOfRow } from '../views/rows/configFileRows';
import { activeConfigFile } from './activeConfigFile';
import { scopeOfUri } from './explorerSubject';
import { pickFileOrPlace } from './pickPlace';
import type { Services } from './services';

/** A configuration that a command is about, or one file of it. */
export interface ConfigPlace {
  readonly connection: Connection;
  /** Key of the server (`model/serverKey`). */
  readonly host: string;
  readonly scope: ConfigScope;
  readonly file?: string;
  /** Of the device whose row the user chose; without it the one that is shown by the name counts. */
  readonly uuid?: string | undefined;
}

/**
 * @param subject what a command was called with: a row of a tree, the URI of a file or of an old version, or nothing
 * @param title of the pickers that ask where nothing was given
 * @returns the place; undefined where the user gave up
 */
export async function placeOf(services: Services, subject: unknown, title: string): Promise<ConfigPlace | undefined> {
  return services.withFactory(async (context) => {
    const { connection } = context;
    const { key: host } = connection.client.server;
    const uri = uriIn(subject);
    if (uri !== undefined) {
      return placeOfUri(services, uri, uuidOfRow(subject));
    }
    const scope = scopeIn(subject, context.factory.name);
    if (scope !== undefined) {
      return { connection, host, scope, uuid: uuidOfRow(subject) };
    }
    const active = activeConfigFile();
    const picked = await pickFileOrPlace(context, title, active && parseAddress(active));
    return picked?.file === undefined
      ? picked && { connection, host, scope: picked.scope, uuid: picked.uuid }
      : active && placeOfUri(services, active);
  });
}

/** @returns the place without the file */
export function wholeOf({ connection, host, scope, uuid }: ConfigPlace): ConfigPlace {
  return { connection, host, scope, uuid };
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

function placeOfUri(services: Services, uri: vscode.Uri, row?: string): ConfigPlace | undefined {
  const owner = uri.scheme === SCHEME && parseAddress(uri) === undefined ? scopeOfUri(uri) : undefined;
  const address =
    owner !== undefined ? { ...owner, file: '' } : uri.scheme === SCHEME ? parseAddress(uri) : parseVersion(uri);
  const connection =
    address === undefined ? undefined : services.connections.forFactory(address.host, address.scope.factory);
  if (address === undefined || connection === undefined) {
    void showInformation(
      address === undefined
        ? vscode.l10n.t('This is not a configuration file of a Factory.')
        : vscode.l10n.t('Not signed in to {0}. Sign in, then try again.', serverLabel(address.host)),
    );
    return undefined;
  }
  const { host, scope, file } = address;
  // An old version of everything names no file, and neither does a folder.
  // A tab stays that of the device which it was opened of.
  const uuid = row ?? services.documents.uuidOf(address);
  return file === '' ? { connection, host, scope, uuid } : { connection, host, scope, file, uuid };
}
