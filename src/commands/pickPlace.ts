import * as vscode from 'vscode';
import { isSecret, type ConfigFile } from '../model/config';
import type { ConfigAddress } from '../configfs/address';
import { meantBy, type Meant, type MeantFile } from '../configfs/identityGuard';
import { explain, scopeLabel } from '../ui/errorText';
import { asLabel } from '../ui/label';
import { showInformation } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { showQuickPick } from '../ui/picks';
import { pickDevice } from './pickDevice';
import type { CommandContext } from './services';

/** A configuration that was picked, or one file of it. */
export type PickedPlace = Pick<ConfigAddress, 'scope'> & {
  readonly file?: string;
  /** Of the device that was picked: its name may move while the next question is open. */
  readonly uuid?: string | undefined;
};

interface PlaceItem extends vscode.QuickPickItem {
  /** Undefined: a device, which is asked for next. */
  readonly place?: PickedPlace;
}

/** Lets a device, a device group or, unless that makes no sense, the Factory be picked. Undefined where given up. */
export async function pickPlace(
  context: CommandContext,
  title: string,
  withFactory = true,
): Promise<PickedPlace | undefined> {
  return pickFileOrPlace(context, title, undefined, withFactory);
}

/**
 * Like `pickPlace`, but offers a file first.
 *
 * @param file of the editor in front; undefined where it shows something else
 */
export async function pickFileOrPlace(
  { factory }: CommandContext,
  title: string,
  file: ConfigAddress | undefined,
  withFactory = true,
): Promise<PickedPlace | undefined> {
  const places = async (): Promise<PlaceItem[]> => {
    const { groups, error } = await factory.groups.load();
    return [
      ...(file === undefined
        ? []
        : [
            {
              label: asLabel(vscode.l10n.t('{0} of {1}', file.file, scopeLabel(file.scope))),
              description: vscode.l10n.t('the file in the editor'),
              iconPath: new vscode.ThemeIcon('file'),
              place: file,
            },
          ]),
      { label: vscode.l10n.t('A device…'), iconPath: new vscode.ThemeIcon('vm') },
      ...(withFactory
        ? [
            {
              label: factory.name,
              description: vscode.l10n.t('all devices of the Factory'),
              iconPath: new vscode.ThemeIcon('organization'),
              place: { scope: { kind: 'factory', factory: factory.name } },
            } satisfies PlaceItem,
          ]
        : []),
      { label: vscode.l10n.t('Device groups'), kind: vscode.QuickPickItemKind.Separator },
      ...groups.map((group): PlaceItem => ({
        label: asLabel(group.name),
        description: asLabel(group.description),
        iconPath: new vscode.ThemeIcon('server-environment'),
        place: { scope: { kind: 'group', factory: factory.name, group: group.name } },
      })),
      ...(error === undefined
        ? []
        : [{ label: explain(error).message, kind: vscode.QuickPickItemKind.Separator } satisfies PlaceItem]),
    ];
  };
  const picked = await showQuickPick(places(), { title, ignoreFocusOut: true });
  if (picked === undefined || picked.place !== undefined) {
    return picked?.place;
  }
  const device = await pickDevice(factory, title);
  return device && { scope: { kind: 'device', factory: factory.name, device: device.name }, uuid: device.uuid };
}

/** A configuration file with what it was when the user chose it. */
export interface ChosenFile {
  /** With the device that it is of, as far as that was to be seen. */
  readonly address: MeantFile;
  readonly file: ConfigFile;
}

/** Lets a configuration file be picked, of a place that is picked first. Undefined where given up. */
export async function pickFile(context: CommandContext, title: string): Promise<ChosenFile | undefined> {
  const place = await pickPlace(context, title);
  return place === undefined ? undefined : pickFileOf(context, place, title);
}

async function pickFileOf(
  context: CommandContext,
  { scope, uuid: device }: PickedPlace,
  title: string,
): Promise<ChosenFile | undefined> {
  const { connection } = context;
  const place = scopeLabel(scope);
  let files: readonly ConfigFile[];
  let meant: Meant;
  try {
    const snapshot = await connection.configs.getOf(scope, device, 0);
    files = snapshot.entries[0]?.files ?? [];
    meant = { ...meantBy(snapshot), uuid: device ?? snapshot.uuid };
  } catch (error) {
    await showFailure(vscode.l10n.t('Could not read the configuration of {0}', place), error);
    return undefined;
  }
  if (files.length === 0) {
    const create = vscode.l10n.t('New Config File…');
    const message = vscode.l10n.t('{0} has no configuration files.', place);
    if ((await showInformation(message, create)) === create) {
      await vscode.commands.executeCommand('foundries.newConfigFile', { scope, device: { uuid: meant.uuid } });
    }
    return undefined;
  }
  const picked = await showQuickPick(
    [...files]
      .sort((a, b) => a.name.localeCompare(b.name))
      .map((file) => ({
        file,
        label: file.name,
        description: isSecret(scope, file) ? vscode.l10n.t('encrypted') : '',
      })),
    { title: `${title} (${place})` },
  );
  return picked === undefined
    ? undefined
    : { address: { host: connection.client.server.key, scope, file: picked.label, meant }, file: picked.file };
}
