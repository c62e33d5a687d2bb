import { appsOf, sameApps } from './appsSetting';
import { nearestName } from './nearestName';
import { namesOfList, type ListedName } from './tomlContext';
import { quoted, type TextRange, type TomlKey } from './tomlKeys';
import { compareReaders, isRejection, type ReaderFinding } from './updateReaders';
import { UPDATE_KEYS, type UpdateKey } from './updateKeys';
import type { TextChange, UpdateSettings } from './updateSettings';

/** Something in the update settings that is not as it should be, and how it would be. */
export type UpdateFinding =
  | ReaderFinding
  | (TextRange & {
      /** Makes it right; undefined where nobody can say how. */
      readonly fix: TextChange | undefined;
      /** The same change in the twin key, so that both stay the same. */
      readonly twinFix?: TextChange;
    } & (
        | { readonly kind: 'wrongType'; readonly key: string; readonly expected: 'string' | 'integer' }
        | { readonly kind: 'unknownApp'; readonly app: string; readonly nearest: string | undefined }
        | {
            readonly kind: 'unknownTag';
            readonly tag: string;
            /** No target has it; else only no device follows it. */
            readonly certain: boolean;
            readonly nearest: string | undefined;
          }
        | { readonly kind: 'severalTags' }
        /** Of `docker_apps`: it is another list than `compose_apps`. */
        | { readonly kind: 'otherTwin' }
        | { readonly kind: 'duplicate'; readonly name: string }
        | { readonly kind: 'unknownKey'; readonly key: string; readonly nearest: string | undefined }
        | { readonly kind: 'unknownTable'; readonly table: string; readonly nearest: string | undefined }
        | { readonly kind: 'outOfRange'; readonly key: string; readonly range: readonly [number, number] }
      ));

/** Names to check with; undefined where they are not known, so that nothing is said about them. */
export interface CheckedNames {
  /** Apps of the targets that the device, or the devices, would take. */
  readonly apps: ReadonlySet<string> | undefined;
  readonly tags: ReadonlySet<string> | undefined;
  /** The tags are all that targets have; else those that devices follow. */
  readonly allTags: boolean;
}

/** @returns what in the settings a device would skip or read otherwise than meant (docs/api.md §4.4), in their order */
export function checkUpdateSettings(text: string, settings: UpdateSettings, names: CheckedNames): UpdateFinding[] {
  const tables = new Set(UPDATE_KEYS.map(({ table }) => table));
  const unknownTables = new Set<string>();
  const findings: UpdateFinding[] = [];
  for (const { path, header } of settings.tables) {
    const table = String(path[0]);
    if (!tables.has(table) && !unknownTables.has(table)) {
      unknownTables.add(table);
      findings.push({ ...header, kind: 'unknownTable', table, nearest: nearestName(table, tables), fix: undefined });
    }
  }
  const twins = twinsOf(settings);
  for (const key of settings.keys) {
    const [table, name] = key.path;
    if (key.path.length === 2 && tables.has(String(table))) {
      const found = checkKey(text, key, String(table), String(name), names);
      const all = twins?.some((twin) => twin === key) === true ? withTwin(text, found, key, twins) : found;
      all.forEach((finding) => findings.push(finding));
    }
  }
  const compared = compareReaders(text, settings);
  // Of a flag that no reader takes, the type is the lesser fault; of anything else it is the only one.
  const flags = new Set(compared.filter(({ kind }) => kind === 'flag').map(({ start }) => start));
  const own = findings.filter(({ kind, start }) => kind !== 'wrongType' || !flags.has(start));
  const wrongTypes = new Set(own.filter(({ kind }) => kind === 'wrongType').map(({ start }) => start));
  const wrongKeys = new Set(own.flatMap((finding) => (finding.kind === 'wrongType' ? [finding.key] : [])));
  const several = new Set(own.filter(({ kind }) => kind === 'severalTags').map(({ start }) => start));
  const readers = compared.filter(
    (finding) =>
      isRejection(finding) ||
      !(
        wrongTypes.has(finding.start) ||
        // What is no text yet is no number either; and of several tags, commas would make as many.
        (finding.kind === 'comment' && wrongKeys.has(finding.key)) ||
        (finding.kind === 'noCommas' && several.has(finding.start))
      ),
  );
  return [...own, ...checkTwins(twins), ...readers].sort((a, b) => a.start - b.start);
}

/** `compose_apps` and `docker_apps`, where both are texts. */
type Twins = readonly [compose: TomlKey & { text: string }, docker: TomlKey & { text: string }];

function twinsOf({ keys }: UpdateSettings): Twins | undefined {
  const find = (name: string) =>
    keys.find(
      (key): key is TomlKey & { text: string } =>
        key.path.length === 2 && key.path[0] === 'pacman' && key.path[1] === name && key.text !== undefined,
    );
  const [compose, docker] = [find('compose_apps'), find('docker_apps')];
  return compose === undefined || docker === undefined ? undefined : [compose, docker];
}

/** fioctl looks at the twin alone to see whether there is anything to change (docs/api.md §4.4). */
function checkTwins(twins: Twins | undefined): UpdateFinding[] {
  if (twins === undefined) {
    return [];
  }
  const [compose, docker] = twins;
  return sameApps(appsOf(compose.text), appsOf(docker.text))
    ? []
    : [
        {
          ...docker.valueRange,
          kind: 'otherTwin',
          fix: { ...docker.valueRange, text: quoted(compose.text) },
        },
      ];
}

/** Corrects a name in both lists. */
function withTwin(text: string, findings: readonly UpdateFinding[], key: TomlKey, twins: Twins): UpdateFinding[] {
  const twin = twins.find((other) => other !== key);
  const list = twin && namesOfList(text, twin.valueRange);
  // Of a name that is there several times, the first.
  const places = new Map(list?.names.toReversed().map((place) => [place.name, place]));
  return findings.map((finding) => {
    const same = finding.kind === 'unknownApp' ? places.get(finding.app) : undefined;
    return same === undefined || finding.fix === undefined
      ? finding
      : { ...finding, twinFix: { start: same.start, end: same.end, text: finding.fix.text } };
  });
}

/** @returns the documented key of that table and name; undefined where there is none */
export function updateKey(table: string, key: string): UpdateKey | undefined {
  return UPDATE_KEYS.find((candidate) => candidate.table === table && candidate.key === key);
}

function checkKey(text: string, pair: TomlKey, table: string, key: string, names: CheckedNames): UpdateFinding[] {
  const { keyRange, valueRange } = pair;
  const documented = updateKey(table, key);
  const path = `${table}.${key}`;
  const findings: UpdateFinding[] = [];
  if (documented === undefined) {
    const others = UPDATE_KEYS.filter((other) => other.table === table).map((other) => other.key);
    findings.push({ ...keyRange, kind: 'unknownKey', key: path, nearest: nearestName(key, others), fix: undefined });
  }
  // Whatever the table `pacman` holds is read as a text.
  const expected = documented?.type ?? (table === 'pacman' ? 'string' : undefined);
  if (expected !== undefined && pair.type !== expected) {
    const value = text.slice(valueRange.start, valueRange.end);
    const right = expected === 'string' ? asText(value, pair) : asInteger(pair);
    const fix = right === undefined ? undefined : { ...valueRange, text: right };
    return [...findings, { ...valueRange, kind: 'wrongType', key: path, expected, fix }];
  }
  if (documented?.names !== undefined) {
    return [...findings, ...checkNames(text, pair, documented.names, names)];
  }
  return [...findings, ...checkRange(text, pair, path, documented)];
}

/** Findings in one list for which a correction is looked for: nobody reads more of them. */
const MOST_CORRECTED = 100;

function checkNames(text: string, { valueRange }: TomlKey, of: 'apps' | 'tags', known: CheckedNames): UpdateFinding[] {
  const list = namesOfList(text, valueRange);
  if (list === undefined) {
    return [];
  }
  const findings: UpdateFinding[] = [];
  const seen = new Set<string>();
  const listed = new Set(list.names.map(({ name }) => name));
  const others = [...(known[of] ?? [])].filter((other) => !listed.has(other));
  for (const entry of list.names) {
    const { name, start, end } = entry;
    const place = { start, end };
    if (seen.has(name)) {
      findings.push({ ...place, kind: 'duplicate', name, fix: { ...withComma(text, list.inner, entry), text: '' } });
    } else if (known[of]?.has(name) === false) {
      const nearest = findings.length < MOST_CORRECTED ? nearestName(name, others) : undefined;
      const fix = nearest === undefined ? undefined : { ...place, text: nearest };
      findings.push(
        of === 'apps'
          ? { ...place, kind: 'unknownApp', app: name, nearest, fix }
          : { ...place, kind: 'unknownTag', tag: name, certain: known.allTags, nearest, fix },
      );
    }
    seen.add(name);
  }
  if (of === 'tags' && seen.size > 1) {
    findings.push({ ...valueRange, kind: 'severalTags', fix: undefined });
  }
  return findings;
}

/** The name with the separator before it. */
function withComma(text: string, inner: TextRange, { start, end }: ListedName): TextRange {
  let from = start;
  while (from > inner.start && /[\s,]/.test(text.charAt(from - 1))) {
    from -= 1;
  }
  return { start: from, end };
}

function checkRange(text: string, pair: TomlKey, key: string, documented: UpdateKey | undefined): UpdateFinding[] {
  const range = documented?.range;
  if (range === undefined) {
    return [];
  }
  const { start, end } = pair.valueRange;
  const written = (pair.text ?? text.slice(start, end).replaceAll('_', '')).trim();
  const number = /^[+-]?\d+$/.test(written) ? Number(written) : Number.NaN;
  return number >= range[0] && number <= range[1]
    ? []
    : [{ start, end, kind: 'outOfRange', key, range, fix: undefined }];
}

/** @returns a value as a text: a list of names joined, a number or a boolean in quotes */
function asText(value: string, { type }: TomlKey): string | undefined {
  switch (type) {
    case 'integer':
    case 'float':
      return quoted(value.replaceAll('_', ''));
    case 'boolean':
      // The programs on the device read flags as numbers.
      return quoted(value === 'true' ? '1' : '0');
    case 'array': {
      const names = [...value.matchAll(/"([^"\\\n]*)"|'([^'\n]*)'/g)].map(
        ([, basic, literal]) => basic ?? literal ?? '',
      );
      const rest = value.replace(/"[^"\\\n]*"|'[^'\n]*'/g, '');
      return /^\[[\s,]*\]$/.test(rest) ? quoted(names.join(',')) : undefined;
    }
    default:
      return undefined;
  }
}

function asInteger({ text }: TomlKey): string | undefined {
  return text !== undefined && /^\s*(?:0|[1-9]\d*)\s*$/.test(text) ? text.trim() : undefined;
}
