import * as vscode from 'vscode';
import type { Connection, FactoryData } from '../store/connections';
import type { Disposable } from '../store/emitter';
import { explain } from '../ui/errorText';
import { serverLabel } from '../ui/hostLabel';
import { oneLine } from '../ui/reportText';
import { formatReport, parseReport, REPORT_SCHEME, type ReportAddress } from './address';
import type { PageSource } from './devicePageText';

/** What a page that is opened again may be made from without asking. */
const FRESH_MS = 30_000;

/**
 * Read-only documents about devices. They are plain text and not Markdown: what devices tell of themselves can then be no
 * link, command or image; they read, search and copy as any document, and need no web view, which many hosted and
 * closed-off installations cannot show.
 *
 * A page follows its device while it is visible, and is asked for again when it is looked at after a change.
 */
export class DevicePages implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly source: PageSource;
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly followed = new Map<string, Disposable[]>();
  /** Texts that were read just now, for the pages that are about to show them. */
  private readonly read = new Map<string, string>();
  /** Pages that are to be asked for again, whatever is still known. */
  private readonly forced = new Set<string>();
  /** Pages of devices that changed while nobody looked. */
  private readonly outdated = new Set<string>();
  /** Pages that wait for somebody to sign in. */
  private readonly waiting = new Set<string>();
  private readonly subscriptions: Disposable[];
  readonly onDidChange = this.changed.event;

  constructor(source: PageSource) {
    this.source = source;
    this.subscriptions = [
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.forget(uri.toString())),
      vscode.window.onDidChangeVisibleTextEditors(() => this.renewVisible()),
      source.connections.onDidChange(() => {
        [...this.waiting].forEach((key) => this.changed.fire(vscode.Uri.parse(key)));
      }),
    ];
  }

  /**
   * Shows a page; one that is open already is asked for again where it is old.
   *
   * @param text what the page says, where that was read just now
   */
  async show(address: ReportAddress, text?: string): Promise<void> {
    const uri = pageUri(address);
    if (text !== undefined) {
      this.read.set(uri.toString(), text);
    }
    const wasOpen = isOpen(uri);
    if (wasOpen) {
      this.changed.fire(uri);
    }
    const editor = await vscode.window.showTextDocument(uri, { preview: true });
    this.read.delete(uri.toString());
    if (!wasOpen && address.subject.kind === 'details') {
      await foldParts(editor);
    }
  }

  /** Asks again for a page, whatever its age. */
  refresh(uri: vscode.Uri): void {
    this.forced.add(uri.toString());
    this.changed.fire(uri);
  }

  /** @returns the text of a page, or a sentence in its place that says why there is none; never rejects */
  async provideTextDocumentContent(uri: vscode.Uri, token?: vscode.CancellationToken): Promise<string> {
    const key = uri.toString();
    const read = this.read.get(key);
    if (read !== undefined) {
      return read;
    }
    const address = parseReport(uri);
    if (address === undefined) {
      return vscode.l10n.t('This is not the address of a page about a device.');
    }
    await this.source.ready();
    const connection = this.source.connections.forFactory(address.host, address.factory);
    if (connection === undefined) {
      this.waiting.add(key);
      return vscode.l10n.t('Not signed in to {0}: this page appears when you are.', serverLabel(address.host));
    }
    this.waiting.delete(key);
    const factory = connection.factory(address.factory);
    this.follow(key, address, connection, factory);
    this.outdated.delete(key);
    const maxAge = this.forced.delete(key) ? Number.NEGATIVE_INFINITY : FRESH_MS;
    try {
      return await (
        await import('./devicePageText')
      ).pageText(this.source, address, connection, factory, maxAge, token);
    } catch (error) {
      return vscode.l10n.t(
        '{0}: this could not be read. {1} Refresh tries again.',
        oneLine(address.device),
        explain(error).message,
      );
    }
  }

  dispose(): void {
    [...this.followed.keys()].forEach((key) => this.forget(key));
    this.subscriptions.forEach((subscription) => {
      subscription.dispose();
    });
    this.changed.dispose();
  }

  private follow(
    key: string,
    { device, subject }: ReportAddress,
    connection: Connection,
    { name, fleet }: FactoryData,
  ): void {
    if (subject.kind === 'artifact') {
      return;
    }
    this.followed.get(key)?.forEach((subscription) => subscription.dispose());
    const outdate = () => {
      this.outdated.add(key);
      this.renewVisible();
    };
    this.followed.set(key, [
      fleet.watch(device, outdate),
      connection.configs.onDidChange((scope) => {
        const isDetail = subject.kind === 'details' || subject.kind === 'json';
        if (isDetail && scope.kind === 'device' && scope.factory === name && scope.device === device) {
          outdate();
        }
      }),
    ]);
  }

  private renewVisible(): void {
    for (const { document } of vscode.window.visibleTextEditors) {
      if (this.outdated.delete(document.uri.toString())) {
        this.refresh(document.uri);
      }
    }
  }

  private forget(key: string): void {
    this.followed.get(key)?.forEach((subscription) => subscription.dispose());
    this.followed.delete(key);
    this.forced.delete(key);
    this.outdated.delete(key);
    this.waiting.delete(key);
  }
}

/** @returns the URI of a page, with a name for its tab */
export function pageUri(address: ReportAddress): vscode.Uri {
  return vscode.Uri.from(formatReport(address, oneLine(titleOf(address))));
}

/** @returns the address of the page in an editor; undefined for other editors */
export function activePage(): vscode.Uri | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === REPORT_SCHEME ? uri : undefined;
}

/** Folds what is indented twice: a long list within a part of the page, which is one click away. */
async function foldParts({ document }: vscode.TextEditor): Promise<void> {
  const depth = (line: number) => document.lineAt(line).firstNonWhitespaceCharacterIndex;
  const lines = Array.from({ length: Math.max(0, document.lineCount - 1) }, (_, line) => line).filter(
    (line) => depth(line) === 4 && depth(line + 1) === 8,
  );
  if (lines.length > 0) {
    await vscode.commands.executeCommand('editor.fold', { selectionLines: lines, levels: 1 });
  }
}

function titleOf({ device, subject }: ReportAddress): string {
  switch (subject.kind) {
    case 'details':
      return vscode.l10n.t('{0} (details)', device);
    case 'json':
      return `${device}.json`;
    case 'health':
      return vscode.l10n.t('{0} (app health)', device);
    case 'update':
      return vscode.l10n.t('{0} (update {1})', device, /^[^-]*(-[^-]*)?/.exec(subject.id)?.[0] ?? subject.id);
    case 'test':
      return vscode.l10n.t('{0} ({1})', device, subject.id);
    case 'artifact':
      return subject.name.split('/').at(-1) ?? subject.name;
  }
}

const isOpen = (uri: vscode.Uri): boolean =>
  vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
