import { l10n } from 'vscode';
import { pathOf } from '../../api/json';
import type { FleetStatus } from '../../model/fleetStatus';
import type { Target } from '../../model/target';
import {
  newestMoved,
  pruneBody,
  tagsBody,
  type MovedTargets,
  type OldTargets,
  type TagChange,
} from '../../model/targetChanges';
import type { PrunePlan, TagPlan } from '../../store/targetChanges';
import { oneLine, sentence } from '../../ui/reportText';
import { devicesCount } from '../../ui/waveTexts';
import type { Plan } from '../confirmPlan';
import { targetsText } from './chosenTargets';

/** Lines of one kind in a question; its page has them all. */
const MOST_LINES = 8;

/** What is known around a change. */
export interface Surroundings {
  readonly factory: string;
  /** All targets; empty where they are not known. */
  readonly all: readonly Target[];
  /** undefined where the service did not tell. */
  readonly status: FleetStatus | undefined;
  /** Somebody changed the targets since the change was shown before. */
  readonly changed: boolean;
}

/** Devices that run a target that is to be pruned. */
export interface RunningTarget {
  readonly target: string;
  readonly devices: number;
  /** As many as were asked for. */
  readonly names: readonly string[];
}

/** @returns a change of tags in words, for the question and its page */
export function tagsPlan(plan: TagPlan, go: string, around: Surroundings): Plan {
  const { changes } = plan;
  const moved = newestMoved(around.all, new Map(changes.map(({ name, after }) => [name, after])));
  const effects = effectLines(moved, around.status);
  const notes = notesOf(plan, around);
  const lines = changes.map(changeLine);
  return {
    message: l10n.t('Change the tags of {0}?', targetsText(changes)),
    detail: [...notes, ...shortened(lines), ...shortened(effects), jobText()].join('\n'),
    go,
    page: {
      title: l10n.t('Tags of {0}', targetsText(changes)),
      intro: [...notes, jobText()],
      sections: [
        { heading: l10n.t('Targets: {0}', changes.length), lines: lines.map((line) => sentence(line)) },
        { heading: l10n.t('What devices can take'), lines: effects.map((line) => sentence(line)) },
      ],
    },
    request: { method: 'PATCH', path: targetsPath(around.factory), body: tagsBody(changes) },
  };
}

/**
 * @param running those of the targets that devices run; undefined where nobody knows
 * @param shared old targets that stay because they have further tags
 * @param newest old targets that stay because a hardware has few newer ones, or none
 * @returns what would be pruned in words, for the question and its page
 */
export function prunePlan(
  plan: PrunePlan,
  running: readonly RunningTarget[] | undefined,
  { shared, newest }: Pick<OldTargets, 'shared' | 'newest'>,
  around: Surroundings,
): Plan {
  const { targets } = plan;
  const moved = newestMoved(around.all, new Map(targets.map(({ name }) => [name, undefined])));
  const effects = effectLines(moved, around.status);
  const run = runningLines(running);
  const notes = [
    ...notesOf(plan, around),
    ...(shared.length === 0
      ? []
      : [l10n.t('{0} old targets stay because they have further tags, too.', shared.length)]),
    ...(newest.length === 0
      ? []
      : [l10n.t('{0} old targets stay because they are among the newest for their hardware.', newest.length)]),
  ];
  const lines = targets.map(({ name, tags }) => oneLine(`${name} (${tags.join(', ') || l10n.t('no tag')})`));
  const consequence = l10n.t('What is pruned cannot be brought back: no device can take it any more. {0}', jobText());
  return {
    message: l10n.t('Prune {0}?', targetsText(targets)),
    detail: [...notes, ...shortened(lines), ...shortened(run), ...shortened(effects), consequence].join('\n'),
    go: l10n.t('Prune'),
    page: {
      title: l10n.t('Prune {0}', targetsText(targets)),
      intro: [...notes, consequence],
      sections: [
        { heading: l10n.t('Targets that go: {0}', targets.length), lines: lines.map((line) => sentence(line)) },
        {
          heading: l10n.t('Devices that still run them'),
          lines: [
            ...run.map((line) => sentence(line)),
            ...(running ?? []).flatMap(({ target, devices, names }) =>
              names.length === 0
                ? []
                : [
                    sentence(target),
                    ...names.map((name) => sentence(name, 2)),
                    ...(devices > names.length ? [sentence(l10n.t('… and {0} more', devices - names.length), 2)] : []),
                  ],
            ),
          ],
        },
        { heading: l10n.t('What devices can take'), lines: effects.map((line) => sentence(line)) },
        {
          heading: l10n.t('Old targets that stay for their other tags: {0}', shared.length),
          lines: shared.map(({ name, tags }) => sentence(`${name} (${tags.join(', ')})`)),
        },
        {
          heading: l10n.t('Old targets that stay among the newest for their hardware: {0}', newest.length),
          lines: newest.map(({ name, hardwareIds }) => sentence(`${name} (${hardwareIds.join(', ')})`)),
        },
      ],
    },
    request: { method: 'DELETE', path: targetsPath(around.factory), body: pruneBody(targets) },
  };
}

const targetsPath = (factory: string): string => pathOf('ota', 'factories', factory, 'targets');

const jobText = (): string => l10n.t('A CI job does it; it takes some minutes.');

function notesOf(
  { gone, underWay }: Pick<TagPlan, 'gone' | 'underWay'>,
  { changed }: Pick<Surroundings, 'changed'>,
): string[] {
  return [
    ...(changed ? [l10n.t('Not sent: somebody changed the targets meanwhile. This is how it would be now.')] : []),
    ...(gone.length === 0 ? [] : [l10n.t('No longer there: {0}.', gone.join(', '))]),
    ...(underWay ?? []).map(({ build }) =>
      l10n.t(
        'Build {0} is changing targets right now. What it does is not in this preview, and could be undone by this change: better wait for it.',
        build,
      ),
    ),
  ];
}

function changeLine({ name, before, after }: TagChange): string {
  const none = l10n.t('no tag');
  return oneLine(`${name}: ${before.join(', ') || none} → ${after.join(', ') || none}`);
}

function effectLines({ moved, hardwareLeftOut }: MovedTargets, status: FleetStatus | undefined): string[] {
  const followersOf = new Map<string, number>();
  status?.forEach(({ tag, devices }) => followersOf.set(tag, (followersOf.get(tag) ?? 0) + devices));
  const lines = moved.map(({ tag, hardware, before, after }) => {
    const followers = followersOf.get(tag) ?? 0;
    const of = oneLine(
      status === undefined
        ? l10n.t('Tag {0} on {1}', tag, hardware)
        : l10n.t('Tag {0} on {1} ({2} follow the tag)', tag, hardware, devicesCount(followers)),
    );
    if (after === undefined) {
      return l10n.t('{0}: nothing is left to take; the newest was {1}.', of, before ?? '');
    }
    if (before === undefined) {
      return l10n.t('{0}: {1} is the first.', of, after);
    }
    return after > before
      ? l10n.t('{0}: {1} becomes the newest, instead of {2}.', of, after, before)
      : l10n.t(
          '{0}: {1} becomes the newest, instead of {2}. Devices do not go back to an older one.',
          of,
          after,
          before,
        );
  });
  return hardwareLeftOut === 0
    ? lines
    : [l10n.t('Too many to list: {0} hardware ids are left out.', hardwareLeftOut), ...lines];
}

function runningLines(running: readonly RunningTarget[] | undefined): string[] {
  if (running === undefined) {
    return [l10n.t('Whether devices still run them could not be found out.')];
  }
  return running.length === 0
    ? [l10n.t('No device runs them.')]
    : running.map(({ target, devices }) =>
        oneLine(l10n.t('{0} still run {1}, and keep it.', devicesCount(devices), target)),
      );
}

function shortened(lines: readonly string[]): string[] {
  return lines.length <= MOST_LINES
    ? [...lines]
    : [...lines.slice(0, MOST_LINES - 1), l10n.t('… and {0} more', lines.length - MOST_LINES + 1)];
}
