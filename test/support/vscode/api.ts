/** The module `vscode`, for whoever imports it in a test without VS Code: bundles of tests have this in its place. */
import { desk, registered, run } from './desk';
import { openDocument, type Document } from './documents';
import type { Uri } from './uri';

export * from './enums';
export { CancellationTokenSource, Disposable, EventEmitter } from './events';
export { Uri } from './uri';
export * from './values';
export { window } from './window';
export { workspace } from './workspace';

export const version = '1.139.1';

export const env = {
  get language() {
    return desk.language;
  },
  remoteName: undefined,
  clipboard: { writeText: () => Promise.resolve(), readText: () => Promise.resolve('') },
  openExternal: () => Promise.resolve(true),
};

export const l10n = {
  t: (text: string, ...values: readonly unknown[]): string =>
    text.replace(/\{(\d+)\}/g, (hole, at: string) => (Number(at) in values ? String(values[Number(at)]) : hole)),
};

export const commands = {
  registerCommand: (id: string, run: (...args: unknown[]) => unknown) => {
    if (desk.commands.has(id)) {
      throw new Error(`command '${id}' already exists`);
    }
    desk.commands.set(id, run);
    return registered(`command ${id}`, () => desk.commands.delete(id));
  },
  executeCommand: async (id: string, ...args: unknown[]): Promise<unknown> => {
    if (id === 'vscode.diff') {
      await Promise.all([openDocument(args[0] as Uri), openDocument(args[1] as Uri)]);
      desk.told('diff', args[2]);
      return undefined;
    }
    return run(id, ...args);
  },
};

export const authentication = { registerAuthenticationProvider: register('authentication') };

export const languages = {
  match: () => 0,
  setTextDocumentLanguage: (document: Document, language: string) => {
    document.languageId = language;
    return Promise.resolve(document);
  },
  registerDocumentSymbolProvider: register('symbols'),
  registerCodeActionsProvider: register('actions'),
  registerCodeLensProvider: register('lenses'),
  registerHoverProvider: register('hovers'),
  registerFoldingRangeProvider: register('folding'),
  registerDocumentLinkProvider: register('links'),
  registerCompletionItemProvider: register('completions'),
  createDiagnosticCollection: (name: string) => {
    const kept = new Map<string, unknown>();
    return registered(`diagnostics ${name}`, undefined, {
      get: (uri: Uri) => kept.get(uri.toString()),
      set: (uri: Uri, found: unknown) => {
        desk.told('diagnostics', found);
        kept.set(uri.toString(), found);
      },
      delete: (uri: Uri) => kept.delete(uri.toString()),
      clear: () => kept.clear(),
      has: (uri: Uri) => kept.has(uri.toString()),
      forEach: () => undefined,
    });
  },
};

function register(what: string) {
  return (...of: unknown[]) => registered(`${what} ${typeof of[0] === 'string' ? of[0] : ''}`);
}
