import * as vscode from 'vscode';
import { currentFile, UPDATE_SETTINGS_FILE, type ConfigScope } from '../model/config';
import type { Connections } from '../store/connections';
import { setContext } from '../ui/contextKeys';
import { parseAddress, SCHEME, type ConfigAddress } from './address';
import type { Approval } from './approval';
import type { ConfigDocuments } from './documents';
import type { ConflictChoice, DocumentsHost } from './documentsHost';
import { uriOf } from './fileSystem';
import type { Conflict } from './saveRefused';
import type { AskToSend } from './syntaxGuard';

/** Language of configuration files; those with a syntax of their own go on with its name. */
const LANGUAGE = 'foundries-config';

/** What the documents see of editors and of the signed-in accounts. */
export function editorHost(
  connections: Connections,
  resolveConflict: (address: ConfigAddress, conflict: Conflict) => Promise<ConflictChoice>,
  ask: AskToSend,
  approval: Approval,
): DocumentsHost {
  const connectionOf = (host: string, scope: ConfigScope) => connections.forFactory(host, scope.factory);
  const openText: DocumentsHost['openText'] = (address) => {
    const uri = uriOf(address).toString();
    const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri);
    return document === undefined ? undefined : { text: document.getText(), dirty: document.isDirty };
  };
  /** What a save of update settings does, in the words that the same change has when it is made without an editor. */
  const settingsInWords = async (address: ConfigAddress, text: string | undefined): Promise<string | undefined> => {
    if (address.file !== UPDATE_SETTINGS_FILE || text === undefined) {
      return undefined;
    }
    const known = connectionOf(address.host, address.scope)?.configs.peek(address.scope);
    const { changeInWords } = await import('../model/updateSettings');
    return changeInWords(currentFile(known?.entries ?? [], address.file)?.value ?? '', text);
  };
  return {
    configs: (host, scope) => connectionOf(host, scope)?.configs,
    knownUuid: (host, scope) =>
      scope.kind === 'device'
        ? connectionOf(host, scope)?.factory(scope.factory).fleet.find(scope.device)?.uuid
        : undefined,
    fetchUuid: async (host, scope) =>
      scope.kind === 'device'
        ? (await connectionOf(host, scope)?.client.getDevice(scope.factory, scope.device))?.uuid
        : undefined,
    knownGroup: (host, scope) =>
      scope.kind === 'group' ? connectionOf(host, scope)?.factory(scope.factory).groups.idOf(scope.group) : undefined,
    fetchGroup: async (host, scope) =>
      scope.kind === 'group'
        ? connectionOf(host, scope)?.factory(scope.factory).groups.fetchId(scope.group)
        : undefined,
    locate: async (host, scope, uuid) =>
      (await connectionOf(host, scope)?.factory(scope.factory).fleet.look(uuid))?.name,
    fetchKey: async (host, scope, uuid) =>
      connectionOf(host, scope)?.client.getDeviceKey(scope.factory, uuid === undefined ? scope.device : { uuid }),
    openText,
    resolveConflict,
    check: async (address, value) => {
      const { guardSyntax, knownForCheck } = await import('./syntaxGuard');
      await guardSyntax(address, value, ask, knownForCheck(connections));
    },
    approve: async (address, isNew, { value, summary, confirmed, uuid } = {}) => {
      const words = summary ?? (await settingsInWords(address, value)) ?? `${isNew ? 'Add' : 'Change'} ${address.file}`;
      return approval.approve({ ...address, uuid }, `${words} from VS Code`, confirmed);
    },
  };
}

/** Tells the documents what happens to their editors. */
export function followEditors(documents: ConfigDocuments): vscode.Disposable {
  const addressOf = (uri: vscode.Uri) => (uri.scheme === SCHEME ? parseAddress(uri) : undefined);
  const settle = (uri: vscode.Uri) => {
    const address = addressOf(uri);
    if (address !== undefined) {
      documents.settle(address);
    }
  };
  return vscode.Disposable.from(
    vscode.workspace.onDidSaveTextDocument(({ uri }) => {
      settle(uri);
      if (addressOf(uri) !== undefined) {
        setContext('foundries.fileSaved', true);
      }
    }),
    vscode.workspace.onDidChangeTextDocument(({ document }) => settle(document.uri)),
    vscode.workspace.onDidOpenTextDocument((document) => bindLanguage(document, addressOf(document.uri))),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      const address = addressOf(uri);
      // Closing also announces a change of language, and comes before a tab that stays has its document back.
      setTimeout(() => {
        if (address !== undefined && !isOpen(address)) {
          documents.closed(address);
        }
      }, 1000);
    }),
    vscode.window.onDidChangeActiveTextEditor((editor) => {
      const address = editor === undefined ? undefined : addressOf(editor.document.uri);
      if (address !== undefined) {
        // A failure shows when the user does something that needs the answer.
        documents.revalidate(address).catch(() => undefined);
      }
    }),
  );
}

/**
 * Auto-save is switched off by language, and languages are bound by address; but a file name that another extension
 * claims as a whole (`settings.json`, `Dockerfile`), or the user's `files.associations`, comes first.
 */
export async function bindLanguage(document: vscode.TextDocument, address: ConfigAddress | undefined): Promise<void> {
  if (address === undefined || document.languageId.startsWith(LANGUAGE) || document.isDirty) {
    return;
  }
  const ending = /\.(json|toml|ya?ml)$/i.exec(address.file)?.[1]?.toLowerCase().replace('yml', 'yaml');
  await vscode.languages.setTextDocumentLanguage(document, ending === undefined ? LANGUAGE : `${LANGUAGE}-${ending}`);
}

/** @returns whether an editor shows the file, also a tab that was restored and not looked at yet */
export function isOpen(address: ConfigAddress): boolean {
  const uri = uriOf(address);
  const wanted = uri.toString();
  return (
    vscode.workspace.textDocuments.some((document) => document.uri.toString() === wanted) || tabsOf(uri).length > 0
  );
}

/** @returns whether an editor holds text of the file that was not sent */
export function hasUnsentText(address: ConfigAddress): boolean {
  const wanted = uriOf(address).toString();
  return (
    vscode.workspace.textDocuments.some((document) => document.isDirty && document.uri.toString() === wanted) ||
    // While a save is under way, what is typed makes the tab dirty but not the document.
    tabsOf(uriOf(address)).some(({ isDirty }) => isDirty)
  );
}

/** @returns the tabs that show a file */
export function tabsOf(uri: vscode.Uri): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString());
}
