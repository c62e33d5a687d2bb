import * as vscode from 'vscode';
import type { Device } from '../model/device';
import type { FactoryData } from '../store/connections';
import { explain } from '../ui/errorText';
import { deviceItem } from './pickDevice';
import { searchAsTyped } from './searchAsTyped';

interface DeviceItem extends vscode.QuickPickItem {
  readonly device: Device;
}

/**
 * Lets several devices be picked, from all of the Factory: the service searches as one types, and what was checked stays
 * checked, whatever is searched for next.
 *
 * @param checked devices that are checked at first
 * @returns undefined where given up
 */
export async function pickDevices(
  factory: FactoryData,
  title: string,
  checked: readonly Device[],
): Promise<readonly Device[] | undefined> {
  const pick = vscode.window.createQuickPick<DeviceItem>();
  const hint = vscode.l10n.t('Type a part of a name; check the devices with Space');
  pick.title = title;
  pick.placeholder = hint;
  pick.canSelectMany = true;
  pick.ignoreFocusOut = true;
  const show = (chosen: readonly Device[], found: readonly Device[]) => {
    const uuids = new Set(chosen.map(({ uuid }) => uuid));
    const itemOf = (device: Device): DeviceItem => ({ ...deviceItem(device), device, alwaysShow: true });
    const mine = chosen.map(itemOf);
    pick.items = [...mine, ...found.filter(({ uuid }) => !uuids.has(uuid)).map(itemOf)];
    pick.selectedItems = mine;
  };
  show(checked, factory.fleet.all.state.devices);
  const searching = searchAsTyped(
    pick,
    (text, signal) => factory.fleet.search(text, signal),
    (found) => {
      show(
        pick.selectedItems.map(({ device }) => device),
        found,
      );
      pick.placeholder = found.length === 0 ? vscode.l10n.t('No device has this in its name') : hint;
    },
    (error) => {
      pick.placeholder = explain(error).message;
    },
  );
  try {
    return await new Promise<readonly Device[] | undefined>((resolve) => {
      pick.onDidAccept(() => {
        if (pick.selectedItems.length > 0) {
          resolve(pick.selectedItems.map(({ device }) => device));
        } else {
          pick.placeholder = vscode.l10n.t('Check at least one device, with Space or the mouse');
        }
      });
      pick.onDidHide(() => resolve(undefined));
      pick.show();
    });
  } finally {
    searching.dispose();
    pick.dispose();
  }
}
