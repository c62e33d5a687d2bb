import { l10n } from 'vscode';
import type { DeviceTest } from '../model/deviceTests';
import { block, fields, reportPage, sentence } from '../ui/reportText';
import { statusText, testText } from '../ui/testWords';
import { dateTime } from '../ui/time';

export interface TestFacts {
  readonly device: string;
  readonly test: DeviceTest;
  /** Why what is shown is old; `''` where it is not. */
  readonly stale: string;
}

/** @returns the page of a test or remote action: its results, and which files it left */
export function testPageText({ device, test, stale }: TestFacts): string {
  return reportPage(
    l10n.t('{0} on {1}: {2}', test.name, device, statusText(test.status)),
    stale === '' ? [] : [stale],
    [
      {
        heading: l10n.t('Result'),
        lines: [
          ...fields([
            [l10n.t('Result'), testText(test)],
            [l10n.t('Started'), test.createdAt === undefined ? '' : dateTime(test.createdAt, 'second')],
            [l10n.t('Ended'), test.completedAt === undefined ? '' : dateTime(test.completedAt, 'second')],
            [l10n.t('Test ID'), test.id],
          ]),
          ...block(test.details),
        ],
      },
      {
        heading: l10n.t('Single results'),
        lines: test.results.flatMap(({ name, status, details }) => [
          ...fields([[name === '' ? l10n.t('without a name') : name, statusText(status)]]),
          ...block(details, 2),
        ]),
      },
      {
        heading: l10n.t('Artifacts (open or download them in the Devices view)'),
        lines: test.artifacts.map((name) => sentence(name)),
      },
    ],
  );
}
