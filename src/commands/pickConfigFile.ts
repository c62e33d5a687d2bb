import * as vscode from 'vscode';
import { parseAddress, type ConfigAddress } from '../configfs/address';
import { meantAt, type Meant } from '../configfs/identityGuard';
import { SaveRefused } from '../configfs/saveRefused';
import { currentFile, isSecret, type ConfigFile, type ConfigScope } from '../model/config';
import type { Connection } from '../store/connections';
import { scopeLabel } from '../ui/errorText';
import { showInformation } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { showQuickPick } from '../ui/picks';
import { ConfigFileRow } from '../views/rows/configFileRow';
import { uuidOfRow } from '../views/rows/configFileRows';
import { activeConfigFile } from './activeConfigFile';
import { pickPlace } from './pickPlace';
import type { CommandContext, Services } from './services';

/** A file that a command is about, as the user saw it. */
export interface FileTarget {
  readonly connection: Connection;
  readonly address: ConfigAddress;
  readonly seen: ConfigFile;
  /** Which device it is of, as far as that was to be seen. */
  readonly meant: Meant;
}

/** What a command wants of a file. */
export interface Wanted {
  /** Title of the pickers. */
  readonly title: string;
  /** Whether the command has something to do with the file. */
  readonly fits: (scope: ConfigScope, file: ConfigFile) => boolean;
  /** Why there is nothing to pick, or why the file is none. */
  readonly none: (place: string) => string;
}

/** A configuration read less than this ago is what the tree shows. */
const FRESH_MS = 60_000;

/**
 * Finds the file that a command is about.
 *
 * @param from a row, the address of a document, or nothing: then it is the file in front, or one is asked for
 * @returns undefined where there is none; the user was told, or gave up
 */
export async function findConfigFile(
  services: Services,
  from: unknown,
  wanted: Wanted,
): Promise<FileTarget | undefined> {
  if (from instanceof ConfigFileRow) {
    const target = known(services, from);
    return target === undefined ? undefined : fitting(target, wanted);
  }
  if (from instanceof vscode.Uri) {
    const target = await atAddress(services, from);
    return target === undefined ? undefined : fitting(target, wanted);
  }
  const active = activeConfigFile();
  if (active !== undefined) {
    const target = await atAddress(services, active);
    if (target !== undefined && wanted.fits(target.address.scope, target.seen)) {
      return target;
    }
  }
  return services.withFactory((context) => pick(services, context, wanted));
}

async function fitting(target: FileTarget, { fits, none }: Wanted): Promise<FileTarget | undefined> {
  const { scope } = target.address;
  if (fits(scope, target.seen)) {
    return target;
  }
  await showInformation(none(scopeLabel(scope)));
  return undefined;
}

function known({ changes, connections }: Services, row: ConfigFileRow): FileTarget | undefined {
  const address = parseAddress(row.uri);
  const connection = address && connections.forFactory(address.host, address.scope.factory);
  if (address !== undefined && connection === undefined) {
    void showFailure(address.file, new SaveRefused('signedOut', address));
  }
  return address === undefined || connection === undefined
    ? undefined
    : { connection, address, seen: row.file, meant: meantAt(changes, address, uuidOfRow(row)) };
}

async function atAddress(services: Services, uri: vscode.Uri): Promise<FileTarget | undefined> {
  const address = parseAddress(uri);
  if (address === undefined) {
    return undefined;
  }
  const connection = services.connections.forFactory(address.host, address.scope.factory);
  try {
    if (connection === undefined) {
      throw new SaveRefused('signedOut', address);
    }
    // A tab stays that of the device which it was opened of.
    const uuid = services.documents.uuidOf(address);
    const shown = connection.configs.peek(address.scope);
    const { entries } =
      shown !== undefined && (uuid === undefined || shown.uuid === uuid)
        ? shown
        : await connection.configs.getOf(address.scope, uuid, FRESH_MS);
    const seen = currentFile(entries, address.file);
    if (seen === undefined) {
      throw new SaveRefused('notFound', address);
    }
    return { connection, address, seen, meant: meantAt(services.changes, address, uuid) };
  } catch (error) {
    await showFailure(address.file, error, () => undefined);
    return undefined;
  }
}

async function pick({ changes }: Services, context: CommandContext, wanted: Wanted): Promise<FileTarget | undefined> {
  const { connection } = context;
  const chosen = await pickPlace(context, wanted.title);
  if (chosen === undefined) {
    return undefined;
  }
  const { scope, uuid } = chosen;
  const place = scopeLabel(scope);
  try {
    const { entries } = await connection.configs.getOf(scope, uuid, 0);
    // While the list is open, the name may go to another device.
    const meant = meantAt(changes, { host: connection.client.server.key, scope }, uuid);
    const files = (entries[0]?.files ?? []).filter((file) => wanted.fits(scope, file));
    if (files.length === 0) {
      await showInformation(wanted.none(place));
      return undefined;
    }
    const picked = await showQuickPick(
      files
        .toSorted((a, b) => a.name.localeCompare(b.name))
        .map((file) => ({
          label: file.name,
          description: isSecret(scope, file) ? vscode.l10n.t('encrypted') : '',
          file,
        })),
      { title: wanted.title, placeHolder: vscode.l10n.t('Configuration files of {0}', place) },
    );
    const address = { host: connection.client.server.key, scope, file: picked?.file.name ?? '' };
    return picked === undefined ? undefined : { connection, address, seen: picked.file, meant };
  } catch (error) {
    await showFailure(vscode.l10n.t('Could not read the configuration of {0}', place), error);
    return undefined;
  }
}
