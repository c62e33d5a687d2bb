import * as vscode from 'vscode';
import type { TargetAddress } from '../../reports/targetAddress';
import type { TargetPages } from '../../reports/targetPages';
import type { Services } from '../services';

/** Read-only documents about targets. How they are made is loaded when the first is shown. */
export class TargetDocuments
  implements vscode.TextDocumentContentProvider, vscode.DocumentLinkProvider, vscode.Disposable
{
  private readonly services: Pick<Services, 'connections' | 'ready'>;
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly subscriptions: { dispose(): void }[];
  private loading: Promise<TargetPages> | undefined;
  private loaded: TargetPages | undefined;
  readonly onDidChange = this.changed.event;

  constructor(services: Pick<Services, 'connections' | 'ready'>) {
    this.services = services;
    this.subscriptions = [
      this.changed,
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.loaded?.forget(uri)),
      services.connections.onDidChange(() => {
        [...(this.loaded?.waiting ?? [])].forEach((key) => this.changed.fire(vscode.Uri.parse(key)));
      }),
    ];
  }

  /**
   * Shows a page; one that is open already is asked for again where it is old.
   *
   * @param text what the page says, where that was read just now
   */
  async show(address: TargetAddress, text?: string): Promise<void> {
    const { targetPageUri } = await import('../../reports/targetPages');
    const uri = targetPageUri(address);
    const pages = await this.pages();
    if (text !== undefined) {
      pages.give(uri, text);
    }
    if (vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString())) {
      this.changed.fire(uri);
    }
    try {
      await vscode.window.showTextDocument(uri, { preview: true });
    } finally {
      pages.taken(uri);
    }
  }

  /** Asks again for a page, whatever its age. */
  async refresh(uri: vscode.Uri): Promise<void> {
    (await this.pages()).force(uri);
    this.changed.fire(uri);
  }

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    return (await this.pages()).text(uri, token);
  }

  async provideDocumentLinks(document: vscode.TextDocument): Promise<vscode.DocumentLink[]> {
    const links = (await this.pages()).linksIn(document);
    return links.map(({ line, start, end, url }) => {
      const link = new vscode.DocumentLink(new vscode.Range(line, start, line, end), vscode.Uri.parse(url, true));
      link.tooltip = url;
      return link;
    });
  }

  dispose(): void {
    this.subscriptions.forEach((subscription) => subscription.dispose());
  }

  private pages(): Promise<TargetPages> {
    this.loading ??= import('../../reports/targetPages').then(({ TargetPages: Pages }) => {
      this.loaded = new Pages(this.services);
      return this.loaded;
    });
    return this.loading;
  }
}
