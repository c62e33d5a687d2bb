import { l10n } from 'vscode';
import { appDigest } from '../model/target';
import { buildOfUri, type WebPages } from '../model/targetDetail';
import { bytesText } from '../model/bytes';
import type { Change, ListChange, TargetComparison } from '../model/targetComparison';
import { fields, oneLine, reportPage, sentence } from '../ui/reportText';
import { dateTime } from '../ui/time';
import { withoutAddresses, type LinkedPage, type PageLink } from './pageLinks';

export interface ComparisonFacts {
  readonly comparison: TargetComparison;
  /** The device that ran the first target when it was compared; `''` for none. */
  readonly device: string;
  /** Why what is shown is old; `''` where it is not. */
  readonly stale: string;
  readonly pages: WebPages;
}

type Field = readonly [name: string, value: string];

/** @returns the page that says how a target differs from another one */
export function comparisonText({ comparison, device, stale, pages }: ComparisonFacts): LinkedPage {
  const { from, to, tags, hardware } = comparison;
  const links: PageLink[] = [];
  const linked = (name: string, value: string, url: string | undefined): Field => {
    if (url !== undefined) {
      links.push({ name: oneLine(name), value, url });
    }
    return [name, value];
  };
  const text = reportPage(
    l10n.t('{0} → {1}', from.name, to.name),
    [
      ...(stale === '' ? [] : [stale]),
      ...(device === '' ? [] : [l10n.t('{0} ran {1} when this was compared.', device, from.name)]),
      summary(comparison),
    ],
    [
      {
        heading: l10n.t('What differs'),
        lines: fields([
          [l10n.t('OS'), osText(comparison)],
          [l10n.t('LmP version'), valueChange(from.lmpVersion, to.lmpVersion)],
          [l10n.t('Apps'), countsText(comparison.apps)],
          [l10n.t('Commits'), countsText(comparison.commits)],
          [l10n.t('Tags'), listText(tags)],
          [l10n.t('Hardware'), listText(hardware)],
          [l10n.t('Architecture'), from.arch === to.arch ? '' : valueChange(from.arch, to.arch)],
          [l10n.t('Length'), sizeChange(from.length, to.length)],
          [l10n.t('Static deltas'), sizeChange(from.deltas?.size ?? 0, to.deltas?.size ?? 0)],
        ]),
      },
      {
        heading: l10n.t('Apps'),
        lines:
          comparison.apps.length === 0
            ? [sentence(l10n.t('Neither target has apps.'))]
            : fields(comparison.apps.flatMap((app) => changeFields(app, digestOf))),
      },
      {
        heading: l10n.t('Commits'),
        lines:
          comparison.commits.length === 0
            ? [sentence(l10n.t('Neither target names commits.'))]
            : fields(comparison.commits.flatMap((change) => commitFields(change, pages, linked))),
      },
      {
        heading: l10n.t('Operating system'),
        lines: fields([
          [l10n.t('OSTree hash, before'), from.ostreeHash],
          [l10n.t('OSTree hash, after'), to.ostreeHash],
          [l10n.t('OS built by, before'), buildText(from.osBuildUri || from.buildUri)],
          [l10n.t('OS built by, after'), buildText(to.osBuildUri || to.buildUri)],
        ]),
      },
      {
        heading: l10n.t('When'),
        lines: fields([
          [l10n.t('{0} created', from.name), from.createdAt === undefined ? '' : dateTime(from.createdAt)],
          [l10n.t('{0} created', to.name), to.createdAt === undefined ? '' : dateTime(to.createdAt)],
        ]),
      },
    ],
  );
  return { text: withoutAddresses(text), links };
}

function summary({ from, to, osChanged, apps, differs, hardware }: TargetComparison): string {
  if (from.name === to.name) {
    return l10n.t('This is one and the same target.');
  }
  const foreign =
    hardware.kept.length === 0 && (hardware.removed.length > 0 || hardware.added.length > 0)
      ? [l10n.t('They are for different hardware.')]
      : [];
  if (!differs) {
    return [l10n.t('A device would notice no difference: the OS and all apps are the same.'), ...foreign].join(' ');
  }
  const changed = apps.filter(({ kind }) => kind !== 'same');
  const parts = [
    osChanged === undefined
      ? l10n.t('Whether the OS differs is not known')
      : osChanged
        ? l10n.t('The OS is another one')
        : l10n.t('The OS is the same'),
    changed.length === 0
      ? l10n.t('the apps are the same')
      : changed.map((app) => `${oneLine(app.name)} ${kindText(app)}`).join(', '),
  ];
  return [`${parts.join('; ')}.`, ...foreign].join(' ');
}

function osText({ osChanged, from, to }: TargetComparison): string {
  return osChanged === undefined
    ? l10n.t('not reported')
    : osChanged
      ? l10n.t('changed: {0} → {1}', short(from.ostreeHash), short(to.ostreeHash))
      : l10n.t('the same: {0}', short(to.ostreeHash));
}

/** @returns `removed`, `added`, `changed`, `the same` */
function kindText({ kind }: Change): string {
  switch (kind) {
    case 'added':
      return l10n.t('added');
    case 'removed':
      return l10n.t('removed');
    case 'changed':
      return l10n.t('changed');
    case 'same':
      return l10n.t('the same');
  }
}

function countsText(changes: readonly Change[]): string {
  const count = (kind: Change['kind']) => changes.filter((change) => change.kind === kind).length;
  const parts = [
    [count('changed'), l10n.t('{0} changed', count('changed'))],
    [count('added'), l10n.t('{0} added', count('added'))],
    [count('removed'), l10n.t('{0} removed', count('removed'))],
    [count('same'), l10n.t('{0} the same', count('same'))],
  ] as const;
  const told = parts.filter(([number]) => number > 0).map(([, words]) => words);
  return told.length === 0 ? l10n.t('none') : told.join(', ');
}

function listText({ removed, added, kept }: ListChange): string {
  const kind = [
    ...(kept.length === 0 ? [] : [l10n.t('the same: {0}', kept.join(', '))]),
    ...(removed.length === 0 ? [] : [l10n.t('removed: {0}', removed.join(', '))]),
    ...(added.length === 0 ? [] : [l10n.t('added: {0}', added.join(', '))]),
  ];
  return kind.length === 0 ? l10n.t('none') : kind.join('; ');
}

function valueChange(from: string, to: string): string {
  const told = (value: string) => (value === '' ? l10n.t('not reported') : value);
  return from === to
    ? from === ''
      ? ''
      : l10n.t('the same: {0}', from)
    : l10n.t('changed: {0} → {1}', told(from), told(to));
}

function sizeChange(from: number, to: number): string {
  const told = (bytes: number) => (bytes > 0 ? bytesText(bytes) : l10n.t('none reported'));
  return from <= 0 && to <= 0 ? '' : valueChange(told(from), told(to));
}

/** One line for what is on one side or the same on both; else one for each side. */
function changeFields(change: Change, valueOf: (text: string) => string): Field[] {
  const { name, kind, from = '', to = '' } = change;
  return kind === 'changed'
    ? [
        [l10n.t('{0}, before', name), valueOf(from)],
        [l10n.t('{0}, after', name), valueOf(to)],
      ]
    : [[`${name}, ${kindText(change)}`, valueOf(kind === 'removed' ? from : to)]];
}

function commitFields(
  change: Change,
  pages: WebPages,
  linked: (name: string, value: string, url: string | undefined) => Field,
): Field[] {
  const { name, from, to } = change;
  const difference =
    change.kind === 'changed' && from !== undefined && to !== undefined ? pages.difference(name, from, to) : undefined;
  return [
    ...changeFields(change, (sha) => sha).map(([label, sha]) => linked(label, sha, pages.commit(name, sha))),
    ...(difference === undefined
      ? []
      : [linked(l10n.t('{0}, difference', name), l10n.t('open on the source host'), difference)]),
  ];
}

function digestOf(uri: string): string {
  const digest = appDigest({ name: '', uri });
  return digest === '' ? (uri === '' ? l10n.t('address not reported') : uri) : digest;
}

function buildText(uri: string): string {
  const build = buildOfUri(uri);
  return build === undefined ? uri : l10n.t('build {0}', build);
}

const short = (hash: string): string => hash.slice(0, 12);
