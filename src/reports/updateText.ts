import { l10n } from 'vscode';
import { detailLines } from '../model/updateDetails';
import { chronological, outcomeOf, type DeviceUpdate, type UpdateEvent } from '../model/updates';
import { block, fields, reportPage, sentence } from '../ui/reportText';
import { dateTime } from '../ui/time';
import { durationText, eventText, outcomeText } from '../ui/updateWords';

export interface UpdateFacts {
  readonly device: string;
  readonly id: string;
  /** As the list has it; undefined where it is not there any more. */
  readonly update: DeviceUpdate | undefined;
  readonly events: readonly UpdateEvent[];
  /** Why what is shown is old; `''` where it is not. */
  readonly stale: string;
}

/** @returns the page of one update: its result, and each event in words with all that the device told */
export function updateText({ device, id, update, events, stale }: UpdateFacts): string {
  const ordered = chronological(events);
  const outcome = outcomeOf(events);
  const first = ordered[0];
  const target = update?.target ?? first?.target ?? '';
  const start = first?.time;
  return reportPage(
    l10n.t('Update of {0} to {1}', device, target === '' ? l10n.t('an unknown target') : target),
    stale === '' ? [] : [stale],
    [
      {
        heading: l10n.t('Result'),
        lines: [
          ...fields([
            [l10n.t('Result'), outcomeText(outcome)],
            [l10n.t('Version'), update?.version ?? first?.version ?? ''],
            [l10n.t('Started'), dateOf(update?.time ?? start)],
            [l10n.t('Update ID'), id],
          ]),
          ...block(detailLines(outcome.reason).join('\n')),
        ],
      },
      ...ordered.map((event, at) => ({
        heading: `${at + 1}. ${eventText(event).replace(/\s+/g, ' ')}`,
        lines: [
          ...fields([
            [l10n.t('Time'), event.time === undefined ? l10n.t('not reported') : dateTime(event.time, 'second')],
            [
              l10n.t('After'),
              event.time !== undefined && start !== undefined && event.time > start
                ? durationText(event.time - start)
                : '',
            ],
            [l10n.t('Event'), event.type],
          ]),
          ...block(detailLines(event.details).join('\n')),
        ],
      })),
      ...(ordered.length === 0
        ? [{ heading: l10n.t('Events'), lines: [sentence(l10n.t('The device has reported no event of this update.'))] }]
        : []),
    ],
  );
}

const dateOf = (time: number | undefined): string => (time === undefined ? '' : dateTime(time, 'second'));
