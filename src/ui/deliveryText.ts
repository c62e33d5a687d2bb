import { l10n } from 'vscode';
import { appliedTime, isPending, type ConfigEntry, type ConfigFile } from '../model/config';
import type { Device } from '../model/device';
import { offlineAfterHours } from './offlineAfter';
import { ago, clockTime } from './time';

/** A change that arrived longer ago is no news. */
const NEWS_MS = 12 * 3_600_000;

/**
 * How far the present value of a device's file has come.
 *
 * @returns `waiting for the device`, `waiting, last seen 3 hr. ago`, `applied 12:03`; `''` where that is no news
 */
export function deliveryText(
  entries: readonly ConfigEntry[],
  file: ConfigFile,
  device: Pick<Device, 'lastSeen'> | undefined,
  now: number,
): string {
  if (isPending(entries, file)) {
    const { lastSeen } = device ?? {};
    const hours = offlineAfterHours();
    return lastSeen !== undefined && hours > 0 && now - lastSeen > hours * 3_600_000
      ? l10n.t('waiting, last seen {0}', ago(lastSeen, now))
      : l10n.t('waiting for the device');
  }
  const applied = appliedTime(entries, file);
  return applied !== undefined && now - applied < NEWS_MS ? l10n.t('applied {0}', clockTime(applied)) : '';
}
