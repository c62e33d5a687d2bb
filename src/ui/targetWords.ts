import { env, l10n } from 'vscode';
import type { Target } from '../model/target';
import type { TargetArrangement } from '../model/targetArrangement';
import type { TargetHistory } from '../model/targetHistory';
import type { VersionUse } from '../model/targetUse';

/** Apps that are named; more are counted. */
const MOST_NAMED = 3;

/** What several targets have that those before them had not. */
export interface ChangesOfVersion {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  readonly system: boolean;
  /** Versions of those before, newest first; empty where there was nothing before. */
  readonly before: readonly number[];
  readonly lmpBefore: readonly string[];
}

/** @returns what has changed with the targets of a version, together */
export function changesOfVersion(targets: readonly Target[], history: TargetHistory, tag?: string): ChangesOfVersion {
  const all = targets.flatMap((target) => history.changes(target, tag) ?? []);
  const distinct = (names: readonly string[]) => [...new Set(names)].sort();
  return {
    added: distinct(all.flatMap(({ added }) => added)),
    removed: distinct(all.flatMap(({ removed }) => removed)),
    changed: distinct(all.flatMap(({ changed }) => changed)),
    system: all.some(({ system }) => system),
    before: [...new Set(all.map(({ before }) => before.version))].sort((a, b) => b - a),
    lmpBefore: distinct(all.map(({ before }) => before.lmpVersion).filter((lmp) => lmp !== '')),
  };
}

/** @returns `changed shellhttpd, added telemetry, new OS`; `''` for nothing */
export function changeWords({ added, removed, changed, system }: ChangesOfVersion): string {
  const words =
    added.length + removed.length + changed.length > MOST_NAMED
      ? [
          ...(changed.length === 0
            ? []
            : [changed.length === 1 ? l10n.t('1 app changed') : l10n.t('{0} apps changed', changed.length)]),
          ...(added.length === 0
            ? []
            : [added.length === 1 ? l10n.t('1 app added') : l10n.t('{0} apps added', added.length)]),
          ...(removed.length === 0
            ? []
            : [removed.length === 1 ? l10n.t('1 app removed') : l10n.t('{0} apps removed', removed.length)]),
        ]
      : [
          ...changed.map((app) => l10n.t('{0} changed', app)),
          ...added.map((app) => l10n.t('{0} added', app)),
          ...removed.map((app) => l10n.t('{0} removed', app)),
        ];
  return [...words, ...(system ? [l10n.t('new OS')] : [])].join(', ');
}

/** @returns `3 devices, 1 orphaned`; `''` where none runs it */
export function useWords({ devices, orphaned }: VersionUse): string {
  if (devices === 0) {
    return '';
  }
  const format = new Intl.NumberFormat(env.language);
  const all = devices === 1 ? l10n.t('1 device') : l10n.t('{0} devices', format.format(devices));
  return orphaned === 0
    ? all
    : orphaned === devices
      ? l10n.t('{0}, orphaned', all)
      : l10n.t('{0}, {1} orphaned', all, format.format(orphaned));
}

/** @returns each condition of a filter in words: `tag devel` */
export function targetFilterTexts({ filter }: TargetArrangement): readonly string[] {
  const { tag, hardware } = filter;
  return [
    ...(tag === undefined ? [] : [tag === '' ? l10n.t('without a tag') : l10n.t('tag {0}', tag)]),
    ...(hardware === undefined ? [] : [l10n.t('hardware {0}', hardware)]),
  ];
}

/** @returns the number of the build that an address is the page of; undefined where it names none */
export function buildNumber(uri: string): string | undefined {
  return /\/builds\/(\d+)\/?$/.exec(uri)?.[1];
}
