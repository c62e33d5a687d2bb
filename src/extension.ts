import * as vscode from 'vscode';
import type { RequestLogEntry } from './api/transport';
import { AccountStore, type Account } from './auth/accountStore';
import { FoundriesAuthenticationProvider, PROVIDER_ID } from './auth/authenticationProvider';
import { readyOnce } from './auth/firstLook';
import { SecretsKept } from './auth/secretsKept';
import { ShownAccount } from './auth/shownAccount';
import { Clients, demoAccount } from './clients';
import { registerAccounts } from './commands/accounts/register';
import { activeConfigFile } from './commands/activeConfigFile';
import { registerFamilies } from './commands/families';
import { registerMany } from './commands/many/register';
import { registerApps } from './commands/registerApps';
import { registerBuilds } from './commands/registerBuilds';
import { registerDeviceReports } from './commands/deviceReports';
import { registerHistory } from './commands/history';
import { registerChanges } from './commands/registerChanges';
import { registerTargetsView } from './commands/targetsView';
import { registerCommand } from './commands/registry';
import type { Services } from './commands/services';
import { withFactory } from './commands/withFactory';
import { AnnouncedMoves } from './configfs/announcedMoves';
import { AppChanges } from './configfs/appChanges';
import { KeptAppChanges } from './configfs/keptAppChanges';
import { Approval } from './configfs/approval';
import { formatAddress, parseAddress, SCHEME, type ConfigAddress } from './configfs/address';
import { StoredBaselines } from './configfs/baseline';
import { Conflicts } from './configfs/conflicts';
import { ConfigDocuments } from './configfs/documents';
import type { ConflictChoice } from './configfs/documentsHost';
import { editorHost, followEditors, hasUnsentText, isOpen } from './configfs/editorHost';
import { FileEdits } from './configfs/fileEdits';
import { ConfigFileSystem, SaveCauses, uriOf } from './configfs/fileSystem';
import { FactoryFolders } from './configfs/folders';
import type { FileSystemOperations } from './configfs/fileSystemOperations';
import type { MergeEditor } from './configfs/mergeEditor';
import { ConfigOperations } from './configfs/operations';
import { SaveRefused, type Conflict } from './configfs/saveRefused';
import { SettingsEdits } from './configfs/settingsEdits';
import type { AskToSend } from './configfs/syntaxGuard';
import { registerReadOnlyMarks } from './language/readOnlyMarks';
import { registerSecrecyMarks } from './language/secrecyMarks';
import { registerLanguage } from './language/register';
import { beginShown, configuredApi, wantedAccount } from './shownNow';
import { webDevicesPage } from './model/webUi';
import { Connections } from './store/connections';
import { setContext } from './ui/contextKeys';
import { offlineAfterHours } from './ui/offlineAfter';
import { scopeLabel } from './ui/errorText';
import { showFailureOnce, tellUnreadable } from './ui/notify';
import { askInWindow, Questions, type Answer } from './ui/questions';
import { logLine } from './ui/plainText';
import { createLog, requestLine } from './ui/requestLog';
import { Deliveries } from './store/deliveries';
import { showInformation } from './ui/messages';
import { AppsBranch } from './views/appsBranch';
import { ConfigFileDrops } from './views/configFileDrops';
import type { BuildsView } from './views/buildsView';
import { ConfigurationView } from './views/configurationView';
import { DeliveryMarks, isDeliveryLookedAt } from './views/deliveryMarks';
import { DeviceArrangements } from './views/deviceArrangements';
import { DevicesView } from './views/devicesView';
import { ConfigFileRow } from './views/rows/configFileRow';
import { FailureRow } from './views/rows/failureRow';
import { LoadMoreRow } from './views/rows/loadMoreRow';
import { KeepFresh, keepConfigurationFresh } from './views/keepFresh';
import { showStatus } from './views/statusBar';
import { KeepTargetsFresh } from './views/keepTargetsFresh';
import { TargetArrangements } from './views/targetArrangements';
import { TargetsView } from './views/targetsView';
import { WavesView } from './views/wavesView';

type ResolveConflict = (address: ConfigAddress, conflict: Conflict) => Promise<ConflictChoice>;

/** What integration tests reach into; other extensions get nothing. */
export interface TestApi {
  readonly accounts: AccountStore;
  readonly shown: ShownAccount;
  readonly connections: Connections;
  readonly documents: ConfigDocuments;
  readonly edits: FileEdits;
  readonly fileSystem: ConfigFileSystem;
  readonly folders: FactoryFolders;
  readonly devices: DevicesView;
  readonly arrangements: DeviceArrangements;
  readonly targets: TargetsView;
  readonly builds: BuildsView;
  readonly targetArrangements: TargetArrangements;
  readonly configuration: ConfigurationView;
  readonly waves: WavesView;
  readonly drops: ConfigFileDrops;
  readonly apps: AppsBranch;
  readonly appChanges: AppChanges;
  readonly context: vscode.ExtensionContext;
  readonly deliveries: Deliveries;
  readonly marks: DeliveryMarks;
  /** Lines that went to the log. */
  readonly logged: readonly string[];
  /** Replaces the modal question about a conflict; undefined: it is asked in the window again, as below. */
  answerConflicts(answer: ResolveConflict | undefined): void;
  /** Replaces the modal question about a wrong syntax. */
  answerSyntax(answer: AskToSend | undefined): void;
  /** Replaces all other modal questions. */
  answerQuestions(answer: Answer | undefined): void;
}

/** Builds the services and registers everything. No network: nothing is asked before a view or a file is opened. */
let flush = (): Promise<void> => Promise.resolve();

/** The last clicks on apps are sent before the window is gone; VS Code waits some seconds. */
export const deactivate = (): Promise<void> => flush();

export function activate(context: vscode.ExtensionContext): TestApi | undefined {
  const log = createLog();
  const testing = context.extensionMode === vscode.ExtensionMode.Test;
  const logged: string[] = [];
  const version = String((context.extension.packageJSON as { version?: unknown }).version);
  const accounts = new AccountStore(context.secrets, () => (shown.remembered === undefined ? [] : [shown.remembered]));
  const requested = (entry: RequestLogEntry) => {
    const line = requestLine(entry);
    if (testing) {
      logged.push(line);
    }
    if (entry.failure === undefined) {
      log.info(line);
    } else {
      log.warn(line);
    }
  };
  const clients = new Clients(accounts, {
    userAgent: `foundries-factory-vscode/${version} VSCode/${vscode.version}`,
    log: requested,
    targetsWorker: context.asAbsolutePath('dist/targetsWorker.js'),
  });
  const shown = new ShownAccount(context.workspaceState, demoAccount(), configuredApi);
  const connections = new Connections(
    {
      get accounts() {
        return shown.among(accounts.accounts);
      },
    },
    (account, onUnauthorized) => clients.forAccount(account, onUnauthorized),
    () => wantedAccount(shown, accounts),
    offlineAfterHours,
  );
  const signInNow = async () => vscode.commands.executeCommand<Account | undefined>('foundries.signIn');

  const askConflict: ResolveConflict = async (address, conflict) => {
    const { factory } = address.scope;
    const author = await connections.forFactory(address.host, factory)?.authorName(factory, conflict.by);
    const { askAboutConflict } = await import('./configfs/conflictQuestion');
    const choice = await askAboutConflict(address, conflict, author);
    // After this save has failed, so that its message does not cover what opens.
    setTimeout(() => {
      switch (choice) {
        case 'compare':
          return void conflicts.compare(uriOf(address));
        case 'merge':
          return void openMerge(uriOf(address));
        case 'discard':
          return void conflicts.useServer(uriOf(address));
        case 'overwrite':
        case 'cancel':
      }
    }, 0);
    return choice;
  };
  let answerConflict = askConflict;
  const askToSend: AskToSend = async (...question) => (await import('./configfs/syntaxGuard')).askToSend(...question);
  let answerSyntax = askToSend;
  const questions = new Questions();
  const approval = new Approval(connections, questions, context.globalState);
  const editors = editorHost(
    connections,
    (address, conflict) => answerConflict(address, conflict),
    (...question) => answerSyntax(...question),
    approval,
  );
  const baselines = new StoredBaselines(
    context.workspaceState,
    (address) => vscode.Uri.from(formatAddress(address)).toString(),
    (text) => parseAddress(vscode.Uri.parse(text)),
    isOpen,
  );
  const host = {
    ...editors,
    hasUnsentText,
    check: async (address: ConfigAddress, value: string) => {
      if (baselines.isFormer(address) && connections.serverOn(address.host) !== address.host) {
        throw new SaveRefused('formerServer', address);
      }
      await editors.check(address, value);
    },
  };
  const edits = new FileEdits(host);
  const documents = new ConfigDocuments(host, baselines);
  const conflicts = new Conflicts(documents);
  let merge: Promise<MergeEditor> | undefined;
  const mergeEditor = () =>
    (merge ??= import('./configfs/mergeEditor').then((loaded) => {
      const editor = new loaded.MergeEditor(documents);
      context.subscriptions.push(editor);
      return editor;
    }));
  const openMerge = async (uri: vscode.Uri) => (await mergeEditor()).open(uri);
  const operations = new ConfigOperations(host);
  const files = { connections, operations, approval, questions };
  const drops = new ConfigFileDrops(
    (dropped, to) =>
      services.withFactory(async ({ connection }) => {
        const { copyFilesTo } = await import('./commands/copyConfigFiles');
        const sources = dropped.map(({ uri, uuid }) => ({ uri, meant: uuid === undefined ? undefined : { uuid } }));
        return copyFilesTo(files, sources, { ...to, host: connection.client.server.key });
      }),
    (rows, group) => vscode.commands.executeCommand('foundries.moveToGroup', rows[0], rows, group),
  );
  const arrangements = new DeviceArrangements(context.workspaceState);
  const settings = new SettingsEdits(host);
  const appChanges = new AppChanges(
    settings,
    undefined,
    // Windows without a folder have no place of their own.
    context.storageUri && new KeptAppChanges(context.storageUri.fsPath),
  );
  flush = () => appChanges.flush(true);
  const apps = new AppsBranch(appChanges);
  const devices = new DevicesView(connections, drops, arrangements, apps);
  const deliveries = new Deliveries(
    (delivery) => isDeliveryLookedAt(delivery, devices.tree.visible),
    undefined,
    context.workspaceState,
  );
  const marks = new DeliveryMarks(connections, deliveries);
  const targetArrangements = new TargetArrangements(context.workspaceState);
  const targets = new TargetsView(connections, targetArrangements);
  const configuration = new ConfigurationView(connections, drops, apps);
  const waves = new WavesView(connections);
  const kept = new SecretsKept(accounts, context.globalState);
  kept.onDidChange((isLost) => setContext('foundries.secretsLost', isLost));
  const ready = readyOnce({ accounts, shown, kept, show: () => beginShown(shown, connections) });

  const services: Services = {
    connections,
    documents,
    ready,
    edits,
    questions,
    approval,
    changes: host,
    withFactory: withFactory({
      connections,
      ready,
      tellUnreadable: (error) => void tellUnreadable(error),
      signIn: signInNow,
      tellMoved: (factory) =>
        void showInformation(
          vscode.l10n.t('Nothing was done: now the Factory {0} is shown. Choose the command again.', factory),
        ),
    }),
  };

  const builds = registerBuilds(services);
  const causes = new SaveCauses(SCHEME);
  const moves = new AnnouncedMoves();
  const offers = () => import('./commands/explorerOffers');
  let loading: Promise<FileSystemOperations> | undefined;
  const wholeFiles = {
    onDidChange: operations.onDidChange,
    load: () =>
      (loading ??= import('./configfs/fileSystemOperations').then(
        (loaded) =>
          new loaded.FileSystemOperations(
            operations,
            approval,
            connections,
            moves,
            (address) => (isOpen(address) ? documents.uuidOf(address) : documents.listedUuidOf(address)),
            (from, to) => void offers().then(({ offerCopy }) => offerCopy(files, from, to)),
          ),
      )),
  };
  const folders = new FactoryFolders(connections);
  const fileSystem = new ConfigFileSystem(
    documents,
    wholeFiles,
    folders,
    ready,
    causes,
    ({ file, scope }, error) => {
      void showFailureOnce(vscode.l10n.t('Could not open {0} of {1}', file, scopeLabel(scope)), error);
    },
    (place) => void offers().then(({ offerFile }) => offerFile(place)),
  );
  const provider = new FoundriesAuthenticationProvider(accounts, signInNow);
  context.subscriptions.push(
    log,
    accounts,
    shown,
    kept,
    causes,
    moves,
    folders,
    fileSystem,
    provider,
    conflicts,
    arrangements,
    devices,
    targets,
    configuration,
    registerFamilies({ services, documents, files, arrangements, views: { devices, configuration } }),
    registerMany({ ...services, host, approval, devices }, context.workspaceState),
    registerApps({ services, files, settings, changes: appChanges }, apps),
    vscode.workspace.registerFileSystemProvider(SCHEME, fileSystem, { isCaseSensitive: true }),
    vscode.authentication.registerAuthenticationProvider(PROVIDER_ID, 'Foundries.io', provider, {
      supportsMultipleAccounts: true,
    }),
    followEditors(documents),
    registerLanguage(services, {
      targets,
      showDevice: async (device) => (await import('./commands/findDevice')).revealDevice(device, devices, arrangements),
    }),
    registerSecrecyMarks(connections),
    registerReadOnlyMarks(connections, (uri) => fileSystem.touch(uri)),
    deliveries,
    marks,
    devices.tree.onDidChangeVisibility(({ visible }) => (visible ? deliveries.lookedAt() : undefined)),
    showStatus(connections, marks),
    connections.onDidChange((session) => {
      setContext('foundries.state', session.state);
      const baseUrl = 'connection' in session ? session.connection.client.server.baseUrl : '';
      setContext('foundries.hasWebUi', webDevicesPage(baseUrl, '') !== undefined);
    }),
    connections.onDidConnect(({ client, configs }) =>
      configs.onDidChange((scope) => documents.configChanged(client.server.key, scope)),
    ),
    accounts.onDidChange(({ tokenOf }) => connections.update(tokenOf)),
    vscode.window.onDidChangeWindowState(({ focused }) => (focused ? void accounts.settle() : undefined)),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('foundries.apiUrl') || event.affectsConfiguration('foundries.factory')) {
        connections.update();
      }
    }),
    registerAccounts({ accounts, shown, clients, connections, ready, configuredApi }, services, () =>
      appChanges.flush(),
    ),
    registerCommand('foundries.refresh', async () => {
      try {
        await ready();
      } catch (error) {
        await tellUnreadable(error);
        return;
      }
      await Promise.all([
        devices.refresh(),
        targets.refresh(),
        configuration.refresh(),
        builds.view.refreshSeen(),
        waves.refreshShown(),
      ]);
    }),
    registerCommand('foundries.refreshDevices', () => devices.refresh()),
    registerCommand('foundries.refreshTargets', () => targets.refresh()),
    registerCommand('foundries.loadMore', (row: unknown) => (row instanceof LoadMoreRow ? row.more() : undefined)),
    registerCommand('foundries.retry', (row: unknown) => (row instanceof FailureRow ? row.retry() : undefined)),
    registerCommand('foundries.copyValue', (row: unknown) => vscode.env.clipboard.writeText(valueOf(row))),
    new KeepFresh(connections, devices),
    new KeepTargetsFresh(connections, targets),
    targetArrangements,
    registerTargetsView(services, targets, targetArrangements),
    keepConfigurationFresh(connections, configuration),
    registerCommand('foundries.compareWithServer', (uri?: vscode.Uri) =>
      onFile(uri, (file) => conflicts.compare(file)),
    ),
    registerCommand('foundries.overwriteOnServer', (uri?: vscode.Uri) =>
      onFile(uri, (file) => conflicts.overwrite(file)),
    ),
    registerCommand('foundries.useServerVersion', (uri?: vscode.Uri) =>
      onFile(uri, (file) => conflicts.useServer(file)),
    ),
    registerCommand('foundries.notifyWhenApplied', (target?: unknown) =>
      onFile(uriOfTarget(target), (file) => marks.notify(file)),
    ),
    registerCommand('foundries.mergeWithServer', (uri?: vscode.Uri) => onFile(uri, openMerge)),
    registerCommand('foundries.completeMerge', async () => (await mergeEditor()).complete()),
    waves,
    registerChanges(services, waves),
    registerHistory(services),
    registerDeviceReports(services),
    builds,
    registerCommand('foundries.openSettings', () =>
      vscode.commands.executeCommand('workbench.action.openSettings', `@ext:${context.extension.id}`),
    ),
    registerCommand('foundries.showLog', () => log.show()),
  );

  setContext('foundries.state', 'loading');
  ready().then(
    () => appChanges.resume(),
    (error: unknown) => {
      log.error(logLine(`Secret storage cannot be read: ${error instanceof Error ? error.message : String(error)}`));
      setContext('foundries.state', 'storageFailed');
    },
  );

  return testing
    ? {
        context,
        deliveries,
        marks,
        logged,
        accounts,
        shown,
        connections,
        documents,
        edits,
        fileSystem,
        folders,
        devices,
        arrangements,
        targetArrangements,
        targets,
        builds: builds.view,
        configuration,
        waves,
        drops,
        apps,
        appChanges,
        answerQuestions: (answer) => {
          questions.answer = answer ?? askInWindow;
        },
        answerConflicts: (answer) => {
          answerConflict = answer ?? askConflict;
        },
        answerSyntax: (answer) => {
          answerSyntax = answer ?? askToSend;
        },
      }
    : undefined;
}

function onFile(uri: vscode.Uri | undefined, run: (uri: vscode.Uri) => unknown): unknown {
  const file = uri ?? activeConfigFile();
  return file === undefined ? undefined : run(file);
}

/** Commands on files come from an editor's title, with a URI, or from a row. */
function uriOfTarget(target: unknown): vscode.Uri | undefined {
  return target instanceof vscode.Uri ? target : target instanceof ConfigFileRow ? target.uri : undefined;
}

function valueOf(row: unknown): string {
  const { value } = (row ?? {}) as { value?: unknown };
  return typeof value === 'string' ? value : '';
}
