import * as vscode from 'vscode';
import type { ConfigAddress } from '../configfs/address';
import type { OfferCopy } from '../configfs/fileSystemOperations';
import { scopeLabel } from '../ui/errorText';
import { showInformation } from '../ui/messages';
import { copyFilesTo } from './copyConfigFiles';
import type { FileServices } from './fileServices';

type Place = Pick<ConfigAddress, 'host' | 'scope'>;

/** Offers to copy what VS Code's Explorer could not move, or would have put beside the files of a device. */
export async function offerCopy(files: FileServices, ...[from, to]: Parameters<OfferCopy>): Promise<void> {
  const { path } = from.uri;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const place = scopeLabel(to.scope);
  const copy = vscode.l10n.t('Copy Instead');
  const message = vscode.l10n.t('{0} stays where it is. It can be copied to {1}.', name, place);
  if ((await showInformation(message, copy)) === copy) {
    await copyFilesTo(files, [from], to);
  }
}

/** Offers a new file for a device or group, where one was to be made beside its files. */
export async function offerFile({ host, scope }: Place): Promise<void> {
  const create = vscode.l10n.t('New Config File…');
  const message = vscode.l10n.t('Nothing was created. A new configuration file for {0}?', scopeLabel(scope));
  if ((await showInformation(message, create)) === create) {
    await vscode.commands.executeCommand('foundries.newConfigFile', { scope, host });
  }
}
