/** Reading `z-50-fioctl.toml` as a device does (docs/api.md §4.4): the two keys that matter, from as much TOML as that needs. */
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
    const pair = /^(?:"([^"]+)"|([\w.-]+))\s*=(.*)$/.exec(line);
    const key = pair?.[1] ?? pair?.[2];
    if (pair?.[3] !== undefined && key !== undefined) {
      values.set(section === '' ? key : `${section}.${key}`, readValue(pair[3].trim()));
    }
  }
  return values;
}

function readValue(source: string): string {
  const basic = /^"((?:[^"\\]|\\.)*)"/.exec(source);
  if (basic?.[1] !== undefined) {
    return basic[1].replace(/\\(.)/g, (_, char: string) => ({ n: '\n', t: '\t', r: '\r' })[char] ?? char);
  }
  return /^'([^']*)'/.exec(source)?.[1] ?? source.split('#', 1).join('').trim();
}

/**
 * What aktualizr-lite gets of a file that reaches the device unchanged: it reads INI (boost `read_ini`, as libaktualizr calls it),
 * where a comment behind a value is a part of it and every double quote of a value is deleted. With a line that is no INI it exits.
 *
 * @returns `section.key` → text; undefined where the file is rejected
 */
export function readAsIni(source: string): Map<string, string> | undefined {
  const values = new Map<string, string>();
  const sections = new Set<string>();
  let section = '';
  for (const raw of source.split('\n')) {
    const line = raw.replace(/^[ \t\v\f\r]+/, '').replace(/(?<![ \t\v\f\r])[ \t\v\f\r]+$/, '');
    if (line === '' || line.startsWith(';') || line.startsWith('#')) {
      continue;
    }
    const [close, equals] = [line.indexOf(']'), line.indexOf('=')];
    const isHeader = line.startsWith('[');
    const name = (isHeader ? line.slice(1, close) : line.slice(0, equals)).trim();
    const key = `${section}.${name}`;
    if (isHeader ? close < 0 || sections.has(name) : equals <= 0 || values.has(key)) {
      return undefined;
    }
    if (isHeader) {
      sections.add((section = name));
    } else {
      values.set(
        key,
        line
          .slice(equals + 1)
          .trim()
          .replaceAll('"', ''),
      );
    }
  }
  // Read with `lexical_cast<bool>`, which throws.
  return FLAGS.every((flag) => /^[01]$/.test(values.get(flag) ?? '0')) ? values : undefined;
}

const FLAGS = ['docker_prune', 'create_containers_before_reboot', 'stop_apps_before_update'].map(
  (key) => `pacman.${key}`,
);

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
 * Merges the file of the Factory, the group and the device key by key, the most specific last (docs/api.md §4.2; measured on
 * the open server, inferred for the hosted one).
 */
export function mergedSettings(levels: readonly (ConfigEntry | undefined)[]): UpdateSettings {
  const only = onlyFile(levels);
  const merged = only ?? new Map<string, string>();
  for (const level of only === undefined ? levels : []) {
    for (const [key, value] of level === undefined ? [] : settingsOf(level)) {
      merged.set(key, value);
    }
  }
  const tags = merged.get('pacman.tags');
  const composeApps = merged.get('pacman.compose_apps');
  return { ...(tags === undefined ? {} : { tags }), ...(composeApps === undefined ? {} : { composeApps }) };
}

const filesOf = (levels: readonly (ConfigEntry | undefined)[]) =>
  levels.flatMap((level) => level?.files.find(({ name }) => name === UPDATE_SETTINGS) ?? []);

/** What the device reads where one level alone has the file: only what is merged is written anew, in a form that all readers take. */
function onlyFile(levels: readonly (ConfigEntry | undefined)[]): Map<string, string> | undefined {
  const [file, ...others] = filesOf(levels);
  return file === undefined || others.length > 0 ? undefined : readAsIni(file.value);
}

/**
 * Whether the device puts the merged file to use: the handler that does so is that of the most specific level that has the file
 * (docs/api.md §4.2). A file that is gone is put out of use.
 */
export function settingsTakeEffect(levels: readonly (ConfigEntry | undefined)[]): boolean {
  const files = filesOf(levels);
  const last = files.at(-1);
  return (
    last === undefined ||
    // With a file that it rejects, aktualizr-lite does not start: the device stays as it is.
    (runsHandler(last, UPDATE_SETTINGS_HANDLER) && (files.length > 1 || readAsIni(last.value) !== undefined))
  );
}

/** The names in a list of apps or tags: split at commas and blanks (docs/api.md §4.4, aklite). */
export function splitNames(list: string): string[] {
  return list.split(/[\s,]+/).filter((name) => name !== '');
}

/** The first tag: one is the supported number (docs/api.md §4.4). */
export function firstTag(list: string | undefined): string | undefined {
  return list === undefined ? undefined : splitNames(list)[0];
}
