import * as vscode from 'vscode';
import { setContext } from '../ui/contextKeys';
import { scopeLabel } from '../ui/errorText';
import { showInformation, showWarning } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { parseAddress } from './address';
import type { ConfigDocuments } from './documents';
import { MergeResult } from './mergeResult';

/** Scheme of what a merge editor shows: the versions, and the result in memory. */
const MERGE_SCHEME = 'foundries-merge';

/** With marks in its output the merge editor merges on opening, and has something to save when it is completed. */
const TO_BE_MERGED = '<<<<<<< \n=======\n>>>>>>> \n';

interface MergeFile {
  bytes: Uint8Array;
  mtime: number;
  /** Of the result; absent for the versions, which cannot be edited. */
  readonly merge?: Merge;
}

interface Merge {
  /** The file that is merged. */
  readonly uri: vscode.Uri;
  readonly result: MergeResult;
  /** Takes the result. */
  readonly take: (text: string) => Promise<void>;
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
  /** The button that sends the result: VS Code draws actions of an editor's title as icons only. */
  private readonly button = vscode.window.createStatusBarItem(
    'foundries.completeMerge',
    vscode.StatusBarAlignment.Left,
    10,
  );
  private count = 0;
  readonly onDidChangeFile = this.changed.event;

  constructor(documents: ConfigDocuments) {
    this.documents = documents;
    const label = vscode.l10n.t('Complete Merge and Send');
    this.button.name = label;
    this.button.text = `$(cloud-upload) ${label}`;
    this.button.tooltip = vscode.l10n.t('Sends the result of the merge. Ctrl+S does the same.');
    this.button.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
    this.button.command = 'foundries.completeMerge';
    const followTabs = () => {
      const isShown = this.shown !== undefined;
      setContext('foundries.merging', isShown);
      this.button[isShown ? 'show' : 'hide']();
    };
    this.subscriptions = [
      this.changed,
      this.button,
      vscode.window.tabGroups.onDidChangeTabs(followTabs),
      vscode.window.tabGroups.onDidChangeTabGroups(followTabs),
      vscode.workspace.registerFileSystemProvider(MERGE_SCHEME, this, { isCaseSensitive: true }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === MERGE_SCHEME) {
          // A change of language closes a document, too.
          setTimeout(() => this.forgetIfOver(uri), 1000);
        }
      }),
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
      const result = new MergeResult(mine, theirs);
      const take = async (text: string) => {
        const held = await this.replaceText(uri, result, text);
        if (result.putIn(held)) {
          this.documents.rebase(address, theirs);
        }
      };
      this.count += 1;
      const number = this.count;
      const at = (version: string) =>
        vscode.Uri.from({ scheme: MERGE_SCHEME, authority: `${number}-${version}`, path: uri.path });
      const output = at('result');
      this.put(at('base'), base);
      this.put(at('yours'), mine);
      this.put(at('server'), theirs);
      this.put(output, TO_BE_MERGED, { uri, result, take });
      try {
        await vscode.commands.executeCommand('_open.mergeEditor', {
          base: at('base'),
          input1: { uri: at('yours'), title: vscode.l10n.t('Yours'), description: vscode.l10n.t('not sent') },
          input2: { uri: at('server'), title: vscode.l10n.t('Server'), description: scopeLabel(address.scope) },
          output,
        });
      } catch {
        this.forget(number);
        await this.mergeInPlace(mine, base, theirs, take);
      }
    } catch (error) {
      await showFailure(vscode.l10n.t('Could not merge {0} with the server', address.file), error);
    }
  }

  /** Where there is no merge editor, the merge is put into the document, with marks where both sides meet. */
  private async mergeInPlace(
    mine: string,
    base: string,
    theirs: string,
    take: (text: string) => Promise<void>,
  ): Promise<void> {
    const { mergeTexts } = await import('../model/merging');
    const labels = { mine: vscode.l10n.t('Yours'), theirs: vscode.l10n.t('Server') };
    const { text, conflicts } = mergeTexts(base, mine, theirs, labels);
    await take(text);
    void showInformation(
      conflicts === 0
        ? vscode.l10n.t('Both changes were merged here. Look at them, then press Ctrl+S to send them.')
        : vscode.l10n.t('Both changes were merged here. Decide what stands between the marks, then press Ctrl+S.'),
    );
  }

  /** Completes the merge that is shown, and sends the result. */
  async complete(): Promise<void> {
    const merge = this.shown;
    const accepted = await vscode.commands.executeCommand<{ successful?: boolean } | undefined>(
      'mergeEditor.acceptMerge',
    );
    if (accepted?.successful === true && merge !== undefined) {
      const { document } = await vscode.window.showTextDocument(merge.uri, { preview: false });
      // What was typed there since is somebody's next thought, not the result.
      if (merge.result.isIn(document.getText())) {
        await document.save();
      }
    }
  }

  /** The merge in front. */
  private get shown(): Merge | undefined {
    const result = resultOf(vscode.window.tabGroups.activeTabGroup.activeTab?.input);
    return result === undefined ? undefined : this.files.get(result.toString())?.merge;
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const file = this.find(uri);
    return {
      type: vscode.FileType.File,
      ctime: 0,
      mtime: file.mtime,
      size: file.bytes.byteLength,
      ...(file.merge === undefined ? { permissions: vscode.FilePermission.Readonly } : {}),
    };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return this.find(uri).bytes;
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const file = this.find(uri);
    if (file.merge === undefined) {
      throw vscode.FileSystemError.NoPermissions(uri);
    }
    await file.merge.take(new TextDecoder('utf-8', { ignoreBOM: true }).decode(content));
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

  /**
   * Puts a result into the file's editor, which may have been closed, or typed in, since the merge began.
   *
   * @returns the text as the editor holds it
   * @throws {Error} where that would replace text that is not part of the merge
   */
  private async replaceText(uri: vscode.Uri, result: MergeResult, text: string): Promise<string> {
    const document = await vscode.workspace.openTextDocument(uri);
    const held = document.getText();
    if (!result.mayReplace({ text: held, dirty: document.isDirty })) {
      this.offerAgain(uri);
      throw new Error(
        vscode.l10n.t(
          'The text of {0} is another one than when the merge began. Nothing was replaced; the result is still in the merge editor.',
          parseAddress(uri)?.file ?? uri.path,
        ),
      );
    }
    const edit = new vscode.WorkspaceEdit();
    edit.replace(uri, new vscode.Range(document.positionAt(0), document.positionAt(held.length)), text);
    // Refused by VS Code where somebody types meanwhile.
    if (!(await vscode.workspace.applyEdit(edit))) {
      throw new Error(vscode.l10n.t('The merge could not be put into {0}.', uri.path));
    }
    return document.getText();
  }

  private offerAgain(uri: vscode.Uri): void {
    const again = vscode.l10n.t('Merge Again');
    const message = vscode.l10n.t(
      '{0} was changed or closed while it was merged. Copy what you need of the result, then merge again.',
      parseAddress(uri)?.file ?? uri.path,
    );
    void showWarning(message, again).then(async (chosen) => {
      if (chosen === again) {
        await vscode.workspace.openTextDocument(uri);
        await this.open(uri);
      }
    });
  }

  private put(uri: vscode.Uri, text: string, merge?: Merge): void {
    const bytes = new TextEncoder().encode(text);
    this.files.set(uri.toString(), { bytes, mtime: Date.now(), ...(merge === undefined ? {} : { merge }) });
  }

  /** A merge is over when neither its tab nor a text of it is open. */
  private forgetIfOver({ authority }: vscode.Uri): void {
    const number = Number.parseInt(authority, 10);
    const isOf = (uri: vscode.Uri | undefined) =>
      uri?.scheme === MERGE_SCHEME && Number.parseInt(uri.authority, 10) === number;
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    if (
      !vscode.workspace.textDocuments.some(({ uri }) => isOf(uri)) &&
      !tabs.some(({ input }) => isOf(resultOf(input)))
    ) {
      this.forget(number);
    }
  }

  private forget(number: number): void {
    for (const key of [...this.files.keys()].filter((uri) => uri.startsWith(`${MERGE_SCHEME}://${number}-`))) {
      this.files.delete(key);
    }
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
