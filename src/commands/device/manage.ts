import * as vscode from 'vscode';
import { FactoryError } from '../../api/errors';
import { SaveRefused } from '../../configfs/saveRefused';
import type { ConfigScope } from '../../model/config';
import type { Device } from '../../model/device';
import { askChecked } from '../../ui/askChecked';
import { asLabel } from '../../ui/label';
import { showInformation, showWarning, tellBriefly } from '../../ui/messages';
import { showFailure } from '../../ui/notify';
import { showQuickPick } from '../../ui/picks';
import { plainText } from '../../ui/plainText';
import type { DevicesView } from '../../views/devicesView';
import { DeviceRow } from '../../views/rows/deviceRow';
import { attempt, whileBusy } from '../fileServices';
import { pickGroup } from '../groupPick';
import { newGroup } from '../groups';
import { followRename, unsentFilesOf } from '../openFiles';
import type { CommandContext, Services } from '../services';
import { chosenDevice, chosenDevices, devicesDetail, devicesText } from './chosen';
import { groupText, moveDevices } from './moving';
import { doOnDevices } from './onDevices';
import { ownerNameProblem } from './ownerName';

/** The commands that change what a device is called, whose it is and which group it is in, and that delete it. */
export function manageCommands(services: Services, view: DevicesView) {
  const selected = () => view.tree.selection.flatMap((row) => (row instanceof DeviceRow ? [row.device] : []));
  return {
    'foundries.renameDevice': (row?: unknown) =>
      services.withFactory(async (context) => {
        const device = await chosenDevice(context, row, vscode.l10n.t('Rename which device?'));
        return device && renameDevice(context, device);
      }),
    /** A drop says which group. */
    'foundries.moveToGroup': (row?: unknown, rows?: unknown, group?: unknown) =>
      services.withFactory(async (context) => {
        const title = vscode.l10n.t('Move which devices to a group?');
        const devices = await chosenDevices(context, row, rows, title, selected());
        return devices && moveToGroup(services, context, devices, typeof group === 'string' ? group : undefined);
      }),
    'foundries.changeOwner': (row?: unknown, rows?: unknown) =>
      services.withFactory(async (context) => {
        const title = vscode.l10n.t('Change the owner of which devices?');
        const devices = await chosenDevices(context, row, rows, title, selected());
        return devices && changeOwner(services, context, devices);
      }),
    'foundries.deleteDevice': (row?: unknown, rows?: unknown) =>
      services.withFactory(async (context) => {
        const devices = await chosenDevices(context, row, rows, vscode.l10n.t('Delete which devices?'));
        return devices && deleteDevices(context, devices);
      }),
  };
}

const scopeOf = ({ factory }: CommandContext, device: string): ConfigScope & { kind: 'device' } => ({
  kind: 'device',
  factory: factory.name,
  device,
});

/** @returns whether it may go on: a file that is open with unsent text could no longer be saved */
function refuseUnsent(context: CommandContext, devices: readonly Device[]): boolean {
  const { key: host } = context.connection.client.server;
  const open = devices.flatMap(({ name }) =>
    unsentFilesOf(host, scopeOf(context, name)).map((file) => vscode.l10n.t('{0} of {1}', file, name)),
  );
  if (open.length > 0) {
    void showWarning(
      vscode.l10n.t('Not done: {0} has text that was not sent. Save it or revert it first.', open.join(', ')),
    );
  }
  return open.length === 0;
}

async function renameDevice(context: CommandContext, device: Device): Promise<void> {
  if (!refuseUnsent(context, [device])) {
    return;
  }
  const { factory, connection } = context;
  const failure = vscode.l10n.t('Could not rename {0}', device.name);
  const renamed = await askChecked({
    title: plainText(vscode.l10n.t('New name of {0}', device.name)),
    prompt: device.production
      ? vscode.l10n.t('It is a production device. Enter renames it.')
      : vscode.l10n.t('Enter renames it.'),
    placeholder: device.name,
    value: device.name,
    problem: (name) => (name === device.name ? vscode.l10n.t('This is its name already.') : ownerNameProblem(name)),
    check: async (name, signal) => {
      try {
        return await factory.deviceWrites.change(device, { name });
      } catch (error) {
        if (signal.aborted) {
          void showFailure(failure, error);
        }
        throw error;
      }
    },
    failure: (error, name) =>
      error instanceof FactoryError && error.kind === 'conflict'
        ? vscode.l10n.t('Another device of the Factory has the name {0}.', name)
        : undefined,
  });
  if (renamed !== undefined) {
    tellBriefly(vscode.l10n.t('{0} is now {1}.', device.name, renamed.name), 5000);
    const { key: host } = connection.client.server;
    await followRename(host, scopeOf(context, device.name), scopeOf(context, renamed.name));
  }
}

async function moveToGroup(
  services: Services,
  context: CommandContext,
  devices: readonly Device[],
  dropped: string | undefined,
): Promise<void> {
  const what = devicesText(devices);
  const groups = new Set(devices.map(({ group }) => group));
  const wanted =
    dropped ??
    (await pickGroup(context, vscode.l10n.t('Move {0} to which group?', what), {
      current: groups.size === 1 ? devices[0]?.group : undefined,
      orNone: true,
      makeNew: () => newGroup(context),
    }));
  const moving = devices.filter(({ group }) => group !== wanted);
  if (wanted === undefined) {
    return;
  }
  if (moving.length === 0) {
    void showInformation(vscode.l10n.t('Nothing to do: {0} is there already.', what));
    return;
  }
  const asks = dropped !== undefined || moving.length > 1 || moving.some(({ production }) => production);
  if (asks && !(await agreeToMove(services, moving, wanted))) {
    return;
  }
  await moveDevices(context, moving, wanted);
}

async function agreeToMove({ questions }: Services, devices: readonly Device[], group: string): Promise<boolean> {
  const go = vscode.l10n.t('Move');
  const chosen = await questions.ask({
    message: plainText(
      group === ''
        ? vscode.l10n.t('Take {0} out of its group?', devicesText(devices))
        : vscode.l10n.t('Move {0} to group {1}?', devicesText(devices), group),
    ),
    detail: plainText(
      [
        group === ''
          ? vscode.l10n.t('From its next check-in on, the configuration of the group no longer reaches it.')
          : vscode.l10n.t('At the next check-in the configuration of {0} takes effect there.', groupText(group)),
        devicesDetail(devices),
      ]
        .filter((line) => line !== '')
        .join('\n'),
    ),
    buttons: [go],
  });
  return chosen === go;
}

async function changeOwner(services: Services, context: CommandContext, devices: readonly Device[]): Promise<void> {
  const { factory, connection } = context;
  const what = devicesText(devices);
  await attempt(vscode.l10n.t('Could not read the members of the Factory'), async () => {
    const users = await whileBusy(vscode.l10n.t('Reading the members of the Factory…'), () =>
      connection.client.listUsers(factory.name),
    );
    const owners = new Set(devices.map(({ owner }) => owner));
    const items = [...users]
      .sort((a, b) => a.name.localeCompare(b.name))
      .map((user) => ({
        label: asLabel(user.name === '' ? user.id : user.name),
        description: owners.size === 1 && owners.has(user.id) ? vscode.l10n.t('owner now') : '',
        iconPath: new vscode.ThemeIcon('account'),
        user,
      }));
    const picked = await showQuickPick(items, {
      title: plainText(vscode.l10n.t('Who is to own {0}?', what)),
      placeHolder: vscode.l10n.t('A member of the Factory'),
    });
    const changing = devices.filter(({ owner }) => owner !== picked?.user.id);
    if (picked === undefined || changing.length === 0) {
      return;
    }
    const name = picked.user.name;
    const go = vscode.l10n.t('Change Owner');
    if (changing.length > 1 || changing.some(({ production }) => production)) {
      const chosen = await services.questions.ask({
        message: plainText(vscode.l10n.t('Make {0} the owner of {1}?', name, devicesText(changing))),
        detail: plainText(devicesDetail(changing)),
        buttons: [go],
      });
      if (chosen !== go) {
        return;
      }
    }
    await doOnDevices(
      {
        title: vscode.l10n.t('Changing the owner of {0}', devicesText(changing)),
        failure: vscode.l10n.t('Could not change the owner of {0}', devicesText(changing)),
        done: (done) => vscode.l10n.t('{0} is now the owner of {1}.', name, devicesText(done)),
        task: (device) => factory.deviceWrites.change(device, { owner: picked.user.id }),
      },
      changing,
    );
  });
}

/**
 * The user has typed a name, or read a list of them, and what is deleted does not come back.
 *
 * @throws {SaveRefused} `otherDevice` where the device has another name by now
 * @throws {FactoryError}
 */
async function refuseRenamed(context: CommandContext, { uuid, name }: Device): Promise<void> {
  const now = await context.factory.fleet.look(uuid);
  if (now !== undefined && now.name !== name) {
    const { key: host } = context.connection.client.server;
    const device = { fate: 'renamed', name: now.name, isTaken: false } as const;
    throw new SaveRefused('otherDevice', { host, scope: scopeOf(context, name), file: '' }, { device });
  }
}

async function deleteDevices(context: CommandContext, devices: readonly Device[]): Promise<void> {
  if (!refuseUnsent(context, devices)) {
    return;
  }
  const [first] = devices;
  const one = devices.length === 1 ? first : undefined;
  const expected = one?.name ?? String(devices.length);
  const production = devices.filter((device) => device.production).length;
  const ask =
    one === undefined ? vscode.l10n.t('Type the number of devices') : vscode.l10n.t('Type the name of the device');
  // What it means stays to be read until Enter: a complaint stands in its place.
  const typed = await askChecked({
    title: plainText(
      production === 0
        ? vscode.l10n.t('Delete {0} from the Factory', devicesText(devices))
        : one !== undefined
          ? vscode.l10n.t('Delete production device {0} from the Factory', one.name)
          : vscode.l10n.t('Delete {0}, of which {1} are production devices', devicesText(devices), production),
    ),
    prompt: plainText(
      vscode.l10n.t(
        'Configuration and history go too, and this cannot be undone. A Factory whose devices register on demand keeps what was deleted on its deny list: it cannot come back until it is taken off there. {0}: {1}',
        ask,
        expected,
      ),
    ),
    placeholder: expected,
    problem: (text) => (text === expected.trim() ? undefined : `${ask}: ${plainText(expected)}`),
    check: (text) => Promise.resolve(text),
  });
  if (typed === undefined) {
    return;
  }
  const { factory } = context;
  await doOnDevices(
    {
      title: vscode.l10n.t('Deleting {0}', devicesText(devices)),
      failure: vscode.l10n.t('Could not delete {0}', devicesText(devices)),
      done: (done) => vscode.l10n.t('Deleted from the Factory: {0}.', devicesText(done)),
      task: async (device) => {
        await refuseRenamed(context, device);
        await factory.deviceWrites.remove(device);
      },
      settle: () => factory.fleet.countsChanged(),
    },
    devices,
  );
}
