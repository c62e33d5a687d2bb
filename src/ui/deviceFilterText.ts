import { l10n } from 'vscode';
import type { DeviceFilter } from '../model/deviceSelection';

/** @returns each condition of a filter in words: `tag devel`, `online` */
export function filterTexts(filter: DeviceFilter): readonly string[] {
  const { name, mine, production, tag, group, version, presence } = filter;
  return [
    ...(name === undefined ? [] : [l10n.t('name with “{0}”', name)]),
    ...(mine === true ? [l10n.t('mine')] : []),
    ...(production === undefined ? [] : [production ? l10n.t('production') : l10n.t('not production')]),
    ...(presence === undefined ? [] : [presence === 'online' ? l10n.t('online') : l10n.t('offline')]),
    ...(tag === undefined ? [] : [l10n.t('tag {0}', tag)]),
    ...(group === undefined ? [] : [l10n.t('group {0}', group)]),
    ...(version === undefined ? [] : [l10n.t('target version {0}', version)]),
  ];
}
