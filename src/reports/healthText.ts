import { l10n } from 'vscode';
import { healthOverTime, isHealthy, serviceCondition, type AppHealth, type HealthSpan } from '../model/appHealth';
import type { AppsReport, ServiceReport } from '../model/apps';
import { block, fields, oneLine, reportPage, sentence, type Section } from '../ui/reportText';
import { dateTime } from '../ui/time';
import { durationText } from '../ui/updateWords';

export interface HealthFacts {
  readonly device: string;
  /** Newest first. */
  readonly reports: readonly AppsReport[];
  /** Why what is shown is old; `''` where it is not. */
  readonly stale: string;
}

/** @returns the page *App Health*: since when each app is as it is, with its services and their last lines */
export function healthText({ device, reports, stale }: HealthFacts): string {
  const newest = reports[0];
  const apps = healthOverTime(reports);
  const present = apps.filter((app) => app.present);
  const stateOf = ({ spans }: AppHealth) => spans[0]?.state ?? '';
  const starting = present.filter((app) => stateOf(app) === 'starting');
  const ill = present.filter((app) => !isHealthy(stateOf(app)) && !starting.includes(app));
  const summary =
    newest === undefined
      ? l10n.t('The device has reported nothing about its apps yet.')
      : ill.length === 0
        ? starting.length === 0
          ? l10n.t('All apps are healthy.')
          : l10n.t('Starting: {0}.', starting.map(({ name }) => oneLine(name)).join(', '))
        : l10n.t('Not healthy: {0}.', ill.map(({ name }) => oneLine(name)).join(', '));
  const at = newest?.at === undefined ? '' : l10n.t('Last report of the device: {0}.', dateTime(newest.at, 'second'));
  const kept = reports.length === 1 ? l10n.t('1 report is kept.') : l10n.t('{0} reports are kept.', reports.length);
  return reportPage(
    l10n.t('App health of {0}', device),
    [
      ...(stale === '' ? [] : [stale]),
      summary,
      ...(newest === undefined ? [] : [[at, kept].filter((text) => text !== '').join(' ')]),
    ],
    apps.map(appSection),
  );
}

function appSection({ name, spans, present }: AppHealth): Section {
  const [newest] = spans;
  return {
    heading: present
      ? `${oneLine(name)} (${stateText(newest?.state ?? '')})`
      : l10n.t('{0} (not reported any more)', oneLine(name)),
    lines: [
      ...spans.map((span) => sentence(spanText(span))),
      ...(newest === undefined ? [] : serviceLines(newest.report.services)),
      ...spans
        .slice(1)
        .filter(({ state }) => !isHealthy(state))
        .flatMap((span) => [
          sentence(l10n.t('When it was {0}, until {1}:', stateText(span.state), timeText(span.to))),
          ...serviceLines(
            span.report.services.filter((service) => service.logs !== '' || serviceCondition(service) !== 'fine'),
          ),
        ]),
    ],
  };
}

function spanText({ state, from, to, atLeast }: HealthSpan): string {
  const since = atLeast ? l10n.t('{0} or earlier', timeText(from)) : timeText(from);
  const words = stateText(state);
  if (to === undefined) {
    return l10n.t('{0} since {1}', words, since);
  }
  const took = from !== undefined && to > from ? ` (${durationText(to - from)})` : '';
  return l10n.t('{0} from {1} to {2}', words, since, timeText(to)) + took;
}

function serviceLines(services: readonly ServiceReport[]): string[] {
  return services.flatMap((service) => [
    ...fields([
      [
        l10n.t('Service {0}', service.name),
        [service.state, service.status, service.health === '' ? l10n.t('no health check') : stateText(service.health)]
          .filter((text) => text !== '')
          .join(', '),
      ],
      [l10n.t('Image'), service.image],
    ]),
    ...block(service.logs, 2),
  ]);
}

const timeText = (time: number | undefined): string =>
  time === undefined ? l10n.t('an unknown time') : dateTime(time, 'second');

function stateText(state: string): string {
  switch (state.toLowerCase()) {
    case 'healthy':
      return l10n.t('healthy');
    case 'unhealthy':
      return l10n.t('unhealthy');
    case 'starting':
      return l10n.t('starting');
    case '':
      return l10n.t('state not reported');
    default:
      return oneLine(state);
  }
}
