import * as vscode from 'vscode';
import { appDigest, type Target, type TargetApp } from '../../model/target';
import { dateTime } from '../../ui/time';
import { hover } from './hover';
import { idPart } from './idPart';
import type { Row } from './row';

/** A target: one version for one hardware id. */
export class TargetRow implements Row {
  readonly id: string;
  readonly parent: Row;
  readonly target: Target;

  constructor(parent: Row, target: Target) {
    this.id = `${parent.id}/target/${idPart(target.name)}`;
    this.parent = parent;
    this.target = target;
  }

  item(): vscode.TreeItem {
    const { target } = this;
    const hardware = target.hardwareIds.join(', ') || vscode.l10n.t('no hardware ID');
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
          `${this.id}/commit/${idPart(repository)}`,
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
    return hover(target.name, [
      [vscode.l10n.t('Version'), String(target.version)],
      [vscode.l10n.t('Hardware'), target.hardwareIds.join(', ')],
      [vscode.l10n.t('Tags'), target.tags.join(', ')],
      [vscode.l10n.t('Apps'), target.apps.map(({ name }) => name).join(', ')],
      [vscode.l10n.t('LmP version'), target.lmpVersion],
      [vscode.l10n.t('Architecture'), target.arch],
      [vscode.l10n.t('Created'), target.createdAt === undefined ? '' : dateTime(target.createdAt)],
      [vscode.l10n.t('OSTree hash'), target.ostreeHash],
    ]);
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
    item.iconPath = new vscode.ThemeIcon(this.icon);
    item.contextValue = 'foundries.detail';
    item.accessibilityInformation = { label: `${this.spoken}, ${this.shortValue}`, role: 'treeitem' };
    return item;
  }

  tooltip(): vscode.MarkdownString {
    return hover(this.label, [[vscode.l10n.t('Value'), this.value]]);
  }
}

/** A Compose app of a target: opens as its compose file. */
export class TargetAppRow extends DetailRow {
  readonly target: Target;
  readonly app: TargetApp;

  constructor(parent: TargetRow, app: TargetApp) {
    const spoken = vscode.l10n.t('app {0}', app.name);
    super(
      `${parent.id}/app/${idPart(app.name)}`,
      parent,
      'layers',
      app.name,
      shortHash(appDigest(app)),
      spoken,
      app.uri,
    );
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
    const item = new vscode.TreeItem(vscode.l10n.t('No apps and no commits are reported'));
    item.id = this.id;
    return item;
  }
}

/** @returns the first 12 digits of a hash, without `sha256:` */
function shortHash(hash: string): string {
  return hash.replace(/^sha256:/, '').slice(0, 12);
}
