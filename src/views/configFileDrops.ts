import * as vscode from 'vscode';
import type { ConfigScope } from '../model/config';
import { ConfigFileRow } from './rows/configFileRow';
import { scopeOfRow } from './rows/configFileRows';
import { DeviceHeadingRow } from './rows/deviceHeadingRow';
import { DeviceRow } from './rows/deviceRow';
import { GroupRow } from './rows/ownerRows';
import type { Row } from './rows/row';

const URIS = 'text/uri-list';
/** Devices of the Devices view; their value is only a sign, they themselves stay here. */
const DEVICES = 'application/vnd.foundries.devices';

/**
 * Files dragged onto a device, group or Factory, from the Explorer or from one of our trees; and devices dragged onto a
 * group.
 */
export class ConfigFileDrops implements vscode.TreeDragAndDropController<Row> {
  readonly dragMimeTypes = [URIS, DEVICES];
  readonly dropMimeTypes = [URIS, DEVICES];
  private readonly drop: (uris: readonly vscode.Uri[], scope: ConfigScope) => unknown;
  private readonly move: (rows: readonly DeviceRow[], group: string) => unknown;
  private dragged: readonly DeviceRow[] = [];

  /** @param move is told of devices that were dropped on a group; `''`: on those without one */
  constructor(
    drop: (uris: readonly vscode.Uri[], scope: ConfigScope) => unknown,
    move: (rows: readonly DeviceRow[], group: string) => unknown,
  ) {
    this.drop = drop;
    this.move = move;
  }

  handleDrag(source: readonly Row[], data: vscode.DataTransfer): void {
    const uris = source.flatMap((row) => (row instanceof ConfigFileRow ? [row.uri.toString()] : []));
    if (uris.length > 0) {
      data.set(URIS, new vscode.DataTransferItem(uris.join('\r\n')));
    }
    this.dragged = source.flatMap((row) => (row instanceof DeviceRow ? [row] : []));
    if (this.dragged.length > 0) {
      data.set(DEVICES, new vscode.DataTransferItem(String(this.dragged.length)));
    }
  }

  async handleDrop(target: Row | undefined, data: vscode.DataTransfer): Promise<void> {
    const group = groupOf(target) ?? groupOf(target?.parent);
    if (group !== undefined && this.dragged.length > 0 && data.get(DEVICES) !== undefined) {
      void this.move(this.dragged, group);
      return;
    }
    const scope = scopeOfRow(target) ?? scopeOfRow(target?.parent);
    const list = await data.get(URIS)?.asString();
    const uris = (list ?? '')
      .split(/\r?\n/)
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => vscode.Uri.parse(line));
    if (scope !== undefined && uris.length > 0) {
      // VS Code shows the drop as going on until this returns, but questions come.
      void this.drop(uris, scope);
    }
  }
}

/** The group that a row stands for. */
function groupOf(row: Row | undefined): string | undefined {
  if (row instanceof GroupRow) {
    return row.scope.group;
  }
  return row instanceof DeviceHeadingRow && row.heading.kind === 'group' ? row.heading.name : undefined;
}
