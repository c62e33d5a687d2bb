import * as vscode from 'vscode';
import { deviceState, type Device } from '../model/device';
import type { FactoryData } from '../store/connections';
import { explain } from '../ui/errorText';
import { stateText } from '../views/rows/deviceRow';

interface DeviceItem extends vscode.QuickPickItem {
  readonly device: Device;
}

/** Milliseconds of rest after a key press before the service is asked. */
const DEBOUNCE_MS = 250;

/** Lets a device be picked, from all of the Factory: the service searches as one types. Undefined where given up. */
export async function pickDevice(factory: FactoryData, title: string): Promise<Device | undefined> {
  const pick = vscode.window.createQuickPick<DeviceItem>();
  pick.title = title;
  pick.placeholder = vscode.l10n.t('Type a part of the device name');
  pick.matchOnDescription = true;
  pick.items = factory.devices.state.devices.map(toItem);
  let search = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const ask = async (text: string) => {
    search.abort();
    const mine = (search = new AbortController());
    pick.busy = true;
    try {
      const devices = await factory.devices.search(text, mine.signal);
      if (!mine.signal.aborted) {
        pick.items = devices.map(toItem);
        pick.placeholder =
          devices.length === 0
            ? vscode.l10n.t('No device has this in its name')
            : vscode.l10n.t('Type a part of the device name');
      }
    } catch (error) {
      if (!mine.signal.aborted) {
        pick.placeholder = explain(error).message;
        pick.items = [];
      }
    } finally {
      if (mine === search) {
        pick.busy = false;
      }
    }
  };
  try {
    return await new Promise<Device | undefined>((resolve) => {
      pick.onDidChangeValue((text) => {
        clearTimeout(timer);
        timer = setTimeout(() => void ask(text), DEBOUNCE_MS);
      });
      pick.onDidAccept(() => {
        const [item] = pick.selectedItems;
        if (item !== undefined) {
          resolve(item.device);
        }
      });
      pick.onDidHide(() => resolve(undefined));
      pick.show();
      void ask('');
    });
  } finally {
    clearTimeout(timer);
    search.abort();
    pick.dispose();
  }
}

function toItem(device: Device): DeviceItem {
  const hours = vscode.workspace.getConfiguration('foundries').get<number>('devices.offlineAfterHours', 4);
  const state = stateText(deviceState(device, Date.now(), hours));
  return {
    device,
    label: device.name,
    description: [state, device.target, device.tag].filter((part) => part !== '').join(' · '),
  };
}
