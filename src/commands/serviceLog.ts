import * as vscode from 'vscode';
import { showFailure } from '../ui/notify';
import { plainText } from '../ui/plainText';
import { ServiceRow } from '../views/rows/appRows';
import { whileBusy } from './fileServices';
import { pickDevice } from './pickDevice';
import { registerCommand } from './registry';
import type { CommandContext, Services } from './services';

const SCHEME = 'foundries-log';

/** Where log lines come from, and the lines. */
interface ServiceLog {
  readonly device: string;
  readonly app: string;
  readonly service: string;
  readonly lines: string;
}

/** Registers the command that shows the last log lines of a service, as its device reported them. */
export function registerServiceLogs(services: Services): vscode.Disposable {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const show = async ({ device, app, service, lines }: ServiceLog): Promise<void> => {
    const name = (text: string) => encodeURIComponent(text);
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name(device)}/${name(app)}/${name(service)}.log` });
    texts.set(uri.toString(), lines);
    changed.fire(uri);
    await vscode.window.showTextDocument(uri, { preview: true });
  };
  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) =>
        texts.get(uri.toString()) ?? vscode.l10n.t('These lines are gone. Open them again from the Devices view.'),
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => texts.delete(uri.toString())),
    registerCommand('foundries.showServiceLog', (row?: unknown) => {
      if (row instanceof ServiceRow) {
        const { service, parent } = row;
        const { scope } = parent.context.place;
        const device = scope.kind === 'device' ? scope.device : '';
        return show({ device, app: parent.app.name, service: service.name, lines: service.logs });
      }
      return services.withFactory(async (context) => {
        const log = await pickLog(context);
        return log === undefined ? undefined : show(log);
      });
    }),
  );
}

async function pickLog({ factory, connection }: CommandContext): Promise<ServiceLog | undefined> {
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
      void vscode.window.showInformationMessage(
        plainText(vscode.l10n.t('{0} reported no log lines: it sends them only for what is unhealthy.', name)),
      );
      return undefined;
    }
    return (await vscode.window.showQuickPick(logs, { title: plainText(vscode.l10n.t('Log lines of {0}', name)) }))
      ?.log;
  } catch (error) {
    await showFailure(vscode.l10n.t('Could not read what {0} reported', name), error);
    return undefined;
  }
}
