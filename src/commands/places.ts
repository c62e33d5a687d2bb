import * as vscode from 'vscode';
import { parseAddress } from '../configfs/address';
import type { MeantFile } from '../configfs/identityGuard';
import type { ConfigurationView } from '../views/configurationView';
import type { DevicesView } from '../views/devicesView';
import { ConfigFileRow } from '../views/rows/configFileRow';
import { scopeOfRow, uuidOfRow } from '../views/rows/configFileRows';
import { DeviceRow } from '../views/rows/deviceRow';
import { GroupRow } from '../views/rows/ownerRows';
import { uriOf } from '../configfs/fileSystem';
import { setContext } from '../ui/contextKeys';
import { showInformation, tellBriefly } from '../ui/messages';
import { copyFilesTo } from './copyConfigFiles';
import type { FileServices } from './fileServices';
import { deleteConfigFile, renameConfigFile } from './moveConfigFile';
import { pickFile, pickPlace, type ChosenFile } from './pickPlace';
import type { CommandId } from './registry';
import type { CommandContext, Services } from './services';
import { addWorkspaceFolder } from './workspaceFolder';

/** The trees whose selection a key acts on. */
export interface FileViews {
  readonly devices: DevicesView;
  readonly configuration: ConfigurationView;
}

/** Registers the commands on whole configuration files, and on where they live. */
export function placesCommands(services: Services, files: FileServices, views: FileViews) {
  let copied: MeantFile | undefined;
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
    (title: string, run: (chosen: ChosenFile, context: CommandContext) => unknown, key: OwnerKeys = {}) =>
    (argument?: unknown) =>
      services.withFactory(async (context) => {
        if (isKeyOnOwners(argument, views, key)) {
          return;
        }
        const row = rowOf(argument);
        const address = row instanceof ConfigFileRow ? parseAddress(row.uri) : undefined;
        const chosen =
          row instanceof ConfigFileRow && address !== undefined
            ? { address: { ...address, meant: files.operations.meant(address, uuidOfRow(row)) }, file: row.file }
            : row === undefined
              ? await pickFile(context, title)
              : undefined;
        if (row === 'none' || (chosen === undefined && row !== undefined)) {
          // A key acts on what is selected: VS Code does not tell which row has the focus.
          void showInformation(vscode.l10n.t('Select a configuration file first, with Space or the mouse.'));
        }
        return chosen === undefined ? undefined : run(chosen, context);
      });
  const copyTo = async (context: CommandContext, address: MeantFile, title: string, row?: unknown) => {
    const scope = scopeOfRow(row) ?? scopeOfRow((row as ConfigFileRow | undefined)?.parent);
    const target =
      scope !== undefined
        ? { scope, uuid: uuidOfRow(row) }
        : row === undefined
          ? await pickPlace(context, title)
          : undefined;
    if (target !== undefined) {
      const to = { host: context.connection.client.server.key, scope: target.scope, uuid: target.uuid };
      await copyFilesTo(files, [{ uri: uriOf(address), meant: address.meant }], to);
    }
  };
  return {
    'foundries.refreshConfiguration': () => views.configuration.refresh(),
    'foundries.deleteConfigFile': onFile(
      vscode.l10n.t('Delete a configuration file'),
      (chosen) => deleteConfigFile(files, chosen),
      { devices: 'foundries.deleteDevice', group: 'foundries.deleteGroup' },
    ),
    'foundries.renameConfigFile': onFile(
      vscode.l10n.t('Rename a configuration file'),
      (chosen) => renameConfigFile(files, chosen),
      { device: 'foundries.renameDevice', group: 'foundries.renameGroup' },
    ),
    'foundries.copyConfigFile': onFile(
      vscode.l10n.t('Copy a configuration file'),
      ({ address }) => {
        copied = address;
        setContext('foundries.copied', true);
        tellBriefly(vscode.l10n.t('{0} copied: paste it on a device, group or Factory.', address.file), 5000);
      },
      { devices: 'foundries.copyDeviceName' },
    ),
    'foundries.pasteConfigFile': (argument?: unknown) =>
      services.withFactory(async (context) => {
        if (copied === undefined) {
          void showInformation(vscode.l10n.t('No configuration file was copied yet.'));
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

/** What a key of files does where devices or a group are selected. */
interface OwnerKeys {
  readonly devices?: CommandId;
  /** For one alone. */
  readonly device?: CommandId;
  readonly group?: CommandId;
}

/** Runs what a key means for the selected devices or group; false where it was no key, or something else is selected. */
function isKeyOnOwners(argument: unknown, views: FileViews, { devices, device, group }: OwnerKeys): boolean {
  const { view } = (argument ?? {}) as { view?: unknown };
  const selection =
    view === 'foundries.devices'
      ? views.devices.tree.selection
      : view === 'foundries.configuration'
        ? views.configuration.view.selection
        : [];
  const [first] = selection;
  const command = selection.every((row) => row instanceof DeviceRow)
    ? (devices ?? (selection.length === 1 ? device : undefined))
    : first instanceof GroupRow && selection.length === 1
      ? group
      : undefined;
  if (first === undefined || command === undefined) {
    return false;
  }
  void vscode.commands.executeCommand(command, first, selection);
  return true;
}
