import * as vscode from 'vscode';
import { LOG_FILE } from '../api/runFiles';
import { isHeading, isTrouble, stepsOf, type LogStyle } from '../model/logText';
import type { Connections } from '../store/connections';
import { setContext } from '../ui/contextKeys';
import { explain } from '../ui/errorText';
import { serverLabel } from '../ui/hostLabel';
import { showInformation } from '../ui/messages';
import { oneLine } from '../ui/reportText';
import { receivedText, withSignal } from './artifactText';
import { formatRunPage, parseRunPage, RUN_SCHEME, type RunPage } from './runAddress';
import { RunLogPage, type ShownLog } from './runLogPage';

/** Lines above and below what is in view that are coloured too. */
const MARGIN = 200;
/** Milliseconds that a document waits for its first text before it says that it is being read. */
const PATIENCE_MS = 2000;

/** Errors that are marked beside the scroll bar. */
const MOST_MARKS = 1000;

const COLORS = ['Black', 'Red', 'Green', 'Yellow', 'Blue', 'Magenta', 'Cyan', 'White'];

/** Where the pages take their facts from. */
export interface RunPageSource {
  ready(): Promise<void>;
  readonly connections: Pick<Connections, 'forFactory' | 'onDidChange'>;
}

/**
 * Read-only documents of runs: their logs, which grow while they are looked at, and files that they left. Logs fold by step,
 * have steps and errors in their outline, and the colours that a terminal would show.
 */
export class RunPages
  implements
    vscode.TextDocumentContentProvider,
    vscode.FoldingRangeProvider,
    vscode.DocumentSymbolProvider,
    vscode.Disposable
{
  private readonly source: RunPageSource;
  private readonly changed: vscode.EventEmitter<vscode.Uri>;
  private readonly logs = new Map<string, RunLogPage>();
  /** Texts that were read just now, for the documents that are about to show them. */
  private readonly read = new Map<string, string>();
  private readonly waiting = new Set<string>();
  /** Pages whose editor stood at the end when they grew. */
  private readonly atEnd = new Set<string>();
  private readonly styles = new Map<string, vscode.TextEditorDecorationType>();
  private readonly marks = vscode.window.createTextEditorDecorationType({
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.errorForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Right,
  });
  private readonly marked = new WeakMap<vscode.TextEditor, ShownLog>();
  private readonly subscriptions: { dispose(): void }[];

  /** @param changed is fired for the pages that have another text */
  constructor(source: RunPageSource, changed: vscode.EventEmitter<vscode.Uri>) {
    this.source = source;
    this.changed = changed;
    const selector = { scheme: RUN_SCHEME, pattern: '**/*.log' };
    this.subscriptions = [
      this.marks,
      vscode.languages.registerFoldingRangeProvider(selector, this),
      vscode.languages.registerDocumentSymbolProvider(selector, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.forget(uri.toString())),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.grown(document)),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => this.decorate(textEditor)),
      vscode.window.onDidChangeVisibleTextEditors((editors) => editors.forEach((editor) => this.seen(editor))),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => closed.forEach((tab) => this.closed(tab.input))),
      source.connections.onDidChange(() =>
        [...this.waiting].forEach((key) => this.changed.fire(vscode.Uri.parse(key))),
      ),
    ];
  }

  /** Shows the log of a run, from its end where it is still written. One that was read to its end is read anew. */
  async showLog(page: Omit<RunPage, 'path'>): Promise<void> {
    const uri = pageUri({ ...page, path: LOG_FILE });
    const key = uri.toString();
    if (this.logs.get(key)?.over === true) {
      this.forget(key);
      this.changed.fire(uri);
    }
    const editor = await vscode.window.showTextDocument(uri, { preview: true });
    this.decorate(editor);
    if (this.logs.get(key)?.over === false) {
      this.reveal(editor, editor.document.lineCount - 1);
    }
  }

  /** Shows a file of a run whose text was read just now. */
  async showFile(page: RunPage, text: string): Promise<void> {
    const uri = pageUri(page);
    this.read.set(uri.toString(), text);
    try {
      this.changed.fire(uri);
      await vscode.window.showTextDocument(uri, { preview: true });
    } finally {
      this.read.delete(uri.toString());
    }
  }

  /** @returns the text of a page, or a sentence in its place that says why there is none; never rejects */
  async provideTextDocumentContent(uri: vscode.Uri, token?: vscode.CancellationToken): Promise<string> {
    const key = uri.toString();
    const read = this.read.get(key);
    const page = parseRunPage(uri);
    if (read !== undefined || page === undefined) {
      return read ?? vscode.l10n.t('This is not the address of a log or a file of a run.');
    }
    await this.source.ready();
    const client = this.source.connections.forFactory(page.host, page.factory)?.client;
    if (client === undefined) {
      this.waiting.add(key);
      return vscode.l10n.t('Not signed in to {0}: this page appears when you are.', serverLabel(page.host));
    }
    this.waiting.delete(key);
    if (page.path !== LOG_FILE) {
      try {
        return await withSignal(token, (signal) =>
          receivedText((sink, stop) => client.receiveRunFile(page, sink, stop), signal),
        );
      } catch (error) {
        return vscode.l10n.t('{0}: this could not be read. {1}', oneLine(page.path), explain(error).message);
      }
    }
    let log = this.logs.get(key);
    if (log === undefined) {
      log = new RunLogPage(client, page, watchedEditor(key), () => this.tell(uri));
      this.logs.set(key, log);
      void log.first.then(() => this.tellRunning());
      await Promise.race([log.first, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
    }
    return log.content.text;
  }

  provideFoldingRanges(document: vscode.TextDocument): vscode.FoldingRange[] {
    return stepsOf(linesOf(document))
      .filter(({ line, end }) => end > line)
      .map(({ line, end }) => new vscode.FoldingRange(line, end, vscode.FoldingRangeKind.Region));
  }

  provideDocumentSymbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
    const lines = linesOf(document);
    const symbol = (name: string, kind: vscode.SymbolKind, line: number, end: number) => {
      const range = document.lineAt(line).range;
      const whole = range.with({ end: document.lineAt(end).range.end });
      return new vscode.DocumentSymbol(name.trim() || '…', '', kind, whole, range);
    };
    const roots: vscode.DocumentSymbol[] = [];
    const open: vscode.DocumentSymbol[] = [];
    const add = (found: vscode.DocumentSymbol) => {
      while (open.length > 0 && open.at(-1)?.range.contains(found.range) !== true) {
        open.pop();
      }
      (open.at(-1)?.children ?? roots).push(found);
    };
    const steps = new Map(stepsOf(lines).map((step) => [step.line, step]));
    lines.forEach((text, line) => {
      const step = steps.get(line);
      if (step !== undefined) {
        const found = symbol(step.title, vscode.SymbolKind.Namespace, line, step.end);
        add(found);
        open.push(found);
      } else if (isTrouble(text)) {
        add(symbol(text.slice(0, 120), vscode.SymbolKind.Event, line, line));
      }
    });
    return roots;
  }

  dispose(): void {
    [...this.logs.keys()].forEach((key) => this.forget(key));
    this.styles.forEach((style) => {
      style.dispose();
    });
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  /** VS Code keeps the document for a while after its last tab, and would not ask for it again. */
  private seen(editor: vscode.TextEditor): void {
    const { uri } = editor.document;
    if (parseRunPage(uri)?.path === LOG_FILE && !this.logs.has(uri.toString())) {
      this.changed.fire(uri);
    }
    this.decorate(editor);
  }

  /** What is on its way for a page that nobody has open any more is given up. */
  private closed(input: unknown): void {
    if (input instanceof vscode.TabInputText && input.uri.scheme === RUN_SCHEME) {
      const key = input.uri.toString();
      const isOpen = vscode.window.tabGroups.all.some(({ tabs }) =>
        tabs.some((tab) => tab.input instanceof vscode.TabInputText && tab.input.uri.toString() === key),
      );
      if (!isOpen) {
        this.forget(key);
      }
    }
  }

  private tell(uri: vscode.Uri): void {
    const key = uri.toString();
    for (const { document, visibleRanges } of vscode.window.visibleTextEditors) {
      if (document.uri.toString() === key && (visibleRanges.at(-1)?.end.line ?? 0) >= document.lineCount - 2) {
        this.atEnd.add(key);
      }
    }
    this.changed.fire(uri);
    this.tellRunning();
  }

  /** What a run can't take is not offered: to cancel it twice, or to rerun one that goes on. */
  private tellRunning(): void {
    const logs = [...this.logs];
    setContext(
      'foundries.runningLogs',
      logs.flatMap(([key, log]) => (log.isRunning ? [key] : [])),
    );
    setContext(
      'foundries.cancelableLogs',
      logs.flatMap(([key, log]) => (log.isCancelable ? [key] : [])),
    );
  }

  private grown(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    if (!this.logs.has(key)) {
      return;
    }
    const follow = this.atEnd.delete(key);
    for (const editor of vscode.window.visibleTextEditors.filter((shown) => shown.document === document)) {
      if (follow) {
        this.reveal(editor, document.lineCount - 1);
      }
      this.decorate(editor);
    }
  }

  private reveal(editor: vscode.TextEditor, line: number): void {
    editor.revealRange(new vscode.Range(line, 0, line, 0), vscode.TextEditorRevealType.Default);
  }

  /** Colours what is in view, and marks errors beside the scroll bar. */
  private decorate(editor: vscode.TextEditor): void {
    const { document, visibleRanges } = editor;
    const content = this.logs.get(document.uri.toString())?.content;
    if (content?.lines.length !== document.lineCount) {
      return;
    }
    const first = Math.max(0, (visibleRanges[0]?.start.line ?? 0) - MARGIN);
    const last = (visibleRanges.at(-1)?.end.line ?? 0) + MARGIN;
    const ranges = new Map<string, vscode.Range[]>([...this.styles.keys()].map((key) => [key, []]));
    const add = (key: string, make: () => vscode.TextEditorDecorationType, range: vscode.Range) => {
      if (!this.styles.has(key)) {
        this.styles.set(key, make());
      }
      const known = ranges.get(key);
      if (known === undefined) {
        ranges.set(key, [range]);
      } else {
        known.push(range);
      }
    };
    content.lines.slice(first, last).forEach(({ spans, text }, at) => {
      const line = first + at;
      for (const span of spans) {
        const range = new vscode.Range(line, span.start, line, span.end);
        add(`${span.color ?? ''}/${span.bold}`, () => decorationOf(span), range);
      }
      // What has colours of its own keeps them.
      const whole = new vscode.Range(line, 0, line, text.length);
      if (spans.length === 0 && isTrouble(text)) {
        add('trouble', troubleDecoration, whole);
      } else if (spans.length === 0 && isHeading(text)) {
        add('heading', headingDecoration, whole);
      }
    });
    this.styles.forEach((style, key) => editor.setDecorations(style, ranges.get(key) ?? []));
    if (this.marked.get(editor) !== content) {
      this.marked.set(editor, content);
      editor.setDecorations(
        this.marks,
        this.logs.get(document.uri.toString())?.over === true ? troublesOf(content) : [],
      );
    }
  }

  private forget(key: string): void {
    this.logs.get(key)?.dispose();
    this.logs.delete(key);
    this.waiting.delete(key);
    this.atEnd.delete(key);
    this.tellRunning();
  }
}

/** @returns the URI of a page */
export const pageUri = (page: RunPage): vscode.Uri => vscode.Uri.from(formatRunPage(page));

/** Goes to the next line, or the one before, that tells of an error; round at the end. */
export function goToTrouble(editor: vscode.TextEditor | undefined, step: 1 | -1): void {
  if (editor?.document.uri.scheme !== RUN_SCHEME) {
    return;
  }
  const troubles = linesOf(editor.document).flatMap((text, line) => (isTrouble(text) ? [line] : []));
  const at = editor.selection.active.line;
  const next =
    step > 0
      ? (troubles.find((line) => line > at) ?? troubles[0])
      : (troubles.findLast((line) => line < at) ?? troubles.at(-1));
  if (next === undefined) {
    void showInformation(vscode.l10n.t('No line here looks like an error.'));
    return;
  }
  const { range } = editor.document.lineAt(next);
  editor.selection = new vscode.Selection(range.start, range.start);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenter);
}

/** Somebody watches where an editor shows the page in a window that has the focus. */
function watchedEditor(key: string) {
  return {
    isWatched: () =>
      vscode.window.state.focused &&
      vscode.window.visibleTextEditors.some(({ document }) => document.uri.toString() === key),
    onDidChangeWatched: (listener: () => void) =>
      vscode.Disposable.from(
        vscode.window.onDidChangeVisibleTextEditors(listener),
        vscode.window.onDidChangeWindowState(listener),
      ),
  };
}

function decorationOf({ color, bold }: LogStyle): vscode.TextEditorDecorationType {
  const name = color === undefined ? undefined : `terminal.ansi${color > 7 ? 'Bright' : ''}${COLORS[color % 8] ?? ''}`;
  return vscode.window.createTextEditorDecorationType({
    ...(name === undefined ? {} : { color: new vscode.ThemeColor(name) }),
    ...(bold ? { fontWeight: 'bold' } : {}),
  });
}

const troubleDecoration = (): vscode.TextEditorDecorationType =>
  vscode.window.createTextEditorDecorationType({ color: new vscode.ThemeColor('errorForeground') });

const headingDecoration = (): vscode.TextEditorDecorationType =>
  vscode.window.createTextEditorDecorationType({
    color: new vscode.ThemeColor('textLink.foreground'),
    fontWeight: 'bold',
  });

/** Looked for when the log is whole: a long one is not searched each time it grows. */
function troublesOf({ lines }: ShownLog): vscode.Range[] {
  const troubles = lines.flatMap(({ text }, line) => (isTrouble(text) ? [{ line, length: text.length }] : []));
  return troubles.slice(0, MOST_MARKS).map(({ line, length }) => new vscode.Range(line, 0, line, length));
}

const linesOf = (document: vscode.TextDocument): string[] => document.getText().split(/\r?\n/);
