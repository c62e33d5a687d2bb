import * as vscode from 'vscode';
import type { CommandId } from '../commands/registry';
import { COMPOSE_FILE, isDisabledFolder, missingImages, REFUSED_COMPOSE_FILE } from '../model/containersRepository';
import { ContainersFolders, type ContainersFolder } from './containersFolders';

/** Milliseconds of rest after a change before a text is looked at. */
const DEBOUNCE_MS = 250;

/** What else the workspace's Compose apps need to know. */
export interface ComposeHost {
  /** Folders of apps, for conditions of menus. */
  setAppFolders(uris: readonly vscode.Uri[]): void;
  /** @returns in words where the app is now, as far as known without asking */
  whereIs(app: string, factory: string): string | undefined;
  /** Told when that may have changed. */
  readonly onDidChange: vscode.Event<undefined>;
}

/** Compose apps in folders of a containers.git: lenses, what CI refuses, and folders that it ignores. */
export class ComposeLanguage
  implements vscode.CodeLensProvider, vscode.CodeActionProvider, vscode.FileDecorationProvider
{
  readonly folders = new ContainersFolders();
  private readonly host: ComposeHost;
  private readonly collection = vscode.languages.createDiagnosticCollection('foundries-compose');
  private readonly lensesChanged = new vscode.EventEmitter<void>();
  private readonly decorationsChanged = new vscode.EventEmitter<undefined>();
  private readonly subscriptions: { dispose(): void }[];
  private timer: NodeJS.Timeout | undefined;
  private checks = 0;
  readonly onDidChangeCodeLenses = this.lensesChanged.event;
  readonly onDidChangeFileDecorations = this.decorationsChanged.event;

  constructor(host: ComposeHost) {
    this.host = host;
    const compose: vscode.DocumentSelector = { pattern: `**/docker-compose.{yml,yaml}` };
    this.subscriptions = [
      this.folders,
      this.collection,
      this.lensesChanged,
      this.decorationsChanged,
      this.folders.onDidChange(() => this.foldersChanged()),
      host.onDidChange(() => this.lensesChanged.fire()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (this.folders.placeOf(document.uri) !== undefined) {
          clearTimeout(this.timer);
          this.timer = setTimeout(() => void this.check(), DEBOUNCE_MS);
        }
      }),
      vscode.languages.registerCodeLensProvider(compose, this),
      vscode.languages.registerCodeActionsProvider(compose, this, {
        providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
      }),
      vscode.window.registerFileDecorationProvider(this),
    ];
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.checks += 1;
    this.host.setAppFolders([]);
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    if (!isDisabledFolder(uri.path)) {
      return undefined;
    }
    const place = this.folders.placeOf(uri);
    return place !== undefined && uri.path.endsWith(`/${place.folder}`)
      ? new vscode.FileDecoration(
          '∅',
          vscode.l10n.t('Disabled: CI ignores this folder'),
          new vscode.ThemeColor('disabledForeground'),
        )
      : undefined;
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const place = this.folders.placeOf(document.uri);
    if (place === undefined || nameOf(document.uri) !== COMPOSE_FILE) {
      return [];
    }
    const { folder: app, repository } = place;
    const top = new vscode.Range(0, 0, 0, 0);
    const lens = (title: string, command: CommandId | '', ...args: unknown[]) =>
      new vscode.CodeLens(top, { title, command, arguments: args });
    if (isDisabledFolder(app)) {
      return [lens(vscode.l10n.t('CI ignores this folder: its name ends in .disabled'), '')];
    }
    const subject = { app, factory: repository.of.factory };
    const where = this.host.whereIs(app, repository.of.factory);
    return [
      lens(vscode.l10n.t('Enable on Device…'), 'foundries.enableOnDevice', subject),
      lens(vscode.l10n.t('Which Devices Run This?'), 'foundries.devicesWithApp', subject),
      lens(where ?? vscode.l10n.t('Show in Targets'), 'foundries.showInTargets', subject),
    ];
  }

  provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const place = this.folders.placeOf(document.uri);
    const shown = context.diagnostics.filter(({ code }) => code === 'composeName');
    const isThere = place?.repository.folders.find(({ name }) => name === place.folder)?.files.has(COMPOSE_FILE);
    if (shown.length === 0 || isThere !== false) {
      return [];
    }
    const action = new vscode.CodeAction(vscode.l10n.t('Rename to {0}', COMPOSE_FILE), vscode.CodeActionKind.QuickFix);
    action.edit = new vscode.WorkspaceEdit();
    action.edit.renameFile(document.uri, vscode.Uri.joinPath(document.uri, '..', COMPOSE_FILE), { overwrite: false });
    action.diagnostics = shown;
    action.isPreferred = true;
    return [action];
  }

  private foldersChanged(): void {
    this.host.setAppFolders(
      this.folders.all.flatMap(({ uri, folders }) =>
        folders
          .filter(({ name, files }) => files.has(COMPOSE_FILE) && !isDisabledFolder(name))
          .flatMap(({ name }) => [vscode.Uri.joinPath(uri, name), vscode.Uri.joinPath(uri, name, COMPOSE_FILE)]),
      ),
    );
    this.lensesChanged.fire();
    this.decorationsChanged.fire(undefined);
    void this.check();
  }

  private async check(): Promise<void> {
    const mine = ++this.checks;
    const found = (await Promise.all(this.folders.all.map((folder) => diagnosticsOf(folder)))).flat();
    if (mine === this.checks) {
      this.collection.clear();
      this.collection.set(found);
    }
  }
}

/** Of all apps, also of those that are not open. */
function diagnosticsOf(repository: ContainersFolder): Promise<[vscode.Uri, vscode.Diagnostic[]][]> {
  const apps = repository.folders.filter(({ name }) => !isDisabledFolder(name));
  return Promise.all(
    apps.flatMap(({ name, files }) =>
      [COMPOSE_FILE, REFUSED_COMPOSE_FILE]
        .filter((file) => files.has(file))
        .map(async (file): Promise<[vscode.Uri, vscode.Diagnostic[]]> => {
          const uri = vscode.Uri.joinPath(repository.uri, name, file);
          const images = await imageDiagnostics(uri, repository);
          return [uri, file === REFUSED_COMPOSE_FILE ? [nameDiagnostic(), ...images] : images];
        }),
    ),
  );
}

async function imageDiagnostics(uri: vscode.Uri, { of, folders }: ContainersFolder): Promise<vscode.Diagnostic[]> {
  const text = await textOf(uri);
  const placeOf = placesIn(text);
  return missingImages(text, of, folders).map(({ name, disabled, start, end }) => {
    const message = disabled
      ? vscode.l10n.t('CI does not build the image {0}: the name of its folder ends in .disabled.', name)
      : vscode.l10n.t('CI does not build the image {0}: there is no folder {0} with a Dockerfile.', name);
    return made(new vscode.Range(placeOf(start), placeOf(end)), message, 'composeImage');
  });
}

function nameDiagnostic(): vscode.Diagnostic {
  const message = vscode.l10n.t('CI refuses this name: a Compose app must be in {0}.', COMPOSE_FILE);
  const diagnostic = made(new vscode.Range(0, 0, 0, 0), message, 'composeName');
  diagnostic.severity = vscode.DiagnosticSeverity.Error;
  return diagnostic;
}

function made(range: vscode.Range, message: string, code: string): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Warning);
  diagnostic.source = 'foundries';
  diagnostic.code = code;
  return diagnostic;
}

/** What an editor shows, else what is in the file. */
async function textOf(uri: vscode.Uri): Promise<string> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open !== undefined) {
    return open.getText();
  }
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return '';
  }
}

/** @returns a function that gives the place of an offset; it is called with rising offsets, so that each line is counted once */
function placesIn(text: string): (offset: number) => vscode.Position {
  let line = 0;
  let start = 0;
  return (offset) => {
    const before = text.slice(start, offset).split(/\r\n|\r|\n/);
    line += before.length - 1;
    start = offset - (before.at(-1)?.length ?? 0);
    return new vscode.Position(line, offset - start);
  };
}

const nameOf = (uri: vscode.Uri): string => uri.path.slice(uri.path.lastIndexOf('/') + 1);
