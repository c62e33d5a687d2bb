import { env, l10n } from 'vscode';
import { FactoryError } from '../api/errors';
import type { InProgress, WaveUnderWay } from '../model/inProgress';
import { CountsDisagree, TooManyToCount, type Reach } from '../model/reach';
import { sentence } from './connectionText';
import { explain } from './errorText';
import { oneLine } from './reportText';
import { devicesCount } from './waveTexts';

/** What the counted devices have to do with a change. */
export type ReachKind =
  /** They get what is sent. */
  | { readonly kind: 'reached' }
  /** They follow one of the tags. */
  | { readonly kind: 'tags'; readonly tags: readonly string[] }
  /** They run a target that is to be pruned. */
  | { readonly kind: 'running' }
  /** A wave is for them. */
  | { readonly kind: 'wave' };

/** Tags that a line names. */
const MOST_TAGS = 5;

/** @returns how many devices a change concerns, of them in production and offline, a sentence a line; and why a number is missing */
export function reachLines({ devices, production, offline, error }: Reach, about: ReachKind): string[] {
  const lines = [devices === undefined ? uncounted(about) : counted(devices, about)];
  if (devices !== 0 && !(devices === undefined && production === undefined && offline === undefined)) {
    lines.push(
      production === undefined
        ? l10n.t('How many of them are production devices is not known.')
        : production === 0
          ? l10n.t('None of them is a production device.')
          : l10n.t('Production devices: {0}.', formatted(production)),
      offline === undefined
        ? l10n.t('How many are offline is not known.')
        : offline === 0
          ? l10n.t('None is offline.')
          : about.kind === 'reached'
            ? l10n.t('Offline, to get it when they are back: {0}.', formatted(offline))
            : l10n.t('Offline: {0}.', formatted(offline)),
    );
    if (about.kind === 'tags' && production !== 0) {
      lines.push(l10n.t('Production devices take targets from waves only, not by their tag.'));
    }
  }
  return error === undefined ? lines : [...lines, reasonText(error)];
}

/** @returns the lines as one text */
export const reachText = (reach: Reach, about: ReachKind): string => reachLines(reach, about).join('\n');

function counted(devices: number, about: ReachKind): string {
  switch (about.kind) {
    case 'reached':
      return devices === 0
        ? l10n.t('It reaches no device at present.')
        : devices === 1
          ? l10n.t('It reaches 1 device.')
          : l10n.t('It reaches {0} devices.', formatted(devices));
    case 'tags':
      return l10n.t('Devices that follow {0}: {1}.', tagsText(about.tags), formatted(devices));
    case 'running':
      return devices === 0
        ? l10n.t('No device runs what would be pruned.')
        : devices === 1
          ? l10n.t('1 device still runs what would be pruned, and keeps it.')
          : l10n.t('{0} devices still run what would be pruned, and keep it.', formatted(devices));
    case 'wave':
      return devices === 0
        ? l10n.t('The wave is for no device at present.')
        : l10n.t('The wave is for {0}.', devicesCount(devices));
  }
}

function uncounted(about: ReachKind): string {
  switch (about.kind) {
    case 'reached':
      return l10n.t('Could not count the devices that it reaches.');
    case 'tags':
      return l10n.t('Could not count the devices that follow {0}.', tagsText(about.tags));
    case 'running':
      return l10n.t('Could not count the devices that still run what would be pruned.');
    case 'wave':
      return l10n.t('Could not count the devices that the wave is for.');
  }
}

function tagsText(tags: readonly string[]): string {
  const [first = ''] = tags;
  return tags.length === 1
    ? l10n.t('tag {0}', oneLine(first))
    : l10n.t(
        'the tags {0}',
        [...tags.slice(0, MOST_TAGS).map(oneLine), ...(tags.length > MOST_TAGS ? ['…'] : [])].join(', '),
      );
}

/** The change that is decided about. */
export type Decision =
  | { readonly kind: 'tags' }
  | {
      readonly kind: 'prune';
      /** Whether a wave hands out what would be pruned. */ readonly hitBy: (wave: WaveUnderWay) => boolean;
    }
  | { readonly kind: 'wave' };

/**
 * @returns the waves and CI jobs that are under way, a sentence a line; and what could not be found out of them
 */
export function progressLines({ waves, wavesError, jobs, jobsError }: InProgress, decision: Decision): string[] {
  return [
    ...(waves ?? []).map((each) =>
      decision.kind === 'prune' && decision.hitBy(each) ? prunedText(each) : waveText(each),
    ),
    ...(waves === undefined
      ? [withReason(l10n.t('Could not find out whether a wave is in progress.'), wavesError)]
      : []),
    ...(jobs ?? []).map(({ build }) =>
      decision.kind === 'wave'
        ? l10n.t('Build {0} is changing targets right now.', build)
        : l10n.t(
            'Build {0} is changing targets right now. What it does is not in this preview, and could be undone by this change: better wait for it.',
            build,
          ),
    ),
    ...(jobs === undefined
      ? [withReason(l10n.t('Could not find out whether a CI job is changing targets.'), jobsError)]
      : []),
  ];
}

function waveText({ wave, status }: WaveUnderWay): string {
  const of = [oneLine(wave.name), wave.version, oneLine(wave.tag)] as const;
  return status === undefined
    ? l10n.t('In progress: wave {0} rolls out version {1} to production devices with tag {2}.', ...of)
    : l10n.t(
        'In progress: wave {0} rolls out version {1} to production devices with tag {2}: {3} of {4} updated, {5} will update.',
        ...of,
        formatted(status.updated),
        formatted(status.devices),
        formatted(status.scheduled),
      );
}

function prunedText({ wave, status }: WaveUnderWay): string {
  const of = [oneLine(wave.name), wave.version] as const;
  return status === undefined
    ? l10n.t(
        'Wave {0} is in progress and rolls out version {1}, which would be pruned. Complete or cancel the wave first.',
        ...of,
      )
    : l10n.t(
        'Wave {0} is in progress and rolls out version {1}, which would be pruned: {2} of {3} production devices updated, {4} will update. Complete or cancel the wave first.',
        ...of,
        formatted(status.updated),
        formatted(status.devices),
        formatted(status.scheduled),
      );
}

function reasonText(error: unknown): string {
  if (error instanceof CountsDisagree) {
    return l10n.t('The counts of the service contradict each other.');
  }
  if (error instanceof TooManyToCount) {
    return l10n.t('There are too many to ask about each.');
  }
  return error instanceof FactoryError && error.kind === 'cancelled'
    ? l10n.t('The service did not answer in time.')
    : explain(error).message;
}

const withReason = (text: string, error: unknown): string => sentence([text, reasonText(error)]).trim();
const formatted = (count: number): string => new Intl.NumberFormat(env.language).format(count);
