import { l10n } from 'vscode';
import { pathOf } from '../../api/json';
import { rollsOut, type InProgress } from '../../model/inProgress';
import type { Reach } from '../../model/reach';
import { pruneBody, tagsBody, type MovedTargets, type OldTargets, type TagChange } from '../../model/targetChanges';
import type { RunningTarget } from '../../store/reach';
import type { PrunePlan, TagPlan } from '../../store/targetChanges';
import { progressLines, reachLines, type Decision } from '../../ui/reachText';
import { oneLine, sentence } from '../../ui/reportText';
import { devicesCount } from '../../ui/waveTexts';
import type { Plan } from '../confirmPlan';
import { targetsText } from './chosenTargets';

/** Lines of one kind in a question; its page has them all. */
const MOST_LINES = 8;

/** What is known around a change. */
export interface Surroundings {
  readonly factory: string;
  /** Where the change makes another version the newest. */
  readonly moved: MovedTargets;
  /** Tags that matter, and the devices that follow one of them. */
  readonly tags: readonly string[];
  readonly followers: Reach;
  readonly waves: Pick<InProgress, 'waves' | 'wavesError'>;
  /** Somebody changed the targets since the change was shown before. */
  readonly changed: boolean;
}

/** Devices that run what is to be pruned. */
export interface Running {
  /** Of single targets: those that devices run, or of which it is not known. */
  readonly targets: readonly RunningTarget[];
  /** Of all of them. */
  readonly reach: Reach;
}

/** @returns a change of tags in words, for the question and its page */
export function tagsPlan(plan: TagPlan, go: string, around: Surroundings): Plan {
  const { changes } = plan;
  const effects = effectLines(around.moved);
  const followers = followerLines(around);
  const notes = notesOf(plan, around, { kind: 'tags' });
  const lines = changes.map(changeLine);
  return {
    message: l10n.t('Change the tags of {0}?', targetsText(changes)),
    detail: [...notes, ...followers, ...shortened(lines), ...shortened(effects), jobText()].join('\n'),
    go,
    keep: l10n.t('Keep Tags'),
    page: {
      title: l10n.t('Tags of {0}', targetsText(changes)),
      intro: [...notes, jobText()],
      sections: [
        { heading: l10n.t('Targets: {0}', changes.length), lines: lines.map((line) => sentence(line)) },
        { heading: l10n.t('Affected devices'), lines: followers.map((line) => sentence(line)) },
        { heading: l10n.t('What devices can take'), lines: effects.map((line) => sentence(line)) },
      ],
    },
    request: { method: 'PATCH', path: targetsPath(around.factory), body: tagsBody(changes) },
  };
}

/**
 * @param running the devices that run the targets
 * @param shared old targets that stay because they have further tags
 * @param newest old targets that stay because a hardware has few newer ones, or none
 * @returns what would be pruned in words, for the question and its page
 */
export function prunePlan(
  plan: PrunePlan,
  running: Running,
  { shared, newest }: Pick<OldTargets, 'shared' | 'newest'>,
  around: Surroundings,
): Plan {
  const { targets } = plan;
  const effects = effectLines(around.moved);
  const run = [reachLines(running.reach, { kind: 'running' }).join(' '), ...followerLines(around)];
  // Of a single one that is said already.
  const runOne = targets.length === 1 ? [] : running.targets.map(runningLine);
  const notes = [
    ...notesOf(plan, around, { kind: 'prune', hitBy: (wave) => rollsOut(wave, targets) }),
    ...(shared.length === 0
      ? []
      : [
          shared.length === 1
            ? l10n.t('1 old target stays because it has further tags, too.')
            : l10n.t('{0} old targets stay because they have further tags, too.', shared.length),
        ]),
    ...(newest.length === 0
      ? []
      : [
          newest.length === 1
            ? l10n.t('1 old target stays because it is among the newest for its hardware.')
            : l10n.t('{0} old targets stay because they are among the newest for their hardware.', newest.length),
        ]),
  ];
  const lines = targets.map(({ name, tags }) => oneLine(`${name} (${tags.join(', ') || l10n.t('no tag')})`));
  const consequence = l10n.t('What is pruned cannot be brought back: no device can take it any more. {0}', jobText());
  return {
    message: l10n.t('Prune {0}?', targetsText(targets)),
    detail: [...notes, ...run, ...shortened(lines), ...shortened(runOne), ...shortened(effects), consequence].join(
      '\n',
    ),
    go: l10n.t('Prune'),
    keep: l10n.t('Keep Targets'),
    page: {
      title: l10n.t('Prune {0}', targetsText(targets)),
      intro: [...notes, consequence],
      sections: [
        { heading: l10n.t('Targets that go: {0}', targets.length), lines: lines.map((line) => sentence(line)) },
        {
          heading: l10n.t('Affected devices'),
          lines: [
            ...run.map((line) => sentence(line)),
            ...running.targets.flatMap((each) => {
              const more = (each.reach.devices ?? 0) - each.names.length;
              return [
                sentence(runningLine(each)),
                ...each.names.map((name) => sentence(name, 2)),
                ...(more > 0 ? [sentence(l10n.t('… and {0} more', more), 2)] : []),
              ];
            }),
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
  { gone, underWay, jobsError }: Pick<TagPlan, 'gone' | 'underWay' | 'jobsError'>,
  { changed, waves }: Pick<Surroundings, 'changed' | 'waves'>,
  decision: Decision,
): string[] {
  return [
    ...(changed ? [l10n.t('Not sent: somebody changed the targets meanwhile. This is how it would be now.')] : []),
    ...(gone.length === 0 ? [] : [l10n.t('No longer there: {0}.', gone.join(', '))]),
    ...progressLines({ ...waves, jobs: underWay, jobsError }, decision),
  ];
}

function changeLine({ name, before, after }: TagChange): string {
  const none = l10n.t('no tag');
  return oneLine(`${name}: ${before.join(', ') || none} → ${after.join(', ') || none}`);
}

/** Followers are counted once, whatever their hardware; where nothing changes for a tag there is nothing to say. */
const followerLines = ({ tags, followers }: Pick<Surroundings, 'tags' | 'followers'>): string[] =>
  tags.length === 0 ? [] : [reachLines(followers, { kind: 'tags', tags }).join(' ')];

function effectLines({ moved, hardwareLeftOut }: MovedTargets): string[] {
  const lines = moved.map(({ tag, hardware, before, after }) => {
    const of = oneLine(l10n.t('Tag {0} on {1}', tag, hardware));
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

const runningLine = ({ target, reach: { devices } }: RunningTarget): string =>
  oneLine(
    devices === undefined
      ? l10n.t('Devices that run {0}: not known.', target)
      : l10n.t('Devices that run {0}: {1}.', target, devicesCount(devices)),
  );

function shortened(lines: readonly string[]): string[] {
  return lines.length <= MOST_LINES
    ? [...lines]
    : [...lines.slice(0, MOST_LINES - 1), l10n.t('… and {0} more', lines.length - MOST_LINES + 1)];
}
