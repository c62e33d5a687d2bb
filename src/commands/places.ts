import * as vscode from 'vscode';
import { parseAddress, type ConfigAddress } from '../configfs/address';
import type { ConfigurationView } from '../views/configurationView';
import type { DevicesView } from '../views/devicesView';
import { ConfigFileRow } from '../views/rows/configFileRow';
import { scopeOfRow } from '../views/rows/configFileRows';
import { uriOf } from '../configfs/fileSystem';
import { setContext } from '../ui/contextKeys';
import { copyFilesTo } from './copyConfigFiles';
import type { FileServices } from './fileServices';
import { deleteConfigFile, renameConfigFile } from './moveConfigFile';
import { pickFile, pickPlace, type ChosenFile } from './pickPlace';
import type { CommandContext, Services } from './services';
import { addWorkspaceFolder } from './workspaceFolder';

/** The trees whose selection a key acts on. */
export interface FileViews {
  readonly devices: DevicesView;
  readonly configuration: ConfigurationView;
}

/** Registers the commands on whole configuration files, and on where they live. */
export function placesCommands(services: Services, files: FileServices, views: FileViews) {
  let copied: ConfigAddress | undefined;
  /** The row that a menu or a key means; `none` where a key was pressed on a row of another kind. */
  const rowOf = (argument: unknown): unknown => {
    const { view } = (argument ?? {}) as { view?: unknown };
    if (view === 'foundries.devices' || view === 'foundries.configuration') {
      const tree = view === 'foundries.devices' ? views.devices.tree : views.configuration.view;
      // A key on several rows is no clear order for one of them.
      return tree.selection.length === 1 ? tree.selection[0] : 'none';
    }
    return argument;
  };
  const onFile =
    (title: string, run: (chosen: ChosenFile, context: CommandContext) => unknown) => (argument?: unknown) =>
      services.withFactory(async (context) => {
        const row = rowOf(argument);
        const address = row instanceof ConfigFileRow ? parseAddress(row.uri) : undefined;
        const chosen =
          row instanceof ConfigFileRow && address !== undefined
            ? { address, file: row.file }
            : row === undefined
              ? await pickFile(context, title)
              : undefined;
        if (row === 'none' || (chosen === undefined && row !== undefined)) {
          // A key acts on what is selected: VS Code does not tell which row has the focus.
          void vscode.window.showInformationMessage(
            vscode.l10n.t('Select a configuration file first, with Space or the mouse.'),
          );
        }
        return chosen === undefined ? undefined : run(chosen, context);
      });
  const copyTo = async (context: CommandContext, address: ConfigAddress, title: string, row?: unknown) => {
    const scope = scopeOfRow(row) ?? scopeOfRow((row as ConfigFileRow | undefined)?.parent);
    const target = scope ?? (row === undefined ? await pickPlace(context, title) : undefined);
    if (target !== undefined) {
      await copyFilesTo(files, [uriOf(address)], { host: context.connection.client.server.host, scope: target });
    }
  };
  return {
    'foundries.refreshConfiguration': () => views.configuration.refresh(),
    'foundries.deleteConfigFile': onFile(vscode.l10n.t('Delete a configuration file'), (chosen) =>
      deleteConfigFile(files, chosen),
    ),
    'foundries.renameConfigFile': onFile(vscode.l10n.t('Rename a configuration file'), (chosen) =>
      renameConfigFile(files, chosen),
    ),
    'foundries.copyConfigFile': onFile(vscode.l10n.t('Copy a configuration file'), ({ address }) => {
      copied = address;
      setContext('foundries.copied', true);
      void vscode.window.setStatusBarMessage(
        vscode.l10n.t('{0} copied: paste it on a device, group or Factory.', address.file),
        5000,
      );
    }),
    'foundries.pasteConfigFile': (argument?: unknown) =>
      services.withFactory(async (context) => {
        if (copied === undefined) {
          void vscode.window.showInformationMessage(vscode.l10n.t('No configuration file was copied yet.'));
          return;
        }
        await copyTo(context, copied, vscode.l10n.t('Paste {0} where?', copied.file), rowOf(argument));
      }),
    'foundries.copyConfigFileTo': onFile(vscode.l10n.t('Copy a configuration file'), ({ address }, context) =>
      copyTo(context, address, vscode.l10n.t('Copy {0} where?', address.file)),
    ),
    'foundries.addWorkspaceFolder': () =>
      services.withFactory((context) => addWorkspaceFolder(context, files.questions)),
  };
}
