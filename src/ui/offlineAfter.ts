import { workspace } from 'vscode';
import { OFFLINE_AFTER_HOURS } from '../store/connections';

/** @returns hours after which a device counts as offline; 0 or less: never (`foundries.devices.offlineAfterHours`) */
export function offlineAfterHours(): number {
  return workspace.getConfiguration('foundries').get<number>('devices.offlineAfterHours', OFFLINE_AFTER_HOURS);
}
