/** One update of a device and the events it reports (docs/api.md §7.1). All moments are fixed when it begins. */
import { SECOND, isoZulu } from '../clock';
import { STATUS_WORDS } from '../inferred';
import type { Seed } from '../random';

export type EventId =
  | 'EcuDownloadStarted'
  | 'EcuDownloadCompleted'
  | 'EcuInstallationStarted'
  | 'EcuInstallationApplied'
  | 'EcuInstallationCompleted';

interface PlannedEvent {
  readonly at: number;
  readonly id: EventId;
  readonly success: boolean | null;
  readonly details: string;
}

export type UpdateFailure = 'download' | 'install';

/** An update, running or past. */
export interface UpdateRun {
  readonly correlationId: string;
  readonly target: string;
  readonly version: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly succeeds: boolean;
  readonly events: readonly PlannedEvent[];
}

/** What an update is to be. */
export interface UpdatePlan {
  readonly seed: Seed;
  readonly from: string;
  readonly target: string;
  readonly version: number;
  readonly startedAt: number;
  /** How long it takes, about. */
  readonly duration: number;
  /** A new operating system needs a reboot. */
  readonly osChanges: boolean;
  readonly failure?: UpdateFailure;
  readonly reason: string;
}

/** Plans an update: Started, Completed, InstStarted, (Applied,) InstCompleted, or the beginning of that (docs/api.md §7.1). */
export function planUpdate(plan: UpdatePlan): UpdateRun {
  const { seed, startedAt, duration } = plan;
  const downloaded = startedAt + Math.round(duration * (0.3 + 0.3 * seed.fraction('download')));
  const begun = downloaded + Math.min(SECOND, Math.round(duration * 0.05));
  const applied = startedAt + Math.round(duration * 0.75);
  const finished = startedAt + duration;
  const events: PlannedEvent[] = [
    {
      at: startedAt,
      id: 'EcuDownloadStarted',
      success: null,
      details: `Updating from ${plan.from || 'unknown'} to ${plan.target}, reason: ${plan.reason}`,
    },
  ];
  if (plan.failure === 'download') {
    const details = 'Insufficient storage available at /var/sota; required 412000000 bytes, available 120000000 bytes';
    events.push({ at: downloaded, id: 'EcuDownloadCompleted', success: false, details });
  } else {
    events.push({ at: downloaded, id: 'EcuDownloadCompleted', success: true, details: '' });
    events.push({ at: begun, id: 'EcuInstallationStarted', success: null, details: '' });
    if (plan.failure === 'install') {
      const details = 'Failed to start Compose App shellhttpd: container shellhttpd-httpd-1 is unhealthy';
      events.push({ at: finished, id: 'EcuInstallationCompleted', success: false, details });
    } else {
      if (plan.osChanges) {
        events.push({ at: applied, id: 'EcuInstallationApplied', success: null, details: 'Reboot is required' });
      }
      events.push({ at: finished, id: 'EcuInstallationCompleted', success: true, details: '' });
    }
  }
  return {
    correlationId: `${plan.version}-${seed.uuid('correlation')}`,
    target: plan.target,
    version: plan.version,
    startedAt,
    finishedAt: events.at(-1)?.at ?? finished,
    succeeds: plan.failure === undefined,
    events,
  };
}

/** Whether it is still going on. */
export function isRunning(update: UpdateRun, now: number): boolean {
  return now < update.finishedAt;
}

/** The device's `status` after the events so far (docs/api.md §7, analog). */
export function statusOf(update: UpdateRun | undefined, now: number): string {
  const newest = update?.events.findLast((event) => event.at <= now);
  if (newest === undefined) {
    return '';
  }
  const words: Partial<Record<string, string>> = STATUS_WORDS[newest.id];
  return words[String(newest.success)] ?? '';
}

/** One row of the update history (docs/api.md §2.1.4). */
export function updateToWire(update: UpdateRun): Record<string, unknown> {
  return {
    'correlation-id': update.correlationId,
    target: update.target,
    version: String(update.version),
    time: isoZulu(update.startedAt),
  };
}

/** The events so far, oldest first, as a bare array (docs/api.md §2.1.5; order inferred). */
export function eventsToWire(update: UpdateRun, now: number): unknown[] {
  return update.events
    .filter((event) => event.at <= now)
    .map((event) => ({
      deviceTime: isoZulu(event.at),
      eventType: { id: event.id },
      event: {
        correlationId: update.correlationId,
        targetName: update.target,
        version: String(update.version),
        success: event.success,
        details: event.details,
      },
    }));
}
