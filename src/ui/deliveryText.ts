import { l10n } from 'vscode';
import { appliedTime, entryOfFile, isPending, type ConfigEntry, type ConfigFile } from '../model/config';
import { parseTime, type Device } from '../model/device';
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

/**
 * When the present value of a file of a group or Factory was sent; the service does not tell which devices have it.
 *
 * @returns `sent 12:03`; `''` where that is no news
 */
export function sentText(entries: readonly ConfigEntry[], file: ConfigFile, now: number): string {
  const sent = parseTime(entryOfFile(entries, file.name)?.createdAt);
  return sent !== undefined && now - sent < NEWS_MS ? l10n.t('sent {0}', clockTime(sent)) : '';
}

/** @returns why nothing more is said of a file of a group or Factory */
export function sentHint(): string {
  return l10n.t('Each device fetches it on its own. Whether one has it is told below that device.');
}
