import * as vscode from 'vscode';
import type { Device } from '../model/device';
import type { DeviceFilter } from '../model/deviceSelection';
import { countsByGroup, countsByTag, devicesByVersion } from '../model/fleetStatus';
import type { FactoryData } from '../store/connections';
import type { DeviceArrangements } from '../views/deviceArrangements';
import type { DevicesView } from '../views/devicesView';
import { pickDeviceOr, type OtherItem } from './pickDevice';
import type { Services } from './services';

/** Milliseconds after which a selection shows; longer with each try, as on a busy machine it takes longer. */
const SETTLE_MS = 200;
const REVEAL_TRIES = 5;

/** `Find Device…`: any device of the Factory, or all with a tag, in a group or on a target. */
export function findDeviceCommands(services: Services, view: DevicesView, arrangements: DeviceArrangements) {
  return {
    'foundries.findDevice': () =>
      services.withFactory(async ({ factory }) => {
        // Tags, groups and targets come from the counts, which are there when somebody has typed.
        void factory.fleet.status.load();
        const picked = await pickDeviceOr(factory, vscode.l10n.t('Find Device'), (text) => kindsOf(factory, text));
        if (picked?.device !== undefined) {
          await revealDevice(picked.device, view, arrangements);
        } else if (picked?.other !== undefined) {
          arrangements.change({ filter: picked.other.value });
          await vscode.commands.executeCommand('foundries.devices.focus');
        }
      }),
  };
}

/** Tags, groups and versions whose name holds the text, as filters of the view. */
function kindsOf(factory: FactoryData, text: string): readonly OtherItem<DeviceFilter>[] {
  const wanted = text.trim().toLowerCase();
  const { tags } = factory.fleet.status.state;
  if (wanted === '') {
    return [];
  }
  const format = new Intl.NumberFormat(vscode.env.language);
  const item = (icon: string, label: string, devices: number, value: DeviceFilter) => ({
    label: `$(${icon}) ${label}`,
    description: devices === 1 ? vscode.l10n.t('1 device') : vscode.l10n.t('{0} devices', format.format(devices)),
    value,
  });
  const named = ([name]: readonly [string, unknown]) => name !== '' && name.toLowerCase().includes(wanted);
  return [
    ...[...countsByTag(tags)]
      .filter(named)
      .map(([tag, { devices }]) => item('tag', vscode.l10n.t('Tag {0}', tag), devices, { tag })),
    ...[...countsByGroup(tags)]
      .filter(named)
      .map(([group, { devices }]) => item('server-environment', vscode.l10n.t('Group {0}', group), devices, { group })),
    ...[...devicesByVersion(tags)]
      .filter(([version]) => wanted.replace(/^.*\D(?=\d+$)/, '') === String(version))
      .map(([version, { devices }]) =>
        item('package', vscode.l10n.t('Target version {0}', version), devices, { version }),
      ),
  ];
}

/** Shows a device in the view; where it is not among the rows, only it. */
export async function revealDevice(device: Device, view: DevicesView, arrangements: DeviceArrangements): Promise<void> {
  await vscode.commands.executeCommand('foundries.devices.focus');
  let row = await view.rowOf(device.uuid);
  if (row === undefined) {
    arrangements.change({ filter: { name: device.name }, grouping: 'none' });
    row = await view.rowOf(device.uuid);
  }
  // A tree that is being filled forgets what it was to select, or does not know the row yet.
  for (let tries = 1; row !== undefined && tries <= REVEAL_TRIES; tries++) {
    try {
      await view.tree.reveal(row, { select: true, focus: true, expand: true });
    } catch (error) {
      if (tries === REVEAL_TRIES) {
        throw error;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS * tries));
    if (view.tree.selection.some((selected) => selected.id === row?.id)) {
      return;
    }
    row = await view.rowOf(device.uuid);
  }
}
