import * as vscode from 'vscode';

/**
 * The headings of a page, for the outline, sticky scroll and *Go to Symbol*: lines at the margin that end with a colon and
 * have something indented below.
 */
export class ReportOutline implements vscode.DocumentSymbolProvider {
  provideDocumentSymbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
    const headings: number[] = [];
    for (let line = 0; line + 1 < document.lineCount; line++) {
      if (/^\S.*:$/.test(document.lineAt(line).text) && /^\s+\S/.test(document.lineAt(line + 1).text)) {
        headings.push(line);
      }
    }
    return headings.map((line, at) => {
      let last = (headings[at + 1] ?? document.lineCount) - 1;
      while (last > line && document.lineAt(last).isEmptyOrWhitespace) {
        last -= 1;
      }
      const { text, range } = document.lineAt(line);
      const whole = range.with({ end: document.lineAt(last).range.end });
      return new vscode.DocumentSymbol(text.slice(0, -1), '', vscode.SymbolKind.Namespace, whole, range);
    });
  }
}
