import { l10n } from 'vscode';
import type { UpdateEvent, UpdateOutcome, UpdateResult } from '../model/updates';

/** @returns what became of an update, in words */
export function resultText(result: UpdateResult): string {
  switch (result) {
    case 'none':
      return l10n.t('nothing reported yet');
    case 'preparing':
      return l10n.t('preparing');
    case 'downloading':
      return l10n.t('downloading');
    case 'downloaded':
      return l10n.t('downloaded, not yet installed');
    case 'installing':
      return l10n.t('installing');
    case 'applied':
      return l10n.t('installed, waiting for a reboot');
    case 'succeeded':
      return l10n.t('installed');
    case 'ended':
      return l10n.t('ended, result not reported');
    case 'downloadFailed':
      return l10n.t('download failed');
    case 'installFailed':
      return l10n.t('installation failed');
    case 'failed':
      return l10n.t('failed');
    case 'metadataRefreshed':
      return l10n.t('update metadata refreshed');
    case 'metadataFailed':
      return l10n.t('update metadata not refreshed');
    case 'other':
      return l10n.t('in progress');
  }
}

/** @returns the result, and how long it took: `installed in 1 min 33 s` */
export function outcomeText({ result, final, duration }: UpdateOutcome): string {
  const words = resultText(result);
  return duration === undefined
    ? words
    : final
      ? l10n.t('{0} after {1}', words, durationText(duration))
      : l10n.t('{0}, last heard of {1} after the start', words, durationText(duration));
}

/** @returns an event in words; one that we do not know by its own name */
export function eventText({ type, success }: UpdateEvent): string {
  switch (type) {
    case 'EcuDownloadStarted':
      return l10n.t('Download started');
    case 'EcuDownloadCompleted':
      return ended(success, l10n.t('Downloaded'), l10n.t('Download failed'), l10n.t('Download ended'));
    case 'EcuInstallationStarted':
      return l10n.t('Installation started');
    case 'EcuInstallationApplied':
      return success === false ? l10n.t('Installation failed') : l10n.t('Installed, waiting for a reboot');
    case 'EcuInstallationCompleted':
      return ended(
        success,
        l10n.t('Installation completed'),
        l10n.t('Installation failed or rolled back'),
        l10n.t('Installation ended'),
      );
    case 'UpdateInitStarted':
      return l10n.t('Preparation started');
    case 'UpdateInitCompleted':
      return ended(success, l10n.t('Prepared'), l10n.t('Preparation failed'), l10n.t('Preparation ended'));
    case 'MetadataUpdateCompleted':
      return ended(
        success,
        l10n.t('Update metadata renewed'),
        l10n.t('Update metadata could not be renewed'),
        l10n.t('Update metadata handled'),
      );
    case 'CertRotationStarted':
      return l10n.t('Certificate rotation started');
    case 'CertRotationCompleted':
      return ended(
        success,
        l10n.t('Certificate rotated'),
        l10n.t('Certificate rotation failed'),
        l10n.t('Certificate rotation ended'),
      );
    case '':
      return l10n.t('Event without a name');
    default:
      return ended(success, l10n.t('{0}: succeeded', type), l10n.t('{0}: failed', type), type);
  }
}

function ended(success: boolean | undefined, yes: string, no: string, untold: string): string {
  return success === undefined ? untold : success ? yes : no;
}

/** @returns `48 s`, `1 min 33 s`, `2 h 5 min`, `3 d 4 h` */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) {
    return ms < 10_000 && ms % 1000 !== 0 ? l10n.t('{0} s', (ms / 1000).toFixed(1)) : l10n.t('{0} s', seconds);
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return seconds % 60 === 0 ? l10n.t('{0} min', minutes) : l10n.t('{0} min {1} s', minutes, seconds % 60);
  }
  const hours = Math.floor(minutes / 60);
  if (hours < 24) {
    return minutes % 60 === 0 ? l10n.t('{0} h', hours) : l10n.t('{0} h {1} min', hours, minutes % 60);
  }
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? l10n.t('{0} d', days) : l10n.t('{0} d {1} h', days, hours % 24);
}
