import { l10n, ThemeColor, ThemeIcon } from 'vscode';
import type { BuildStatus } from '../model/build';
import type { BuildReason } from '../model/buildReason';

/** @returns why a build was started, in one line; `''` if unknown */
export function reasonText({ subject, commits }: BuildReason): string {
  return commits.length > 1 ? l10n.t('{0} (+{1} more)', subject, commits.length - 1) : subject;
}

/** @returns what a build or a run is doing, in words */
export function buildStatusText(status: BuildStatus): string {
  switch (status) {
    case 'QUEUED':
      return l10n.t('waiting for a worker');
    case 'RUNNING':
      return l10n.t('running');
    case 'RUNNING_WITH_FAILURES':
      return l10n.t('running, with failures');
    case 'UPLOADING':
      return l10n.t('uploading its files');
    case 'CANCELLING':
      return l10n.t('being canceled');
    case 'PASSED':
      return l10n.t('passed');
    case 'FAILED':
      return l10n.t('failed');
    case 'PROMOTED':
      return l10n.t('passed, promoted');
    case 'SKIPPED':
      return l10n.t('skipped');
    case 'UNKNOWN':
      return l10n.t('in a state that is not known');
  }
}

/** @returns an icon that tells the same */
export function buildStatusIcon(status: BuildStatus): ThemeIcon {
  switch (status) {
    case 'QUEUED':
      return new ThemeIcon('watch', new ThemeColor('testing.iconQueued'));
    case 'RUNNING':
    case 'UPLOADING':
      return new ThemeIcon('sync', new ThemeColor('progressBar.background'));
    case 'RUNNING_WITH_FAILURES':
      return new ThemeIcon('warning', new ThemeColor('list.warningForeground'));
    case 'CANCELLING':
      return new ThemeIcon('circle-slash', new ThemeColor('list.warningForeground'));
    case 'PASSED':
      return new ThemeIcon('pass', new ThemeColor('testing.iconPassed'));
    case 'FAILED':
      return new ThemeIcon('error', new ThemeColor('testing.iconFailed'));
    case 'PROMOTED':
      return new ThemeIcon('verified', new ThemeColor('testing.iconPassed'));
    case 'SKIPPED':
      return new ThemeIcon('debug-step-over', new ThemeColor('testing.iconSkipped'));
    case 'UNKNOWN':
      return new ThemeIcon('question');
  }
}
