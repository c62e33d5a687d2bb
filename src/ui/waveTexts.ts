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

/**
 * @returns whom a past rollout was for: `2 devices of the Factory`, `Group lab`, `2 devices of group lab`. A group without a name
 *   has been deleted (docs/api.md §2.6)
 */
export function rolloutText({ group, wholeFactory, wholeGroup, devices }: WaveRollout): string {
  const count = devicesCount(devices);
  if (wholeFactory) {
    return l10n.t('{0} of the Factory', count);
  }
  if (group === '') {
    return wholeGroup ? l10n.t('A deleted group') : l10n.t('{0} of a deleted group', count);
  }
  return wholeGroup ? l10n.t('Group {0}', group) : l10n.t('{0} of group {1}', count, group);
}

/** @returns when devices of a group get a wave that was not rolled out to the group itself */
export function withoutRolloutText(status: string): string {
  switch (status) {
    case 'complete':
      return l10n.t('at wave completion (done)');
    case 'canceled':
      return l10n.t('never (wave canceled)');
    default:
      return l10n.t('not rolled out');
  }
}

/** @returns whom a rollout is meant for */
export function wishText({ group, limit, percentage }: RolloutWish): string {
  const of = group === undefined ? l10n.t('the Factory') : l10n.t('group {0}', group);
  if (limit !== undefined) {
    return limit === 1 ? l10n.t('1 device of {0}', of) : l10n.t('{0} devices of {1}', limit, of);
  }
  return percentage === undefined ? of : l10n.t('{0} % of the devices of {1}', percentage, of);
}
