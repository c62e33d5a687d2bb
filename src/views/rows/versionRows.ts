import * as vscode from 'vscode';
import type { TagOfTargets, Target, TargetVersion } from '../../model/target';
import type { TargetHistory } from '../../model/targetHistory';
import type { TargetUse, VersionUse } from '../../model/targetUse';
import { buildNumber, changesOfVersion, changeWords, useWords } from '../../ui/targetWords';
import { ago, dateTime } from '../../ui/time';
import { hover } from './hover';
import { LoadMoreRow } from './loadMoreRow';
import { idPart } from './idPart';
import type { Row } from './row';
import { TargetRow } from './targetRows';

/** Versions that are shown at once. */
export const VERSIONS_A_PAGE = 50;

/** What rows of versions are made from. */
export interface VersionsShown {
  readonly history: TargetHistory;
  /** Undefined where nobody told. */
  readonly use: TargetUse | undefined;
  /** How many targets a version has, for all hardware. */
  targetsOf(version: number, tag: string | undefined): number;
  /** How many versions below a row, or at the top, are shown; undefined: a page of them. */
  pageOf(id: string): number | undefined;
  showMore(id: string, count: number): void;
}

/** Where versions are listed. */
export interface VersionsPlace {
  /** Begins the ids of the rows. */
  readonly id: string;
  readonly parent: Row | undefined;
  /** The versions are those of a tag. */
  readonly tag?: string | undefined;
  readonly hardware?: string | undefined;
  /** Some are left out: what is not among the versions may be there all the same. */
  readonly partial: boolean;
}

/** @returns rows of versions by page, newest first, with those that devices run and that are no more */
export function versionRows(place: VersionsPlace, versions: readonly TargetVersion[], shown: VersionsShown): Row[] {
  const gone = place.partial ? [] : (shown.use?.missingIn(versions, place.tag) ?? []);
  const most = shown.pageOf(place.id) ?? VERSIONS_A_PAGE;
  const page = versions.slice(0, most);
  const isLast = page.length === versions.length;
  const oldest = page.at(-1)?.version ?? 0;
  const rows = [
    ...page.map((version) => new VersionRow(place, version, shown)),
    ...gone
      .filter(({ version }) => isLast || version > oldest)
      .map(({ version, use }) => new GoneVersionRow(place, version, use)),
  ].sort((a, b) => b.version - a.version);
  const more = () => shown.showMore(place.id, most + VERSIONS_A_PAGE);
  const progress = { shown: page.length, total: versions.length };
  return isLast ? rows : [...rows, new LoadMoreRow(`${place.id}/more`, place.parent, progress, more)];
}

/** A tag with what was built for it. */
export class TagRow implements Row {
  readonly id: string;
  readonly parent = undefined;
  readonly tag: TagOfTargets;
  /** The hardware id of the view's filter; undefined: all. */
  readonly onlyHardware: string | undefined;
  private readonly shown: VersionsShown;

  constructor(view: string, tag: TagOfTargets, onlyHardware: string | undefined, shown: VersionsShown) {
    this.id = `${view}/tag/${idPart(tag.tag)}`;
    this.tag = tag;
    this.onlyHardware = onlyHardware;
    this.shown = shown;
  }

  item(): vscode.TreeItem {
    const { tag, versions } = this.tag;
    const label = tag === '' ? vscode.l10n.t('(no tag)') : tag;
    const spoken = tag === '' ? vscode.l10n.t('targets without a tag') : vscode.l10n.t('tag {0}', tag);
    return headingItem(this.id, label, versions, { icon: 'tag', contextValue: 'foundries.tag', spoken });
  }

  children(): Row[] {
    const place = { id: this.id, parent: this, tag: this.tag.tag, partial: this.onlyHardware !== undefined };
    return versionRows(place, this.tag.versions, this.shown);
  }
}

/** A hardware id with what was built for it. */
export class HardwareRow implements Row {
  readonly id: string;
  readonly parent = undefined;
  readonly hardware: string;
  private readonly versions: readonly TargetVersion[];
  private readonly shown: VersionsShown;

  constructor(view: string, hardware: string, versions: readonly TargetVersion[], shown: VersionsShown) {
    this.id = `${view}/hardware/${idPart(hardware)}`;
    this.hardware = hardware;
    this.versions = versions;
    this.shown = shown;
  }

  item(): vscode.TreeItem {
    const label = this.hardware === '' ? vscode.l10n.t('no hardware ID') : this.hardware;
    const spoken = vscode.l10n.t('hardware {0}', label);
    const contextValue = 'foundries.targetHardware';
    return headingItem(this.id, label, this.versions, { icon: 'circuit-board', contextValue, spoken });
  }

  children(): Row[] {
    const place = { id: this.id, parent: this, hardware: this.hardware, partial: true };
    return versionRows(place, this.versions, this.shown);
  }
}

function headingItem(
  id: string,
  label: string,
  versions: readonly TargetVersion[],
  looks: { readonly icon: string; readonly contextValue: string; readonly spoken: string },
): vscode.TreeItem {
  const newest = versions[0]?.version ?? 0;
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = id;
  item.description =
    versions.length === 1
      ? vscode.l10n.t('version {0}', newest)
      : vscode.l10n.t(
          '{0} versions, newest {1}',
          new Intl.NumberFormat(vscode.env.language).format(versions.length),
          newest,
        );
  item.iconPath = new vscode.ThemeIcon(looks.icon);
  item.contextValue = looks.contextValue;
  item.accessibilityInformation = { label: `${looks.spoken}, ${item.description}`, role: 'treeitem' };
  return item;
}

/** What one build made, on all hardware or for a tag or a hardware id. */
export class VersionRow implements Row {
  readonly id: string;
  readonly parent: Row | undefined;
  readonly version: number;
  private readonly made: TargetVersion;
  private readonly place: VersionsPlace;
  private readonly shown: VersionsShown;

  constructor(place: VersionsPlace, made: TargetVersion, shown: VersionsShown) {
    this.id = `${place.id}/version/${made.version}`;
    this.parent = place.parent;
    this.version = made.version;
    this.made = made;
    this.place = place;
    this.shown = shown;
  }

  get targets(): readonly Target[] {
    return this.made.targets;
  }

  item(): vscode.TreeItem {
    const { targets } = this;
    const { tag, hardware } = this.place;
    const created = targets.find(({ createdAt }) => createdAt !== undefined)?.createdAt;
    const item = new vscode.TreeItem(String(this.version), vscode.TreeItemCollapsibleState.Collapsed);
    item.id = this.id;
    item.description = [
      // What differs from row to row first: views are narrow.
      tag === undefined ? listed(targets, ({ tags }) => tags) : '',
      this.useWords(),
      created === undefined ? '' : ago(created, Date.now()),
      changeWords(this.changes()),
      hardware === undefined ? listed(targets, ({ hardwareIds }) => hardwareIds) : '',
    ]
      .filter((part) => part !== '')
      .join(' · ');
    const orphaned = this.use().orphaned > 0;
    item.iconPath = orphaned
      ? new vscode.ThemeIcon('package', new vscode.ThemeColor('list.warningForeground'))
      : new vscode.ThemeIcon('package');
    item.contextValue = 'foundries.targetVersion';
    item.accessibilityInformation = {
      label: vscode.l10n.t('version {0}, {1}', this.version, item.description),
      role: 'treeitem',
    };
    return item;
  }

  children(): Row[] {
    return this.targets.map((target) => new TargetRow(this, target));
  }

  tooltip(): vscode.MarkdownString {
    const { targets } = this;
    const { added, removed, changed, system, before, lmpBefore } = this.changes();
    const lmp = listed(targets, ({ lmpVersion }) => (lmpVersion === '' ? [] : [lmpVersion]));
    const created = targets.find(({ createdAt }) => createdAt !== undefined)?.createdAt;
    const lines: [string, string][] = [
      [vscode.l10n.t('Created'), created === undefined ? '' : dateTime(created)],
      [vscode.l10n.t('Build'), this.buildWords()],
      [vscode.l10n.t('Tags'), listed(targets, ({ tags }) => tags)],
      [vscode.l10n.t('Hardware'), listed(targets, ({ hardwareIds }) => hardwareIds)],
      [
        vscode.l10n.t('LmP version'),
        lmp === '' || lmpBefore.length === 0 || lmpBefore.join(', ') === lmp
          ? lmp
          : vscode.l10n.t('{0}, before {1}', lmp, lmpBefore.join(', ')),
      ],
      [vscode.l10n.t('Commits'), listed(targets, commitWords)],
      [vscode.l10n.t('Compared with'), before.join(', ')],
      [vscode.l10n.t('Apps changed'), changed.join(', ')],
      [vscode.l10n.t('Apps added'), added.join(', ')],
      [vscode.l10n.t('Apps removed'), removed.join(', ')],
      [
        vscode.l10n.t('Operating system'),
        before.length === 0 ? '' : system ? vscode.l10n.t('changed') : vscode.l10n.t('the same'),
      ],
      [vscode.l10n.t('Devices'), this.devicesWords()],
    ];
    return hover(
      vscode.l10n.t('Version {0}', this.version),
      lines,
      this.use().orphaned === 0 ? undefined : orphanText(),
    );
  }

  private buildWords(): string {
    const [target] = this.targets;
    const number = buildNumber(target?.buildUri ?? '');
    const origin = buildNumber(target?.originUri ?? '');
    return number === undefined
      ? ''
      : origin === undefined || origin === number
        ? vscode.l10n.t('{0}, with an OS of its own', number)
        : vscode.l10n.t('{0}, on the OS of build {1}', number, origin);
  }

  private changes() {
    return changesOfVersion(this.targets, this.shown.history, this.place.tag);
  }

  /** The service counts devices by version, whatever their hardware (docs/api.md §2.4). */
  private useWords(): string {
    const words = useWords(this.use());
    const isWhole = !this.place.partial || this.targets.length >= this.shown.targetsOf(this.version, this.place.tag);
    return words === '' || isWhole ? words : vscode.l10n.t('{0} on all hardware', words);
  }

  /** Whoever runs the version, whatever tag they follow: below a tag those of the others are told apart. */
  private devicesWords(): string {
    const { use } = this.shown;
    if (use === undefined) {
      return vscode.l10n.t('not known');
    }
    const words = this.useWords();
    const others = useWords({ devices: use.of(this.version).devices - this.use().devices, orphaned: 0 });
    if (others !== '') {
      return words === ''
        ? vscode.l10n.t('none with this tag; with other tags: {0}', others)
        : vscode.l10n.t('{0}; with other tags: {1}', words, others);
    }
    return words !== '' ? words : use.isWhole ? vscode.l10n.t('none runs it') : vscode.l10n.t('not known');
  }

  private use(): VersionUse {
    return this.shown.use?.of(this.version, this.place.tag) ?? { devices: 0, orphaned: 0 };
  }
}

/** A version that devices run although the tag, or the Factory, has it no more. */
export class GoneVersionRow implements Row {
  readonly id: string;
  readonly parent: Row | undefined;
  readonly version: number;
  private readonly use: VersionUse;
  private readonly tag: string | undefined;

  constructor(place: VersionsPlace, version: number, use: VersionUse) {
    this.id = `${place.id}/gone/${version}`;
    this.parent = place.parent;
    this.version = version;
    this.use = use;
    this.tag = place.tag;
  }

  item(): vscode.TreeItem {
    const item = new vscode.TreeItem(String(this.version), vscode.TreeItemCollapsibleState.None);
    const devices = useWords({ ...this.use, orphaned: 0 });
    item.id = this.id;
    item.description =
      this.tag === undefined
        ? vscode.l10n.t('no target any more · {0}', devices)
        : vscode.l10n.t('orphaned: not in this tag any more · {0}', devices);
    item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
    item.contextValue = 'foundries.goneVersion';
    item.accessibilityInformation = {
      label: vscode.l10n.t('version {0}, {1}', this.version, item.description),
      role: 'treeitem',
    };
    return item;
  }

  tooltip(): vscode.MarkdownString {
    return hover(vscode.l10n.t('Version {0}', this.version), [], orphanText());
  }
}

const orphanText = (): string =>
  vscode.l10n.t(
    'Orphaned: devices run it although their tag has it no more. They stay on it until the tag has a newer version.',
  );

const listed = (targets: readonly Target[], of: (target: Target) => readonly string[]): string =>
  [...new Set(targets.flatMap(of))].join(', ');

const commitWords = ({ commits }: Target): readonly string[] =>
  commits.map(({ repository, sha }) => `${repository} ${sha.slice(0, 12)}`);
