/** Reading `z-50-fioctl.toml` as a device does (foundries-api.md §4.4): the two keys that matter, from as much TOML as that needs. */
import { runsHandler, UPDATE_SETTINGS, UPDATE_SETTINGS_HANDLER } from './known-files';
import type { ConfigEntry } from './config-history';

/** What the file asks for; a key that is missing everywhere leaves the device's own preset. */
export interface UpdateSettings {
  readonly tags?: string;
  readonly composeApps?: string;
}

/** `section.key` → text. Values that are not strings are kept as they are written. */
export function readToml(source: string): Map<string, string> {
  const values = new Map<string, string>();
  let section = '';
  for (const raw of source.split(/\r?\n/)) {
    const line = raw.trim();
    const header = /^\[\s*([\w.-]+)\s*\]\s*(?:#.*)?$/.exec(line);
    if (header?.[1] !== undefined) {
      section = header[1];
      continue;
    }
    const pair = /^(?:"([^"]+)"|([\w.-]+))\s*=\s*(.*)$/.exec(line);
    const key = pair?.[1] ?? pair?.[2];
    if (pair?.[3] !== undefined && key !== undefined) {
      values.set(section === '' ? key : `${section}.${key}`, readValue(pair[3]));
    }
  }
  return values;
}

function readValue(source: string): string {
  const basic = /^"((?:[^"\\]|\\.)*)"/.exec(source);
  if (basic?.[1] !== undefined) {
    return basic[1].replace(/\\(.)/g, (_, char: string) => ({ n: '\n', t: '\t', r: '\r' })[char] ?? char);
  }
  return /^'([^']*)'/.exec(source)?.[1] ?? source.replace(/\s*#.*$/, '').trim();
}

const SETTINGS = new WeakMap<ConfigEntry, ReadonlyMap<string, string>>();

/** What the file of one set says. Sets never change, so each is read once. */
function settingsOf(entry: ConfigEntry): ReadonlyMap<string, string> {
  let settings = SETTINGS.get(entry);
  if (settings === undefined) {
    const file = entry.files.find(({ name }) => name === UPDATE_SETTINGS);
    settings = file === undefined ? new Map<string, string>() : readToml(file.value);
    SETTINGS.set(entry, settings);
  }
  return settings;
}

/**
 * Merges the file of the Factory, the group and the device key by key, the most specific last (foundries-api.md §4.2; measured on
 * the open server, inferred for the hosted one).
 */
export function mergedSettings(levels: readonly (ConfigEntry | undefined)[]): UpdateSettings {
  const merged = new Map<string, string>();
  for (const level of levels) {
    for (const [key, value] of level === undefined ? [] : settingsOf(level)) {
      merged.set(key, value);
    }
  }
  const tags = merged.get('pacman.tags');
  const composeApps = merged.get('pacman.compose_apps');
  return { ...(tags === undefined ? {} : { tags }), ...(composeApps === undefined ? {} : { composeApps }) };
}

/**
 * Whether the device puts the merged file to use: the handler that does so is that of the most specific level that has the file
 * (measured-servers.md, device side). A file that is gone is put out of use.
 */
export function settingsTakeEffect(levels: readonly (ConfigEntry | undefined)[]): boolean {
  const files = levels.flatMap((level) => level?.files.find(({ name }) => name === UPDATE_SETTINGS) ?? []);
  const last = files.at(-1);
  return last === undefined || runsHandler(last, UPDATE_SETTINGS_HANDLER);
}

/** The names in a list of apps or tags: split at commas and blanks (foundries-api.md §4.4, aklite). */
export function splitNames(list: string): string[] {
  return list.split(/[\s,]+/).filter((name) => name !== '');
}

/** The first tag: one is the supported number (foundries-api.md §4.4). */
export function firstTag(list: string | undefined): string | undefined {
  return list === undefined ? undefined : splitNames(list)[0];
}
