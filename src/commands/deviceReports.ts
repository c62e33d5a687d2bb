import * as vscode from 'vscode';
import type { Artifact } from '../api/deviceTests';
import { deviceState } from '../model/device';
import { parseReport, REPORT_SCHEME, type ReportAddress, type ReportSubject } from '../reports/address';
import { activePage, DevicePages } from '../reports/devicePages';
import { ReportOutline } from '../reports/outline';
import type { Connection } from '../store/connections';
import type { ReportState } from '../store/deviceReports';
import { serverLabel } from '../ui/hostLabel';
import { asLabel } from '../ui/label';
import { showInformation } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { offlineAfterHours } from '../ui/offlineAfter';
import { showQuickPick } from '../ui/picks';
import { DeviceRow, stateText } from '../views/rows/deviceRow';
import { registerCommand } from './registry';
import type { CommandContext, Services } from './services';

/** A list read less than this ago is good enough to pick from. */
const FRESH_MS = 30_000;

type Kind = ReportSubject['kind'];

/** Registers what shows what a device is and what it reported. */
export function registerDeviceReports(services: Services): vscode.Disposable {
  const pages = new DevicePages({
    connections: services.connections,
    ready: () => services.ready(),
    stateOf: (device) => stateText(deviceState(device, Date.now(), offlineAfterHours())),
  });
  const show =
    <K extends Kind>(kind: K, title: string, choose: Chooser<K>) =>
    async (subject?: unknown): Promise<void> => {
      const address = await addressOf(services, subject, kind, title, choose);
      if (address !== undefined) {
        await pages.show(address);
      }
    };
  const onArtifact =
    (title: string, run: (connection: Connection, artifact: Artifact, where?: vscode.Uri) => unknown) =>
    async (subject?: unknown, where?: unknown): Promise<void> => {
      const address = await addressOf(services, subject, 'artifact', title, chooseArtifact);
      if (address?.subject.kind !== 'artifact') {
        return;
      }
      const connection = services.connections.forFactory(address.host, address.factory);
      if (connection === undefined) {
        void showInformation(vscode.l10n.t('You are not signed in to {0}.', serverLabel(address.host)));
      } else {
        const { factory, device, subject: of } = address;
        const artifact = { factory, device, test: of.id, name: of.name };
        // A menu gives the selected rows in this place.
        await run(connection, artifact, where instanceof vscode.Uri ? where : undefined);
      }
    };
  return vscode.Disposable.from(
    pages,
    vscode.workspace.registerTextDocumentContentProvider(REPORT_SCHEME, pages),
    vscode.languages.registerDocumentSymbolProvider({ language: 'foundries-report' }, new ReportOutline()),
    registerCommand('foundries.showDeviceDetails', show('details', vscode.l10n.t('Details of which device?'), details)),
    registerCommand('foundries.showDeviceJson', show('json', vscode.l10n.t('Raw JSON of which device?'), json)),
    registerCommand('foundries.showAppHealth', show('health', vscode.l10n.t('App health of which device?'), health)),
    registerCommand('foundries.showUpdate', show('update', vscode.l10n.t('An update of which device?'), chooseUpdate)),
    registerCommand('foundries.showTest', show('test', vscode.l10n.t('A test of which device?'), chooseTest)),
    registerCommand(
      'foundries.openArtifact',
      onArtifact(vscode.l10n.t('An artifact of which device?'), async ({ client }, artifact) =>
        (await import('./artifacts')).openArtifact(client, artifact, pages),
      ),
    ),
    registerCommand(
      'foundries.downloadArtifact',
      onArtifact(vscode.l10n.t('An artifact of which device?'), async ({ client }, artifact, where) =>
        (await import('./artifacts')).downloadArtifact(client, artifact, where),
      ),
    ),
    registerCommand('foundries.refreshPage', (subject?: unknown) => {
      const uri = subject instanceof vscode.Uri ? subject : activePage();
      if (uri !== undefined) {
        pages.refresh(uri);
      }
    }),
  );
}

type SubjectOf<K extends Kind> = Extract<ReportSubject, { readonly kind: K }>;

/** Lets a part of what a device reported be picked; undefined where given up. */
type Chooser<K extends Kind> = (context: CommandContext, device: string) => Promise<SubjectOf<K> | undefined>;

/** What a command is about: a row, an editor, or what the user picks. Undefined where given up. */
async function addressOf<K extends Kind>(
  services: Services,
  subject: unknown,
  kind: K,
  title: string,
  choose: Chooser<K>,
): Promise<ReportAddress | undefined> {
  const shown = pageOf(subject);
  if (shown?.subject.kind === kind) {
    return shown;
  }
  return services.withFactory(async (context) => {
    const { connection, factory } = context;
    const named = shown?.device ?? (subject instanceof DeviceRow ? subject.device.name : undefined);
    const device = named ?? (await (await import('./pickDevice')).pickDevice(factory, title))?.name;
    const chosen = device === undefined ? undefined : await choose(context, device);
    return device === undefined || chosen === undefined
      ? undefined
      : { host: connection.client.server.key, factory: factory.name, ...shown, device, subject: chosen };
  });
}

/** The page that a row leads to, or that an editor shows. */
function pageOf(subject: unknown): ReportAddress | undefined {
  const uri = subject instanceof vscode.Uri ? subject : undefined;
  return uri === undefined ? (subject as { readonly page?: ReportAddress } | undefined)?.page : parseReport(uri);
}

const details: Chooser<'details'> = () => Promise.resolve({ kind: 'details' });
const json: Chooser<'json'> = () => Promise.resolve({ kind: 'json' });
const health: Chooser<'health'> = () => Promise.resolve({ kind: 'health' });

const chooseUpdate: Chooser<'update'> = async ({ factory }, name) => {
  const { reports, fleet } = factory;
  const state = await reports.updates(name).get(FRESH_MS);
  const device = fleet.find(name);
  const { updateLabel, updateNotes } = await import('../views/rows/reportRowsOnDemand');
  const picked = await pickFrom(state, vscode.l10n.t('Which update of {0}?', name), ({ items }) =>
    items.map((update) => ({
      label: asLabel(updateLabel(update)),
      description: device === undefined ? '' : updateNotes(update, device, reports, false).join(' · '),
      id: update.id,
    })),
  );
  return picked && { kind: 'update', id: picked.id };
};

const chooseTest: Chooser<'test'> = async ({ factory }, name) => {
  const state = await factory.reports.tests(name).get(FRESH_MS);
  const { testLabel, testNotes } = await import('../views/rows/reportRowsOnDemand');
  const picked = await pickFrom(state, vscode.l10n.t('Which action or test of {0}?', name), ({ items }) =>
    items.map((test) => ({ label: asLabel(testLabel(test)), description: testNotes(test).join(' · '), id: test.id })),
  );
  return picked && { kind: 'test', id: picked.id };
};

const chooseArtifact: Chooser<'artifact'> = async (context, name) => {
  const test = await chooseTest(context, name);
  if (test === undefined) {
    return undefined;
  }
  const state = await context.factory.reports.test(name, test.id).get(FRESH_MS);
  const picked = await pickFrom(state, vscode.l10n.t('Which file of {0}?', name), ({ artifacts }) =>
    artifacts.map((artifact) => ({ label: asLabel(artifact), name: artifact })),
  );
  return picked && { kind: 'artifact', id: test.id, name: picked.name };
};

async function pickFrom<T, I extends vscode.QuickPickItem>(
  { value, error }: ReportState<T>,
  title: string,
  items: (value: T) => readonly I[],
): Promise<I | undefined> {
  if (value === undefined) {
    await showFailure(title, error);
    return undefined;
  }
  const shown = items(value);
  if (shown.length === 0) {
    void showInformation(vscode.l10n.t('{0} There are none.', title));
    return undefined;
  }
  return showQuickPick(shown, { title, matchOnDescription: true });
}
