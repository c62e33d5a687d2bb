import * as vscode from 'vscode';
import { registerOnDemand } from '../onDemand';
import { registerCommand } from '../registry';
import { Drafts } from './drafts';
import type { ManyCommands, ManyServices } from './setConfigFile';

/** Registers the commands that set one configuration file on many devices. */
export function registerMany(services: ManyServices): vscode.Disposable {
  // Texts that are being written come back when the window is reloaded.
  const drafts = new Drafts();
  let loading: Promise<ManyCommands> | undefined;
  const many = () =>
    (loading ??= import('./setConfigFile').then(({ ManyCommands }) => new ManyCommands(services, drafts)));
  return vscode.Disposable.from(
    drafts,
    new vscode.Disposable(() => void loading?.then((loaded) => loaded.dispose())),
    registerCommand('foundries.continueToPreview', () => drafts.proceed()),
    registerOnDemand(
      [
        'foundries.setConfigFileOnDevices',
        'foundries.sendToDevices',
        'foundries.discardPreview',
        'foundries.showDevicesResult',
        'foundries.retryOnDevices',
      ],
      async () => (await many()).commands,
    ),
  );
}
