import * as vscode from 'vscode';
import { createClient } from './api/client';
import type { Fetch } from './api/http';
import { foundriesServer } from './api/server';
import { Transport } from './api/transport';
import { AccountStore } from './auth/accountStore';
import { FoundriesAuthenticationProvider, PROVIDER_ID } from './auth/authenticationProvider';
import { activeConfigFile, newConfigFile, openConfigFile } from './commands/configFiles';
import { registerArrangeDevices } from './commands/arrangeDevices';
import { registerFindDevice } from './commands/findDevice';
import { registerDeviceReports } from './commands/deviceReports';
import { registerHistory } from './commands/history';
import { copyFilesTo } from './commands/copyConfigFiles';
import { registerHandlers } from './commands/handlers';
import { registerPlaces } from './commands/places';
import { registerCommand } from './commands/registry';
import { registerSecrets } from './commands/secrets';
import type { CommandContext, Services } from './commands/services';
import { createToken, selectFactory, signIn, signOut } from './commands/signIn';
import { Approval } from './configfs/approval';
import { formatAddress, parseAddress, SCHEME, type ConfigAddress } from './configfs/address';
import { StoredBaselines } from './configfs/baseline';
import { askAboutConflict, Conflicts } from './configfs/conflicts';
import { ConfigDocuments, type ConflictChoice } from './configfs/documents';
import { editorHost, followEditors, hasUnsentText } from './configfs/editorHost';
import { FileEdits } from './configfs/fileEdits';
import { ConfigFileSystem, SaveCauses, uriOf } from './configfs/fileSystem';
import { FileSystemOperations } from './configfs/fileSystemOperations';
import { MergeEditor } from './configfs/mergeEditor';
import { ConfigOperations } from './configfs/operations';
import type { Conflict } from './configfs/saveRefused';
import { askToSend, guardSyntax, type AskToSend } from './configfs/syntaxGuard';
import { ConfigDiagnostics } from './language/diagnostics';
import { Connections } from './store/connections';
import { setContext } from './ui/contextKeys';
import { offlineAfterHours } from './ui/offlineAfter';
import { scopeLabel } from './ui/errorText';
import { showFailure, showFailureOnce } from './ui/notify';
import { Questions, type Answer } from './ui/questions';
import { createLog, requestLine } from './ui/requestLog';
import { Deliveries } from './store/deliveries';
import { ConfigFileDrops } from './views/configFileDrops';
import { ConfigurationView } from './views/configurationView';
import { DeliveryMarks, isDeliveryLookedAt } from './views/deliveryMarks';
import { DeviceArrangements } from './views/deviceArrangements';
import { DevicesView } from './views/devicesView';
import { ConfigFileRow } from './views/rows/configFileRow';
import { scopeOfRow } from './views/rows/configFileRows';
import { FailureRow } from './views/rows/failureRow';
import { LoadMoreRow } from './views/rows/loadMoreRow';
import { KeepFresh } from './views/keepFresh';
import { showStatus } from './views/statusBar';
import { TargetsView } from './views/targetsView';

/** Milliseconds that a question waits for the name of a user. */
const AUTHOR_MS = 1500;

const DEFAULT_API = 'https://api.foundries.io';

/** What integration tests reach into; other extensions get nothing. */
export interface TestApi {
  readonly accounts: AccountStore;
  readonly connections: Connections;
  readonly documents: ConfigDocuments;
  readonly edits: FileEdits;
  readonly devices: DevicesView;
  readonly arrangements: DeviceArrangements;
  readonly targets: TargetsView;
  readonly configuration: ConfigurationView;
  readonly drops: ConfigFileDrops;
  readonly context: vscode.ExtensionContext;
  readonly deliveries: Deliveries;
  readonly marks: DeliveryMarks;
  /** Lines that went to the log. */
  readonly logged: readonly string[];
  /** Replaces the modal question about a conflict. */
  answerConflicts(answer: (address: ConfigAddress, conflict: Conflict) => Promise<ConflictChoice>): void;
  /** Replaces the modal question about a wrong syntax. */
  answerSyntax(answer: AskToSend): void;
  /** Replaces all other modal questions. */
  answerQuestions(answer: Answer): void;
}

/** Builds the services and registers everything. No network: nothing is asked before a view or a file is opened. */
export function activate(context: vscode.ExtensionContext): TestApi | undefined {
  const log = createLog();
  const testing = context.extensionMode === vscode.ExtensionMode.Test;
  const logged: string[] = [];
  const version = String((context.extension.packageJSON as { version?: unknown }).version);
  const connect = (apiUrl: string, token: () => Promise<string | undefined>, onUnauthorized: () => void) =>
    createClient(
      new Transport({
        server: foundriesServer(apiUrl),
        fetch: network,
        token,
        userAgent: `foundries-factory-vscode/${version} VSCode/${vscode.version}`,
        log: (entry) => {
          const line = requestLine(entry);
          if (testing) {
            logged.push(line);
          }
          if (entry.failure === undefined) {
            log.info(line);
          } else {
            log.warn(line);
          }
        },
        onUnauthorized,
      }),
    );

  const accounts = new AccountStore(context.secrets);
  const connections = new Connections(
    accounts,
    (account, onUnauthorized) => connect(account.apiUrl, () => accounts.token(account.id), onUnauthorized),
    wantedFactory,
    offlineAfterHours,
  );
  const signInNow = () =>
    signIn(accounts, (apiUrl, token) => connect(apiUrl, () => Promise.resolve(token), noop), configuredApi());

  let answerConflict = async (address: ConfigAddress, conflict: Conflict): Promise<ConflictChoice> => {
    const { factory } = address.scope;
    const connection = connections.forFactory(address.host, factory);
    // A name is good to have, but no reason to keep somebody waiting who pressed Ctrl+S.
    const author = await Promise.race([
      conflict.by === undefined ? undefined : connection?.userName(factory, conflict.by),
      new Promise<undefined>((resolve) => setTimeout(resolve, AUTHOR_MS, undefined)),
    ]);
    const choice = await askAboutConflict(address, conflict, author);
    // After this save has failed, so that its message does not cover what opens.
    setTimeout(() => {
      switch (choice) {
        case 'compare':
          return void conflicts.compare(uriOf(address));
        case 'merge':
          return void merge.open(uriOf(address));
        case 'discard':
          return void conflicts.useServer(uriOf(address));
        case 'overwrite':
        case 'cancel':
      }
    }, 0);
    return choice;
  };
  let answerSyntax: AskToSend = askToSend;
  const questions = new Questions();
  const approval = new Approval(connections, questions, context.globalState);
  const host = editorHost(
    connections,
    (address, conflict) => answerConflict(address, conflict),
    (...question) => answerSyntax(...question),
    approval,
  );
  const edits = new FileEdits(host);
  const documents = new ConfigDocuments(
    host,
    new StoredBaselines(
      context.workspaceState,
      (address) => vscode.Uri.from(formatAddress(address)).toString(),
      (text) => parseAddress(vscode.Uri.parse(text)),
    ),
  );
  const conflicts = new Conflicts(documents);
  const merge = new MergeEditor(documents);
  const operations = new ConfigOperations({
    configs: (host, { factory }) => connections.forFactory(host, factory)?.configs,
    hasUnsentText,
  });
  const check = (address: ConfigAddress, value: string) =>
    guardSyntax(address, value, (...question) => answerSyntax(...question));
  const files = { connections, operations, approval, questions, check };
  const drops = new ConfigFileDrops((uris, scope) =>
    services.withFactory(({ connection }) => copyFilesTo(files, uris, { host: connection.client.server.host, scope })),
  );
  const arrangements = new DeviceArrangements(context.workspaceState);
  const devices = new DevicesView(connections, drops, arrangements);
  const deliveries = new Deliveries((delivery) => isDeliveryLookedAt(delivery, devices.tree.visible));
  const marks = new DeliveryMarks(connections, deliveries);
  const targets = new TargetsView(connections);
  const configuration = new ConfigurationView(connections, drops);
  const ready = async () => {
    await accounts.ready();
    if (connections.session.state === 'loading') {
      connections.update();
    }
  };

  const current = (): CommandContext | undefined => {
    const { session } = connections;
    return session.state === 'signedIn' ? session : undefined;
  };
  const services: Services = {
    connections,
    documents,
    ready,
    edits,
    questions,
    withFactory: async (run) => {
      await ready();
      if (current() === undefined) {
        await signInNow();
      }
      const found = current();
      return found === undefined ? undefined : run(found);
    },
  };

  const causes = new SaveCauses(SCHEME);
  const wholeFiles = new FileSystemOperations(operations, approval, connections);
  const fileSystem = new ConfigFileSystem(documents, wholeFiles, ready, causes, ({ file, scope }, error) => {
    void showFailureOnce(vscode.l10n.t('Could not open {0} of {1}', file, scopeLabel(scope)), error);
  });
  const provider = new FoundriesAuthenticationProvider(accounts, signInNow);
  context.subscriptions.push(
    log,
    accounts,
    causes,
    fileSystem,
    provider,
    conflicts,
    merge,
    arrangements,
    devices,
    targets,
    configuration,
    registerPlaces(services, files, { devices, configuration }),
    vscode.workspace.registerFileSystemProvider(SCHEME, fileSystem, { isCaseSensitive: true }),
    vscode.authentication.registerAuthenticationProvider(PROVIDER_ID, 'Foundries.io', provider, {
      supportsMultipleAccounts: true,
    }),
    followEditors(documents),
    new ConfigDiagnostics((uri) => {
      const address = parseAddress(uri);
      return address === undefined ? undefined : documents.handlerOf(address);
    }),
    deliveries,
    marks,
    devices.tree.onDidChangeVisibility(({ visible }) => (visible ? deliveries.lookedAt() : undefined)),
    showStatus(connections, marks),
    connections.onDidChange(({ state }) => setContext('foundries.state', state)),
    connections.onDidConnect(({ client, configs }) =>
      configs.onDidChange((scope) => documents.configChanged(client.server.host, scope)),
    ),
    accounts.onDidChange(({ tokenOf }) => connections.update(tokenOf)),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('foundries.apiUrl') || event.affectsConfiguration('foundries.factory')) {
        connections.update();
      }
    }),
    registerCommand('foundries.signIn', signInNow),
    registerCommand('foundries.signOut', async () => {
      await ready();
      const { session } = connections;
      const account = accounts.accounts.find(
        ({ id }) => 'connection' in session && id === session.connection.account.id,
      );
      if (account === undefined) {
        void vscode.window.showInformationMessage(vscode.l10n.t('You are not signed in to {0}.', configuredApi()));
      } else {
        await signOut(accounts, account);
      }
    }),
    registerCommand('foundries.createToken', createToken),
    registerCommand('foundries.selectFactory', () =>
      services.withFactory(async ({ connection }) => {
        const account = accounts.accounts.find(({ id }) => id === connection.account.id);
        if (account !== undefined) {
          await selectFactory(accounts, account, connection.client);
        }
      }),
    ),
    registerCommand('foundries.refresh', async () => {
      try {
        await ready();
      } catch (error) {
        await showFailure(vscode.l10n.t('Secret storage could not be read'), error);
        return;
      }
      await Promise.all([devices.refresh(), targets.refresh(), configuration.refresh()]);
    }),
    registerCommand('foundries.refreshDevices', () => devices.refresh()),
    registerCommand('foundries.refreshTargets', () => targets.refresh()),
    registerCommand('foundries.loadMore', (row: unknown) => (row instanceof LoadMoreRow ? row.more() : undefined)),
    registerCommand('foundries.retry', (row: unknown) => (row instanceof FailureRow ? row.retry() : undefined)),
    registerCommand('foundries.copyValue', (row: unknown) => vscode.env.clipboard.writeText(valueOf(row))),
    registerCommand('foundries.openConfigFile', () => services.withFactory(openConfigFile)),
    registerCommand('foundries.newConfigFile', (row?: unknown) =>
      services.withFactory((found) => newConfigFile(found, documents, scopeOfRow(row))),
    ),
    registerSecrets(services),
    registerHandlers(services),
    new KeepFresh(connections, devices),
    registerFindDevice(services, devices, arrangements),
    registerArrangeDevices(services, arrangements),
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
    registerCommand('foundries.mergeWithServer', (uri?: vscode.Uri) => onFile(uri, (file) => merge.open(file))),
    registerCommand('foundries.completeMerge', () => merge.complete()),
    registerHistory(services),
    registerDeviceReports(services),
    registerCommand('foundries.openSettings', () =>
      vscode.commands.executeCommand('workbench.action.openSettings', `@ext:${context.extension.id}`),
    ),
    registerCommand('foundries.showLog', () => log.show()),
  );

  setContext('foundries.state', 'loading');
  ready().catch((error: unknown) => {
    log.error(`Secret storage cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    setContext('foundries.state', 'storageFailed');
  });

  return testing
    ? {
        context,
        deliveries,
        marks,
        logged,
        accounts,
        connections,
        documents,
        edits,
        devices,
        arrangements,
        targets,
        configuration,
        drops,
        answerQuestions: (answer) => {
          questions.answer = answer;
        },
        answerConflicts: (answer) => {
          answerConflict = answer;
        },
        answerSyntax: (answer) => {
          answerSyntax = answer;
        },
      }
    : undefined;
}

/** Loaded when the first request is sent: activation does without it. */
const network: Fetch = async (url, init) => {
  const { nodeFetch } = await import('./api/nodeFetch');
  return nodeFetch(url, init);
};

/** The API's address from the settings of the user; a workspace cannot set it. */
function configuredApi(): string {
  const configured = vscode.workspace.getConfiguration('foundries').get<string>('apiUrl', DEFAULT_API).trim();
  return configured === '' ? DEFAULT_API : configured;
}

function wantedFactory(): { apiUrl: string; factory: string } {
  const factory = vscode.workspace.getConfiguration('foundries').get<string>('factory', '').trim();
  try {
    return { apiUrl: foundriesServer(configuredApi()).baseUrl, factory };
  } catch {
    return { apiUrl: '', factory };
  }
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

function noop(): void {
  // Nothing depends on a token that is only being checked.
}
