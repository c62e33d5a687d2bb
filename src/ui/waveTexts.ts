import { env, l10n } from 'vscode';
import type { RolloutWish, WaveRollout } from '../model/waves';

/** @returns the state of a wave in words */
export function waveStatusText(status: string): string {
  switch (status) {
    case 'active':
      return l10n.t('active');
    case 'complete':
      return l10n.t('complete');
    case 'canceled':
      return l10n.t('canceled');
    default:
      return status;
  }
}

/** @returns `1 device`, `1,234 devices` */
export function devicesCount(devices: number): string {
  return devices === 1
    ? l10n.t('1 device')
    : l10n.t('{0} devices', new Intl.NumberFormat(env.language).format(devices));
}

/** @returns whom a past rollout was for */
export function rolloutText({ group, wholeFactory, wholeGroup }: WaveRollout): string {
  if (wholeFactory) {
    return l10n.t('All devices of the tag');
  }
  if (group === '') {
    return l10n.t('Some devices');
  }
  return wholeGroup ? l10n.t('Group {0}', group) : l10n.t('Some of group {0}', group);
}

/** @returns whom a rollout is meant for */
export function wishText({ group, limit, percentage }: RolloutWish): string {
  const of = group === undefined ? l10n.t('the Factory') : l10n.t('group {0}', group);
  if (limit !== undefined) {
    return limit === 1 ? l10n.t('1 device of {0}', of) : l10n.t('{0} devices of {1}', limit, of);
  }
  return percentage === undefined ? of : l10n.t('{0} % of the devices of {1}', percentage, of);
}
