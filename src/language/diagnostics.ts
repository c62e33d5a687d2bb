import * as vscode from 'vscode';
import { DRAFT_SCHEME } from '../commands/many/drafts';
import { parseAddress, SCHEME } from '../configfs/address';
import { isHandlerRun } from '../model/config';

/** Milliseconds of rest after a change before a text is looked at. */
const DEBOUNCE_MS = 250;
/** Characters beyond which a text is only looked at when it is saved. */
const LARGE = 512 * 1024;

/** What is looked at in some documents besides. */
export interface MoreChecks {
  isFor(document: vscode.TextDocument): boolean;
  look(document: vscode.TextDocument): Promise<vscode.Diagnostic[]>;
  /** Told when the same text may be seen otherwise. */
  readonly onDidChange: vscode.Event<undefined>;
}

/** Shows in Problems what is wrong with open configuration files. */
export class ConfigDiagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('foundries');
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly handlerOf: (uri: vscode.Uri) => readonly string[] | undefined;
  private readonly more: MoreChecks;
  private readonly subscriptions: { dispose(): void }[];

  /**
   * @param handlerOf command line that the device runs after a change of a file; undefined where there is none
   * @param onDidChangeHandler told when that is another
   */
  constructor(
    handlerOf: (uri: vscode.Uri) => readonly string[] | undefined,
    onDidChangeHandler: (listener: (uri: vscode.Uri) => void) => { dispose(): void },
    more: MoreChecks,
  ) {
    this.handlerOf = handlerOf;
    this.more = more;
    this.subscriptions = [
      this.collection,
      more.onDidChange(() =>
        vscode.workspace.textDocuments
          .filter((document) => more.isFor(document))
          .forEach((document) => this.schedule(document, DEBOUNCE_MS)),
      ),
      onDidChangeHandler((changed) =>
        vscode.workspace.textDocuments
          .filter(({ uri }) => uri.toString() === changed.toString())
          .forEach((document) => this.schedule(document, DEBOUNCE_MS)),
      ),
      vscode.workspace.onDidOpenTextDocument((document) => this.schedule(document, 0)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.schedule(document, DEBOUNCE_MS)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        clearTimeout(this.timers.get(uri.toString()));
        this.collection.delete(uri);
      }),
    ];
    vscode.workspace.textDocuments.forEach((document) => this.schedule(document, 0));
  }

  dispose(): void {
    this.timers.forEach((timer) => clearTimeout(timer));
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private schedule(document: vscode.TextDocument, delay: number): void {
    const { scheme } = document.uri;
    if (scheme !== SCHEME && scheme !== DRAFT_SCHEME && !this.more.isFor(document)) {
      return;
    }
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => {
        this.timers.delete(key);
        void this.look(document);
      }, delay),
    );
  }

  private async look(document: vscode.TextDocument): Promise<void> {
    const { version } = document;
    const found = [
      ...(await syntaxDiagnostics(document)),
      ...this.handlerDiagnostics(document),
      ...(this.more.isFor(document) ? await this.more.look(document) : []),
    ];
    if (!document.isClosed && document.version === version) {
      this.collection.set(document.uri, found);
    }
  }

  private handlerDiagnostics(document: vscode.TextDocument): vscode.Diagnostic[] {
    const handler = this.handlerOf(document.uri);
    if (handler === undefined || isHandlerRun(handler)) {
      return [];
    }
    const message = vscode.l10n.t(
      'The device does not run {0} after a change: only handlers in /usr/share/fioconfig/handlers/ are run.',
      handler.join(' '),
    );
    return [diagnostic(new vscode.Range(0, 0, 0, 0), message, vscode.DiagnosticSeverity.Warning)];
  }
}

async function syntaxDiagnostics(document: vscode.TextDocument): Promise<vscode.Diagnostic[]> {
  const name = parseAddress(document.uri)?.file ?? document.uri.path;
  const text = document.getText();
  if (text.length > LARGE) {
    return [];
  }
  const { checkSyntax, languageOf } = await import('./checks');
  const language = languageOf(name);
  if (language === undefined) {
    return [];
  }
  return checkSyntax(language, text).map(({ message, offset, length }) =>
    diagnostic(
      new vscode.Range(document.positionAt(offset), document.positionAt(offset + Math.max(1, length))),
      `${language}: ${message}`,
      vscode.DiagnosticSeverity.Error,
    ),
  );
}

function diagnostic(range: vscode.Range, message: string, severity: vscode.DiagnosticSeverity): vscode.Diagnostic {
  const made = new vscode.Diagnostic(range, message, severity);
  made.source = 'foundries';
  return made;
}
