/** An update that a device took or tried (docs/api.md §2.1.4). */
export interface DeviceUpdate {
  /** Correlation id. */
  readonly id: string;
  /** Name of the target; `''` where not told. */
  readonly target: string;
  /** `17`; `''` where not told. */
  readonly version: string;
  /** Milliseconds since the epoch when it began; undefined where not told. */
  readonly time: number | undefined;
}

/** A step of an update, as the device told it (docs/api.md §2.1.5, §7.1). */
export interface UpdateEvent {
  /** `EcuInstallationApplied` and the like; devices may send others. */
  readonly type: string;
  /** Milliseconds since the epoch, by the device's clock; undefined where not told. */
  readonly time: number | undefined;
  readonly target: string;
  readonly version: string;
  /** undefined: not applicable, or not finished. Never a failure. */
  readonly success: boolean | undefined;
  /** Text, of some clients a JSON document; can be long. */
  readonly details: string;
}

/** What became of an update. */
export type UpdateResult =
  /** The device has told nothing yet. */
  | 'none'
  | 'preparing'
  | 'downloading'
  | 'downloaded'
  | 'installing'
  /** Installed, and waits for a reboot or for its apps to start. */
  | 'applied'
  | 'succeeded'
  /** Ended, but not told how. */
  | 'ended'
  | 'downloadFailed'
  /** Not installed, or rolled back. */
  | 'installFailed'
  /** Another step failed: the preparation, the certificate. */
  | 'failed'
  /** Nothing was to be installed: the device renewed its update metadata, or could not. */
  | 'metadataRefreshed'
  | 'metadataFailed'
  /** Something that is going on of which we do not know the name. */
  | 'other';

export interface UpdateOutcome {
  readonly result: UpdateResult;
  /** Nothing more is expected. */
  readonly final: boolean;
  /** From the first event to the last, in milliseconds; undefined where times are missing or make no sense. */
  readonly duration: number | undefined;
  /** Why it failed, as the device told; `''` where it did not, or did not say. */
  readonly reason: string;
}

/**
 * Devices have clocks that jump, a board without a battery by months, so the service's order is kept, and turned around where it is
 * newest first: by what must come before what, and only where that says nothing, by time.
 *
 * @returns the events in the order in which they came about
 */
export function chronological(events: readonly UpdateEvent[]): readonly UpdateEvent[] {
  const byStep = direction(events, ({ type }) => STEPS.get(type));
  const order = byStep === 0 ? direction(events, ({ time }) => time) : byStep;
  return order < 0 ? [...events].reverse() : events;
}

/** How far an update is when it reports an event. */
const STEPS: ReadonlyMap<string, number> = new Map(
  [
    'UpdateInitStarted',
    'UpdateInitCompleted',
    'EcuDownloadStarted',
    'EcuDownloadCompleted',
    'EcuInstallationStarted',
    'EcuInstallationApplied',
    'EcuInstallationCompleted',
  ].map((type, at) => [type, at]),
);

/** @returns more than 0 where values mostly rise from one event to the next, less where they mostly fall */
function direction(events: readonly UpdateEvent[], valueOf: (event: UpdateEvent) => number | undefined): number {
  const values = events.map(valueOf).filter((value) => value !== undefined);
  return values.slice(1).reduce((sum, value, at) => sum + Math.sign(value - (values[at] ?? value)), 0);
}

/** A gap between two events that only a clock that was set explains, in milliseconds. */
const CLOCK_WAS_SET = 7 * 86_400_000;

/** @returns what became of the update, by the rule of docs/api.md §7.1: the newest event decides */
export function outcomeOf(events: readonly UpdateEvent[]): UpdateOutcome {
  // Metadata is refreshed beside an update, too.
  const own = events.filter(({ type }) => !isRefreshEvent(type));
  const ordered = chronological(own.length === 0 ? events : own);
  const newest = ordered.at(-1);
  const result = newest === undefined ? 'none' : resultAfter(newest);
  const failed = isFailure(result) || result === 'metadataFailed';
  return {
    result,
    final: failed || result === 'succeeded' || result === 'ended' || result === 'metadataRefreshed',
    duration: durationOf(ordered),
    reason: failed ? (newest?.details ?? '') : '',
  };
}

function durationOf(ordered: readonly UpdateEvent[]): number | undefined {
  const times = ordered.map(({ time }) => time);
  const steps = times.slice(1).map((time, at) => (time ?? Number.NaN) - (times[at] ?? Number.NaN));
  const [start, end] = [times[0], times.at(-1)];
  return start === undefined || end === undefined || steps.length === 0 || end < start || steps.some(wasSet)
    ? undefined
    : end - start;
}

const wasSet = (step: number): boolean => Math.abs(step) > CLOCK_WAS_SET;

/**
 * Whether it only refreshes update metadata: it names the newest or the current target, but installs nothing (LmP v97 and newer; the
 * correlation id is `tuf-meta-…`).
 */
export function isMetadataRefresh({ id }: Pick<DeviceUpdate, 'id'>): boolean {
  return id.startsWith('tuf-meta-');
}

const isRefreshEvent = (type: string): boolean => type === 'MetadataUpdateCompleted';

/** @returns whether the update did not work out */
export function isFailure(result: UpdateResult): boolean {
  return result === 'downloadFailed' || result === 'installFailed' || result === 'failed';
}

function resultAfter({ type, success }: UpdateEvent): UpdateResult {
  switch (type) {
    case 'UpdateInitStarted':
      return 'preparing';
    case 'UpdateInitCompleted':
      return success === false ? 'failed' : 'preparing';
    case 'EcuDownloadStarted':
      return 'downloading';
    case 'EcuDownloadCompleted':
      return success === false ? 'downloadFailed' : 'downloaded';
    case 'EcuInstallationStarted':
      return 'installing';
    case 'EcuInstallationApplied':
      return success === false ? 'installFailed' : 'applied';
    case 'EcuInstallationCompleted':
      return success === false ? 'installFailed' : success === true ? 'succeeded' : 'ended';
    case 'MetadataUpdateCompleted':
      return success === false ? 'metadataFailed' : 'metadataRefreshed';
    case 'CertRotationCompleted':
      return success === false ? 'failed' : success === true ? 'succeeded' : 'ended';
    default:
      return success === false ? 'failed' : 'other';
  }
}
