import * as vscode from 'vscode';
import { appDigest, type TagOfTargets, type Target, type TargetApp, type TargetVersion } from '../../model/target';
import { ago, dateTime } from '../../ui/time';
import { LoadMoreRow } from './loadMoreRow';
import type { Row } from './row';

/** Versions of a tag that are shown at once. */
export const VERSIONS_A_PAGE = 50;

/** A tag with what was built for it. */
export class TagRow implements Row {
  readonly id: string;
  readonly parent = undefined;
  readonly tag: TagOfTargets;
  private readonly shown: () => number | undefined;
  private readonly showMore: (row: TagRow, count: number) => void;

  /** @param shown how many versions are shown; undefined: a page of them */
  constructor(view: string, tag: TagOfTargets, shown: TagRow['shown'], showMore: TagRow['showMore']) {
    this.id = `${view}/tag/${tag.tag}`;
    this.tag = tag;
    this.shown = shown;
    this.showMore = showMore;
  }

  item(): vscode.TreeItem {
    const { tag, versions } = this.tag;
    const newest = versions[0]?.version ?? 0;
    const item = new vscode.TreeItem(
      tag === '' ? vscode.l10n.t('(no tag)') : tag,
      vscode.TreeItemCollapsibleState.Collapsed,
    );
    item.id = this.id;
    item.description =
      versions.length === 1
        ? vscode.l10n.t('version {0}', newest)
        : vscode.l10n.t('{0} versions, newest {1}', versions.length, newest);
    item.iconPath = new vscode.ThemeIcon('tag');
    item.contextValue = 'foundries.tag';
    item.accessibilityInformation = {
      label: `${tag === '' ? vscode.l10n.t('targets without a tag') : vscode.l10n.t('tag {0}', tag)}, ${item.description}`,
      role: 'treeitem',
    };
    return item;
  }

  children(): Row[] {
    const { versions } = this.tag;
    const shown = this.shown() ?? VERSIONS_A_PAGE;
    const rows: Row[] = versions.slice(0, shown).map((version) => new VersionRow(this, version));
    if (versions.length > shown) {
      const more = () => this.showMore(this, shown + VERSIONS_A_PAGE);
      rows.push(new LoadMoreRow(`${this.id}/more`, this, { shown, total: versions.length }, more));
    }
    return rows;
  }
}

/** What one build made for a tag, on all hardware. */
export class VersionRow implements Row {
  readonly id: string;
  readonly parent: Row;
  private readonly version: TargetVersion;

  constructor(parent: Row, version: TargetVersion) {
    this.id = `${parent.id}/version/${version.version}`;
    this.parent = parent;
    this.version = version;
  }

  item(): vscode.TreeItem {
    const { version, targets } = this.version;
    const created = targets[0]?.createdAt;
    const hardware = [...new Set(targets.flatMap(({ hardwareIds }) => hardwareIds))].join(', ');
    const item = new vscode.TreeItem(String(version), vscode.TreeItemCollapsibleState.Collapsed);
    item.id = this.id;
    item.description = [hardware, created === undefined ? '' : ago(created, Date.now())]
      .filter((part) => part !== '')
      .join(' · ');
    item.iconPath = new vscode.ThemeIcon('package');
    item.contextValue = 'foundries.targetVersion';
    item.accessibilityInformation = {
      label: vscode.l10n.t('version {0}, {1}', version, item.description),
      role: 'treeitem',
    };
    return item;
  }

  children(): Row[] {
    return this.version.targets.map((target) => new TargetRow(this, target));
  }
}

/** A target: one version for one hardware id. */
export class TargetRow implements Row {
  readonly id: string;
  readonly parent: Row;
  readonly target: Target;

  constructor(parent: Row, target: Target) {
    this.id = `${parent.id}/target/${target.name}`;
    this.parent = parent;
    this.target = target;
  }

  item(): vscode.TreeItem {
    const { target } = this;
    const hardware = target.hardwareIds.join(', ') || vscode.l10n.t('no hardware id');
    const item = new vscode.TreeItem(hardware, vscode.TreeItemCollapsibleState.Collapsed);
    item.id = this.id;
    item.description = target.name;
    item.iconPath = new vscode.ThemeIcon('circuit-board');
    item.contextValue = 'foundries.target';
    item.accessibilityInformation = {
      label: vscode.l10n.t('hardware {0}, target {1}', hardware, target.name),
      role: 'treeitem',
    };
    return item;
  }

  children(): Row[] {
    const { target } = this;
    const apps = target.apps.map((app) => new TargetAppRow(this, app));
    const commits = target.commits.map(
      ({ repository, sha }) =>
        new DetailRow(
          `${this.id}/commit/${repository}`,
          this,
          'git-commit',
          repository,
          shortHash(sha),
          vscode.l10n.t('commit of {0}', repository),
          sha,
        ),
    );
    const os =
      target.ostreeHash === ''
        ? []
        : [
            new DetailRow(
              `${this.id}/os`,
              this,
              'server',
              vscode.l10n.t('OS image'),
              [target.lmpVersion, shortHash(target.ostreeHash)].filter((part) => part !== '').join(' · '),
              vscode.l10n.t('OS image'),
              target.ostreeHash,
            ),
          ];
    return apps.length + commits.length + os.length > 0 ? [...apps, ...commits, ...os] : [new NothingRow(this)];
  }

  tooltip(): vscode.MarkdownString {
    const { target } = this;
    const lines: [string, string][] = [
      [vscode.l10n.t('Version'), String(target.version)],
      [vscode.l10n.t('Hardware'), target.hardwareIds.join(', ')],
      [vscode.l10n.t('Tags'), target.tags.join(', ')],
      [vscode.l10n.t('Apps'), target.apps.map(({ name }) => name).join(', ')],
      [vscode.l10n.t('LmP version'), target.lmpVersion],
      [vscode.l10n.t('Architecture'), target.arch],
      [vscode.l10n.t('Created'), target.createdAt === undefined ? '' : dateTime(target.createdAt)],
      [vscode.l10n.t('OSTree hash'), target.ostreeHash],
    ];
    const markdown = new vscode.MarkdownString().appendMarkdown('**').appendText(target.name).appendMarkdown('**\n\n');
    for (const [name, value] of lines.filter(([, text]) => text !== '')) {
      markdown.appendMarkdown(`- ${name}: `).appendText(value).appendMarkdown('\n');
    }
    return markdown;
  }
}

/** One fact of a target: an app, a commit, the OS. */
class DetailRow implements Row {
  constructor(
    readonly id: string,
    readonly parent: Row,
    private readonly icon: string,
    private readonly label: string,
    private readonly shortValue: string,
    private readonly spoken: string,
    /** The whole value, for the clipboard. */
    readonly value: string,
  ) {}

  item(): vscode.TreeItem {
    const item = new vscode.TreeItem(this.label, vscode.TreeItemCollapsibleState.None);
    item.id = this.id;
    item.description = this.shortValue;
    item.tooltip = this.value;
    item.iconPath = new vscode.ThemeIcon(this.icon);
    item.contextValue = 'foundries.detail';
    item.accessibilityInformation = { label: `${this.spoken}, ${this.shortValue}`, role: 'treeitem' };
    return item;
  }
}

/** A Compose app of a target: opens as its compose file. */
export class TargetAppRow extends DetailRow {
  readonly target: Target;
  readonly app: TargetApp;

  constructor(parent: TargetRow, app: TargetApp) {
    const spoken = vscode.l10n.t('app {0}', app.name);
    super(`${parent.id}/app/${app.name}`, parent, 'layers', app.name, shortHash(appDigest(app)), spoken, app.uri);
    this.target = parent.target;
    this.app = app;
  }

  override item(): vscode.TreeItem {
    const item = super.item();
    item.contextValue = 'foundries.targetApp';
    item.command = {
      command: 'foundries.openComposeApp',
      title: vscode.l10n.t('Open Compose File'),
      arguments: [this],
    };
    return item;
  }
}

class NothingRow implements Row {
  readonly id: string;
  readonly parent: Row;

  constructor(parent: Row) {
    this.id = `${parent.id}/nothing`;
    this.parent = parent;
  }

  item(): vscode.TreeItem {
    const item = new vscode.TreeItem(vscode.l10n.t('No apps and no commits are told'));
    item.id = this.id;
    return item;
  }
}

/** @returns the first 12 digits of a hash, without `sha256:` */
function shortHash(hash: string): string {
  return hash.replace(/^sha256:/, '').slice(0, 12);
}
