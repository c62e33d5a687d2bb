import * as vscode from 'vscode';
import type { ConfigScope } from '../model/config';
import { ConfigFileRow } from './rows/configFileRow';
import { scopeOfRow } from './rows/configFileRows';
import type { Row } from './rows/row';

const URIS = 'text/uri-list';

/** Files dragged onto a device, group or Factory, from the Explorer or from one of our trees. */
export class ConfigFileDrops implements vscode.TreeDragAndDropController<Row> {
  readonly dragMimeTypes = [URIS];
  readonly dropMimeTypes = [URIS];
  private readonly drop: (uris: readonly vscode.Uri[], scope: ConfigScope) => unknown;

  constructor(drop: (uris: readonly vscode.Uri[], scope: ConfigScope) => unknown) {
    this.drop = drop;
  }

  handleDrag(source: readonly Row[], data: vscode.DataTransfer): void {
    const uris = source.flatMap((row) => (row instanceof ConfigFileRow ? [row.uri.toString()] : []));
    if (uris.length > 0) {
      data.set(URIS, new vscode.DataTransferItem(uris.join('\r\n')));
    }
  }

  async handleDrop(target: Row | undefined, data: vscode.DataTransfer): Promise<void> {
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
