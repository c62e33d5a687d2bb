import { env, l10n } from 'vscode';

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

let justNow: string | undefined;
let relative: Intl.RelativeTimeFormat | undefined;
/** A list says few different times, and each takes a while to put into words. */
const said = new Map<Intl.RelativeTimeFormatUnit, string[]>();

/** @returns `5 min. ago` in the language of the window; a time in the future is taken for now */
export function ago(time: number, now: number): string {
  const past = now - time;
  for (const [name, ms] of UNITS) {
    if (past >= ms) {
      return unitsAgo(name, Math.floor(past / ms));
    }
  }
  return (justNow ??= l10n.t('just now'));
}

function unitsAgo(name: Intl.RelativeTimeFormatUnit, count: number): string {
  let ofUnit = said.get(name);
  if (ofUnit === undefined) {
    ofUnit = [];
    said.set(name, ofUnit);
  }
  relative ??= new Intl.RelativeTimeFormat(env.language, { style: 'short' });
  return (ofUnit[count] ??= relative.format(-count, name));
}

/** @returns `12:03`, in the language and time zone of the window */
export function clockTime(time: number): string {
  return formatted(time, { timeStyle: 'short' });
}

/** @returns date and time in the language and time zone of the window, to the minute or the second */
export function dateTime(time: number, to: 'minute' | 'second' = 'minute'): string {
  const timeStyle = to === 'minute' ? 'short' : 'medium';
  return formatted(time, { dateStyle: 'medium', timeStyle });
}

type Style = Pick<Intl.DateTimeFormatOptions, 'dateStyle' | 'timeStyle'>;

/** Making a format takes longer than thousands of uses, and a page has thousands of times. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatted(time: number, style: Style): string {
  const key = `${env.language} ${style.dateStyle ?? ''} ${style.timeStyle ?? ''}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(env.language, style);
    formats.set(key, format);
  }
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(date) : format.format(date);
}
