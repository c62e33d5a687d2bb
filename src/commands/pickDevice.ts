import * as vscode from 'vscode';
import { deviceState, type Device } from '../model/device';
import type { FactoryData } from '../store/connections';
import { explain } from '../ui/errorText';
import { offlineAfterHours } from '../ui/offlineAfter';
import { stateText } from '../views/rows/deviceRow';
import { searchAsTyped } from './searchAsTyped';

/** Something else than a device that can be picked. */
export interface OtherItem<T> extends vscode.QuickPickItem {
  readonly value: T;
}

type Item<T> = vscode.QuickPickItem & { readonly device?: Device; readonly other?: { readonly value: T } };

/** Lets a device be picked, from all of the Factory: the service searches as one types. Undefined where given up. */
export async function pickDevice(factory: FactoryData, title: string): Promise<Device | undefined> {
  const picked = await pickDeviceOr(factory, title, () => []);
  return picked?.device;
}

/**
 * Lets a device be picked, or something else that a text stands for.
 *
 * @param others what else there is for a text, below the devices
 */
export async function pickDeviceOr<T>(
  factory: FactoryData,
  title: string,
  others: (text: string) => readonly OtherItem<T>[],
): Promise<{ readonly device?: Device; readonly other?: { readonly value: T } } | undefined> {
  const placeholder = vscode.l10n.t('Type a part of the device name, or a whole UUID');
  const pick = vscode.window.createQuickPick<Item<T>>();
  pick.title = title;
  pick.placeholder = placeholder;
  let shownFor: string | undefined;
  const show = (devices: readonly Device[], text: string) => {
    const active = shownFor === text ? pick.activeItems[0]?.device?.uuid : undefined;
    shownFor = text;
    const more = others(text).map(({ value, ...item }): Item<T> => ({ ...item, alwaysShow: true, other: { value } }));
    pick.items = [
      ...devices.map((device): Item<T> => ({ ...deviceItem(device), alwaysShow: true, device })),
      ...(more.length > 0 && devices.length > 0 ? [{ label: '', kind: vscode.QuickPickItemKind.Separator }] : []),
      ...more,
    ];
    // Rows that are read anew leave whoever is among them where they are.
    const again = active === undefined ? undefined : pick.items.find(({ device }) => device?.uuid === active);
    if (again !== undefined) {
      pick.activeItems = [again];
    }
  };
  show(factory.fleet.all.state.devices, '');
  const searching = searchAsTyped(
    pick,
    (text, signal) => factory.fleet.search(text, signal),
    (devices, text) => {
      show(devices, text);
      pick.placeholder = devices.length === 0 ? vscode.l10n.t('No device has this in its name') : placeholder;
    },
    (error) => {
      pick.items = [{ label: `$(warning) ${explain(error).message}`, alwaysShow: true }];
    },
  );
  try {
    return await new Promise((resolve) => {
      pick.onDidAccept(async () => {
        const [seen] = pick.selectedItems;
        const { value } = pick;
        const item = searching.isAnswered
          ? seen
          : (await searching.answered())
            ? meantItem(pick.items, value, seen)
            : undefined;
        if (item?.device !== undefined || item?.other !== undefined) {
          resolve(item);
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

/**
 * What Enter means that was pressed before the rows of what is typed were there: the device of that very name, else the row
 * that was active then and is among them, else the only one. Of several rows that nobody has seen none is taken.
 */
function meantItem<T>(items: readonly Item<T>[], text: string, seen: Item<T> | undefined): Item<T> | undefined {
  const name = text.trim().toLowerCase();
  const rows = items.filter(({ device, other }) => device !== undefined || other !== undefined);
  return (
    rows.find(({ device }) => device?.name.toLowerCase() === name || device?.uuid.toLowerCase() === name) ??
    rows.find(({ device }) => device !== undefined && device.uuid === seen?.device?.uuid) ??
    (rows.length === 1 ? rows[0] : undefined)
  );
}

/** @returns how a device is listed in a picker: its name, and its state in words */
export function deviceItem(device: Device): vscode.QuickPickItem {
  const state = stateText(deviceState(device, Date.now(), offlineAfterHours()));
  return {
    label: device.name,
    description: [state, device.target, device.tag, device.group].filter((part) => part !== '').join(' · '),
  };
}
