import * as vscode from 'vscode';
import type { Artifact } from '../api/deviceTests';
import { deviceState } from '../model/device';
import { REPORT_SCHEME, type ReportSubject } from '../reports/address';
import { activePage, DevicePages } from '../reports/devicePages';
import { ReportOutline } from '../reports/outline';
import type { Connection } from '../store/connections';
import { serverLabel } from '../ui/hostLabel';
import { showInformation } from '../ui/messages';
import { offlineAfterHours } from '../ui/offlineAfter';
import { stateText } from '../views/rows/deviceRow';
import { registerCommand } from './registry';
import type { Services } from './services';

/** Registers what shows what a device is and what it reported. */
export function registerDeviceReports(services: Services): vscode.Disposable {
  const pages = new DevicePages({
    connections: services.connections,
    ready: () => services.ready(),
    stateOf: (device) => stateText(deviceState(device, Date.now(), offlineAfterHours())),
  });
  const show =
    (kind: ReportSubject['kind'], title: string) =>
    async (subject?: unknown): Promise<void> => {
      const { addressOf } = await import('./chooseReport');
      const address = await addressOf(services, subject, kind, title);
      if (address !== undefined) {
        await pages.show(address);
      }
    };
  const onArtifact =
    (title: string, run: (connection: Connection, artifact: Artifact, where?: vscode.Uri) => unknown) =>
    async (subject?: unknown, where?: unknown): Promise<void> => {
      const { addressOf } = await import('./chooseReport');
      const address = await addressOf(services, subject, 'artifact', title);
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
    registerCommand('foundries.showDeviceDetails', show('details', vscode.l10n.t('Details of which device?'))),
    registerCommand('foundries.showDeviceJson', show('json', vscode.l10n.t('Raw JSON of which device?'))),
    registerCommand('foundries.showAppHealth', show('health', vscode.l10n.t('App health of which device?'))),
    registerCommand('foundries.showUpdate', show('update', vscode.l10n.t('An update of which device?'))),
    registerCommand('foundries.showTest', show('test', vscode.l10n.t('A test of which device?'))),
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
