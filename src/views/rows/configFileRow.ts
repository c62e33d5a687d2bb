import * as vscode from 'vscode';
import { parseAddress } from '../../configfs/address';
import type { ConfigEntry, ConfigFile } from '../../model/config';
import { parseTime } from '../../model/device';
import { secrecyOf, type Secrecy } from '../../model/secrecy';
import { sentHint } from '../../ui/deliveryText';
import { dateTime } from '../../ui/time';
import { hover } from './hover';
import { idPart } from './idPart';
import type { Row } from './row';

/** How far a file has come on its way to a device. */
export interface Delivery {
  /** Its devices fetch it, each on its own, so that nobody can say whether they have. */
  readonly shared?: boolean;
  /** The device has yet to fetch it. */
  readonly pending: boolean;
  /** Milliseconds since the epoch; undefined where it was not, or that is not known any more. */
  readonly applied: number | undefined;
  /** In words; `''` where there is nothing new to say. */
  readonly text: string;
}

/** A configuration file. Opens as a document. */
export class ConfigFileRow implements Row {
  readonly id: string;
  readonly parent: Row;
  readonly uri: vscode.Uri;
  /** As the row shows it. */
  readonly file: ConfigFile;
  private readonly since: ConfigEntry | undefined;
  private readonly delivery: Delivery;
  private readonly secrecy: Secrecy;

  /**
   * @param since the entry that gave the file its present value
   * @param delivery how far it has come
   */
  constructor(parent: Row, uri: vscode.Uri, file: ConfigFile, since: ConfigEntry | undefined, delivery: Delivery) {
    this.id = `${parent.id}/config/${idPart(file.name)}`;
    this.parent = parent;
    this.uri = uri;
    this.file = file;
    this.since = since;
    this.delivery = delivery;
    const address = parseAddress(uri);
    this.secrecy = address === undefined ? 'plain' : secrecyOf(address.scope, file);
  }

  item(): vscode.TreeItem {
    const { secrecy } = this;
    const encrypted = secrecy !== 'plain' && secrecy !== 'exposed';
    const item = new vscode.TreeItem(this.file.name, vscode.TreeItemCollapsibleState.None);
    item.id = this.id;
    item.resourceUri = this.uri;
    item.iconPath = iconOf(secrecy);
    const notes = [...noteOf(secrecy), this.delivery.text].filter((note) => note !== '');
    item.description = notes.join(' · ');
    item.contextValue = [
      'foundries.configFile',
      ...(encrypted ? ['encrypted'] : secrecy === 'exposed' ? ['exposed'] : []),
      ...(this.delivery.pending ? ['waiting'] : []),
    ].join('.');
    item.accessibilityInformation = {
      label: [
        vscode.l10n.t('configuration file {0}', this.file.name),
        ...notes,
        ...(secrecy === 'exposed' ? [vscode.l10n.t('the device cannot decrypt it')] : []),
      ].join(', '),
      role: 'treeitem',
    };
    item.command = { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [this.uri] };
    return item;
  }

  tooltip(): vscode.MarkdownString {
    const changed = parseTime(this.since?.createdAt);
    return hover(this.file.name, [
      [vscode.l10n.t('Changed'), changed === undefined ? '' : dateTime(changed)],
      [vscode.l10n.t('Reason'), this.since?.reason.trim() ?? ''],
      [
        vscode.l10n.t('Value'),
        this.secrecy === 'exposed'
          ? vscode.l10n.t('marked as encrypted but is not: the device cannot decrypt it, and takes none of its files')
          : '',
      ],
      [vscode.l10n.t('Handler'), this.file.onChanged?.join(' ') ?? ''],
      [
        vscode.l10n.t('Delivery'),
        this.delivery.shared === true
          ? sentHint()
          : this.delivery.pending
            ? vscode.l10n.t('sent, waiting for the device')
            : this.delivery.applied === undefined
              ? vscode.l10n.t('fetched by the device')
              : vscode.l10n.t('fetched by the device {0}', dateTime(this.delivery.applied)),
      ],
    ]);
  }
}

function iconOf(secrecy: Secrecy): vscode.ThemeIcon {
  switch (secrecy) {
    case 'plain':
      return vscode.ThemeIcon.File;
    case 'exposed':
      return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
    default:
      return new vscode.ThemeIcon('lock');
  }
}

function noteOf(secrecy: Secrecy): string[] {
  switch (secrecy) {
    case 'plain':
      return [];
    case 'exposed':
      return [vscode.l10n.t('not encrypted')];
    case 'shown':
      return [vscode.l10n.t('secret')];
    default:
      return [vscode.l10n.t('encrypted')];
  }
}
