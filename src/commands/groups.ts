import * as vscode from 'vscode';
import { FactoryError } from '../api/errors';
import type { DeviceGroup } from '../api/groups';
import { SaveRefused } from '../configfs/saveRefused';
import type { ConfigScope } from '../model/config';
import { askChecked } from '../ui/askChecked';
import { showInformation, showWarning } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { plainText } from '../ui/plainText';
import type { DeviceArrangements } from '../views/deviceArrangements';
import { GroupRow } from '../views/rows/ownerRows';
import { ownerNameProblem } from './device/ownerName';
import { attempt, whileBusy } from './fileServices';
import { pickGroup } from './groupPick';
import { followRename, unsentFilesOf } from './openFiles';
import type { CommandContext, Services } from './services';

/** The commands on device groups themselves. */
export function groupCommands(services: Services, arrangements: DeviceArrangements) {
  const onGroup =
    (title: string, run: (context: CommandContext, group: string) => Promise<unknown>) => (row?: unknown) =>
      services.withFactory(async (context) => {
        const group =
          row instanceof GroupRow ? row.scope.group : row === undefined ? await pickGroup(context, title) : undefined;
        return group === undefined ? undefined : run(context, group);
      });
  return {
    'foundries.newGroup': () => services.withFactory(newGroup),
    'foundries.renameGroup': onGroup(vscode.l10n.t('Rename which device group?'), renameGroup),
    'foundries.describeGroup': onGroup(vscode.l10n.t('Describe which device group?'), describeGroup),
    'foundries.deleteGroup': onGroup(vscode.l10n.t('Delete which device group?'), (context, group) =>
      deleteGroup(services, arrangements, context, group),
    ),
  };
}

/** @returns the group that the user sees under a name */
const shown = ({ factory }: CommandContext, group: string): DeviceGroup | undefined =>
  factory.groups.state.groups.find(({ name }) => name === group);

/**
 * To be called right before a request, which names its group: the name may have moved while the user was asked.
 *
 * @param meant undefined: what the user saw is not known
 * @throws {SaveRefused} `otherDevice`
 * @throws {FactoryError}
 */
async function keepTo(context: CommandContext, meant: DeviceGroup | undefined): Promise<void> {
  if (meant?.id === undefined) {
    return;
  }
  const { factory, connection } = context;
  const now = await factory.groups.fetchId(meant.name);
  if (now !== undefined && now !== meant.id) {
    const { key: host } = connection.client.server;
    const address = { host, scope: scopeOf(context, meant.name), file: '' };
    throw new SaveRefused('otherDevice', address, { device: { fate: 'unknown', isTaken: true } });
  }
}

const taken = (error: unknown, name: string): string | undefined =>
  error instanceof FactoryError && error.kind === 'conflict'
    ? vscode.l10n.t('The Factory has a device group {0} already.', name)
    : undefined;

/** Runs a write of a box that may be closed meanwhile: then its failure is told elsewhere. */
async function written<T>(failure: string, signal: AbortSignal, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (signal.aborted) {
      void showFailure(failure, error);
    }
    throw error;
  }
}

/** Asks for the name of a new device group and makes it; returns its name, or undefined where the user gave up. */
export async function newGroup({ factory }: CommandContext): Promise<string | undefined> {
  return askChecked({
    title: vscode.l10n.t('New device group'),
    prompt: vscode.l10n.t('Its name. Devices of a group share configuration; Enter creates it.'),
    placeholder: vscode.l10n.t('Name of the group'),
    problem: ownerNameProblem,
    check: async (name, signal) => {
      await written(vscode.l10n.t('Could not create the device group {0}', name), signal, () =>
        factory.groups.create({ name, description: '' }),
      );
      return name;
    },
    failure: taken,
  });
}

const scopeOf = ({ factory }: CommandContext, group: string): ConfigScope => ({
  kind: 'group',
  factory: factory.name,
  group,
});

async function renameGroup(context: CommandContext, group: string): Promise<void> {
  const { factory, connection } = context;
  const meant = shown(context, group);
  const { key: host } = connection.client.server;
  const [unsent] = unsentFilesOf(host, scopeOf(context, group));
  if (unsent !== undefined) {
    void showWarning(
      vscode.l10n.t(
        'Not done: {0} of group {1} has text that was not sent. Save it or revert it first.',
        unsent,
        group,
      ),
    );
    return;
  }
  const renamed = await askChecked({
    title: plainText(vscode.l10n.t('New name of group {0}', group)),
    prompt: vscode.l10n.t('Its devices and its configuration stay with it. Enter renames it.'),
    placeholder: group,
    value: group,
    problem: (name) => (name === group ? vscode.l10n.t('This is its name already.') : ownerNameProblem(name)),
    check: async (name, signal) => {
      await written(vscode.l10n.t('Could not rename the device group {0}', group), signal, async () => {
        await keepTo(context, meant);
        await factory.groups.change(group, { name });
      });
      return name;
    },
    failure: taken,
  });
  if (renamed !== undefined) {
    await Promise.all([
      followRename(host, scopeOf(context, group), scopeOf(context, renamed)),
      factory.fleet.groupRenamed(group, renamed),
    ]);
  }
}

async function describeGroup(context: CommandContext, group: string): Promise<void> {
  const { factory } = context;
  await factory.groups.load();
  const meant = shown(context, group);
  await askChecked({
    title: plainText(vscode.l10n.t('Description of group {0}', group)),
    prompt: vscode.l10n.t('What its devices have in common; empty for none. Enter sends it.'),
    placeholder: vscode.l10n.t('No description'),
    value: meant?.description ?? '',
    problem: () => undefined,
    check: async (description, signal) => {
      await written(vscode.l10n.t('Could not describe the device group {0}', group), signal, async () => {
        await keepTo(context, meant);
        await factory.groups.change(group, { description });
      });
      return true;
    },
  });
}

async function deleteGroup(
  services: Services,
  arrangements: DeviceArrangements,
  context: CommandContext,
  group: string,
): Promise<void> {
  const { factory } = context;
  const meant = shown(context, group);
  await attempt(vscode.l10n.t('Could not delete the device group {0}', group), async () => {
    const assigned = await whileBusy(vscode.l10n.t('Counting the devices of group {0}…', group), () =>
      count(context, group),
    );
    if (assigned > 0) {
      tellAssigned(arrangements, group, assigned);
      return;
    }
    const go = vscode.l10n.t('Delete');
    const chosen = await services.questions.ask({
      message: plainText(vscode.l10n.t('Delete the device group {0}?', group)),
      detail: vscode.l10n.t('No device is in it. Its configuration goes too, and this cannot be undone.'),
      buttons: [go],
      keep: vscode.l10n.t('Keep'),
    });
    if (chosen !== go) {
      return;
    }
    try {
      await whileBusy(vscode.l10n.t('Deleting the device group {0}…', group), async () => {
        await keepTo(context, meant);
        await factory.groups.remove(group);
      });
    } catch (error) {
      if (!(error instanceof FactoryError && error.kind === 'conflict')) {
        throw error;
      }
      // A device has come into it meanwhile, perhaps one that we may not see.
      tellAssigned(arrangements, group, await count(context, group).catch(() => 0));
      return;
    }
    await factory.fleet.groupsChanged();
    void showInformation(vscode.l10n.t('The device group {0} was deleted.', group));
  });
}

const count = ({ factory, connection }: CommandContext, group: string): Promise<number> =>
  connection.client.countDevices({ factory: factory.name, group });

function tellAssigned(arrangements: DeviceArrangements, group: string, devices: number): void {
  const show = vscode.l10n.t('Show Devices');
  const message =
    devices === 0
      ? vscode.l10n.t('Not deleted: devices are assigned to the group {0}.', group)
      : devices === 1
        ? vscode.l10n.t('Not deleted: 1 device is in the group {0}. Move it out first.', group)
        : vscode.l10n.t('Not deleted: {1} devices are in the group {0}. Move them out first.', group, devices);
  void showWarning(message, show).then(async (chosen) => {
    if (chosen === show) {
      arrangements.change({ filter: { group }, grouping: 'none' });
      await vscode.commands.executeCommand('foundries.devices.focus');
    }
  });
}
