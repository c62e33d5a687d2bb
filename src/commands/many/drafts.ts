import * as vscode from 'vscode';
import { formatAddress, parseAddress, SCHEME } from '../../configfs/address';
import type { Memory } from '../../configfs/baseline';
import { bindLanguage, tabsOf } from '../../configfs/editorHost';
import { SaveCauses } from '../../configfs/fileSystem';
import { textOf } from '../../configfs/text';
import { showInformation, showWarning, tellBriefly } from '../../ui/messages';
import { plainText } from '../../ui/plainText';
import type { Device } from '../../model/device';
import { placeText } from './placeText';
import type { WhenOver } from './keptDrafts';
import { KeptDrafts, type Draft, type KeptDraft } from './keptDrafts';

/** Scheme of texts that are being written for many devices. */
export const DRAFT_SCHEME = 'foundries-draft';

/**
 * What follows once a text is as it is to be: by Ctrl+S or *Continue to Preview*. `whenOver` is to be called when it was sent
 * or given up: from then on it is only for the devices that are left; with none it closes its tab, if nothing was typed since.
 */
export type Continue = (draft: Draft, text: string, whenOver: WhenOver) => unknown;

/**
 * Texts for many devices as documents. Saving one sends nothing: it leads to the preview. It is kept until it was sent, or
 * somebody discards it.
 */
export class Drafts implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly kept: KeptDrafts;
  private readonly next: Continue;
  private count = 0;
  /** Texts that are on their way: previewed, or being sent. */
  private readonly underWay = new Map<string, object>();
  private readonly causes = new SaveCauses(DRAFT_SCHEME);
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly status = vscode.window.createStatusBarItem(
    'foundries.draft',
    vscode.StatusBarAlignment.Left,
    Number.NEGATIVE_INFINITY,
  );
  private readonly subscriptions: vscode.Disposable;
  readonly onDidChangeFile = this.changed.event;

  constructor(memory: Memory, next: Continue) {
    this.kept = new KeptDrafts(memory);
    this.next = next;
    this.status.name = vscode.l10n.t('Foundries: text for devices');
    this.status.command = 'foundries.continueToPreview';
    this.subscriptions = vscode.Disposable.from(
      this.causes,
      this.changed,
      this.status,
      vscode.workspace.registerFileSystemProvider(DRAFT_SCHEME, this, { isCaseSensitive: true }),
      vscode.window.onDidChangeActiveTextEditor(() => this.showStatus()),
      vscode.workspace.onDidOpenTextDocument((document) => bindDraft(document)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        // A change of its language closes a document, too.
        setTimeout(() => {
          if (uri.scheme === DRAFT_SCHEME && tabsOf(uri).length === 0) {
            this.closed(uri.toString());
          }
        }, 1000);
      }),
    );
    vscode.workspace.textDocuments.forEach((document) => void bindDraft(document));
    this.kept
      .all()
      .filter(({ key }) => tabsOf(vscode.Uri.parse(key)).length === 0)
      .forEach(({ key }) => this.closed(key));
    this.showStatus();
  }

  /** Opens a text to be written. */
  async open(draft: Draft, text: string): Promise<void> {
    const { factory, file, place } = draft;
    // A path as that of a device's file, so that languages are bound to it as to the file itself.
    const { path } = formatAddress({ host: 'x', scope: { kind: 'device', factory, device: place }, file });
    let uri: vscode.Uri;
    do {
      this.count += 1;
      uri = vscode.Uri.from({ scheme: DRAFT_SCHEME, authority: String(this.count), path });
    } while (this.kept.get(uri.toString()) !== undefined);
    await this.kept.set(uri.toString(), { ...draft, text, known: text, mtime: Date.now() });
    await vscode.window.showTextDocument(uri, { preview: false });
    tellBriefly(
      vscode.l10n.t('{0} for {1}: Ctrl+S leads to the preview, nothing is sent before.', file, place),
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
    const { text, mtime } = this.at(uri);
    return { type: vscode.FileType.File, ctime: mtime, mtime, size: Buffer.byteLength(text, 'utf8') };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return Buffer.from(this.at(uri).text, 'utf8');
  }

  async writeFile(uri: vscode.Uri, bytes: Uint8Array): Promise<void> {
    const cause = this.causes.take(uri, bytes);
    const draft = this.kept.get(uri.toString());
    if (cause === 'auto') {
      // It would look done.
      throw new Error(vscode.l10n.t('Not sent: press Ctrl+S to see what would change on each device.'));
    }
    if (draft === undefined) {
      // The tab was brought back, but what was kept is gone.
      throw new Error(
        vscode.l10n.t(
          'It is no longer known which devices this text is for. Run “Foundries: Set Config File on Devices…” and choose the text of the editor.',
        ),
      );
    }
    const text = textOf(bytes);
    if (text === undefined) {
      throw new Error(
        vscode.l10n.t(
          'The text is not UTF-8, which a plain value must be. Save it with encoding UTF-8, or set a binary file with New Secret…, byte for byte.',
        ),
      );
    }
    await this.kept.set(uri.toString(), { ...draft, text, mtime: Math.max(Date.now(), draft.mtime + 1) });
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
    const key = uri.toString();
    const way = {};
    this.underWay.set(key, way);
    const whenOver = async (left: readonly Device[], isSent: boolean): Promise<void> => {
      if (this.underWay.get(key) === way) {
        this.underWay.delete(key);
      }
      const now = this.kept.get(key);
      if (now === undefined) {
        return;
      }
      if (left.length > 0) {
        await this.kept.set(key, { ...now, devices: left, place: placeText(left) });
        this.showStatus();
        // Of what was sent, the result tells what is left.
        if (!isSent && tabsOf(uri).length === 0) {
          this.closed(key);
        }
        return;
      }
      await this.kept.set(key, { ...now, known: text });
      await vscode.window.tabGroups.close(tabsOf(uri).filter(({ isDirty }) => !isDirty));
      if (tabsOf(uri).length === 0) {
        this.closed(key);
      }
    };
    // Whatever keeps it from being previewed, its text is told of like any other.
    void Promise.resolve(this.next(draft, text, whenOver)).catch(async (error: unknown) => {
      await whenOver(draft.devices, false);
      throw error;
    });
  }

  private at(uri: vscode.Uri): KeptDraft {
    const draft = this.kept.get(uri.toString());
    if (draft === undefined) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    return draft;
  }

  /** A text without a tab is kept only where somebody would miss it. */
  private closed(key: string): void {
    const draft = this.kept.get(key);
    if (draft === undefined || this.underWay.has(key)) {
      return;
    }
    if (draft.text === draft.known) {
      void this.kept.delete(key);
      return;
    }
    const open = vscode.l10n.t('Open Again');
    const discard = vscode.l10n.t('Discard');
    const names = draft.devices.slice(0, NAMED).map(({ name }) => name);
    const message = vscode.l10n.t(
      'Your text of {0} for {1} ({2}) was saved here, but not sent.',
      draft.file,
      draft.place,
      [...names, ...(draft.devices.length > NAMED ? ['…'] : [])].join(', '),
    );
    void showWarning(message, open, discard).then((chosen) => {
      if (chosen === discard) {
        return this.kept.delete(key);
      }
      if (chosen === open && this.kept.get(key) === undefined) {
        return void showInformation(vscode.l10n.t('{0} was sent to {1} meanwhile.', draft.file, draft.place));
      }
      return chosen === open
        ? vscode.window.showTextDocument(vscode.Uri.parse(key), { preview: false }).then(() => undefined)
        : undefined;
    });
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

/** Devices that are named before the rest is left out. */
const NAMED = 5;

/** As that of a device's file: these languages switch auto-save off. */
async function bindDraft(document: vscode.TextDocument): Promise<void> {
  if (document.uri.scheme === DRAFT_SCHEME) {
    await bindLanguage(document, parseAddress(document.uri.with({ scheme: SCHEME })));
  }
}
