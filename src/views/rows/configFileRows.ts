import * as vscode from 'vscode';
import { uriOf } from '../../configfs/fileSystem';
import { appliedTime, entryOfFile, isPending, type ConfigScope } from '../../model/config';
import type { Connection } from '../../store/connections';
import { deliveryText, sentText } from '../../ui/deliveryText';
import { ConfigFileRow } from './configFileRow';
import { FailureRow } from './failureRow';
import { LoadMoreRow } from './loadMoreRow';
import type { Row } from './row';

/** A configuration read less than this ago is shown without asking again. */
const FRESH_MS = 60_000;

/** Rows of files at once: a device may write thousands into its configuration, and the window keeps each of them. */
const FILES_A_PAGE = 500;
/** How many are shown where more were asked for, by the id of the row above. */
const filesShown = new WeakMap<Connection, Map<string, number>>();

/** A row that holds configuration files: a device, a group, the Factory. */
export interface OwnerRow extends Row {
  readonly scope: ConfigScope;
}

/** @returns the scope of a row that holds configuration files; undefined for other rows */
export function scopeOfRow(row: unknown): ConfigScope | undefined {
  const { scope } = (row ?? {}) as { scope?: ConfigScope };
  return scope !== undefined && 'kind' in scope ? scope : undefined;
}

/** @returns the uuid of the device that a row is of, or is below; undefined for other rows, and what is no row */
export function uuidOfRow(row: unknown): string | undefined {
  for (let at: unknown = row; typeof at === 'object' && at !== null; at = (at as { parent?: unknown }).parent) {
    const { device } = at as { device?: { readonly uuid?: unknown } };
    if (typeof device?.uuid === 'string') {
      return device.uuid;
    }
  }
  return undefined;
}

/** The configuration files below a row; never rejects. */
export async function configFileRows(connection: Connection, row: OwnerRow, retry: () => unknown): Promise<Row[]> {
  const { scope } = row;
  const { key: host } = connection.client.server;
  try {
    const { entries } = await connection.configs.getOf(scope, uuidOfRow(row), FRESH_MS);
    const files = entries[0]?.files ?? [];
    if (files.length === 0) {
      return [new NoFilesRow(row)];
    }
    const all = [...new Map(files.map((file) => [file.name, file])).values()];
    const counts = filesShown.get(connection) ?? new Map<string, number>();
    const most = counts.get(row.id) ?? FILES_A_PAGE;
    const rows = all
      .sort((a, b) => a.name.localeCompare(b.name))
      .slice(0, most)
      .map((file) => {
        const uri = uriOf({ host, scope, file: file.name });
        const delivery =
          scope.kind === 'device'
            ? {
                pending: isPending(entries, file),
                applied: appliedTime(entries, file),
                text: deliveryText(
                  entries,
                  file,
                  connection.factory(scope.factory).fleet.find(scope.device),
                  Date.now(),
                ),
              }
            : {
                shared: true,
                pending: false,
                applied: undefined,
                text: sentText(entries, file, Date.now()),
              };
        return new ConfigFileRow(row, uri, file, entryOfFile(entries, file.name), delivery);
      });
    if (all.length <= most) {
      return rows;
    }
    const more = () => {
      filesShown.set(connection, counts.set(row.id, most + FILES_A_PAGE));
      return retry();
    };
    return [...rows, new LoadMoreRow(`${row.id}/moreFiles`, row, { shown: most, total: all.length }, more)];
  } catch (error) {
    const what = vscode.l10n.t('Configuration could not be loaded');
    return [new FailureRow(`${row.id}/failure`, row, what, error, retry)];
  }
}

class NoFilesRow implements Row {
  readonly id: string;
  readonly parent: OwnerRow;

  constructor(parent: OwnerRow) {
    this.id = `${parent.id}/noFiles`;
    this.parent = parent;
  }

  item(): vscode.TreeItem {
    const item = new vscode.TreeItem(vscode.l10n.t('No configuration files'));
    item.id = this.id;
    item.description = vscode.l10n.t('New Config File…');
    item.iconPath = new vscode.ThemeIcon('new-file');
    item.command = {
      command: 'foundries.newConfigFile',
      title: vscode.l10n.t('New Config File…'),
      arguments: [this.parent],
    };
    return item;
  }
}
