import * as vscode from 'vscode';
import type { ConfigScope } from '../model/config';
import { ConfigFileRow } from './rows/configFileRow';
import { scopeOfRow, uuidOfRow } from './rows/configFileRows';
import { DeviceHeadingRow } from './rows/deviceHeadingRow';
import { DeviceRow } from './rows/deviceRow';
import { GroupRow } from './rows/ownerRows';
import type { Row } from './rows/row';

const URIS = 'text/uri-list';
/** Devices of the Devices view; their value is only a sign, they themselves stay here. */
const DEVICES = 'application/vnd.foundries.devices';
/** Configuration files of our trees, again only a sign: the Explorer drags the same URIs. */
const FILES = 'application/vnd.foundries.files';

/** Told of files that were dropped, and on what; a uuid is of the device whose row it was. */
type Drop = (
  files: readonly { readonly uri: vscode.Uri; readonly uuid: string | undefined }[],
  to: { readonly scope: ConfigScope; readonly uuid: string | undefined },
) => unknown;

/**
 * Files dragged onto a device, group or Factory, from the Explorer or from one of our trees; and devices dragged onto a
 * group.
 */
export class ConfigFileDrops implements vscode.TreeDragAndDropController<Row> {
  readonly dragMimeTypes = [URIS, DEVICES, FILES];
  readonly dropMimeTypes = [URIS, DEVICES, FILES];
  private readonly drop: Drop;
  private readonly move: (rows: readonly DeviceRow[], group: string) => unknown;
  private dragged: readonly DeviceRow[] = [];
  /** The devices of configuration files that are dragged: the name in a URI may move. */
  private uuids: ReadonlyMap<string, string | undefined> = new Map();

  /** @param move is told of devices that were dropped on a group; `''`: on those without one */
  constructor(drop: Drop, move: (rows: readonly DeviceRow[], group: string) => unknown) {
    this.drop = drop;
    this.move = move;
  }

  handleDrag(source: readonly Row[], data: vscode.DataTransfer): void {
    const files = source.flatMap((row) => (row instanceof ConfigFileRow ? [row] : []));
    const uris = files.map(({ uri }) => uri.toString());
    this.uuids = new Map(files.map((row) => [row.uri.toString(), uuidOfRow(row)]));
    if (uris.length > 0) {
      data.set(URIS, new vscode.DataTransferItem(uris.join('\r\n')));
      data.set(FILES, new vscode.DataTransferItem(String(uris.length)));
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
    const uuid = uuidOfRow(target);
    // What was dragged here before has nothing to do with what comes from elsewhere.
    const uuids = data.get(FILES) === undefined ? undefined : this.uuids;
    const list = await data.get(URIS)?.asString();
    const uris = (list ?? '')
      .split(/\r?\n/)
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => vscode.Uri.parse(line));
    if (scope !== undefined && uris.length > 0) {
      // VS Code shows the drop as going on until this returns, but questions come.
      void this.drop(
        uris.map((uri) => ({ uri, uuid: uuids?.get(uri.toString()) })),
        { scope, uuid },
      );
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
