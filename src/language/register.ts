import * as vscode from 'vscode';
import type { AppCommands } from '../commands/composeApps';
import { registerComposeApps } from '../commands/families';
import { DRAFT_SCHEME } from '../commands/many/drafts';
import type { Services } from '../commands/services';
import { parseAddress, SCHEME } from '../configfs/address';
import type { ConfigDocuments } from '../configfs/documents';
import { uriOf } from '../configfs/fileSystem';
import { UPDATE_SETTINGS_FILE } from '../model/config';
import { newestWithApp } from '../model/newestTargets';
import type { UpdateFacts } from '../store/updateFacts';
import { setContext } from '../ui/contextKeys';
import type { ComposeLanguage } from './composeLanguage';
import { ConfigDiagnostics } from './diagnostics';
import type { Subject } from './offers';

/** Milliseconds of rest after which an editor that is looked at may ask the service for names. */
const ASK_MS = 1000;
/** Milliseconds after the start before the workspace is looked at: others are busy then. */
const LATER_MS = 500;

/**
 * Files of devices, texts that are written for many of them, and files of the workspace, also where the extension runs on
 * another machine than they are on, or they are on none.
 */
const UPDATE_SETTINGS: vscode.DocumentSelector = [SCHEME, DRAFT_SCHEME, 'file', 'vscode-remote', 'vscode-vfs'].map(
  (scheme) => ({ scheme, pattern: `**/${UPDATE_SETTINGS_FILE}` }),
);

/** Registers what is known about texts: configuration files, update settings, Compose apps of the workspace. */
export function registerLanguage(services: Services, views: Omit<AppCommands, 'appAt'>): vscode.Disposable {
  const updates = new UpdateSettingsLanguage(services);
  const compose = new Workspace(services);
  return vscode.Disposable.from(
    updates,
    compose,
    registerComposeApps(services, { ...views, appAt: (uri) => compose.appAt(uri) }),
    new ConfigDiagnostics(
      (uri) => handlerOf(services.documents, uri),
      (listener) => services.documents.onDidChangeHandler((address) => listener(uriOf(address))),
      updates,
    ),
  );
}

function handlerOf(documents: ConfigDocuments, uri: vscode.Uri): readonly string[] | undefined {
  const address = parseAddress(uri);
  return address === undefined ? undefined : documents.handlerOf(address);
}

/** Update settings: what is below is loaded with the first such document. */
class UpdateSettingsLanguage implements vscode.Disposable {
  private readonly services: Services;
  private readonly changed = new vscode.EventEmitter<undefined>();
  private readonly lensesChanged = new vscode.EventEmitter<void>();
  private readonly followed = new Map<UpdateFacts, { dispose(): void }>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly subscriptions: { dispose(): void }[];
  /** Told when more is known of the Factory. */
  readonly onDidChange = this.changed.event;

  constructor(services: Services) {
    this.services = services;
    const language = () => import('./updateLanguage');
    this.subscriptions = [
      this.changed,
      this.lensesChanged,
      services.connections.onDidChange(() => {
        // Of accounts that were signed out, too: what is still shown is followed when it is looked at.
        this.unfollow();
        this.tell();
      }),
      vscode.window.onDidChangeVisibleTextEditors((editors) =>
        editors.forEach(({ document }) => this.scheduleAsking(document)),
      ),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.scheduleAsking(document)),
      vscode.languages.registerCompletionItemProvider(
        UPDATE_SETTINGS,
        {
          provideCompletionItems: async (document, position, token) =>
            (await language()).completionsAt(document, position, this.subjectOf(document), token),
        },
        '"',
        "'",
        ',',
        '[',
      ),
      vscode.languages.registerHoverProvider(UPDATE_SETTINGS, {
        provideHover: async (document, position) =>
          (await language()).hoverAt(document, position, this.subjectOf(document)),
      }),
      vscode.languages.registerCodeActionsProvider(
        UPDATE_SETTINGS,
        {
          provideCodeActions: async (document, range, context) =>
            (await language()).updateActions(document, range, context, this.subjectOf(document)),
        },
        { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
      ),
      vscode.languages.registerCodeLensProvider(UPDATE_SETTINGS, {
        onDidChangeCodeLenses: this.lensesChanged.event,
        provideCodeLenses: async (document) => (await language()).updateLenses(document, this.subjectOf(document)),
      }),
    ];
    vscode.window.visibleTextEditors.forEach(({ document }) => this.scheduleAsking(document));
  }

  isFor(document: vscode.TextDocument): boolean {
    return vscode.languages.match(UPDATE_SETTINGS, document) > 0;
  }

  async look(document: vscode.TextDocument): Promise<vscode.Diagnostic[]> {
    const { updateDiagnostics } = await import('./updateLanguage');
    return updateDiagnostics(document, this.subjectOf(document));
  }

  dispose(): void {
    this.timers.forEach((timer) => clearTimeout(timer));
    this.subscriptions.forEach((subscription) => subscription.dispose());
    this.unfollow();
  }

  /** Only what somebody looks at is worth a request, and only once typing has come to rest. */
  private scheduleAsking(document: vscode.TextDocument): void {
    if (!this.isFor(document)) {
      return;
    }
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => {
        this.timers.delete(key);
        const isSeen = vscode.window.visibleTextEditors.some((editor) => editor.document === document);
        const subject = this.subjectOf(document);
        if (isSeen && subject !== undefined) {
          void import('./updateLanguage').then(({ askForNames }) => askForNames(document, subject));
        }
      }, ASK_MS),
    );
  }

  private subjectOf({ uri }: vscode.TextDocument): Subject | undefined {
    const { connections } = this.services;
    const address = parseAddress(uri);
    if (address !== undefined) {
      const connection = connections.forFactory(address.host, address.scope.factory);
      return connection === undefined || connection.refused
        ? undefined
        : this.follow({ facts: connection.factory(address.scope.factory).updateFacts, scope: address.scope });
    }
    const { session } = connections;
    if (session.state !== 'signedIn') {
      return undefined;
    }
    // A text for many devices names its Factory as their files do; which of them it is for is not in its address.
    const draft = uri.scheme === DRAFT_SCHEME ? parseAddress(uri.with({ scheme: SCHEME })) : undefined;
    return draft === undefined || draft.scope.factory === session.factory.name
      ? this.follow({ facts: session.factory.updateFacts, scope: undefined })
      : undefined;
  }

  private follow(subject: Subject): Subject {
    const { facts } = subject;
    if (!this.followed.has(facts)) {
      this.followed.set(
        facts,
        facts.onDidChange(() => this.tell()),
      );
    }
    return subject;
  }

  private unfollow(): void {
    this.followed.forEach((subscription) => subscription.dispose());
    this.followed.clear();
  }

  private tell(): void {
    this.changed.fire(undefined);
    this.lensesChanged.fire();
    vscode.window.visibleTextEditors.forEach(({ document }) => this.scheduleAsking(document));
  }
}

/** The Compose apps of the workspace: loaded a while after the start, if there is a folder to look at. */
class Workspace implements vscode.Disposable {
  private readonly services: Services;
  private readonly changed = new vscode.EventEmitter<undefined>();
  private readonly subscriptions: { dispose(): void }[];
  private loading: Promise<ComposeLanguage> | undefined;
  private disposed = false;

  constructor(services: Services) {
    this.services = services;
    const { connections } = services;
    const look = () => {
      if ((vscode.workspace.workspaceFolders ?? []).some(({ uri }) => uri.scheme !== SCHEME)) {
        void this.load();
      }
    };
    const timer = setTimeout(look, LATER_MS);
    let ofTargets: { dispose(): void } | undefined;
    const follow = () => {
      ofTargets?.dispose();
      const { session } = connections;
      ofTargets =
        'factory' in session ? session.factory.targets.onDidChange(() => this.changed.fire(undefined)) : undefined;
      this.changed.fire(undefined);
    };
    this.subscriptions = [
      this.changed,
      { dispose: () => clearTimeout(timer) },
      { dispose: () => ofTargets?.dispose() },
      connections.onDidChange(follow),
      vscode.workspace.onDidChangeWorkspaceFolders(look),
    ];
  }

  async appAt(uri: vscode.Uri): Promise<{ app: string; factory: string } | undefined> {
    const place = (await this.load()).folders.placeOf(uri);
    return place && { app: place.folder, factory: place.repository.of.factory };
  }

  dispose(): void {
    this.disposed = true;
    this.subscriptions.forEach((subscription) => subscription.dispose());
    void this.loading?.then((language) => language.dispose());
  }

  private load(): Promise<ComposeLanguage> {
    this.loading ??= import('./composeLanguage').then(async (bundle) => {
      const language = new bundle.ComposeLanguage({
        setAppFolders: (uris) =>
          setContext(
            'foundries.appFolders',
            // Where the extension runs elsewhere, the window has other URIs, and maybe other slashes.
            [...new Set(uris.flatMap(({ fsPath, path }) => [fsPath, path, path.replaceAll('/', '\\')]))],
          ),
        whereIs: (app, factory) => this.whereIs(app, factory),
        onDidChange: this.changed.event,
      });
      if (this.disposed) {
        language.dispose();
      } else {
        await language.folders.scan();
      }
      return language;
    });
    return this.loading;
  }

  private whereIs(app: string, factory: string): string | undefined {
    const { session } = this.services.connections;
    if (!('factory' in session) || session.factory.name !== factory) {
      return undefined;
    }
    const { fetchedAt, tags } = session.factory.targets.state;
    if (fetchedAt === undefined) {
      return undefined;
    }
    const found = newestWithApp(tags, app);
    return found === undefined
      ? vscode.l10n.t('in no target yet')
      : vscode.l10n.t('newest in Targets: {0} {1}', found.tag, found.target.version);
  }
}
