import { withPlainTable } from './plainTable';
import { commentAbove, compareReaders, isRejection } from './updateReaders';
import { appsOf, listOf, sameApps, splitNames, type AppsSetting } from './appsSetting';
import {
  isBelow,
  quoted,
  readToml,
  type Read,
  type TextRange,
  type TomlDocument,
  type TomlKey,
  type TomlProblem,
  type TomlTable,
} from './tomlKeys';

export type { Read, TextRange, TomlKey, TomlProblem, TomlTable } from './tomlKeys';

/** What `z-50-fioctl.toml` says (docs/api.md §4.4). */
export interface UpdateSettings extends TomlDocument {
  /** Tags of the device; undefined where the key is missing: the device keeps its own. One is the supported number. */
  readonly tags: readonly string[] | undefined;
  /** `unclear` where `compose_apps` is no text, so that nobody can say what a device makes of it. */
  readonly composeApps: AppsSetting | { readonly kind: 'unclear' };
  /** fioctl's twin of `compose_apps`, which devices ignore; undefined where the key is missing. */
  readonly dockerApps: AppsSetting | undefined;
}

/** A key of `[pacman]` to write; undefined: to remove. */
export interface SettingsEdit {
  readonly key: string;
  readonly value: string | undefined;
}

/** Text to put in the place of a range. */
export interface TextChange extends TextRange {
  readonly text: string;
}

const TABLE = 'pacman';

/** Reads the text of `z-50-fioctl.toml`. A text that is no TOML 1.0 is a problem, with its place. */
export function readUpdateSettings(text: string): Read<UpdateSettings> {
  const read = readToml(text);
  if (!read.ok) {
    return read;
  }
  const { value: document } = read;
  const find = (key: string) => document.keys.find(({ path }) => isKey(path, key));
  const tags = find('tags')?.text;
  const composeApps = find('compose_apps');
  const dockerApps = find('docker_apps')?.text;
  return {
    ok: true,
    value: {
      ...document,
      tags: tags === undefined ? undefined : splitNames(tags),
      composeApps:
        (composeApps !== undefined && composeApps.text === undefined) ||
        inTheWay(document, 'compose_apps') !== undefined
          ? { kind: 'unclear' }
          : appsOf(composeApps?.text),
      dockerApps: dockerApps === undefined ? undefined : appsOf(dockerApps),
    },
  };
}

/** Changes which apps run. The CLI's twin key follows where the file has it, so that `fioctl` reads the same. */
export function withApps(text: string, setting: AppsSetting): Read<string> {
  const value = listOf(setting);
  const read = readUpdateSettings(text);
  if (!read.ok) {
    return read;
  }
  const twin = read.value.keys.some(({ path }) => isKey(path, 'docker_apps'));
  const edits = ['compose_apps', ...(twin ? ['docker_apps'] : [])].map((key) => ({ key, value }));
  return editSettings(text, edits);
}

/** Changes the tag that the device follows. @param tag undefined: the device's own */
export function withTag(text: string, tag: string | undefined): Read<string> {
  return editSettings(text, [{ key: 'tags', value: tag }]);
}

/**
 * Writes and removes keys of `[pacman]`. The result is read the same by TOML and by INI readers (`compareReaders`), so a table that is
 * written inline or with dotted keys becomes a `[pacman]` table, a comment behind a changed value moves to a line above it, and a
 * byte order mark goes. Everything else stays as it is: comments, order, spacing, line ends.
 *
 * @returns the text; the same text where nothing had to change; a problem where the text is no TOML, where something else has the
 *   name of the table or key, or where a program on the device would reject the result
 */
export function editSettings(text: string, edits: readonly SettingsEdit[]): Read<string> {
  let edited = text;
  for (const edit of edits) {
    const next = withEdit(edited, edit);
    if (!next.ok) {
      return next;
    }
    edited = next.value;
  }
  return edited === text ? { ok: true, value: text } : accepted(edited, edits);
}

/** @returns the text with a change made */
export function applyChange(text: string, change: TextChange | undefined): string {
  return change === undefined ? text : text.slice(0, change.start) + change.text + text.slice(change.end);
}

/** The text, if every program takes it and reads the edited keys the same. */
function accepted(text: string, edits: readonly SettingsEdit[]): Read<string> {
  const read = readToml(text);
  if (!read.ok) {
    return read;
  }
  const wrong = compareReaders(text, read.value).find(
    (finding) =>
      isRejection(finding) || ('key' in finding && edits.some(({ key }) => finding.key === `${TABLE}.${key}`)),
  );
  if (wrong === undefined) {
    return { ok: true, value: text };
  }
  const { start: offset } = wrong;
  const message = isRejection(wrong)
    ? 'A program on the device rejects the file because of this line. Correct it first'
    : 'aktualizr-lite would read another value than this';
  return { ok: false, problem: { message, offset, line: text.slice(0, offset).split('\n').length } };
}

function withEdit(written: string, { key, value }: SettingsEdit): Read<string> {
  const read = readToml(written);
  if (!read.ok) {
    return read;
  }
  const obstacle = inTheWay(read.value, key);
  if (obstacle !== undefined) {
    const { message, offset } = obstacle;
    return { ok: false, problem: { message, offset, line: written.slice(0, offset).split('\n').length } };
  }
  const existing = read.value.keys.find(({ path }) => isKey(path, key));
  if (value === undefined ? existing === undefined : isWritten(written, read.value, existing, value)) {
    return { ok: true, value: written };
  }
  const text = withPlainTable(written, read.value, TABLE);
  return text === written
    ? { ok: true, value: withKey(text, read.value, key, value) }
    : editedAgain(text, { key, value });
}

/** What was not a table now is one. */
function editedAgain(text: string, { key, value }: SettingsEdit): Read<string> {
  const read = readToml(text);
  return read.ok ? { ok: true, value: withKey(text, read.value, key, value) } : read;
}

/** Whether all readers get the value already. */
function isWritten(text: string, document: TomlDocument, existing: TomlKey | undefined, value: string): boolean {
  return (
    existing?.text === value &&
    !compareReaders(text, { ...document, keys: [existing] }).some(
      ({ kind }) => kind === 'comment' || kind === 'notFound' || kind === 'otherValue',
    )
  );
}

/** A document in which the table, if it is there, has a header. */
function withKey(text: string, document: TomlDocument, key: string, value: string | undefined): string {
  const existing = document.keys.find(({ path }) => isKey(path, key));
  if (value === undefined) {
    return existing === undefined ? text : applyChange(text, removal(text, document, existing));
  }
  if (existing === undefined) {
    return applyChange(text, insertion(text, document, key, value));
  }
  const pair = `${key}${text.slice(existing.keyRange.end, existing.valueRange.start)}${quoted(value)}`;
  const end = endOfLine(text, existing.range.end);
  const comment = document.comments.find(({ start }) => start >= existing.range.end && start < end);
  if (comment === undefined) {
    return applyChange(text, { ...existing.range, text: pair });
  }
  const { fix, twinFix } = commentAbove(text, existing, comment);
  const withoutComment = applyChange(applyChange(text, twinFix), { ...existing.range, text: pair });
  return applyChange(withoutComment, fix);
}

/** What has the name of the table or of the key and is something else, so that the key has no place. */
function inTheWay(document: TomlDocument, key: string): Pick<TomlProblem, 'message' | 'offset'> | undefined {
  const list = document.tables.find(({ path, isArray }) => isArray && path.length === 2 && path[0] === TABLE);
  if (list !== undefined) {
    return { message: `${TABLE} is a list of tables here, not a table`, offset: list.header.start };
  }
  const scalar = document.keys.find(({ path, type }) => path.length === 1 && path[0] === TABLE && type !== 'table');
  if (scalar !== undefined) {
    return { message: `${TABLE} is a value here, not a table`, offset: scalar.range.start };
  }
  const message = `${TABLE}.${key} is a table here, not a text`;
  const table = document.tables.find(({ path }) => isBelow(path, [TABLE, key]));
  if (table !== undefined) {
    return { message, offset: table.header.start };
  }
  const dotted = document.keys.find(({ path }) => path.length > 2 && isBelow(path, [TABLE, key]));
  return dotted && { message, offset: dotted.range.start };
}

function insertion(text: string, document: TomlDocument, key: string, value: string): TextChange {
  const pair = `${key} = ${quoted(value)}`;
  const isOfTable = ({ path }: TomlKey) => path.length >= 2 && path[0] === TABLE;
  const eol = lineEnd(text);
  const header = document.tables.find(({ path, isArray }) => path.length === 1 && path[0] === TABLE && !isArray);
  if (header !== undefined) {
    const end = endOfTable(text, document, header);
    const own = ({ range }: TomlKey) => range.start > header.header.start && range.start < end;
    const last = document.keys.findLast((entry) => isOfTable(entry) && entry.inline === undefined && own(entry));
    const indent = last === undefined ? INDENT : indentOf(text, last.range.start);
    return insert(endOfLine(text, last?.range.end ?? header.header.end), `${eol}${indent}${pair}`);
  }
  const isEmpty = text.replace(/^\ufeff/, '').trim() === '';
  const endsLine = isEmpty || text.endsWith('\n');
  // As fioctl writes it: a blank line before the table, two blanks before the key.
  return insert(text.length, `${endsLine ? '' : eol}${eol}[${TABLE}]${eol}${INDENT}${pair}${endsLine ? eol : ''}`);
}

const INDENT = '  ';

const insert = (at: number, text: string): TextChange => ({ start: at, end: at, text });

/** A line goes as a whole, but a comment at its end stays. */
function removal(text: string, document: TomlDocument, { range }: TomlKey): TextChange {
  const end = endOfLine(text, range.end);
  const comment = document.comments.find(({ start }) => start >= range.end && start < end);
  if (comment !== undefined) {
    return { start: range.start, end: comment.start, text: '' };
  }
  const start = range.start - indentOf(text, range.start).length;
  const next = text.startsWith('\r\n', end) ? end + 2 : Math.min(text.length, end + 1);
  return { start, end: next, text: '' };
}

const isKey = (path: readonly (string | number)[], key: string): boolean =>
  path.length === 2 && path[0] === TABLE && path[1] === key;

function endOfTable(text: string, document: TomlDocument, table: TomlTable): number {
  return document.tables.find(({ header }) => header.start > table.header.start)?.header.start ?? text.length;
}

/** @returns where the line ends that a place is on, before its line break */
function endOfLine(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  const end = newline < 0 ? text.length : newline;
  return end > at && text.charAt(end - 1) === '\r' && newline >= 0 ? end - 1 : end;
}

function indentOf(text: string, at: number): string {
  let start = at;
  while (text.charAt(start - 1) === ' ' || text.charAt(start - 1) === '\t') {
    start -= 1;
  }
  return text.slice(start, at);
}

const lineEnd = (text: string): string => (/\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n');

/**
 * Says in words what a change of update settings does to apps and tag, for the history of a configuration.
 *
 * @param before `''` for a new file
 * @returns `Enable shellhttpd`; undefined where it does something else, or more
 */
export function changeInWords(before: string, after: string): string | undefined {
  const [a, b] = [readUpdateSettings(before), readUpdateSettings(after)];
  if (!a.ok || !b.ok || othersOf(a.value, before) !== othersOf(b.value, after)) {
    return undefined;
  }
  const [tagBefore, tag] = [a.value.tags?.join(', '), b.value.tags?.join(', ')];
  const parts = [
    ...appsInWords(a.value.composeApps, b.value.composeApps),
    ...(tag === tagBefore ? [] : [tag === undefined ? 'follow the tag of the device' : `switch to tag ${tag}`]),
  ];
  const text = parts.join(', ');
  return text === '' ? undefined : text.charAt(0).toUpperCase() + text.slice(1);
}

function appsInWords(before: UpdateSettings['composeApps'], after: UpdateSettings['composeApps']): string[] {
  if (after.kind === 'unclear' || (before.kind !== 'unclear' && sameApps(before, after))) {
    return [];
  }
  if (after.kind === 'default') {
    return ["use the target's default apps"];
  }
  if (before.kind === 'default' || before.kind === 'unclear') {
    return [after.kind === 'none' ? 'run no app' : `run only ${after.apps.join(', ')}`];
  }
  const [was, is] = [before, after].map((setting) => (setting.kind === 'only' ? setting.apps : [])) as [
    string[],
    string[],
  ];
  const [ran, runs] = [new Set(was), new Set(is)];
  const [added, gone] = [is.filter((app) => !ran.has(app)), was.filter((app) => !runs.has(app))];
  return [
    ...(added.length === 0 ? [] : [`enable ${added.join(', ')}`]),
    ...(gone.length === 0 ? [] : [`disable ${gone.join(', ')}`]),
  ];
}

/** Everything but apps and tag, to see whether that changed too. */
function othersOf({ keys }: UpdateSettings, text: string): string {
  return JSON.stringify(
    keys
      .filter(({ path }) => !['tags', 'compose_apps', 'docker_apps'].some((key) => isKey(path, key)))
      .map(({ path, valueRange: { start, end } }) => [path, text.slice(start, end)]),
  );
}
