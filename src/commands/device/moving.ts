import * as vscode from 'vscode';
import type { Device } from '../../model/device';
import type { CommandContext } from '../services';
import { devicesText } from './chosen';
import { doOnDevices } from './onDevices';

/** @returns `group lab` in words; `no group` for the empty name */
export const groupText = (group: string): string =>
  group === '' ? vscode.l10n.t('no group') : vscode.l10n.t('group {0}', group);

/**
 * Moves devices to a group, and offers to put them back. Where each was is read right before: a row may be of a while ago.
 *
 * @param group `''`: out of their groups
 */
export async function moveDevices(
  { factory }: CommandContext,
  devices: readonly Device[],
  group: string,
): Promise<void> {
  const { fleet, deviceWrites } = factory;
  const before = new Map<string, string>();
  await doOnDevices(
    {
      title: vscode.l10n.t('Moving {0} to {1}', devicesText(devices), groupText(group)),
      failure: vscode.l10n.t('Could not move {0}', devicesText(devices)),
      done: (moved) => vscode.l10n.t('Moved to {1}: {0}.', devicesText(moved), groupText(group)),
      task: async (device) => {
        const now = await fleet.look(device.uuid);
        if (now?.group !== group) {
          before.set(device.uuid, now?.group ?? '');
          await deviceWrites.change(device, { group });
        }
      },
      settle: () => fleet.groupsChanged(),
      undo: {
        label: vscode.l10n.t('Undo'),
        run: (moved) =>
          putBack(
            factory,
            moved.filter(({ uuid }) => before.has(uuid)),
            group,
            before,
          ),
      },
    },
    devices,
  );
}

/** Puts devices back where they were, except those that somebody moved since: the offer stays as long as the user wants. */
async function putBack(
  { fleet, deviceWrites }: CommandContext['factory'],
  devices: readonly Device[],
  group: string,
  before: ReadonlyMap<string, string>,
): Promise<void> {
  if (devices.length === 0) {
    return;
  }
  const target = vscode.l10n.t('where it was');
  await doOnDevices(
    {
      title: vscode.l10n.t('Moving {0} to {1}', devicesText(devices), target),
      failure: vscode.l10n.t('Could not move {0}', devicesText(devices)),
      done: (moved) => vscode.l10n.t('Moved to {1}: {0}.', devicesText(moved), target),
      task: async (device) => {
        const now = await fleet.look(device.uuid);
        if (now !== undefined && now.group !== group) {
          throw new Error(vscode.l10n.t('It was moved since, and stays in {0}.', groupText(now.group)));
        }
        await deviceWrites.change(device, { group: before.get(device.uuid) ?? '' });
      },
      settle: () => fleet.groupsChanged(),
    },
    devices,
  );
}
