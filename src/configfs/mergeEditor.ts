import * as vscode from 'vscode';
import { scopeLabel } from '../ui/errorText';
import { showFailure } from '../ui/notify';
import { parseAddress } from './address';
import type { ConfigDocuments } from './documents';

/** Scheme of what a merge editor shows: the versions, and the result in memory. */
const MERGE_SCHEME = 'foundries-merge';

/** With marks in its output the merge editor merges on opening, and has something to save when it is completed. */
const TO_BE_MERGED = '<<<<<<< \n=======\n>>>>>>> \n';

interface MergeFile {
  bytes: Uint8Array;
  mtime: number;
  /** Takes the result; absent for the versions, which cannot be edited. */
  readonly onWrite?: (text: string) => Promise<void>;
}

/**
 * Merges an editor's text with the server's in VS Code's merge editor. Its result is not the document itself: VS Code
 * saves the output before it opens, which is the very save that was refused. What is completed there goes into the
 * document, as unsent text on top of the server's version.
 */
export class MergeEditor implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly documents: ConfigDocuments;
  private readonly files = new Map<string, MergeFile>();
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly subscriptions: { dispose(): void }[];
  private count = 0;
  readonly onDidChangeFile = this.changed.event;

  constructor(documents: ConfigDocuments) {
    this.documents = documents;
    this.subscriptions = [
      this.changed,
      vscode.workspace.registerFileSystemProvider(MERGE_SCHEME, this, { isCaseSensitive: true }),
    ];
  }

  /** Opens the merge editor on an editor's unsent text and what is on the server. */
  async open(uri: vscode.Uri): Promise<void> {
    const address = parseAddress(uri);
    const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
    if (address === undefined || document === undefined) {
      return;
    }
    try {
      const theirs = (await this.documents.serverValue(address)) ?? '';
      const base = (await this.documents.baseValue(address)) ?? '';
      const mine = document.getText();
      const take = async (text: string) => {
        await replaceText(document, text);
        this.documents.rebase(address, theirs);
      };
      this.count += 1;
      const at = (version: string) =>
        vscode.Uri.from({ scheme: MERGE_SCHEME, authority: `${this.count}-${version}`, path: uri.path });
      const output = at('result');
      this.put(at('base'), base);
      this.put(at('yours'), mine);
      this.put(at('server'), theirs);
      this.put(output, TO_BE_MERGED, take);
      try {
        await vscode.commands.executeCommand('_open.mergeEditor', {
          base: at('base'),
          input1: { uri: at('yours'), title: vscode.l10n.t('Yours'), description: vscode.l10n.t('not sent') },
          input2: { uri: at('server'), title: vscode.l10n.t('Server'), description: scopeLabel(address.scope) },
          output,
        });
      } catch {
        await this.mergeInPlace(document, base, theirs, take);
      }
    } catch (error) {
      await showFailure(vscode.l10n.t('Could not merge {0} with the server', address.file), error);
    }
  }

  /** Where there is no merge editor, the merge is put into the document, with marks where both sides meet. */
  private async mergeInPlace(
    document: vscode.TextDocument,
    base: string,
    theirs: string,
    take: (text: string) => Promise<void>,
  ): Promise<void> {
    const { mergeTexts } = await import('../model/merging');
    const labels = { mine: vscode.l10n.t('Yours'), theirs: vscode.l10n.t('Server') };
    const { text, conflicts } = mergeTexts(base, document.getText(), theirs, labels);
    await take(text);
    void vscode.window.showInformationMessage(
      conflicts === 0
        ? vscode.l10n.t('Both changes were merged here. Look at them, then press Ctrl+S to send them.')
        : vscode.l10n.t('Both changes were merged here. Decide what stands between the marks, then press Ctrl+S.'),
    );
  }

  /** Completes the merge that is shown, and sends the result. */
  async complete(): Promise<void> {
    const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
    const result = resultOf(input);
    const accepted = await vscode.commands.executeCommand<{ successful?: boolean } | undefined>(
      'mergeEditor.acceptMerge',
    );
    if (accepted?.successful === true && result !== undefined) {
      const document = vscode.workspace.textDocuments.find(
        ({ uri }) => parseAddress(uri) !== undefined && uri.path === result.path,
      );
      if (document !== undefined) {
        await vscode.window.showTextDocument(document, { preview: false });
        await document.save();
      }
    }
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const file = this.find(uri);
    return {
      type: vscode.FileType.File,
      ctime: 0,
      mtime: file.mtime,
      size: file.bytes.byteLength,
      ...(file.onWrite === undefined ? { permissions: vscode.FilePermission.Readonly } : {}),
    };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return this.find(uri).bytes;
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const file = this.find(uri);
    if (file.onWrite === undefined) {
      throw vscode.FileSystemError.NoPermissions(uri);
    }
    await file.onWrite(new TextDecoder('utf-8', { ignoreBOM: true }).decode(content));
    file.bytes = content;
    file.mtime += 1;
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(): void {
    // Folders exist only in paths.
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private put(uri: vscode.Uri, text: string, onWrite?: MergeFile['onWrite']): void {
    const bytes = new TextEncoder().encode(text);
    this.files.set(uri.toString(), { bytes, mtime: Date.now(), ...(onWrite === undefined ? {} : { onWrite }) });
  }

  private find(uri: vscode.Uri): MergeFile {
    const file = this.files.get(uri.toString());
    if (file === undefined) {
      // A merge does not outlive its window; the unsent text does, in its own editor.
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    return file;
  }
}

/** The class of this tab's input is still a proposal in VS Code's typings; its fields are there. */
function resultOf(input: unknown): vscode.Uri | undefined {
  const { result } = (input ?? {}) as { result?: unknown };
  return result instanceof vscode.Uri ? result : undefined;
}

async function replaceText(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  const all = new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length));
  edit.replace(document.uri, all, text);
  if (!(await vscode.workspace.applyEdit(edit))) {
    throw new Error(vscode.l10n.t('The merge could not be put into {0}.', document.uri.path));
  }
}
