import { l10n } from 'vscode';
import type { ConfigFile } from '../model/config';
import type { ConfigLevel, EffectiveFile, MergedKey, MergedSettings, UnreadableLevel } from '../model/effectiveConfig';
import { isUnreadable } from '../model/secrecy';
import { columnWidth } from './reportText';
import { dateTime } from './time';

/** What the page is about. */
export interface EffectivePage {
  readonly device: string;
  readonly factory: string;
  /** The device's group; `''` where it is in none. */
  readonly group: string;
  readonly files: readonly EffectiveFile[];
  /** Levels that could not be read, with the reason. */
  readonly missing: readonly { readonly level: ConfigLevel; readonly why: string }[];
  /** Milliseconds since the epoch. */
  readonly fetchedAt: number;
}

/** Longer values are cut: the file itself is a click away. */
const SHOWN_LINES = 30;

/** @returns the configuration that a device receives, with its origin, as plain text: nothing in it is markup */
export function effectivePage({ device, factory, group, files, missing, fetchedAt }: EffectivePage): string {
  const level = levelText(group);
  return [
    l10n.t('Effective configuration of {0}', device),
    group === ''
      ? l10n.t('Factory {0}, in no device group. As of {1}.', factory, dateTime(fetchedAt))
      : l10n.t('Factory {0}, device group {1}. As of {2}.', factory, group, dateTime(fetchedAt)),
    '',
    l10n.t('A file of the device hides one of that name of its group, and that one of the Factory.'),
    ...missing.map(({ level: at, why }) =>
      l10n.t('MISSING: the configuration of {0} could not be read, so its files are not here. {1}', level(at), why),
    ),
    '',
    ...(files.length === 0 ? [l10n.t('No configuration files.')] : overview(files, level)),
    ...files.flatMap((file) => ['', '', ...fileSection(file, level)]),
    '',
  ].join('\n');
}

type LevelText = (level: ConfigLevel) => string;

function levelText(group: string): LevelText {
  return (level) =>
    level === 'device'
      ? l10n.t('the device')
      : level === 'group'
        ? group === ''
          ? l10n.t('the device group')
          : l10n.t('group {0}', group)
        : l10n.t('the Factory');
}

function overview(files: readonly EffectiveFile[], level: LevelText): string[] {
  const rows = files.map(({ file, from, shadowed, merged }) => [
    file.name,
    merged !== undefined && shadowed.length > 0
      ? l10n.t('merged key by key: {0}', [from, ...shadowed.map((other) => other.level)].map(level).join(', '))
      : level(from),
    merged !== undefined || shadowed.length === 0
      ? ''
      : l10n.t('hides that of {0}', shadowed.map((other) => level(other.level)).join(', ')),
  ]);
  return table([[l10n.t('FILE'), l10n.t('FROM'), ''], ...rows]);
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => columnWidth(rows.map((row) => row[column] ?? '')));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('   ')
      .trimEnd(),
  );
}

function fileSection({ file, from, shadowed, merged }: EffectiveFile, level: LevelText): string[] {
  const notes = [
    l10n.t('from {0}', level(from)),
    ...(file.onChanged === undefined ? [] : [l10n.t('handler {0}', file.onChanged.join(' '))]),
    ...(isUnreadable({ kind: from }, file) ? [l10n.t('encrypted')] : []),
  ];
  if (merged !== undefined && shadowed.length > 0) {
    return [
      `${l10n.t('{0} (merged; handler and encryption {1})', file.name, notes.join('; '))}:`,
      ...mergedLines(merged, level).map(indent),
    ];
  }
  return [
    `${file.name} (${notes.join('; ')}):`,
    ...shadowed.map((other) =>
      indent(
        other.file.value === file.value
          ? l10n.t('hides that of {0}, which has the same value', level(other.level))
          : l10n.t('hides that of {0}, which has another value', level(other.level)),
      ),
    ),
    ...(merged?.unreadable ?? []).map((problem) => indent(problemText(problem, level))),
    ...valueLines(file, from).map((line) => indent(`| ${line}`)),
  ];
}

function mergedLines({ keys, unreadable }: MergedSettings, level: LevelText): string[] {
  const lines = unreadable.map((problem) => problemText(problem, level));
  const rows = (of: readonly MergedKey[]) =>
    table(
      of.map(({ key, value, from, shadowed }) => [
        `${tomlKey(key)} = ${shortened(value)}`,
        l10n.t('from {0}', level(from)),
        shadowed
          .map((other) =>
            other.value === value
              ? l10n.t('{0} has the same', level(other.level))
              : l10n.t('hides {1} of {0}', level(other.level), shortened(other.value)),
          )
          .join(', '),
      ]),
    );
  const tables = byTable(keys).flatMap((inTable) => {
    const table = inTable[0]?.table ?? [];
    return [...(table.length === 0 ? [] : [`[${table.map(tomlKey).join('.')}]`]), ...rows(inTable)];
  });
  return lines.length + tables.length === 0 ? [l10n.t('No keys are set.')] : [...lines, ...tables];
}

/** @returns keys of one table together; they come in the order of their tables */
function byTable(keys: readonly MergedKey[]): MergedKey[][] {
  const tables: MergedKey[][] = [];
  for (const key of keys) {
    const last = tables.at(-1)?.[0]?.table;
    if (last?.length === key.table.length && key.table.every((name, at) => name === last[at])) {
      tables.at(-1)?.push(key);
    } else {
      tables.push([key]);
    }
  }
  return tables;
}

function problemText(problem: UnreadableLevel, level: LevelText): string {
  return problem.why === 'encrypted'
    ? l10n.t('UNKNOWN: the file of {0} is encrypted, what it sets cannot be seen.', level(problem.level))
    : l10n.t(
        'MALFORMED: the file of {0} is not valid TOML ({1}, line {2}); what it sets is not known.',
        level(problem.level),
        problem.message,
        problem.line,
      );
}

function valueLines(file: ConfigFile, from: ConfigLevel): string[] {
  if (isUnreadable({ kind: from }, file)) {
    return [
      from === 'device'
        ? l10n.t('encrypted: only the device can read it')
        : l10n.t('secret: the service does not show it'),
    ];
  }
  const lines = file.value.replace(/\r?\n$/, '').split(/\r?\n/);
  const more = lines.length - SHOWN_LINES;
  return more > 0
    ? [...lines.slice(0, SHOWN_LINES), more === 1 ? l10n.t('… 1 more line') : l10n.t('… {0} more lines', more)]
    : lines;
}

/** Characters of a value: one may hide thousands of others, and is told with each. */
const MOST_SHOWN = 300;

const shortened = (value: string): string => (value.length > MOST_SHOWN ? `${value.slice(0, MOST_SHOWN)}…` : value);

const indent = (line: string): string => `    ${line}`;

const tomlKey = (key: string): string => (/^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key));
