import * as vscode from 'vscode';
import type { Memory } from '../../configfs/baseline';
import { registerOnDemand } from '../onDemand';
import { registerCommand } from '../registry';
import { Drafts } from './drafts';
import type { ManyCommands, ManyServices } from './setConfigFile';

/** Registers the commands that set one configuration file on many devices. */
export function registerMany(services: ManyServices, memory: Memory): vscode.Disposable {
  // Texts that are being written come back when the window is reloaded.
  const drafts: Drafts = new Drafts(memory, async (draft, text, whenOver) =>
    (await many()).proceed(draft, text, whenOver),
  );
  let loading: Promise<ManyCommands> | undefined;
  const many = (): Promise<ManyCommands> =>
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
