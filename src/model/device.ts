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
  /** As the service writes it, for `parseTime`: of thousands of devices, few are asked for it. `''` where not told. */
  readonly createdAt: string;
}

/** What a device is doing, the most pressing first: a row has one icon. */
export type DeviceState = 'neverSeen' | 'offline' | 'updating' | 'failed' | 'outdated' | 'online';

/**
 * The client decides what is offline, from the last contact (docs/api.md §7). `status` is free text: only the word
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
 * Reads a date of the API. A missing zone means UTC (docs/api.md §2.2).
 *
 * @returns milliseconds since the epoch; undefined for `''`, null and what is no date
 */
export function parseTime(text: string | null | undefined): number | undefined {
  if (text === null || text === undefined || text === '') {
    return undefined;
  }
  const quick = utcTime(text);
  if (quick !== undefined) {
    return quick;
  }
  const zoned = /[zZ]|[+-]\d\d:?\d\d$/.test(text.slice(10)) ? text : `${text}Z`;
  const time = Date.parse(zoned);
  return Number.isNaN(time) ? undefined : time;
}

/**
 * `2026-03-10T15:00:00.123456+00:00` and shorter: what the service writes, of which a list holds thousands.
 *
 * @returns milliseconds since the epoch; undefined for what is written otherwise, or may be no date
 */
function utcTime(text: string): number | undefined {
  const day = dayOf(text);
  const hour = digits(text, 11);
  const minute = digits(text, 14);
  const second = digits(text, 17);
  const separator = text.charCodeAt(10);
  if (
    day === undefined ||
    !(hour <= 23 && minute <= 59 && second <= 59) ||
    (separator !== LETTER_T && separator !== SPACE) ||
    text.charCodeAt(13) !== COLON ||
    text.charCodeAt(16) !== COLON
  ) {
    return undefined;
  }
  let end = 19;
  let fraction = 0;
  if (text.charCodeAt(19) === DOT) {
    let worth = 100;
    for (end = 20; isDigit(text.charCodeAt(end)); end++, worth = Math.floor(worth / 10)) {
      fraction += (text.charCodeAt(end) - ZERO) * worth;
    }
  }
  const zone = text.length - end;
  return end !== 20 &&
    (zone === 0 || (zone === 1 && text.charCodeAt(end) === LETTER_Z) || (zone === 6 && text.endsWith('+00:00')))
    ? day + ((hour * 60 + minute) * 60 + second) * 1000 + fraction
    : undefined;
}

/** @returns midnight of the `2026-03-10` that a text begins with, in milliseconds since the epoch; undefined where it is no day */
function dayOf(text: string): number | undefined {
  const year = digits(text, 0) * 100 + digits(text, 2);
  const month = digits(text, 5);
  const day = digits(text, 8);
  const isDay =
    year >= 1000 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    // The few days that some months have not are looked at more closely by who reads what is written otherwise.
    day <= 28 + (month === 2 ? 0 : 2) &&
    text.charCodeAt(4) === DASH &&
    text.charCodeAt(7) === DASH;
  if (!isDay) {
    return undefined;
  }
  // Devices of a list were mostly seen on the same day.
  const key = (year * 100 + month) * 100 + day;
  if (key !== lastDay.key) {
    lastDay = { key, time: Date.UTC(year, month - 1, day) };
  }
  return lastDay.time;
}

let lastDay = { key: 0, time: 0 };

const ZERO = 48;
const DASH = 45;
const COLON = 58;
const DOT = 46;
const SPACE = 32;
const LETTER_T = 84;
const LETTER_Z = 90;
const isDigit = (code: number): boolean => code >= ZERO && code < ZERO + 10;

/** @returns the number that two digits make; NaN where there is anything else */
function digits(text: string, at: number): number {
  const tens = text.charCodeAt(at);
  const ones = text.charCodeAt(at + 1);
  return isDigit(tens) && isDigit(ones) ? (tens - ZERO) * 10 + ones - ZERO : Number.NaN;
}
