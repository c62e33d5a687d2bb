/** A device as the list shows it; what was missing or null on the wire is `''`, `[]` or undefined here. */
export interface Device {
  readonly uuid: string;
  readonly name: string;
  readonly factory: string;
  /** The owner's user id. */
  readonly owner: string;
  /** Name of the target it runs; `''` where it has not told. */
  readonly target: string;
  /** The tag it follows; `''` where none. */
  readonly tag: string;
  /** Its device group; `''` where none. */
  readonly group: string;
  /** Free text of the service about the last update; never to be compared with. */
  readonly status: string;
  /** Correlation id of an update in progress, else `''`. */
  readonly currentUpdate: string;
  /** Whether it runs the newest target for its tag; undefined where the service does not say. */
  readonly upToDate: boolean | undefined;
  readonly production: boolean;
  readonly inWave: boolean;
  /** Names of the Compose apps that the device reports. */
  readonly apps: readonly string[];
  readonly lmpVersion: string;
  readonly ostreeHash: string;
  readonly hostname: string;
  readonly ip: string;
  /** Milliseconds since the epoch; undefined where it was never seen. */
  readonly lastSeen: number | undefined;
  /** Milliseconds since the epoch; undefined where not told. */
  readonly createdAt: number | undefined;
}

/** What a device is doing, the most pressing first: a row has one icon. */
export type DeviceState = 'neverSeen' | 'offline' | 'updating' | 'failed' | 'outdated' | 'online';

/**
 * The client decides what is offline, from the last contact (foundries-api.md §7). `status` is free text: only the word
 * for a failure is looked for in it.
 *
 * @param now milliseconds since the epoch
 * @param offlineAfterHours a device not seen for longer is offline; 0 or less: never
 */
export function deviceState(device: Device, now: number, offlineAfterHours: number): DeviceState {
  if (device.lastSeen === undefined) {
    return 'neverSeen';
  }
  if (offlineAfterHours > 0 && now - device.lastSeen > offlineAfterHours * 3_600_000) {
    return 'offline';
  }
  if (device.currentUpdate !== '') {
    return 'updating';
  }
  if (/\bfail(ed|ure)?\b/i.test(device.status)) {
    return 'failed';
  }
  return device.upToDate === false ? 'outdated' : 'online';
}

/**
 * Reads a date of the API. A missing zone means UTC (foundries-api.md §2.2).
 *
 * @returns milliseconds since the epoch; undefined for `''`, null and what is no date
 */
export function parseTime(text: string | null | undefined): number | undefined {
  if (text === null || text === undefined || text === '') {
    return undefined;
  }
  const zoned = /[zZ]|[+-]\d\d:?\d\d$/.test(text.slice(10)) ? text : `${text}Z`;
  const time = Date.parse(zoned);
  return Number.isNaN(time) ? undefined : time;
}
