import * as vscode from 'vscode';
import { formatAddress } from '../../configfs/address';
import { SaveCauses } from '../../configfs/fileSystem';
import { tabsOf } from '../../configfs/editorHost';
import { textOf } from '../../configfs/text';
import { plainText } from '../../ui/plainText';

/** Scheme of texts that are being written for many devices; they are in memory only. */
export const DRAFT_SCHEME = 'foundries-draft';

/** A text that somebody is writing. */
export interface Draft {
  readonly factory: string;
  readonly file: string;
  /** The devices in words. */
  readonly place: string;
  /**
   * What follows once the text is as it is to be: by Ctrl+S or *Continue to Preview*. `close` closes its tab, if nothing
   * was typed since.
   */
  readonly next: (text: string, close: () => unknown) => unknown;
}

interface Kept extends Draft {
  bytes: Uint8Array;
  mtime: number;
}

/** Texts for many devices as documents. Saving one sends nothing: it leads to the preview. */
export class Drafts implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly kept = new Map<string, Kept>();
  private count = 0;
  private readonly causes = new SaveCauses(DRAFT_SCHEME);
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly status = vscode.window.createStatusBarItem(
    'foundries.draft',
    vscode.StatusBarAlignment.Left,
    Number.NEGATIVE_INFINITY,
  );
  private readonly subscriptions: vscode.Disposable;
  readonly onDidChangeFile = this.changed.event;

  constructor() {
    this.status.name = vscode.l10n.t('Foundries: text for devices');
    this.status.command = 'foundries.continueToPreview';
    this.subscriptions = vscode.Disposable.from(
      this.causes,
      this.changed,
      this.status,
      vscode.workspace.registerFileSystemProvider(DRAFT_SCHEME, this, { isCaseSensitive: true }),
      vscode.window.onDidChangeActiveTextEditor(() => this.showStatus()),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        // A change of its language closes a document, too.
        setTimeout(() => {
          if (uri.scheme === DRAFT_SCHEME && tabsOf(uri).length === 0) {
            this.kept.delete(uri.toString());
          }
        }, 1000);
      }),
    );
  }

  /** Opens a text to be written. */
  async open(draft: Draft, text: string): Promise<void> {
    const { factory, file, place } = draft;
    // A path as that of a device's file, so that languages are bound to it as to the file itself.
    const { path } = formatAddress({ host: 'x', scope: { kind: 'device', factory, device: place }, file });
    this.count += 1;
    const uri = vscode.Uri.from({ scheme: DRAFT_SCHEME, authority: String(this.count), path });
    this.kept.set(uri.toString(), { ...draft, bytes: Buffer.from(text, 'utf8'), mtime: Date.now() });
    await vscode.window.showTextDocument(uri, { preview: false });
    void vscode.window.setStatusBarMessage(
      plainText(vscode.l10n.t('{0} for {1}: Ctrl+S leads to the preview, nothing is sent before.', file, place)),
      10_000,
    );
  }

  /** Goes on with the text in front. */
  async proceed(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (document?.uri.scheme !== DRAFT_SCHEME) {
      return;
    }
    const draft = this.kept.get(document.uri.toString());
    if (document.isDirty || draft === undefined) {
      // Its saving goes on.
      await document.save();
    } else {
      this.follow(draft, document.uri, document.getText());
    }
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const { bytes, mtime } = this.at(uri);
    return { type: vscode.FileType.File, ctime: mtime, mtime, size: bytes.length };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return this.at(uri).bytes;
  }

  writeFile(uri: vscode.Uri, bytes: Uint8Array): void {
    const cause = this.causes.take(uri);
    const draft = this.kept.get(uri.toString());
    if (draft === undefined) {
      // The tab was brought back by a restart.
      throw new Error(
        vscode.l10n.t(
          'It is no longer known which devices this text is for. Run "Foundries: Set Config File on Devices…" and choose the text of the editor.',
        ),
      );
    }
    const text = textOf(bytes);
    if (text === undefined) {
      throw new Error(
        vscode.l10n.t('The text is not UTF-8, which a plain value must be. Save it with encoding UTF-8.'),
      );
    }
    draft.bytes = bytes;
    draft.mtime = Math.max(Date.now(), draft.mtime + 1);
    if (cause === 'manual') {
      // After the save has ended, so that the tab is clean when another comes to the front.
      setTimeout(() => this.follow(draft, uri, text), 0);
    }
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private follow(draft: Draft, uri: vscode.Uri, text: string): void {
    draft.next(text, () => vscode.window.tabGroups.close(tabsOf(uri).filter(({ isDirty }) => !isDirty)));
  }

  private at(uri: vscode.Uri): Kept {
    const draft = this.kept.get(uri.toString());
    if (draft === undefined) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    return draft;
  }

  private showStatus(): void {
    const uri = vscode.window.activeTextEditor?.document.uri;
    const draft = uri?.scheme === DRAFT_SCHEME ? this.kept.get(uri.toString()) : undefined;
    if (draft === undefined) {
      this.status.hide();
      return;
    }
    this.status.text = plainText(`$(arrow-right) ${vscode.l10n.t('Continue: {0} for {1}', draft.file, draft.place)}`);
    this.status.tooltip = vscode.l10n.t('Shows what would change on each device. Nothing is sent before you say so.');
    this.status.show();
  }
}
