import * as vscode from 'vscode';
import { scopeLabel } from '../ui/errorText';
import { parseFolder, parsePlace, type ConfigFolder, type UriParts } from './address';

/**
 * @returns the device or group whose folder something would be put into, beside its folder `config`: VS Code shows both as one
 *   row only once they were opened; undefined elsewhere
 */
export function besideConfig(uri: UriParts): Pick<ConfigFolder, 'host' | 'scope'> | undefined {
  const parent = parsePlace({ ...partsOf(uri), path: uri.path.replace(/\/[^/]*$/, '') });
  return parent?.kind === 'owner' && parseFolder(uri) === undefined
    ? { host: parent.host, scope: parent.scope }
    : undefined;
}

/** @returns why no file can be put there, and where files go */
export function noFileText(uri: UriParts): string {
  const owner = besideConfig(uri);
  return owner === undefined
    ? vscode.l10n.t('A configuration file belongs in the folder “config” of a device, a group or the Factory.')
    : vscode.l10n.t(
        'The files of {0} are in its folder “config”, which shows once you expand it. A configuration file belongs in there.',
        scopeLabel(owner.scope),
      );
}

/** @returns why no folder can be made there */
export function noFolderText(uri: UriParts): string {
  const place = parsePlace(uri);
  if (place?.kind === 'owner') {
    return place.scope.kind === 'device'
      ? vscode.l10n.t('A folder is no device: a device is listed here once it has registered with the Factory.')
      : vscode.l10n.t('A folder is no device group: make one with the command “Foundries: New Device Group…”.');
  }
  return vscode.l10n.t('Folders can be created only in the folder “config” of a device, a group or the Factory.');
}

/** @returns why a folder is neither deleted nor renamed */
export function fixedFolderText(uri: UriParts): string {
  const place = parsePlace(uri);
  if (place?.kind === 'owner') {
    return place.scope.kind === 'device'
      ? vscode.l10n.t(
          'The device {0} is not deleted or renamed by its folder. Use “Delete Device…” or “Rename Device…” in the Devices view.',
          scopeLabel(place.scope),
        )
      : vscode.l10n.t(
          '{0} is not deleted or renamed by its folder. Use “Delete Group…” or “Rename Group…” in the Configuration view.',
          scopeLabel(place.scope),
        );
  }
  return vscode.l10n.t('This folder is a part of every Factory: it cannot be deleted, renamed or moved.');
}

/** The accessors of a URI are not its own. */
const partsOf = ({ scheme, authority, path }: UriParts): UriParts => ({ scheme, authority, path });
