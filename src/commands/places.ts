import * as vscode from 'vscode';
import { parseAddress } from '../configfs/address';
import type { MeantFile } from '../configfs/identityGuard';
import { keyRows } from '../views/keyRows';
import type { ConfigurationView } from '../views/configurationView';
import type { DevicesView } from '../views/devicesView';
import { ConfigFileRow } from '../views/rows/configFileRow';
import { scopeOfRow, uuidOfRow } from '../views/rows/configFileRows';
import { DeviceRow } from '../views/rows/deviceRow';
import { GroupRow } from '../views/rows/ownerRows';
import type { Row } from '../views/rows/row';
import { uriOf } from '../configfs/fileSystem';
import { setContext } from '../ui/contextKeys';
import { showInformation, tellBriefly } from '../ui/messages';
import { copyFilesTo } from './copyConfigFiles';
import type { FileServices } from './fileServices';
import { deleteConfigFiles, renameConfigFile } from './moveConfigFile';
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
  let copied: readonly MeantFile[] = [];
  /** The tree in which a key was pressed; undefined for a menu or the palette. */
  const treeOf = (argument: unknown): vscode.TreeView<Row> | undefined => {
    const { view } = (argument ?? {}) as { view?: unknown };
    return view === 'foundries.devices'
      ? views.devices.tree
      : view === 'foundries.configuration'
        ? views.configuration.view
        : undefined;
  };
  /** The rows that a menu or a key means; undefined where neither was used. */
  const rowsOf = async (argument: unknown, selected: unknown): Promise<readonly unknown[] | undefined> => {
    const tree = treeOf(argument);
    if (tree !== undefined) {
      return (await keyRows(tree)).rows;
    }
    return argument === undefined
      ? undefined
      : Array.isArray(selected) && selected.includes(argument)
        ? (selected as unknown[])
        : [argument];
  };
  const chosenOf = (row: ConfigFileRow): ChosenFile[] => {
    const address = parseAddress(row.uri);
    return address === undefined
      ? []
      : [{ address: { ...address, meant: files.operations.meant(address, uuidOfRow(row)) }, file: row.file }];
  };
  const onFiles =
    (title: string, run: (chosen: Chosen, context: CommandContext) => unknown, key: OwnerKeys = {}) =>
    (argument?: unknown, selected?: unknown) =>
      services.withFactory(async (context) => {
        const rows = await rowsOf(argument, selected);
        if (rows === undefined) {
          const picked = await pickFile(context, title);
          return picked === undefined ? undefined : run([picked], context);
        }
        if (treeOf(argument) !== undefined && isKeyOnOwners(rows, key)) {
          return undefined;
        }
        const [first, ...others] = rows.flatMap((row) => (row instanceof ConfigFileRow ? chosenOf(row) : []));
        if (first === undefined || others.length + 1 < rows.length) {
          void showInformation(vscode.l10n.t('Move to a configuration file first, with the arrow keys or the mouse.'));
          return undefined;
        }
        return run([first, ...others], context);
      });
  const onFile = (title: string, run: (chosen: ChosenFile, context: CommandContext) => unknown, key?: OwnerKeys) =>
    onFiles(
      title,
      ([first, ...others], context) => {
        if (others.length > 0) {
          void showInformation(vscode.l10n.t('This works on one configuration file at a time.'));
          return undefined;
        }
        return run(first, context);
      },
      key,
    );
  const copyTo = async (context: CommandContext, sources: readonly MeantFile[], title: string, row?: unknown) => {
    const scope = scopeOfRow(row) ?? scopeOfRow((row as ConfigFileRow | undefined)?.parent);
    const target =
      scope !== undefined
        ? { scope, uuid: uuidOfRow(row) }
        : row === undefined
          ? await pickPlace(context, title)
          : undefined;
    if (target !== undefined) {
      const to = { host: context.connection.client.server.key, scope: target.scope, uuid: target.uuid };
      const sent = sources.map((address) => ({ uri: uriOf(address), meant: address.meant }));
      await copyFilesTo(files, sent, to);
    }
  };
  return {
    'foundries.refreshConfiguration': () => views.configuration.refresh(),
    'foundries.deleteConfigFile': onFiles(
      vscode.l10n.t('Delete a configuration file'),
      (chosen) => deleteConfigFiles(files, chosen),
      { devices: 'foundries.deleteDevice', group: 'foundries.deleteGroup' },
    ),
    'foundries.renameConfigFile': onFile(
      vscode.l10n.t('Rename a configuration file'),
      (chosen) => renameConfigFile(files, chosen),
      { device: 'foundries.renameDevice', group: 'foundries.renameGroup' },
    ),
    'foundries.copyConfigFile': onFiles(
      vscode.l10n.t('Copy a configuration file'),
      (chosen) => {
        copied = chosen.map(({ address }) => address);
        setContext('foundries.copied', true);
        tellBriefly(vscode.l10n.t('{0} copied: paste it on a device, group or Factory.', namesOf(copied)), 5000);
      },
      { devices: 'foundries.copyDeviceName' },
    ),
    'foundries.pasteConfigFile': (argument?: unknown) =>
      services.withFactory(async (context) => {
        if (copied.length === 0) {
          void showInformation(vscode.l10n.t('No configuration file was copied yet.'));
          return;
        }
        const tree = treeOf(argument);
        const keyed = tree && (await keyRows(tree));
        const row = keyed === undefined ? argument : (keyed.focused ?? keyed.rows[0] ?? 'none');
        await copyTo(context, copied, vscode.l10n.t('Paste {0} where?', namesOf(copied)), row);
      }),
    'foundries.copyConfigFileTo': onFiles(vscode.l10n.t('Copy a configuration file'), (chosen, context) => {
      const sources = chosen.map(({ address }) => address);
      return copyTo(context, sources, vscode.l10n.t('Copy {0} where?', namesOf(sources)));
    }),
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

/** Configuration files that were chosen; at least one. */
type Chosen = readonly [ChosenFile, ...ChosenFile[]];

const namesOf = (files: readonly MeantFile[]): string => files.map(({ file }) => file).join(', ');

/** Runs what a key means for devices or a group; false where it means something else. */
function isKeyOnOwners(rows: readonly unknown[], { devices, device, group }: OwnerKeys): boolean {
  const [first] = rows;
  const command = rows.every((row) => row instanceof DeviceRow)
    ? (devices ?? (rows.length === 1 ? device : undefined))
    : first instanceof GroupRow && rows.length === 1
      ? group
      : undefined;
  if (first === undefined || command === undefined) {
    return false;
  }
  void vscode.commands.executeCommand(command, first, rows);
  return true;
}
