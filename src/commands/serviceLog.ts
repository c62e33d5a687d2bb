import * as vscode from 'vscode';
import { registerCommand } from './registry';
import type { Services } from './services';

const SCHEME = 'foundries-log';

/** Where log lines come from, and the lines. */
export interface ServiceLog {
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
    registerCommand('foundries.showServiceLog', async (row?: unknown) => {
      const { ServiceRow } = await import('../views/rows/appRows');
      if (row instanceof ServiceRow) {
        const { service, parent } = row;
        const { scope } = parent.context.place;
        const device = scope.kind === 'device' ? scope.device : '';
        return show({ device, app: parent.app.name, service: service.name, lines: service.logs });
      }
      return services.withFactory(async (context) => {
        const { pickLog } = await import('./pickServiceLog');
        const log = await pickLog(context);
        return log === undefined ? undefined : show(log);
      });
    }),
  );
}
