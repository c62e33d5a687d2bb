/** An update that a device took or tried (foundries-api.md §2.1.4). */
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

/** A step of an update, as the device told it (foundries-api.md §2.1.5, §7.1). */
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
  /** Another step failed: the preparation, the metadata, the certificate. */
  | 'failed'
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
 * @returns the events in the order in which they came about. The service's order is kept, as devices have clocks that jump,
 *   but turned around where it is newest first.
 */
export function chronological(events: readonly UpdateEvent[]): readonly UpdateEvent[] {
  const first = events[0]?.time;
  const last = events.at(-1)?.time;
  return first !== undefined && last !== undefined && first > last ? [...events].reverse() : events;
}

/** @returns what became of the update, by the rule of foundries-api.md §7.1: the newest event decides */
export function outcomeOf(events: readonly UpdateEvent[]): UpdateOutcome {
  const ordered = chronological(events);
  const newest = ordered.at(-1);
  const result = newest === undefined ? 'none' : resultAfter(newest);
  const failed = isFailure(result);
  const start = ordered[0]?.time;
  const end = newest?.time;
  const duration = start !== undefined && end !== undefined && end >= start ? end - start : undefined;
  return {
    result,
    final: failed || result === 'succeeded' || result === 'ended',
    duration: ordered.length > 1 ? duration : undefined,
    reason: failed ? (newest?.details ?? '') : '',
  };
}

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
    case 'CertRotationCompleted':
      return success === false ? 'failed' : success === true ? 'succeeded' : 'ended';
    default:
      return success === false ? 'failed' : 'other';
  }
}

/**
 * What an event says in its details: fioup sends a JSON document as text (foundries-api.md §7.1), aklite plain text.
 *
 * @returns lines: `key: value` of a document, one line for each value however deep; the text itself otherwise
 */
export function detailLines(details: string): readonly string[] {
  const text = details.trim();
  if (text === '') {
    return [];
  }
  if (/^[{[]/.test(text)) {
    try {
      return flatten(JSON.parse(text), '', 0);
    } catch {
      // Text that only begins like a document.
    }
  }
  return text.split(/\r\n|\r|\n/);
}

/** A document that is deeper is hardly meant to be read. */
const DEEPEST = 20;

function flatten(value: unknown, path: string, depth: number): string[] {
  if (typeof value === 'object' && value !== null && depth < DEEPEST) {
    const parts = Array.isArray(value)
      ? value.map((item: unknown, at): [string, unknown] => [`${path}[${at}]`, item])
      : Object.entries(value).map(([key, item]): [string, unknown] => [path === '' ? key : `${path}.${key}`, item]);
    return parts.length > 0 ? parts.flatMap(([key, item]) => flatten(item, key, depth + 1)) : labelled(path, '');
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.split(/\r\n|\r|\n/).flatMap((line, at) => (at === 0 ? labelled(path, line) : [`  ${line}`]));
}

const labelled = (path: string, text: string): string[] => [path === '' ? text : `${path}: ${text}`];
