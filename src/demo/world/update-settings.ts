/** `z-50-fioctl.toml` as the server merges it and a device reads it (docs/api.md §4.2, §4.4). */
import { runsHandler, UPDATE_SETTINGS, UPDATE_SETTINGS_HANDLER } from './known-files';
import type { ConfigEntry, ConfigFile } from './config-history';
import { decodeTables, encodeTables, type TomlTable } from './toml-tables';

/** What the file asks for; a key that is missing everywhere leaves the device's own preset. */
export interface UpdateSettings {
  readonly tags?: string;
  readonly composeApps?: string;
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
  let isEmpty = false;
  for (const raw of source.split('\n')) {
    const line = raw.replace(/^[ \t\v\f\r]+/, '').replace(/(?<![ \t\v\f\r])[ \t\v\f\r]+$/, '');
    if (line === '' || line.startsWith(';') || line.startsWith('#')) {
      continue;
    }
    const [close, equals] = [line.indexOf(']'), line.indexOf('=')];
    const isHeader = line.startsWith('[');
    const name = (isHeader ? line.slice(1, close) : line.slice(0, equals)).trim();
    const key = `${section}.${name}`;
    if (isHeader && isEmpty) {
      // A section without keys is dropped when the next one begins.
      sections.delete(section);
    }
    if (isHeader ? close < 0 || sections.has(name) || values.has(`.${name}`) : equals <= 0 || values.has(key)) {
      return undefined;
    }
    isEmpty = isHeader;
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

/** What a device gets of the file. */
interface Served {
  /** The server cannot merge the file: it answers the request for the whole configuration with 500. */
  readonly isRejected: boolean;
  /** undefined where no level has the file. */
  readonly text: string | undefined;
}

const SERVED = new WeakMap<ConfigEntry, Served & { readonly levels: readonly (ConfigEntry | undefined)[] }>();

/**
 * Merges the file of the Factory, the group and the device key by key, the most specific last (docs/api.md §4.2; measured on
 * the open server, inferred for the hosted one). A file of one level alone goes out as it is. Sets never change, so that the
 * same ones are merged once.
 */
function served(levels: readonly (ConfigEntry | undefined)[]): Served {
  const last = levels.findLast((level) => level !== undefined);
  if (last === undefined) {
    return { isRejected: false, text: undefined };
  }
  const known = SERVED.get(last);
  if (known?.levels.length === levels.length && known.levels.every((level, at) => level === levels[at])) {
    return known;
  }
  const made = { ...merged(filesOf(levels)), levels };
  SERVED.set(last, made);
  return made;
}

function merged(files: readonly ConfigFile[]): Served {
  const all = new Map<string, TomlTable>();
  // An encrypted one is a text that the server cannot read.
  for (const { value } of files.filter(({ unencrypted }) => unencrypted)) {
    const tables = decodeTables(value);
    if (tables === undefined) {
      return { isRejected: true, text: undefined };
    }
    for (const [name, { keys }] of tables) {
      all.set(name, { kind: 'table', keys: new Map([...(all.get(name)?.keys ?? []), ...keys]) });
    }
  }
  return { isRejected: false, text: files.length > 1 ? encodeTables(all) : files[0]?.value };
}

/** @returns what aktualizr-lite reads, whether or not the handler puts it to use */
export function mergedSettings(levels: readonly (ConfigEntry | undefined)[]): UpdateSettings {
  const values = readAsIni(served(levels).text ?? '');
  const tags = values?.get('pacman.tags');
  const composeApps = values?.get('pacman.compose_apps');
  return { ...(tags === undefined ? {} : { tags }), ...(composeApps === undefined ? {} : { composeApps }) };
}

/** @returns the tag that a set of files gives a device, as the server reads it; undefined where it gives none */
export function tagIn(files: readonly ConfigFile[]): string | undefined {
  const file = files.find(({ name }) => name === UPDATE_SETTINGS);
  const tags = decodeTables(file?.value ?? '')
    ?.get('pacman')
    ?.keys.get('tags');
  return tags?.kind === 'text' ? tags.text : undefined;
}

const filesOf = (levels: readonly (ConfigEntry | undefined)[]): ConfigFile[] =>
  levels.flatMap((level) => level?.files.find(({ name }) => name === UPDATE_SETTINGS) ?? []);

/** @returns whether the server has an answer for a device with these sets; without one, nothing of them reaches it */
export function areServed(levels: readonly (ConfigEntry | undefined)[]): boolean {
  return !served(levels).isRejected;
}

/**
 * Whether the device puts the merged file to use: the handler that does so is that of the most specific level that has the file
 * (docs/api.md §4.2). A file that is gone is put out of use.
 */
export function settingsTakeEffect(levels: readonly (ConfigEntry | undefined)[]): boolean {
  const last = filesOf(levels).at(-1);
  const { isRejected, text = '' } = served(levels);
  return (
    last === undefined ||
    // With a file that it rejects, aktualizr-lite does not start: the device stays as it is.
    (!isRejected && runsHandler(last, UPDATE_SETTINGS_HANDLER) && readAsIni(text) !== undefined)
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
