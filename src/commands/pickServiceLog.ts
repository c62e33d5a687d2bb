import * as vscode from 'vscode';
import { showInformation } from '../ui/messages';
import { showFailure } from '../ui/notify';
import { showQuickPick } from '../ui/picks';
import { plainText } from '../ui/plainText';
import { whileBusy } from './fileServices';
import { pickDevice } from './pickDevice';
import type { ServiceLog } from './serviceLog';
import type { CommandContext } from './services';

/** Lets a service with log lines be picked. Undefined where there is none, or given up. */
export async function pickLog({ factory, connection }: CommandContext): Promise<ServiceLog | undefined> {
  const device = await pickDevice(factory, vscode.l10n.t('Log lines of a service of which device?'));
  if (device === undefined) {
    return undefined;
  }
  const { name } = device;
  try {
    const report = await whileBusy(vscode.l10n.t('Reading what {0} reported…', name), () =>
      connection.client.newestAppsReport(factory.name, name),
    );
    const logs = (report?.apps ?? []).flatMap((app) =>
      app.services
        .filter((service) => service.logs !== '')
        .map((service) => ({
          log: { device: name, app: app.name, service: service.name, lines: service.logs },
          label: service.name,
          description: app.name,
        })),
    );
    if (logs.length === 0) {
      void showInformation(vscode.l10n.t('{0} reported no log lines: it sends them only for what is unhealthy.', name));
      return undefined;
    }
    return (await showQuickPick(logs, { title: plainText(vscode.l10n.t('Log lines of {0}', name)) }))?.log;
  } catch (error) {
    await showFailure(vscode.l10n.t('Could not read what {0} reported', name), error);
    return undefined;
  }
}
