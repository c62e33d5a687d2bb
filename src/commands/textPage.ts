import * as vscode from 'vscode';
import { plainText } from '../ui/plainText';

/** Scheme of texts that are made for one look; read-only. */
const SCHEME = 'foundries-text';
const LANGUAGE = 'foundries-report';

const texts = new Map<string, string>();
let provider: vscode.Disposable | undefined;
let made = 0;

/** Opens a text as a read-only page, which is forgotten when it is closed. */
export async function showTextPage(title: string, text: string): Promise<void> {
  // As long as the window, like the commands that show something.
  provider ??= vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? vscode.l10n.t('This text is no longer known.'),
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri, languageId }) =>
      // A change of its language closes a document, too.
      languageId === LANGUAGE ? texts.delete(uri.toString()) : undefined,
    ),
  );
  made += 1;
  const name = plainText(title).replace(/[/\\]/g, '_');
  const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}`, query: String(made) });
  texts.set(uri.toString(), text);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.languages.setTextDocumentLanguage(document, LANGUAGE);
  await vscode.window.showTextDocument(document, { preview: true });
}
