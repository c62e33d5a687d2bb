import { l10n } from 'vscode';
import { testDuration, testState, type DeviceTest } from '../model/deviceTests';
import { oneLine } from './reportText';
import { durationText } from './updateWords';

/** @returns the status of a test or result in words; one that we do not know as it is */
export function statusText(status: string): string {
  switch (testState(status)) {
    case 'passed':
      return l10n.t('passed');
    case 'failed':
      return l10n.t('failed');
    case 'running':
      return l10n.t('running');
    case 'skipped':
      return l10n.t('skipped');
    case 'other':
      return status.trim() === '' ? l10n.t('status not reported') : oneLine(status);
  }
}

/** @returns `passed after 2.8 s`, `running` */
export function testText(test: DeviceTest): string {
  const duration = testDuration(test);
  const words = statusText(test.status);
  return duration === undefined ? words : l10n.t('{0} after {1}', words, durationText(duration));
}
