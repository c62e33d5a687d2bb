import * as vscode from 'vscode';
import { setContext } from '../ui/contextKeys';
import { scopeLabel } from '../ui/errorText';
import { showWarning } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { formatAddress, parseAddress, SCHEME, type ConfigAddress } from './address';
import type { ConfigDocuments } from './documents';
import type { ConflictChoice } from './documentsHost';
import type { Conflict } from './saveRefused';
import { dateTime } from '../ui/time';

/** Scheme of the server's side of a comparison. */
const SERVER_SCHEME = 'foundries-server';

/**
 * Asks the user what to do with a save that meets another change. The save waits for the answer.
 *
 * @param author who made the other change; undefined where that cannot be told
 */
export async function askAboutConflict(
  address: ConfigAddress,
  conflict: Conflict,
  author: string | undefined,
): Promise<ConflictChoice> {
  const buttons: [string, ConflictChoice][] = [
    ...(conflict.kind === 'changed' ? [[vscode.l10n.t('Merge'), 'merge'] as [string, ConflictChoice]] : []),
    ...(conflict.kind === 'deleted' ? [] : [[vscode.l10n.t('Compare'), 'compare'] as [string, ConflictChoice]]),
    [overwriteLabel(conflict.kind), 'overwrite'],
    [vscode.l10n.t('Discard Mine'), 'discard'],
  ];
  const chosen = await showWarning(
    headline(address, conflict),
    { modal: true, detail: detail(address, conflict, author) },
    ...buttons.map(([label]) => label),
  );
  return buttons.find(([label]) => label === chosen)?.[1] ?? 'cancel';
}

function overwriteLabel(kind: Conflict['kind']): string {
  switch (kind) {
    case 'deleted':
      return vscode.l10n.t('Create Again');
    case 'unproven':
      return vscode.l10n.t('Send Anyway');
    default:
      return vscode.l10n.t('Overwrite');
  }
}

/** @returns what happened to a file meanwhile, in a sentence */
export function headline({ file, scope }: ConfigAddress, { kind }: Pick<Conflict, 'kind'>): string {
  const place = scopeLabel(scope);
  switch (kind) {
    case 'changed':
      return vscode.l10n.t('{0} of {1} was changed on the server since you opened it.', file, place);
    case 'deleted':
      return vscode.l10n.t('{0} of {1} was deleted on the server since you opened it.', file, place);
    case 'unproven':
      return scope.kind === 'group'
        ? vscode.l10n.t('{1} may be another group than the one you opened {0} of.', file, place)
        : vscode.l10n.t('{1} may be another device than the one you opened {0} of.', file, place);
    case 'exists':
      return vscode.l10n.t('{1} already has a file {0}, which you have not seen.', file, place);
  }
}

/** @returns who changed it, when and why */
export function detail(
  { scope }: Pick<ConfigAddress, 'scope'>,
  { kind, when, reason }: Pick<Conflict, 'kind' | 'when' | 'reason'>,
  author: string | undefined,
): string {
  if (kind === 'unproven' && scope.kind === 'group') {
    return vscode.l10n.t(
      'Its history does not lead back to when you opened the file: it was changed very often since, or another group has its name now. Nothing was sent yet.',
    );
  }
  if (kind === 'unproven') {
    return vscode.l10n.t(
      'Its configuration was changed so often that its history does not reach back to when you opened the file, and which device it was could not be found out then. Nothing was sent yet.',
    );
  }
  const time = when === undefined ? undefined : dateTime(when);
  const lines = [
    time === undefined ? undefined : vscode.l10n.t('Changed: {0}', time),
    author === undefined ? undefined : vscode.l10n.t('By {0}', author),
    reason.trim() === '' ? undefined : vscode.l10n.t('Reason: {0}', reason.trim()),
    vscode.l10n.t('Nothing was sent yet.'),
  ];
  return lines.filter((line) => line !== undefined).join('\n');
}

/** The comparison of an editor with the server, and what can be decided there. */
export class Conflicts implements vscode.Disposable {
  private readonly documents: ConfigDocuments;
  /** Server values as they were shown, by file URI; undefined: the file was not there. */
  private readonly shown = new Map<string, string | undefined>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(documents: ConfigDocuments) {
    this.documents = documents;
    this.subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(SERVER_SCHEME, {
        provideTextDocumentContent: (uri) => this.shown.get(fileUriOf(uri).toString()) ?? '',
      }),
      vscode.workspace.onDidSaveTextDocument(({ uri }) => this.forget(uri)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.forget(uri)),
    ];
  }

  /** Shows the server's value on the left and the editor's text, which can be edited, on the right. */
  async compare(uri: vscode.Uri): Promise<void> {
    const address = parseAddress(uri);
    if (address === undefined) {
      return;
    }
    try {
      const value = await this.documents.serverValue(address);
      this.shown.set(uri.toString(), value);
      // A new query for each comparison: the content of a read-only document is not asked for twice.
      const left = uri.with({ scheme: SERVER_SCHEME, query: String(Date.now()) });
      const title =
        value === undefined
          ? vscode.l10n.t('{0} ({1}): not on the server ↔ yours', address.file, scopeLabel(address.scope))
          : vscode.l10n.t('{0} ({1}): server ↔ yours', address.file, scopeLabel(address.scope));
      await vscode.commands.executeCommand('vscode.diff', left, uri, title, { preview: true });
      this.tellContext();
    } catch (error) {
      await showFailure(vscode.l10n.t('Could not compare {0} with the server', address.file), error);
    }
  }

  /** Saves over the value that was compared with. Another one that came in since is asked about again. */
  async overwrite(uri: vscode.Uri): Promise<void> {
    const address = parseAddress(uri);
    const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
    if (address === undefined || document === undefined || !this.shown.has(uri.toString())) {
      return;
    }
    try {
      if (await this.documents.overwrite(address, this.shown.get(uri.toString()), () => document.save())) {
        this.forget(uri);
      }
    } catch (error) {
      await showFailure(vscode.l10n.t('Could not overwrite {0} on the server', address.file), error);
    }
  }

  /** Gives up the editor's text for the server's; where the file is not there any more, the editor is closed. */
  async useServer(uri: vscode.Uri): Promise<void> {
    const address = parseAddress(uri);
    if (address === undefined) {
      return;
    }
    try {
      const gone = (await this.documents.serverValue(address)) === undefined;
      await vscode.window.showTextDocument(uri, { preview: false });
      await vscode.commands.executeCommand(
        gone ? 'workbench.action.revertAndCloseActiveEditor' : 'workbench.action.files.revert',
      );
      this.forget(uri);
    } catch (error) {
      await showFailure(vscode.l10n.t('Could not read {0} from the server', address.file), error);
    }
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private forget(uri: vscode.Uri): void {
    if (uri.scheme === SCHEME && this.shown.delete(uri.toString())) {
      this.tellContext();
      void vscode.window.tabGroups.close(comparisonsOf(uri));
    }
  }

  private tellContext(): void {
    setContext('foundries.compared', [...this.shown.keys()]);
  }
}

/** Tabs that compare a file with the server. */
function comparisonsOf(uri: vscode.Uri): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(
      ({ input }) =>
        input instanceof vscode.TabInputTextDiff &&
        input.original.scheme === SERVER_SCHEME &&
        input.modified.toString() === uri.toString(),
    );
}

function fileUriOf(server: vscode.Uri): vscode.Uri {
  const address = parseAddress({ scheme: SCHEME, authority: server.authority, path: server.path });
  return address === undefined ? server : vscode.Uri.from(formatAddress(address));
}
